"""Training days: so many days from a day on, as the Chinese calendar lets them be taught."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import date, timedelta
from enum import StrEnum
from itertools import islice

from knowledge.workdays import holiday, is_working_day


class Pace(StrEnum):
    """On which days of the week a class is taught; public holidays are free in any case."""

    EVERY_DAY = "every_day"
    WORKDAYS = "workdays"  # with the days that are worked in a holiday's stead


PACE_NAMES = {Pace.EVERY_DAY: "每天上，周末也上", Pace.WORKDAYS: "工作日上，周末休息"}


def pick(starts: date, count: int, pace: Pace) -> tuple[date, ...]:
    """The first days from a day on; of a year whose calendar is not published yet only the fixed holidays are free."""
    return tuple(islice(_taught(starts, pace), count))


def pace_of(days: Collection[date]) -> Pace:
    """The pace that days which are laid out already go by; one day moved to a weekend does not change it."""
    free = sum(not is_working_day(day) for day in days)
    return Pace.EVERY_DAY if free * 7 > len(days) else Pace.WORKDAYS


def _taught(day: date, pace: Pace) -> Iterator[date]:
    while True:
        if not holiday(day) and (pace == Pace.EVERY_DAY or is_working_day(day)):
            yield day
        day += timedelta(days=1)
