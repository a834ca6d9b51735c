"""Grids: the attendance of a class, trainees by sessions, as it goes on the sheet that is signed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from config.settings import CHINA
from records import layouts, register, seats, standing
from records.classes import TrainingClass
from records.enrolments import Enrolment, Seating
from records.marks import THERE, Mark, Side, Status
from records.people import Person
from records.sessions import Session
from records.standing import Standing


class Symbol(StrEnum):
    """What stands in a field of the sheet."""

    PRESENT = "√"
    LATE = "迟"
    EARLY = "早"
    LEAVE = "假"
    MADE_UP = "补"
    ABSENT = "缺"
    UNSIGNED = "未"  # was there and did not sign out where that is asked for: not counted


SYMBOL_NAMES = {
    Symbol.PRESENT: "出勤",
    Symbol.LATE: "迟到",
    Symbol.EARLY: "早退",
    Symbol.LEAVE: "请假",
    Symbol.MADE_UP: "补签",
    Symbol.ABSENT: "缺勤",
    Symbol.UNSIGNED: "没签退，不算实到",
}
_OF = {Status.LATE: Symbol.LATE, Status.MADE_UP: Symbol.MADE_UP, Status.PRESENT: Symbol.PRESENT}


@dataclass(frozen=True)
class Line:
    """One trainee: a field for each session, empty for those that have not ended, and the sums."""

    enrolment: Enrolment
    person: Person
    cells: Sequence[str]
    standing: Standing

    @property
    def due(self) -> int:
        """Sessions he should have been at, without leave."""
        return self.standing.held - self.standing.leave


@dataclass(frozen=True)
class Grid:
    """The whole sheet."""

    training_class: TrainingClass
    sittings: Sequence[Session]  # without those cancelled
    lines: Sequence[Line]
    attended: Sequence[int | None]  # by session; None where it has not ended
    left: int  # who left the class with marks, and are not on the sheet
    at: datetime

    @property
    def days(self) -> Mapping[date, int]:
        """The training days in order, with how many sessions each has."""
        return Counter(sitting.day for sitting in self.sittings)

    @property
    def held(self) -> Sequence[Session]:
        """The sessions that have ended: those that the sums are about."""
        return [sitting for sitting in self.sittings if sitting.ends_at <= self.at]


async def of(session: AsyncSession, training_class: TrainingClass, now: datetime) -> Grid:
    """The sheet of a class as the register stands."""
    sittings = [each for each in await layouts.of_class(session, training_class.id) if each.cancelled_at is None]
    marks = await register.holding(session, *(each.id for each in sittings))
    over = [each for each in sittings if each.ends_at <= now]
    day = len({each.day for each in sittings if each.day <= now.astimezone(CHINA).date()})
    lines = [
        Line(
            enrolment,
            person,
            [cell(training_class, each, marks, enrolment.id, now) for each in sittings],
            standing.tally(training_class, over, marks, enrolment.id, day, now),
        )
        for enrolment, person in await seats.roster(session, training_class.id)
    ]
    counted = [_attended(lines, place) if each.ends_at <= now else None for place, each in enumerate(sittings)]
    return Grid(training_class, sittings, lines, counted, await _left(session, training_class), now)


def cell(
    training_class: TrainingClass,
    sitting: Session,
    marks: Mapping[tuple[int, int, Side], Mark],
    enrolment_id: int,
    now: datetime,
) -> str:
    """What one field says; 迟早 for who came late and left early."""
    came, left = (marks.get((sitting.id, enrolment_id, side)) for side in Side)
    if sitting.ends_at > now:
        return ""
    if came is None or came.status == Status.ABSENT:
        return Symbol.ABSENT
    if came.status == Status.LEAVE:
        return Symbol.LEAVE
    must_sign_out = training_class.sign_out and came.status != Status.MADE_UP and not sitting.is_open_to_leave(now)
    if must_sign_out and left is None:
        return Symbol.UNSIGNED
    symbol, is_early = _OF[Status(came.status)], left is not None and left.status == Status.EARLY
    if not is_early:
        return symbol
    return Symbol.EARLY if symbol is Symbol.PRESENT else f"{symbol}{Symbol.EARLY}"


def _attended(lines: Sequence[Line], place: int) -> int:
    absent = (Symbol.ABSENT, Symbol.LEAVE, Symbol.UNSIGNED)
    return sum(line.cells[place] not in absent for line in lines)


async def _left(session: AsyncSession, training_class: TrainingClass) -> int:
    marked = (
        select(func.count(Mark.enrolment_id.distinct()))
        .join(Enrolment, Enrolment.id == Mark.enrolment_id)
        .where(
            Enrolment.class_id == training_class.id,
            Enrolment.seating == Seating.LEFT,
            Mark.status.in_(THERE),
        )
    )
    return (await session.execute(marked)).scalar_one()
