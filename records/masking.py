"""Personal data as it may be shown: a surname, the ends of a number."""

from __future__ import annotations

import re

from config.surnames import SURNAMES

_D = r"\d〇零幺一二三四五六七八九"
# The number of an ID card, also one that lacks digits or has some too many, is full-width or spelt out.
_ID = re.compile(rf"(?<![{_D}])[{_D}]{{11,}}[{_D}XxＸｘ](?![{_D}])")
# The same in groups; sums of money and dates that stand side by side have no birthday in the right place.
_GROUPED = re.compile(r"(?<![\d*])\d(?:[ -]?\d){13,}(?:[ -]?[Xx])?(?!\d)")
_CARD = re.compile(r"(?<![\d*])(?:62\d\d|9558)(?:[ -]\d{4}){3,4}(?:[ -]?\d{1,3})?(?!\d)")  # of a bank, as it is printed
_WITH_BIRTHDAY = re.compile(r"[1-8]\d{5}(?:19|20)\d{2}[01]\d[0-3]\d")
_PHONE = re.compile(r"(?<!\d)(1[3-9]\d)\d{4}(\d{4})(?!\d)")
_MASKED = rf"[{_D}]{{4}}\*{{10}}"
_N = "[一-龥·]"
_S = f"[{SURNAMES}]"  # a name begins with a surname; other words beside a number are left
_NAME_BEFORE = re.compile(rf"({_S}){_N}{{1,2}}([\s,，、+＋]*(?:身份证)?(?:号码?)?[\s是:：]*{_MASKED})")
_NAME_AFTER = re.compile(rf"(?<=\*{{10}}.{{4}})([\s,，、+＋]*{_S}){_N}{{1,2}}")


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
    """Mask every ID, bank card and telephone number in a text, and a name beside an ID number, as for logs."""
    text = _CARD.sub(lambda match: f"{match[0][:4]}****{match[0][-4:]}", text)
    text = _GROUPED.sub(_in_groups, _ID.sub(lambda match: id_number(match[0]), text))
    text = _NAME_AFTER.sub(r"\1**", _NAME_BEFORE.sub(r"\1**\2", text))
    return _PHONE.sub(r"\1****\2", text)


def _in_groups(match: re.Match[str]) -> str:
    value = re.sub(r"[ -]", "", match[0])
    return id_number(value) if _WITH_BIRTHDAY.match(value) else match[0]
