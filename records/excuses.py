"""Excuses: a trainee asks for leave (请假) or for a missed check-in to be made up (补签), and the trainer decides."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from records.database import Base, Moment
from records.enrolments import Enrolment


class Wish(StrEnum):
    """What is asked for."""

    LEAVE = "leave"
    MAKE_UP = "make_up"


class Decision(StrEnum):
    """How it stands."""

    ASKED = "asked"
    APPROVED = "approved"
    REFUSED = "refused"


WISH_NAMES = {Wish.LEAVE: "请假", Wish.MAKE_UP: "补签"}
DECISION_NAMES = {Decision.ASKED: "等老师批", Decision.APPROVED: "已同意", Decision.REFUSED: "没同意"}


class Excuse(Base):
    """One wish of a trainee for one session; asked for again, it is the same row."""

    __tablename__ = "excuses"
    __table_args__ = (
        UniqueConstraint("enrolment_id", "session_id", "wish"),
        CheckConstraint("(decision = 'asked') = (decided_at is null)", name="decided_when"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    enrolment_id: Mapped[int] = mapped_column(ForeignKey("enrolments.id"))
    session_id: Mapped[int] = mapped_column(ForeignKey("sessions.id"), index=True)
    wish: Mapped[Wish] = mapped_column(String(16))
    reason: Mapped[str] = mapped_column(String(200))
    asked_at: Mapped[datetime] = mapped_column(Moment)
    decision: Mapped[Decision] = mapped_column(String(16), default=Decision.ASKED)
    decided_at: Mapped[datetime | None] = mapped_column(Moment)
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    remark: Mapped[str] = mapped_column(String(200), default="")


async def of(session: AsyncSession, enrolment: Enrolment) -> Sequence[Excuse]:
    """What a trainee asked for in a class, the latest first."""
    mine = select(Excuse).where(Excuse.enrolment_id == enrolment.id)
    return (await session.scalars(mine.order_by(Excuse.asked_at.desc(), Excuse.id.desc()))).all()
