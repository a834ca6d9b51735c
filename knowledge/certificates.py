"""The kinds of certificate that count, the shape of their numbers, and which levels make somebody highly skilled."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

LEVELS = ("初级工", "中级工", "高级工", "技师", "高级技师")  # the fifth level to the first
_BESIDE = re.compile(r"[\s\-—_/.·]")


@dataclass(frozen=True)
class CertificateKind:
    """One kind: has it levels, what its number looks like and tells."""

    name: str
    levels: bool
    number: str  # pattern of the whole number
    say: str  # the same in words
    identity: bool = False  # the number holds that of the person's ID card
    year_at: int | None = None  # place of the two digits of the year of issue
    level_at: int | None = None  # place of the digit of the level

    def fault(self, level: str, number: str, issued_on: date) -> str:
        """What does not go together, as one sentence; empty where nothing is wrong. The number is a `normal` one."""
        if self.levels and level not in LEVELS:
            return f"{self.name}要选等级：{'、'.join(LEVELS)}。"
        if not self.levels and level:
            return f"{self.name}不分等级，等级请空着，您填的是“{level}”。"
        if not re.fullmatch(self.number, number):
            return f"{self.say}，您填的有{len(number)}位，请照证书核对。"
        return self._told_otherwise(level, number, issued_on)

    def _told_otherwise(self, level: str, number: str, issued_on: date) -> str:
        """What the number says of year and level, where that is something else."""
        if self.year_at is not None and (year := number[self.year_at : self.year_at + 2]) != f"{issued_on:%y}":
            return f"编号里的年份是20{year}年，发证日期填的是{issued_on.year}年，请照证书核对。"
        if self.level_at is None:
            return ""
        told = {str(len(LEVELS) - place): name for place, name in enumerate(LEVELS)}.get(number[self.level_at])
        if told != level:
            said = f"是{told}" if told else f"“{number[self.level_at]}”不是1到5"
            return f"编号里的等级{said}，您选的是{level}，请照证书核对。"
        return ""


@dataclass(frozen=True)
class Certificates:
    """All kinds by name, and the rule of the newly skilled with where it stands."""

    kinds: Mapping[str, CertificateKind]
    high: frozenset[str]
    policy_id: str
    at: str
    say: str
    high_say: str


@lru_cache(maxsize=1)
def catalogue() -> Certificates:
    """What certificates.yaml holds."""
    raw: dict[str, Any] = yaml.safe_load(Path(__file__).with_name("certificates.yaml").read_text(encoding="utf-8"))
    kinds = {name: CertificateKind(name, **entry) for name, entry in raw["kinds"].items()}
    basis = raw["basis"]
    return Certificates(kinds, frozenset(raw["high"]), basis["policy"], basis["at"], basis["say"], raw["high_say"])


def normal(number: str) -> str:
    """A number as it is kept: half-width, capitals, nothing between its characters."""
    return _BESIDE.sub("", unicodedata.normalize("NFKC", number)).upper()


def kind_called(words: str) -> str:
    """The kind that somebody means by a word (等级证); the word itself where none is known."""
    return _called("certificate", words)


def level_called(words: str) -> str:
    """The level that somebody means (三级, 高级); the word itself where none is known."""
    return _called("level", words.partition("/")[2] or words)


def _called(slot: str, words: str) -> str:
    plain = "".join(unicodedata.normalize("NFKC", words).split())
    return next((name for name, forms in _names()[slot].items() if plain == name or plain in forms), plain)


@lru_cache(maxsize=1)
def _names() -> dict[str, dict[str, list[str]]]:
    raw = yaml.safe_load(Path(__file__).with_name("names.yaml").read_text(encoding="utf-8"))
    return {slot: raw[slot] for slot in ("certificate", "level")}
