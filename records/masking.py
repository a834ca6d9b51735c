"""Personal data as it may be shown: a surname, the ends of a number."""

from __future__ import annotations

import re

_D = r"[\d〇零幺一二三四五六七八九]"
# The number of an ID card, also one that lacks digits or has some too many, is full-width or spelt out.
_ID = re.compile(rf"(?<!{_D}){_D}{{11,}}[{_D[1:-1]}XxＸｘ](?!{_D})")
# The same written in groups; sums of money and dates side by side are none.
_GROUPED = re.compile(
    r"(?<![\d*])[1-8]\d{2}[ -]?\d{3}[ -]?(?:19|20)\d{2}[ -]?[01]\d[ -]?\d{2}(?:[ -]?[\dXx]){1,6}(?!\d)"
)
_PHONE = re.compile(r"(?<!\d)(1[3-9]\d)\d{4}(\d{4})(?!\d)")


def id_number(value: str) -> str:
    """1405**********1234"""
    return f"{value[:4]}**********{value[-4:]}"


def name(value: str) -> str:
    """张*, 李*英"""
    return value[:1] + "*" * min(1, len(value) - 1) + (value[-1] if len(value) > 2 else "")


def phone(value: str) -> str:
    """138****1234"""
    return f"{value[:3]}****{value[-4:]}"


def hide(text: str) -> str:
    """Mask every ID and telephone number in a text, as for logs."""
    for numbers in (_ID, _GROUPED):
        text = numbers.sub(lambda match: id_number(match[0]), text)
    return _PHONE.sub(r"\1****\2", text)
