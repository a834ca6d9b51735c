"""News of a class: one message to everybody who has a seat in it or waits for one."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from records import nudging
from records.classes import TrainingClass
from records.enrolments import Enrolment, Seating

_LASTS = timedelta(days=7)
_LONGEST = 400


async def tell(session: AsyncSession, training_class: TrainingClass, about: str, said: str, now: datetime) -> None:
    """Put the message to each of them; what it is about makes it go out once."""
    mine = Enrolment.class_id == training_class.id, Enrolment.seating != Seating.LEFT
    everybody = await session.scalars(select(Enrolment).where(*mine).order_by(Enrolment.id))
    message = {"text": said[:_LONGEST], "due_at": now, "until": now + _LASTS}
    rows = [{"key": f"class:{about}:{each.id}", "person_id": each.person_id, **message} for each in everybody]
    await nudging.put_all(session, rows)
