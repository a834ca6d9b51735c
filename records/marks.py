"""Marks: the attendance register, append-only; a correction is a new mark, and the marks of a session are chained."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from records import append_only
from records.database import Base, Moment

LATE_IN = timedelta(minutes=2)  # a mark that reached us later than this was kept back by bad reception


class Side(StrEnum):
    """Signing in or out."""

    IN = "in"
    OUT = "out"


class Status(StrEnum):
    """What a mark says."""

    PRESENT = "present"
    LATE = "late"
    MADE_UP = "made_up"  # missed the check-in, was there, and the trainer approved it
    LEAVE = "leave"  # excused: not absent, and not counted as there
    ABSENT = "absent"  # only as a correction
    OUT = "out"
    EARLY = "early"  # left before the end


STATUS_NAMES = {
    Status.PRESENT: "出勤",
    Status.LATE: "迟到",
    Status.MADE_UP: "补签",
    Status.LEAVE: "请假",
    Status.ABSENT: "缺勤",
    Status.OUT: "已签退",
    Status.EARLY: "早退",
}
THERE = frozenset({Status.PRESENT, Status.LATE, Status.MADE_UP})


class Mark(Base):
    """One line of the register. Of those for one trainee, session and side the last in the chain of corrections holds."""

    __tablename__ = "marks"
    __table_args__ = (
        UniqueConstraint("session_id", "number"),
        UniqueConstraint("corrects"),
        Index(
            "uq_marks_one_original",
            "enrolment_id",
            "session_id",
            "side",
            unique=True,
            sqlite_where=text("corrects is null"),
            postgresql_where=text("corrects is null"),
        ),
        CheckConstraint("(side = 'out') = (status in ('out', 'early'))", name="side_and_status"),
        CheckConstraint("corrects is null or reason <> ''", name="a_correction_has_a_reason"),
        CheckConstraint("number > 0", name="number_counts"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    session_id: Mapped[int] = mapped_column(ForeignKey("sessions.id"))
    number: Mapped[int]  # of the session's marks, from 1
    enrolment_id: Mapped[int] = mapped_column(ForeignKey("enrolments.id"))
    side: Mapped[Side] = mapped_column(String(4))
    status: Mapped[Status] = mapped_column(String(16))
    ways: Mapped[str] = mapped_column(String(60))  # the factors it stands on, joined by “+”
    at: Mapped[datetime] = mapped_column(Moment)  # when the trainee acted
    received_at: Mapped[datetime] = mapped_column(Moment)
    actor: Mapped[str] = mapped_column(String(80))  # worker, staff:3
    corrects: Mapped[int | None] = mapped_column(ForeignKey("marks.id"))
    reason: Mapped[str] = mapped_column(String(200), default="")
    message_id: Mapped[str] = mapped_column(String(200))
    before: Mapped[str] = mapped_column(String(64))
    hash: Mapped[str] = mapped_column(String(64), unique=True)

    @property
    def came_late(self) -> bool:
        """Did it reach us long after the trainee acted? It counts all the same, and is shown so."""
        return self.received_at - self.at > LATE_IN


append_only.hold(Mark.__table__)
