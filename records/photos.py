"""Photos that workers send in the chat: fetched in the background, kept sealed until it is known what they belong to."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String, text
from sqlalchemy.orm import Mapped, deferred, mapped_column

from records.database import Base, Moment


class Photo(Base):
    """One photo; once it is placed, its content is a stored file and this row only says where it went."""

    __tablename__ = "photos"
    __table_args__ = (
        CheckConstraint("(file_id is null) = (placed_at is null)", name="placed_when"),
        CheckConstraint("file_id is null or (sealed is null and target <> '')", name="placed_where"),
        CheckConstraint("problem = '' or (sealed is null and due_at is null)", name="lost"),
        Index(
            "ix_photos_due",
            "due_at",
            sqlite_where=text("due_at is not null"),
            postgresql_where=text("due_at is not null"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(200), unique=True)  # of the message
    openid: Mapped[str] = mapped_column(String(64), index=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"), index=True)
    media_id: Mapped[str] = mapped_column(String(200))  # by which WeChat gives it out, for three days
    sent_at: Mapped[datetime] = mapped_column(Moment)
    due_at: Mapped[datetime | None] = mapped_column(Moment)  # to be fetched; empty: it is here, or lost
    tries: Mapped[int] = mapped_column(default=0)
    problem: Mapped[str] = mapped_column(String(120), default="")  # why it could not be had
    sealed: Mapped[bytes | None] = deferred(mapped_column(LargeBinary))  # encrypted
    is_here: Mapped[bool] = mapped_column(default=False)  # its content was fetched
    target: Mapped[str] = mapped_column(String(40), default="")  # work:contract, paper:3, claim:7, objection:2
    set_aside: Mapped[bool] = mapped_column(default=False)  # the worker says it is none of what is waited for
    file_id: Mapped[int | None] = mapped_column(ForeignKey("files.id"))
    placed_at: Mapped[datetime | None] = mapped_column(Moment)
    kept_until: Mapped[datetime] = mapped_column(Moment)
