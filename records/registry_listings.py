"""On which sheet of the registry each person stood last: what tells who is missing from a new one."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import ForeignKey, delete, insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from records.database import Base
from records.registry_runs import RegistryRun


class Listing(Base):
    """A person and the last sheet that named him."""

    __tablename__ = "registry_listings"

    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), primary_key=True, autoincrement=False)
    run_id: Mapped[int] = mapped_column(ForeignKey("registry_runs.id"), index=True)


async def enter(session: AsyncSession, run: RegistryRun, people: Collection[int]) -> None:
    """Write down that a run's sheet names these people, none of them twice; the caller holds their cards."""
    if people:
        await session.execute(delete(Listing).where(Listing.person_id.in_(people)))
        await session.execute(insert(Listing), [{"person_id": person, "run_id": run.id} for person in people])
