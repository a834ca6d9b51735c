"""Voucher numbers such as LC26-7F3K-9Q2M: easy to read out, and proof against a wrong or swapped character."""

from __future__ import annotations

import re
import secrets
import unicodedata
from collections.abc import Callable, Sequence

ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"  # without 0 O, 1 I L, which people mistake for each other
_PREFIX = re.compile(r"[A-Z]{2}\d{2}")
_LENGTH = 12
# Base 36 values weighted by place and summed modulo 37: the weights 1…12 and all differences of them and of the values
# are no multiple of the prime, so that every single wrong character and every swap of two shows.
_PRIME = 37

Choose = Callable[[Sequence[str]], str]


def make(letters: str, year: int, choose: Choose = secrets.choice) -> str:
    """A new number: two letters for the place, two digits for the year, seven random characters and the check."""
    prefix = f"{letters.upper()[:2]}{year % 100:02d}"
    if not _PREFIX.fullmatch(prefix):
        raise ValueError(f"expected two letters of a place, got {letters!r}")
    while True:
        body = prefix + "".join(choose(ALPHABET) for _ in range(_LENGTH - len(prefix) - 1))
        if (check := _check_character(body)) is not None:
            return shown(body + check)


def read(text: str) -> str:
    """Read a number as people type it; ValueError carries one kind sentence that says what to correct."""
    value = re.sub(r"[\s-]", "", unicodedata.normalize("NFKC", text)).upper()
    if len(value) != _LENGTH:
        raise ValueError(f"券号应是12位字母数字，您发的有{len(value)}位，请照着券再核对一遍。")
    if not _PREFIX.fullmatch(value[:4]):
        raise ValueError("券号开头应是两个字母加两位数字，像LC26，请照着券再核对一遍。")
    if wrong := next((character for character in value[4:] if character not in ALPHABET), None):
        raise ValueError(f"券号后8位里没有“{wrong}”（不用0、1和字母O、I、L），请照着券再核对一遍。")
    if _weighed(value) % _PRIME:
        raise ValueError("这个券号校验不对，多半有一位看错或写颠倒了，请照着券再核对一遍。")
    return shown(value)


def shown(value: str) -> str:
    """In three groups of four."""
    return "-".join(value[start : start + 4] for start in range(0, _LENGTH, 4))


def _check_character(body: str) -> str | None:
    """The last character that makes the weighted sum a multiple of the prime; None where it is not in the alphabet."""
    wanted = (-_weighed(body) * pow(_LENGTH, -1, _PRIME)) % _PRIME
    return next((character for character in ALPHABET if int(character, 36) == wanted), None)


def _weighed(value: str) -> int:
    return sum(place * int(character, 36) for place, character in enumerate(value, 1))
