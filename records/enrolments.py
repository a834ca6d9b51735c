"""Enrolments: a person in a class, with a seat or waiting for one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
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


SEATING_NAMES = {Seating.SEATED: "已报名", Seating.WAITING: "候补", Seating.LEFT: "已退出"}


class Enrolment(Base):
    """A person in a class; who leaves and comes back keeps the row."""

    __tablename__ = "enrolments"
    __table_args__ = (
        UniqueConstraint("class_id", "person_id"),
        CheckConstraint("seating in ('seated', 'waiting', 'left')", name="seating"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    class_id: Mapped[int] = mapped_column(ForeignKey("classes.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    voucher_id: Mapped[int | None] = mapped_column(ForeignKey("vouchers.id"))
    enrolled_at: Mapped[datetime] = mapped_column(Moment)  # since when he is seated or waits
    seating: Mapped[Seating] = mapped_column(String(16), default=Seating.SEATED, server_default=Seating.SEATED)
    left_at: Mapped[datetime | None] = mapped_column(Moment)
    left_why: Mapped[str] = mapped_column(String(200), default="")

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
    await session.refresh(enrolment, with_for_update={"key_share": True})


async def of_class(session: AsyncSession, training_class: TrainingClass, enrolment_id: int) -> Enrolment:
    """The enrolment with this key; Refused where it is none of the class."""
    enrolment = await session.get(Enrolment, enrolment_id)
    if enrolment is None or enrolment.class_id != training_class.id:
        raise Refused("他不在这个班的名册里，请刷新看看。")
    return enrolment
