"""Seats: which sessions a person should be at, and who should be at a session."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from records.class_states import ClassState
from records.classes import TrainingClass
from records.enrolments import Enrolment, Seat, Seating
from records.people import Person
from records.sessions import Session


async def on(session: AsyncSession, person_id: int, day: date) -> list[Seat]:
    """A person's sessions on a local day, in order, also those that were cancelled."""
    rows = await session.execute(
        select(Enrolment, TrainingClass, Session)
        .join(TrainingClass, TrainingClass.id == Enrolment.class_id)
        .join(Session, Session.class_id == TrainingClass.id)
        .where(
            Enrolment.person_id == person_id,
            Enrolment.seating == Seating.SEATED,
            TrainingClass.state.in_((ClassState.APPROVED, ClassState.ENDED)),
            Session.day == day,
        )
        .order_by(Session.starts_at)
    )
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
        .where(Enrolment.person_id == person_id, Enrolment.seating != Seating.LEFT)
        .order_by(TrainingClass.starts.desc())
    )
    return [(row[0], row[1]) for row in rows]


async def roster(session: AsyncSession, class_id: int) -> Sequence[tuple[Enrolment, Person]]:
    """Everybody with a seat in a class, in the order they came."""
    rows = await session.execute(
        select(Enrolment, Person)
        .join(Person, Person.id == Enrolment.person_id)
        .where(Enrolment.class_id == class_id, Enrolment.seating == Seating.SEATED)
        .order_by(Enrolment.id)
    )
    return [(row[0], row[1]) for row in rows]
