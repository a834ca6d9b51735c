"""Results: what became of a trainee at the class's assessment."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from records.database import Base, Moment


class Outcome(StrEnum):
    """How an assessment ended."""

    PASSED = "passed"
    FAILED = "failed"
    ABSENT = "absent"


OUTCOME_NAMES = {Outcome.PASSED: "合格", Outcome.FAILED: "不合格", Outcome.ABSENT: "未参加"}


class Result(Base):
    """One trainee's result; the class's hand-in makes it final."""

    __tablename__ = "results"

    enrolment_id: Mapped[int] = mapped_column(ForeignKey("enrolments.id"), primary_key=True)
    outcome: Mapped[Outcome] = mapped_column(String(16))
    score: Mapped[int | None]  # of 100
    on: Mapped[date]
    entered_by: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    entered_at: Mapped[datetime] = mapped_column(Moment)
