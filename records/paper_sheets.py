"""Sheets on paper: attendance of a whole session that a trainer enters afterwards and the office approves."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import JSON, CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from records.database import Base, Moment
from records.excuses import Decision


class PaperSheet(Base):
    """One session's attendance from paper; it counts once approved."""

    __tablename__ = "paper_sheets"
    __table_args__ = (
        CheckConstraint("decided_by is null or decided_by <> entered_by", name="second_person"),
        CheckConstraint("(decision = 'asked') = (decided_at is null)", name="decided_when"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    session_id: Mapped[int] = mapped_column(ForeignKey("sessions.id"), index=True)
    statuses: Mapped[dict[str, str]] = mapped_column(JSON)  # enrolment key → present, late, leave, absent
    reason: Mapped[str] = mapped_column(String(200))
    evidence_id: Mapped[int | None] = mapped_column(ForeignKey("evidence.id"))  # photo of the sheet
    entered_by: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    entered_at: Mapped[datetime] = mapped_column(Moment)
    decision: Mapped[Decision] = mapped_column(String(16), default=Decision.ASKED, index=True)
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    decided_at: Mapped[datetime | None] = mapped_column(Moment)
    remark: Mapped[str] = mapped_column(String(200), default="")
