"""Who looked at a roster with names in full: noted once a day, account and class."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from config.settings import CHINA
from records import audit
from records.audit import Entry, Event
from records.classes import TrainingClass
from records.staff import Staff


async def note(session: AsyncSession, training_class: TrainingClass, account: Staff, now: datetime) -> None:
    """Note that an account saw the names of a class; once more on the same day changes nothing."""
    midnight = now.astimezone(CHINA).replace(hour=0, minute=0, second=0, microsecond=0)
    seen = select(Entry.number).where(
        Entry.event == Event.CLASS_ROSTER_VIEW,
        Entry.thing == training_class.thing,
        Entry.actor == account.actor,
        Entry.at >= midnight,
    )
    if (await session.scalars(seen.limit(1))).first() is None:
        await audit.append(session, Event.CLASS_ROSTER_VIEW, account.actor, training_class.thing, now)
