"""The calendar of a class: its months by weeks, each day with its sessions."""

from __future__ import annotations

from calendar import Calendar
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from knowledge import workdays
from records.sessions import PART_NAMES, Part, Session

_WEEKS = Calendar(firstweekday=0)


@dataclass(frozen=True)
class Sitting:
    """One session as a calendar shows it."""

    session: Session
    name: str  # 上午

    @property
    def is_cancelled(self) -> bool:
        """Was it called off?"""
        return self.session.cancelled_at is not None


@dataclass(frozen=True)
class Day:
    """One field of a month's sheet."""

    date: date
    sittings: Sequence[Sitting]
    holiday: str
    is_today: bool
    is_other_month: bool


@dataclass(frozen=True)
class Month:
    """A month with its weeks, Monday first."""

    first: date
    weeks: Sequence[Sequence[Day]]

    @property
    def name(self) -> str:
        """2026年12月"""
        return f"{self.first.year}年{self.first.month}月"


def months(sittings: Sequence[Session], today: date) -> list[Month]:
    """Every month with a session, its weeks from the first session to the last."""
    by_day: dict[date, list[Sitting]] = {}
    for sitting in sittings:
        name = PART_NAMES[Part(sitting.part)].removesuffix("课")
        by_day.setdefault(sitting.day, []).append(Sitting(sitting, name))
    firsts = sorted({day.replace(day=1) for day in by_day})
    return [Month(first, _weeks(first, by_day, today)) for first in firsts]


def _weeks(first: date, by_day: dict[date, list[Sitting]], today: date) -> list[list[Day]]:
    weeks = _WEEKS.monthdatescalendar(first.year, first.month)
    return [
        [_day(day, first, by_day, today) for day in week]
        for week in weeks
        if min(by_day) <= week[-1] and week[0] <= max(by_day)
    ]


def _day(day: date, first: date, by_day: dict[date, list[Sitting]], today: date) -> Day:
    return Day(
        date=day,
        sittings=by_day.get(day, []),
        holiday=workdays.holiday(day),
        is_today=day == today,
        is_other_month=day.month != first.month,
    )
