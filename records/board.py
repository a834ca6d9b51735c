"""The board: every session of a day in an account's region, and how many came to each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from records import tallies
from records.audience import place
from records.class_states import ClassState
from records.classes import TrainingClass
from records.institutions import Institution
from records.sessions import Session
from records.staff import Staff
from records.suspicions import Finding, Suspicion
from records.trainers import visible

TAUGHT = (ClassState.APPROVED, ClassState.ENDED, ClassState.HANDED_IN)


class Stage(StrEnum):
    """Where a session stands at a moment."""

    OPEN = "open"
    EARLY = "early"
    OVER = "over"
    CANCELLED = "cancelled"


STAGE_NAMES = {Stage.OPEN: "正在上课", Stage.EARLY: "还没开始", Stage.OVER: "已下课", Stage.CANCELLED: "已取消"}


@dataclass(frozen=True)
class Wanted:
    """Which sessions are looked for; what is left empty does not narrow."""

    institution: int | None = None
    region: str = ""
    occupation: str = ""


@dataclass(frozen=True)
class Row:
    """One session of the board."""

    stage: Stage
    training_class: TrainingClass
    sitting: Session
    institution: Institution
    due: int
    here: int
    late: int
    leave: int
    signs: int  # that nobody has looked at
    last_at: datetime | None  # when the last trainee came

    @property
    def missing(self) -> int:
        """Neither there nor on leave."""
        return self.due - self.here - self.leave

    @property
    def expected(self) -> int:
        """Those due without leave."""
        return self.due - self.leave


async def of_day(session: AsyncSession, account: Staff, day: date, now: datetime, wanted: Wanted) -> list[Row]:
    """The sessions of a local day that an account may see, those under way first; one query, however many there are."""
    seats, marks = tallies.seated(), tallies.of_sessions(now, Session.day == day)
    signs = (
        select(Suspicion.session_id, func.count().label("signs"))
        .where(Suspicion.finding == Finding.OPEN)
        .group_by(Suspicion.session_id)
        .subquery()
    )
    counts = (seats.c.due, marks.c.here, marks.c.late, marks.c.leave, signs.c.signs)
    figures = *(func.coalesce(each, 0) for each in counts), marks.c.last_at
    columns: list[Any] = [TrainingClass, Session, Institution, *figures]
    rows = (
        select(*columns)
        .join(Session, Session.class_id == TrainingClass.id)
        .join(Institution, Institution.id == TrainingClass.institution_id)
        .outerjoin(seats, seats.c.class_id == TrainingClass.id)
        .outerjoin(marks, marks.c.session_id == Session.id)
        .outerjoin(signs, signs.c.session_id == Session.id)
        .where(visible(account), TrainingClass.state.in_(TAUGHT), Session.day == day, *_narrowed(wanted))
        .order_by(Session.starts_at, TrainingClass.name, Session.id)
    )
    found: Sequence[Any] = (await session.execute(rows)).all()
    return sorted((Row(stage(each[1], now), *each) for each in found), key=lambda row: list(Stage).index(row.stage))


def stage(sitting: Session, now: datetime) -> Stage:
    """Where a session stands."""
    if sitting.cancelled_at is not None:
        return Stage.CANCELLED
    if now < sitting.opens_at:
        return Stage.EARLY
    return Stage.OPEN if now <= sitting.ends_at else Stage.OVER


async def signs_open(session: AsyncSession, account: Staff) -> int:
    """How many suspicions of an account's region wait for a look, of whatever day."""
    mine = (
        select(func.count())
        .select_from(Suspicion)
        .join(Session, Session.id == Suspicion.session_id)
        .join(TrainingClass, TrainingClass.id == Session.class_id)
        .where(visible(account), Suspicion.finding == Finding.OPEN)
    )
    return (await session.execute(mine)).scalar_one()


async def choices(session: AsyncSession, account: Staff, day: date) -> Sequence[tuple[Institution, str, str]]:
    """Institution, region and occupation of every class that is taught on a day."""
    rows = await session.execute(
        select(Institution, TrainingClass.region, TrainingClass.occupation)
        .join(TrainingClass, TrainingClass.institution_id == Institution.id)
        .join(Session, Session.class_id == TrainingClass.id)
        .where(visible(account), TrainingClass.state.in_(TAUGHT), Session.day == day)
        .distinct()
    )
    return [(row[0], row[1], row[2]) for row in rows]


def _narrowed(wanted: Wanted) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if wanted.institution is not None:
        conditions.append(TrainingClass.institution_id == wanted.institution)
    if wanted.region:
        conditions.append(TrainingClass.region.startswith(place(wanted.region)))
    if wanted.occupation:
        conditions.append(TrainingClass.occupation == wanted.occupation)
    return conditions
