"""Employment after class: asked until it is known, and counted for the class once somebody has seen the proof."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from records.database import Base, Moment


class Work(StrEnum):
    """What is known of a trainee's work."""

    UNKNOWN = "unknown"
    LOOKING = "looking"
    WORKING = "working"  # says so
    PROVEN = "proven"  # somebody of the office has seen the proof
    REFUTED = "refuted"  # the proof does not show it


class WorkProof(StrEnum):
    """What proves it; any one does."""

    CONTRACT = "contract"
    WAGES = "wages"
    INSURANCE = "insurance"
    LICENCE = "licence"  # of a business of one's own


class Employment(Base):
    """What is known of one trainee's work after one class."""

    __tablename__ = "employments"
    __table_args__ = (
        CheckConstraint("state <> 'proven' or (file_id is not null and seen_by is not null)", name="proven"),
    )

    enrolment_id: Mapped[int] = mapped_column(ForeignKey("enrolments.id"), primary_key=True)
    state: Mapped[Work] = mapped_column(String(16), default=Work.UNKNOWN)
    employer: Mapped[str] = mapped_column(String(80), default="")
    since: Mapped[date | None]
    proof: Mapped[WorkProof | None] = mapped_column(String(16))
    file_id: Mapped[int | None] = mapped_column(ForeignKey("files.id"))
    asked_at: Mapped[datetime | None] = mapped_column(Moment)  # last
    asked: Mapped[int] = mapped_column(default=0)  # times
    told_at: Mapped[datetime | None] = mapped_column(Moment)
    seen_by: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    seen_at: Mapped[datetime | None] = mapped_column(Moment)
    remark: Mapped[str] = mapped_column(String(200), default="")
