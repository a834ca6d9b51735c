"""Proofs: every fact that was offered to show that a trainee is there, also those that were not taken."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, Float, ForeignKey, Index, String, bindparam, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from records import append_only
from records.classes import Factor
from records.database import Base, Moment


class Proof(Base):
    """One fact that was offered: append-only, as it may have to be shown."""

    __tablename__ = "proofs"
    __table_args__ = (
        Index("ix_proofs_session_enrolment", "session_id", "enrolment_id"),
        CheckConstraint("factor <> 'place' or latitude is not null or why <> ''", name="place_has_a_point"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    enrolment_id: Mapped[int] = mapped_column(ForeignKey("enrolments.id"))
    session_id: Mapped[int] = mapped_column(ForeignKey("sessions.id"))
    factor: Mapped[Factor] = mapped_column(String(16))
    at: Mapped[datetime] = mapped_column(Moment)  # when the trainee acted
    received_at: Mapped[datetime] = mapped_column(Moment)  # when we heard of it: later where reception was bad
    taken: Mapped[bool]
    why: Mapped[str] = mapped_column(String(40), default="")  # not taken because: outside, stale, wrong, inaccurate, …
    latitude: Mapped[float | None] = mapped_column(Float)  # GCJ-02, degrees
    longitude: Mapped[float | None] = mapped_column(Float)
    accuracy: Mapped[float | None] = mapped_column(Float)  # metres
    distance: Mapped[int | None]  # metres from the venue
    channel: Mapped[str] = mapped_column(String(16))  # chat, page, trainer, paper
    device: Mapped[str] = mapped_column(String(64), default="", index=True)  # blind index of what marks the phone
    network: Mapped[str] = mapped_column(String(64), default="")  # blind index of the address it came from
    message_id: Mapped[str] = mapped_column(String(200))  # natural key of what brought it


append_only.hold(Proof.__table__)

_SINCE = (
    select(Proof)
    .where(
        Proof.session_id == bindparam("session"),
        Proof.enrolment_id == bindparam("enrolment"),
        Proof.at >= bindparam("moment"),
    )
    .order_by(Proof.at, Proof.id)
)


async def since(session: AsyncSession, session_id: int, enrolment_id: int, moment: datetime) -> list[Proof]:
    """What a trainee offered for one session since a moment, by when he acted."""
    return list(await session.scalars(_SINCE, {"session": session_id, "enrolment": enrolment_id, "moment": moment}))
