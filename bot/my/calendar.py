"""A class as a calendar: week by week, what the register says of one trainee on each training day."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby

from bot.my.look import short, tone
from records.excuses import Decision, Excuse
from records.marks import THERE, Mark, Side, Status
from records.sessions import Session


@dataclass(frozen=True)
class Lesson:
    """One session of a trainee's class with what became of it for him."""

    session: Session
    came: Mark | None
    asked: Excuse | None  # for leave or a make-up, and not decided yet
    now: datetime

    @property
    def is_over(self) -> bool:
        """Has it been held?"""
        return self.session.cancelled_at is None and self.session.ends_at < self.now

    @property
    def is_signed(self) -> bool:
        """Does he count as there?"""
        return self.came is not None and Status(self.came.status) in THERE

    @property
    def letter(self) -> str:
        """到 迟 假 补 缺, 停 where it was cancelled, 等 while the trainer has to decide, · before it is held."""
        if self.session.cancelled_at is not None:
            return "停"
        if self.asked is not None:
            return "等"
        if self.came is not None:
            return short(self.came.status)
        return "缺" if self.is_over else "·"

    @property
    def tone(self) -> str:
        """Its colour."""
        if self.session.cancelled_at is not None:
            return "quiet"
        if self.asked is not None:
            return "info"
        if self.came is not None:
            return tone(self.came.status)
        return "bad" if self.is_over else "quiet"


@dataclass(frozen=True)
class Day:
    """One day of the calendar; most have no lesson."""

    day: date
    lessons: Sequence[Lesson]


def lessons(
    sittings: Iterable[Session],
    marks: Mapping[tuple[int, int, Side], Mark],
    excuses: Iterable[Excuse],
    enrolment_id: int,
    now: datetime,
) -> list[Lesson]:
    """A trainee's lessons in order."""
    asked = {each.session_id: each for each in excuses if each.decision == Decision.ASKED}
    return [
        Lesson(sitting, marks.get((sitting.id, enrolment_id, Side.IN)), asked.get(sitting.id), now)
        for sitting in sittings
    ]


def weeks(planned: Sequence[Lesson]) -> list[list[Day]]:
    """Whole weeks from Monday on, from the first lesson to the last."""
    by_day = {day: list(found) for day, found in groupby(planned, key=lambda each: each.session.day)}
    if not by_day:
        return []
    first, last = min(by_day), max(by_day)
    monday = first - timedelta(days=first.weekday())
    count = (last - monday).days // 7 + 1
    return [
        [Day(day, by_day.get(day, ())) for day in (monday + timedelta(days=7 * week + each) for each in range(7))]
        for week in range(count)
    ]
