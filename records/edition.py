"""Which edition of the knowledge counts: a number that grows with every import and correction, read by every process."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from records.database import Base

_ONLY = 1


class Edition(Base):
    """One row; without it, nothing was ever added to what is shipped."""

    __tablename__ = "edition"
    __table_args__ = (CheckConstraint(f"id = {_ONLY}", name="only_one"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[int]


async def current(session: AsyncSession) -> int:
    """The number of the edition; 0 while nothing was added."""
    return await session.scalar(select(Edition.number)) or 0


async def renewed(session: AsyncSession) -> None:
    """Say, within the transaction that changes the knowledge, that there is a new edition."""
    counted = update(Edition).values(number=Edition.number + 1).returning(Edition.number)
    if (await session.execute(counted)).first() is None:
        session.add(Edition(id=_ONLY, number=1))
        await session.flush()
