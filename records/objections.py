"""Objections to a public notice: anybody's, with a receipt; a claim is not paid while one is open."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from records.database import Base, Moment


class Answer(StrEnum):
    """What became of an objection."""

    OPEN = "open"
    UPHELD = "upheld"  # the claim goes back
    DISMISSED = "dismissed"  # with the reason


class Objection(Base):
    """One objection."""

    __tablename__ = "objections"
    __table_args__ = (CheckConstraint("(answer = 'open') = (answered_at is null)", name="answered_when"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    claim_id: Mapped[int] = mapped_column(ForeignKey("claims.id"), index=True)
    line_id: Mapped[int | None] = mapped_column(ForeignKey("claim_lines.id"))
    receipt: Mapped[str] = mapped_column(String(16), unique=True)
    said: Mapped[str] = mapped_column(String(500))
    openid: Mapped[str] = mapped_column(String(64), default="")  # empty: made without saying who
    file_id: Mapped[int | None] = mapped_column(ForeignKey("files.id"))  # a photo that shows it
    made_at: Mapped[datetime] = mapped_column(Moment)
    answer: Mapped[Answer] = mapped_column(String(16), default=Answer.OPEN)
    answered_by: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    answered_at: Mapped[datetime | None] = mapped_column(Moment)
    reason: Mapped[str] = mapped_column(String(500), default="")
