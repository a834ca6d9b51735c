"""Sessions: the sittings of a class, with the windows in which one can sign in and out."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from records.database import Base, Moment

OPENS_BEFORE = timedelta(minutes=30)
LATE_AFTER = timedelta(minutes=5)
OUT_BEFORE = timedelta(minutes=10)  # signing out earlier than this before the end is leaving early
OUT_AFTER = timedelta(minutes=30)


class Part(StrEnum):
    """The part of a training day that a session fills."""

    MORNING = "morning"
    AFTERNOON = "afternoon"
    EVENING = "evening"


PART_NAMES = {Part.MORNING: "上午课", Part.AFTERNOON: "下午课", Part.EVENING: "晚课"}


class Session(Base):
    """One sitting of a class."""

    __tablename__ = "sessions"
    __table_args__ = (
        UniqueConstraint("class_id", "day", "part"),
        CheckConstraint("starts_at < ends_at", name="begins_before_it_ends"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    class_id: Mapped[int] = mapped_column(ForeignKey("classes.id"))
    day: Mapped[date] = mapped_column(index=True)
    part: Mapped[Part] = mapped_column(String(16))
    starts_at: Mapped[datetime] = mapped_column(Moment)
    ends_at: Mapped[datetime] = mapped_column(Moment)
    began_at: Mapped[datetime | None] = mapped_column(Moment)  # when the trainer began it
    cancelled_at: Mapped[datetime | None] = mapped_column(Moment)
    cancelled_why: Mapped[str] = mapped_column(String(200), default="")

    @property
    def thing(self) -> str:
        """How the audit log names it."""
        return f"session:{self.id}"

    @property
    def opens_at(self) -> datetime:
        """From when one can sign in."""
        return self.starts_at - OPENS_BEFORE

    def is_open(self, now: datetime) -> bool:
        """Can one sign in now?"""
        return self.cancelled_at is None and self.opens_at <= now <= self.ends_at

    def is_open_to_leave(self, now: datetime) -> bool:
        """Can one sign out now?"""
        return self.cancelled_at is None and self.starts_at <= now <= self.ends_at + OUT_AFTER
