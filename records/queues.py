"""The queue of a class: who comes is put behind the others, and whoever is first gets the seat that is free."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from records.classes import TrainingClass
from records.enrolments import TAKING, Enrolment, Seating
from records.overlaps import overlap
from records.people import Person


async def number(session: AsyncSession, enrolment: Enrolment) -> int:
    """The how-manieth he is among those with a seat, or in the queue, from 1."""
    before = select(func.count()).where(
        Enrolment.class_id == enrolment.class_id,
        Enrolment.seating == enrolment.seating,
        Enrolment.enrolled_at <= enrolment.enrolled_at,
    )
    return (await session.execute(before)).scalar_one()


async def waiting_list(session: AsyncSession, class_id: int) -> Sequence[tuple[Enrolment, Person]]:
    """Everybody who waits for a seat, the first in front."""
    rows = await session.execute(
        select(Enrolment, Person)
        .join(Person, Person.id == Enrolment.person_id)
        .where(Enrolment.class_id == class_id, Enrolment.seating == Seating.WAITING)
        .order_by(Enrolment.enrolled_at)
    )
    return [(row[0], row[1]) for row in rows]


async def turn(session: AsyncSession, training_class: TrainingClass, now: datetime) -> datetime:
    """A moment behind everybody's who is in: clocks of two processes differ, the order of coming does not."""
    mine = Enrolment.class_id == training_class.id, Enrolment.seating != Seating.LEFT
    last = (await session.execute(select(func.max(Enrolment.enrolled_at)).where(*mine))).scalar_one()
    return max(now, last + timedelta(microseconds=1)) if last else now


async def taken(session: AsyncSession, training_class: TrainingClass) -> int:
    """How many seats of a class are gone, those that are held for somebody too."""
    mine = Enrolment.class_id == training_class.id, Enrolment.seating.in_(TAKING)
    return (await session.execute(select(func.count()).where(*mine))).scalar_one()


async def fill(session: AsyncSession, training_class: TrainingClass, now: datetime) -> list[Enrolment]:
    """Seat those who wait while there are seats, in their order; who is elsewhere at that time by now stays in the queue."""
    mine = select(Enrolment).where(Enrolment.class_id == training_class.id)
    seats = await taken(session, training_class)
    queue = mine.where(Enrolment.seating == Seating.WAITING).order_by(Enrolment.enrolled_at)
    moved: list[Enrolment] = []
    for enrolment in await session.scalars(queue.execution_options(populate_existing=True)):
        if seats + len(moved) >= training_class.capacity:
            break
        if await overlap(session, training_class, enrolment.person_id, now) is None:
            moved.append(enrolment)
    for enrolment in moved:
        enrolment.enrolled_at = await turn(session, training_class, now)
        enrolment.seating = Seating.SEATED
    await session.flush()
    return moved
