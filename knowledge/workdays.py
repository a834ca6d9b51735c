"""Working days by the Chinese calendar; of a year that is not published yet Monday to Friday without the fixed holidays."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

import chinese_calendar


@dataclass(frozen=True)
class Term:
    """The last day of a number of working days."""

    until: date
    is_published: bool  # are the holidays of all its days known?


def is_working_day(day: date) -> bool:
    """Is this a working day, with holidays and the days worked in their stead where they are published?"""
    if is_published(day.year):
        return bool(chinese_calendar.is_workday(day))
    return day.weekday() < 5 and not holiday(day)


def is_published(year: int) -> bool:
    """Has the State Council published the holidays of a year?"""
    try:
        chinese_calendar.is_workday(date(year, 1, 1))
    except NotImplementedError:
        return False
    return True


def unpublished(days: Iterable[date]) -> list[int]:
    """The years among these days whose holidays nobody knows yet."""
    return [year for year in sorted({day.year for day in days}) if not is_published(year)]


def holiday(day: date) -> str:
    """What the country celebrates on a day off; of a year that is not published only the days that are off by law."""
    if not is_published(day.year):
        return _BY_LAW.get((day.month, day.day), "")
    is_off, name = chinese_calendar.get_holiday_detail(day)
    return chinese_calendar.Holiday(name).chinese if is_off and name else ""


# 国务院令第795号 第二条: those with a fixed day in the solar calendar
_BY_LAW = {(1, 1): "元旦", (5, 1): "劳动节", (5, 2): "劳动节", (10, 1): "国庆节", (10, 2): "国庆节", (10, 3): "国庆节"}


def term(starts: date, working_days: int) -> Term:
    """The last of so many working days, the first day counted where it is one; ValueError for none."""
    if working_days < 1:
        raise ValueError(f"expected at least one working day, got {working_days}")
    day, left = starts, working_days
    while (left := left - is_working_day(day)) > 0:
        day += timedelta(days=1)
    return Term(day, not unpublished((starts, day)))


def working_days_between(first: date, last: date) -> int:
    """How many working days there are from one day to another, both counted."""
    return sum(is_working_day(first + timedelta(days=number)) for number in range((last - first).days + 1))
