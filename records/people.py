"""People: one card each (一人一卡), their data encrypted, found again by a blind index."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, String, UniqueConstraint, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from records.database import Base, Moment


class Person(Base):
    """One person of the county's labour registry or one who registered himself."""

    __tablename__ = "people"

    id: Mapped[int] = mapped_column(primary_key=True)
    name_sealed: Mapped[str] = mapped_column(String(200))
    name_masked: Mapped[str] = mapped_column(String(40))
    id_sealed: Mapped[str] = mapped_column(String(200))
    id_index: Mapped[str] = mapped_column(String(64), unique=True)
    id_masked: Mapped[str] = mapped_column(String(18))
    phone_sealed: Mapped[str | None] = mapped_column(String(200))
    region: Mapped[str] = mapped_column(String(6), index=True)  # GB/T 2260
    town: Mapped[str] = mapped_column(String(40), default="")
    born: Mapped[date]
    source: Mapped[str] = mapped_column(String(16))  # registry | self
    consented_at: Mapped[datetime | None] = mapped_column(Moment)
    created_at: Mapped[datetime] = mapped_column(Moment)


class Membership(Base):
    """A group that a person belongs to, from a day, on some proof."""

    __tablename__ = "memberships"
    __table_args__ = (UniqueConstraint("person_id", "group"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    group: Mapped[str] = mapped_column(String(40))  # a name of knowledge/groups.yaml
    proof: Mapped[str] = mapped_column(String(80), default="")
    since: Mapped[date]
    until: Mapped[date | None]


async def get(session: AsyncSession, person_id: int) -> Person | None:
    """The person with this key."""
    return await session.get(Person, person_id)


async def by_id_number(session: AsyncSession, value: str) -> Person | None:
    """The person with this ID number."""
    vault = session.info["vault"]
    return (await session.scalars(select(Person).where(Person.id_index == vault.index(value)))).one_or_none()
