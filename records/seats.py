"""Seats: which sessions a person should be at, and who should be at a session."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import bindparam, select
from sqlalchemy.ext.asyncio import AsyncSession

from records.class_states import ClassState
from records.classes import TrainingClass
from records.enrolments import Enrolment, Seat, Seating
from records.people import Person
from records.sessions import Session

# The sessions of the classes in which a person has a seat and that are taught.
_PLANNED = (
    select(Enrolment, TrainingClass, Session)
    .join(TrainingClass, TrainingClass.id == Enrolment.class_id)
    .join(Session, Session.class_id == TrainingClass.id)
    .where(
        Enrolment.person_id == bindparam("person"),
        Enrolment.seating == Seating.SEATED,
        TrainingClass.state.in_((ClassState.APPROVED, ClassState.ENDED)),
    )
)
_ON = _PLANNED.where(Session.day == bindparam("day")).order_by(Session.starts_at)


async def on(session: AsyncSession, person_id: int, day: date) -> list[Seat]:
    """A person's sessions on a local day, in order, also those that were cancelled."""
    rows = await session.execute(_ON, {"person": person_id, "day": day})
    return [Seat(*row) for row in rows]


async def at(session: AsyncSession, person_id: int, session_id: int) -> Seat | None:
    """A person's seat at one session."""
    sitting = await session.get(Session, session_id)
    if sitting is None:
        return None
    return next((seat for seat in await on(session, person_id, sitting.day) if seat.session.id == session_id), None)


async def of_person(session: AsyncSession, person_id: int) -> Sequence[tuple[Enrolment, TrainingClass]]:
    """A person's classes with a seat or waiting, the latest first."""
    rows = await session.execute(
        select(Enrolment, TrainingClass)
        .join(TrainingClass, TrainingClass.id == Enrolment.class_id)
        .where(Enrolment.person_id == person_id, Enrolment.seating.in_((Seating.SEATED, Seating.WAITING)))
        .order_by(TrainingClass.starts.desc())
    )
    return [(row[0], row[1]) for row in rows]


async def held(session: AsyncSession, person_id: int) -> tuple[Enrolment, TrainingClass] | None:
    """The seat that is held for a person, also one whose time is over and that nobody has given back yet."""
    rows = await session.execute(
        select(Enrolment, TrainingClass)
        .join(TrainingClass, TrainingClass.id == Enrolment.class_id)
        .where(Enrolment.person_id == person_id, Enrolment.seating == Seating.HELD)
    )
    row = rows.one_or_none()
    return (row[0], row[1]) if row else None


async def roster(session: AsyncSession, class_id: int) -> Sequence[tuple[Enrolment, Person]]:
    """Everybody with a seat in a class, in the order they came."""
    rows = await session.execute(
        select(Enrolment, Person)
        .join(Person, Person.id == Enrolment.person_id)
        .where(Enrolment.class_id == class_id, Enrolment.seating == Seating.SEATED)
        .order_by(Enrolment.id)
    )
    return [(row[0], row[1]) for row in rows]


async def after(session: AsyncSession, person_id: int, moment: datetime, most: int = 1) -> list[Seat]:
    """A person's next sessions that begin after a moment, without those cancelled, in order."""
    rows = await session.execute(
        _PLANNED.where(Session.starts_at > moment, Session.cancelled_at.is_(None))
        .order_by(Session.starts_at)
        .limit(most),
        {"person": person_id},
    )
    return [Seat(*row) for row in rows]


async def before(session: AsyncSession, person_id: int, moment: datetime, since: datetime) -> list[Seat]:
    """A person's sessions that began before a moment and ended since another, the latest first."""
    rows = await session.execute(
        _PLANNED.where(Session.starts_at <= moment, Session.ends_at >= since, Session.cancelled_at.is_(None)).order_by(
            Session.starts_at.desc()
        ),
        {"person": person_id},
    )
    return [Seat(*row) for row in rows]
