"""Overlaps: nobody sits in two classes at the same time."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from records.class_states import ClassState
from records.classes import TrainingClass
from records.enrolments import Enrolment, Seat, Seating
from records.sessions import PART_NAMES, Part, Session


async def overlap(session: AsyncSession, training_class: TrainingClass, person_id: int, now: datetime) -> Seat | None:
    """The first session of another class, in which he has a seat, that is held while this one is."""
    mine = aliased(Session)
    rows = await session.execute(
        select(Enrolment, TrainingClass, Session)
        .join(TrainingClass, TrainingClass.id == Enrolment.class_id)
        .join(Session, Session.class_id == TrainingClass.id)
        .join(mine, (mine.starts_at < Session.ends_at) & (mine.ends_at > Session.starts_at))
        .where(
            mine.class_id == training_class.id,
            mine.cancelled_at.is_(None),
            mine.ends_at > now,
            Session.cancelled_at.is_(None),
            TrainingClass.id != training_class.id,
            TrainingClass.state == ClassState.APPROVED,
            Enrolment.person_id == person_id,
            Enrolment.seating == Seating.SEATED,
        )
        .order_by(Session.starts_at)
        .limit(1)
    )
    row = rows.one_or_none()
    return Seat(*row) if row else None


def told(seat: Seat) -> str:
    """您在电工2班12月1日有上午课"""
    day = seat.session.day
    return f"您在{seat.training_class.name}{day.month}月{day.day}日有{PART_NAMES[Part(seat.session.part)]}"
