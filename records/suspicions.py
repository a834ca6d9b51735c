"""Suspicions: what looks like a check-in by somebody who was not there; shown to staff with the evidence, never a verdict."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from records.database import Base, Moment


class Sign(StrEnum):
    """What was noticed."""

    SHARED_PHONE = "shared_phone"  # one phone checked two trainees in
    CODE_OUTSIDE = "code_outside"  # a right code, from a place outside the fence
    JUMP = "jump"  # two places, too far apart for the time between them
    BURST = "burst"  # several in one second from one network
    SHARED_CODE = "shared_code"  # the code was used outside before anybody used it inside


class Finding(StrEnum):
    """What staff made of it."""

    OPEN = "open"
    HARMLESS = "harmless"
    CONFIRMED = "confirmed"


class Suspicion(Base):
    """One sign about one trainee at one session."""

    __tablename__ = "suspicions"
    __table_args__ = (
        UniqueConstraint("session_id", "enrolment_id", "sign"),
        CheckConstraint("score between 1 and 100", name="score"),
        Index("ix_suspicions_finding", "finding"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    session_id: Mapped[int] = mapped_column(ForeignKey("sessions.id"))
    enrolment_id: Mapped[int] = mapped_column(ForeignKey("enrolments.id"), index=True)
    sign: Mapped[Sign] = mapped_column(String(16))
    score: Mapped[int]  # 1 hardly worth a look … 100 impossible otherwise
    evidence: Mapped[dict[str, Any]] = mapped_column(JSON)  # proofs' keys, metres, seconds, with whom
    seen_at: Mapped[datetime] = mapped_column(Moment)
    finding: Mapped[Finding] = mapped_column(String(16), default=Finding.OPEN)
    found_by: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    found_at: Mapped[datetime | None] = mapped_column(Moment)
    remark: Mapped[str] = mapped_column(String(200), default="")
