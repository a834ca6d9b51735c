"""Turnouts: how many came on each training day, of one class or of all that an account may see."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from records import tallies
from records.board import TAUGHT
from records.classes import TrainingClass
from records.sessions import Session
from records.staff import Staff
from records.trainers import visible


@dataclass(frozen=True)
class Turnout:
    """One day: the sessions that have ended by now."""

    day: date
    sessions: int
    due: int  # attendances, without leave
    attended: int

    @property
    def rate(self) -> float:
        """Attended of those due, 0 to 1."""
        return self.attended / self.due if self.due else 1.0


async def of_class(session: AsyncSession, training_class: TrainingClass, now: datetime) -> Sequence[Turnout]:
    """The days of one class, in order."""
    return await _by_day(session, now, TrainingClass.id == training_class.id)


async def between(session: AsyncSession, account: Staff, first: date, last: date, now: datetime) -> Sequence[Turnout]:
    """The days from one to another on which classes that an account may see were taught."""
    return await _by_day(session, now, visible(account), Session.day >= first, Session.day <= last)


async def _by_day(session: AsyncSession, now: datetime, *which: ColumnElement[bool]) -> Sequence[Turnout]:
    held = *which, Session.cancelled_at.is_(None), Session.ends_at <= now
    seats, marks = tallies.seated(), tallies.of_sessions(now, *held)
    due = func.coalesce(seats.c.due, 0) - func.coalesce(marks.c.leave, 0)
    rows = await session.execute(
        select(Session.day, func.count(), func.sum(due), func.sum(func.coalesce(marks.c.attended, 0)))
        .join(TrainingClass, TrainingClass.id == Session.class_id)
        .outerjoin(seats, seats.c.class_id == TrainingClass.id)
        .outerjoin(marks, marks.c.session_id == Session.id)
        .where(TrainingClass.state.in_(TAUGHT), *held)
        .group_by(Session.day)
        .order_by(Session.day)
    )
    return [Turnout(row[0], row[1], int(row[2]), int(row[3])) for row in rows]
