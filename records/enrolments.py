"""Enrolments: a person in a class, with a seat or waiting for one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from records.classes import TrainingClass
from records.database import Base, Moment
from records.errors import Refused
from records.sessions import Session


class Seating(StrEnum):
    """Has somebody a seat?"""

    SEATED = "seated"
    WAITING = "waiting"
    LEFT = "left"
    HELD = "held"  # kept for him for a while, until he signs up


SEATING_NAMES = {Seating.SEATED: "已报名", Seating.WAITING: "候补", Seating.LEFT: "已退出", Seating.HELD: "占座"}
TAKING = (Seating.SEATED, Seating.HELD)  # what counts against the capacity of a class
_IS_HELD = text("seating = 'held'")


class Enrolment(Base):
    """A person in a class; who leaves and comes back keeps the row."""

    __tablename__ = "enrolments"
    __table_args__ = (
        UniqueConstraint("class_id", "person_id"),
        CheckConstraint("seating in ('seated', 'waiting', 'left', 'held')", name="seating"),
        CheckConstraint("(seating = 'held') = (held_until is not null)", name="held_for_a_while"),
        Index("uq_enrolments_one_held", "person_id", unique=True, sqlite_where=_IS_HELD, postgresql_where=_IS_HELD),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    class_id: Mapped[int] = mapped_column(ForeignKey("classes.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    voucher_id: Mapped[int | None] = mapped_column(ForeignKey("vouchers.id"))
    enrolled_at: Mapped[datetime] = mapped_column(Moment)  # since when he is seated or waits
    seating: Mapped[Seating] = mapped_column(String(16), default=Seating.SEATED, server_default=Seating.SEATED)
    left_at: Mapped[datetime | None] = mapped_column(Moment)
    left_why: Mapped[str] = mapped_column(String(200), default="")
    held_until: Mapped[datetime | None] = mapped_column(Moment)

    @property
    def is_in(self) -> bool:
        """Has he signed up, with a seat or for the queue?"""
        return self.seating in (Seating.SEATED, Seating.WAITING)

    def is_kept(self, now: datetime) -> bool:
        """Is a seat held for him at this moment?"""
        return self.held_until is not None and self.held_until > now

    @property
    def thing(self) -> str:
        """How the audit log names it."""
        return f"enrolment:{self.id}"


@dataclass(frozen=True)
class Seat:
    """Where somebody should be: his enrolment, the class, and one of its sessions."""

    enrolment: Enrolment
    training_class: TrainingClass
    session: Session


async def in_turn(session: AsyncSession, enrolment: Enrolment) -> None:
    """Wait until no other unit acts for this trainee; rows that point at the enrolment may be written meanwhile."""
    if session.get_bind().dialect.name == "postgresql":  # a SQLite unit is alone anyway
        await session.refresh(enrolment, with_for_update={"key_share": True})


async def of_class(session: AsyncSession, training_class: TrainingClass, enrolment_id: int) -> Enrolment:
    """The enrolment with this key; Refused where it is none of the class."""
    enrolment = await session.get(Enrolment, enrolment_id)
    if enrolment is None or enrolment.class_id != training_class.id:
        raise Refused("他不在这个班的名册里，请刷新看看。")
    return enrolment
