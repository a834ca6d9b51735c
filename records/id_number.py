"""Citizen ID numbers (GB 11643-1999): their check character, birthday and what is wrong with a false one."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECKS = "10X98765432"


@dataclass(frozen=True)
class IdNumber:
    """A valid ID number; make one with `read`."""

    value: str

    @property
    def birthday(self) -> date:
        """Day of birth (digits 7–14)."""
        return date(int(self.value[6:10]), int(self.value[10:12]), int(self.value[12:14]))

    def age(self, today: date) -> int:
        """Full years on a day."""
        born = self.birthday
        return today.year - born.year - ((today.month, today.day) < (born.month, born.day))


def read(text: str, today: date) -> IdNumber:
    """Read an ID number; ValueError carries one kind sentence that says what to correct."""
    value = re.sub(r"[\s-]", "", text).upper()
    if not re.fullmatch(r"\d{17}[\dX]", value):
        raise ValueError(_shape(value))
    number = IdNumber(value)
    try:
        born = number.birthday
    except ValueError as error:
        raise ValueError("身份证号里的出生日期（第7到14位）不对，请再核对一遍发来。") from error
    if not date(1900, 1, 1) <= born <= today:
        raise ValueError("身份证号里的出生日期（第7到14位）不对，请再核对一遍发来。")
    if check_character(value[:17]) != value[17]:
        raise ValueError("这个身份证号校验不对，多半有一位打错了，请再核对一遍发来。")
    return number


def check_character(first17: str) -> str:
    """The 18th character that belongs to the first 17."""
    return _CHECKS[sum(int(digit) * weight for digit, weight in zip(first17, _WEIGHTS, strict=True)) % 11]


def _shape(value: str) -> str:
    digits = sum(character.isdigit() for character in value)
    if len(value) < 18:
        return f"身份证号应是18位，您发的只有{len(value)}位，请再核对一遍发来。"
    if len(value) > 18:
        return f"身份证号应是18位，您发的有{len(value)}位，请再核对一遍发来。"
    return (
        "身份证号前17位应是数字，最后一位是数字或X，请再核对一遍发来。"
        if digits < 18
        else "身份证号格式不对，请再发一次。"
    )
