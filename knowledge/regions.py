"""Places: their names in any usual form, and the chain from a county up to its province (GB/T 2260)."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path

import yaml

_SUFFIXES = ("特别行政区", "壮族自治区", "回族自治区", "维吾尔自治区", "自治区", "省", "市", "县", "区")
_FULL, _PLAIN = 3, ("县", "市", "旗")  # a full name has so many characters and ends so
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class Regions:
    """Every place that the service can name."""

    def __init__(self, path: Path = Path(__file__).with_name("regions.yaml")) -> None:
        raw = yaml.load(path.read_text(encoding="utf-8"), Loader=_LOADER)
        self._aliases: dict[int, list[str]] = raw["aliases"]
        listed = raw["provinces"] | raw["cities"] | raw["counties"]
        self._near = {str(code): name for code, name in listed.items()}
        with path.with_name("places.csv").open(encoding="utf-8", newline="") as file:
            self._names = {row["code"]: row["name"] for row in csv.DictReader(file)} | self._near

    @cached_property
    def by_name(self) -> dict[str, str]:
        """Code of every form of every name: 陵川县, 陵川, 山西省陵川县; a name that several places have needs the place above it."""
        forms = dict(self.spoken)
        named = Counter(self._names.values())
        for code, name in self._names.items():
            for form in (name, _short(name)):
                if named[name] == 1:  # 朝阳区 alone may be any of several
                    forms.setdefault(form, code)
                forms |= {whole: code for whole in self._below(form, code) if whole not in forms}
        return forms

    @cached_property
    def spoken(self) -> dict[str, str]:
        """The names that are taken for places when they stand within a sentence.

        Of places far away only full names: 新华 and 和平 are words, 新华县 is none.
        """
        forms: dict[str, str] = {}
        for code, name in self._near.items():
            for form in (name, _short(name)):
                forms.setdefault(form, code)
                forms |= {whole: code for whole in self._below(form, code) if whole not in forms}
        for number, aliases in self._aliases.items():
            for alias in aliases:
                forms.setdefault(alias, str(number))
        named = Counter(self._names.values())
        for code, name in self._names.items():
            if named[name] == 1 and len(name) >= _FULL and name.endswith(_PLAIN):
                forms.setdefault(name, code)
        return forms

    def _below(self, form: str, code: str) -> Iterator[str]:
        """The name with those of the places above it in front: 晋城陵川, 山西省晋城市陵川县."""
        above = [self.name(up) for up in chain(code)[1:]]
        yield from (prefix + form for prefix in {"".join(reversed(above)), *above, *map(_short, above)})

    def name(self, code: str) -> str:
        """The full name of a place; its code where it has none here."""
        return self._names.get(code) or next(iter(self._aliases.get(int(code), [])), code)

    def find(self, text: str) -> str | None:
        """The code of a place written in any usual form."""
        return self.by_name.get(text.strip())


def chain(code: str) -> list[str]:
    """A place and all above it, nearest first: county, city, province."""
    return list(dict.fromkeys([code, code[:4] + "00", code[:2] + "0000"]))


def _short(name: str) -> str:
    for suffix in _SUFFIXES:
        if name.endswith(suffix) and len(name) - len(suffix) >= 2:
            return name.removesuffix(suffix)
    return name
