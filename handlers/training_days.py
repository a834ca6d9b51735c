"""Training days: so many days from a day on, as the Chinese calendar lets them be taught."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from datetime import date, timedelta
from enum import StrEnum
from itertools import islice

import chinese_calendar

from handlers.hours import is_working_day


class Pace(StrEnum):
    """On which days of the week a class is taught; public holidays are free in any case."""

    EVERY_DAY = "every_day"
    WORKDAYS = "workdays"  # with the days that are worked in a holiday's stead


PACE_NAMES = {Pace.EVERY_DAY: "每天上，周末也上", Pace.WORKDAYS: "工作日上，周末休息"}


def pick(starts: date, count: int, pace: Pace) -> tuple[date, ...]:
    """The first days from a day on; of a year whose calendar is not published yet only the fixed holidays are free."""
    return tuple(islice(_taught(starts, pace), count))


def unpublished(days: Iterable[date]) -> list[int]:
    """The years among these days whose holidays nobody knows yet."""
    return [year for year in sorted({day.year for day in days}) if not _is_published(year)]


def pace_of(days: Collection[date]) -> Pace:
    """The pace that days which are laid out already go by; one day moved to a weekend does not change it."""
    free = sum(not is_working_day(day) for day in days)
    return Pace.EVERY_DAY if free * 7 > len(days) else Pace.WORKDAYS


def holiday(day: date) -> str:
    """What the country celebrates on a day off; of a year that is not published only the days that are off by law."""
    if not _is_published(day.year):
        return _BY_LAW.get((day.month, day.day), "")
    is_off, name = chinese_calendar.get_holiday_detail(day)
    return _HOLIDAYS.get(str(name), "放假") if is_off and name else ""


_HOLIDAYS = {
    "New Year's Day": "元旦",
    "Spring Festival": "春节",
    "Tomb-sweeping Day": "清明",
    "Labour Day": "劳动节",
    "Dragon Boat Festival": "端午",
    "Mid-autumn Festival": "中秋",
    "National Day": "国庆",
}
# 国务院令第795号 第二条: those with a fixed day in the solar calendar
_BY_LAW = {(1, 1): "元旦", (5, 1): "劳动节", (5, 2): "劳动节", (10, 1): "国庆", (10, 2): "国庆", (10, 3): "国庆"}


def _taught(day: date, pace: Pace) -> Iterator[date]:
    while True:
        if not holiday(day) and (pace == Pace.EVERY_DAY or is_working_day(day)):
            yield day
        day += timedelta(days=1)


def _is_published(year: int) -> bool:
    try:
        chinese_calendar.is_workday(date(year, 1, 1))
    except NotImplementedError:
        return False
    return True
