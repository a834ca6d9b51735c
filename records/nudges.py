"""Nudges: single messages that are due to one worker at a time: a reminder, a seat that became free, a decision."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from records.database import Base, Moment

# What came of a message, for staff to read.
OUTCOME_NAMES = {
    "": "还没发出",
    "sent": "送到了",
    "waiting": "暂时送不到",
    "failed": "没送到",
    "gone": "取消关注了",
    "late": "没赶上送",
    "unbound": "没有可送的账号",
}


class Nudge(Base):
    """One message to one person, sent once; its key says what it is about."""

    __tablename__ = "nudges"
    __table_args__ = (
        Index(
            "ix_nudges_due", "due_at", sqlite_where=text("done_at is null"), postgresql_where=text("done_at is null")
        ),
    )

    key: Mapped[str] = mapped_column(String(80), primary_key=True)  # eve:17:2026-11-22, seat:17
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    text: Mapped[str] = mapped_column(String(400))
    due_at: Mapped[datetime] = mapped_column(Moment)
    until: Mapped[datetime] = mapped_column(Moment)  # of no use to the worker after this
    done_at: Mapped[datetime | None] = mapped_column(Moment)
    outcome: Mapped[str] = mapped_column(String(16), default="")  # sent, waiting, failed, gone, late, unbound
    tries: Mapped[int] = mapped_column(default=0)
    # What a number that is sent back answers, with what the answer needs; None where nothing is asked.
    asks: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
