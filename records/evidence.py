"""Evidence of training: a photo or the address of a recording, with the day until which it is kept."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, deferred, mapped_column

from records.database import Base, Moment


class Evidence(Base):
    """One photo or link of a class, of one session where it was taken there."""

    __tablename__ = "evidence"
    __table_args__ = (CheckConstraint("(link = '') = (kind <> '')", name="photo_or_link"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    class_id: Mapped[int] = mapped_column(ForeignKey("classes.id"), index=True)
    session_id: Mapped[int | None] = mapped_column(ForeignKey("sessions.id"), index=True)
    said: Mapped[str] = mapped_column(String(120), default="")
    link: Mapped[str] = mapped_column(String(500), default="")
    kind: Mapped[str] = mapped_column(String(40), default="")  # media type of a photo
    photo: Mapped[bytes | None] = deferred(mapped_column(LargeBinary))
    checksum: Mapped[str] = mapped_column(String(64), default="")  # SHA-256 of the photo
    added_at: Mapped[datetime] = mapped_column(Moment)
    added_by: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    kept_until: Mapped[date]
