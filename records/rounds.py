"""Voucher rounds: so many vouchers offered to an audience, and of each person asked whether he wants one and what came of it."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, BigInteger, CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from records.audience import Audience
from records.database import Base, Moment


class RoundState(StrEnum):
    """Where a round stands."""

    SUBMITTED = "submitted"  # waits for the second person
    ASKING = "asking"
    CLOSED = "closed"
    CANCELLED = "cancelled"


ROUND_STATE_NAMES = {
    RoundState.SUBMITTED: "待批准",
    RoundState.ASKING: "正在问",
    RoundState.CLOSED: "已截止",
    RoundState.CANCELLED: "已取消",
}


class Answer(StrEnum):
    """What became of one person who is asked."""

    ASKED = "asked"
    WILLING = "willing"  # said yes; something is still to be told or found
    ISSUED = "issued"
    REFUSED = "refused"  # said yes, and may not have one
    DECLINED = "declined"
    SILENT = "silent"  # said nothing until the last day


ANSWER_NAMES = {
    Answer.ASKED: "等答复",
    Answer.WILLING: "要，还没办完",
    Answer.ISSUED: "已发券",
    Answer.REFUSED: "要，不符合",
    Answer.DECLINED: "不要",
    Answer.SILENT: "到期没答复",
}


class Round(Base):
    """One round; the two-person rule and the number of vouchers are held by the table too."""

    __tablename__ = "voucher_rounds"
    __table_args__ = (
        CheckConstraint("approved_by <> written_by", name="two_people"),
        CheckConstraint("state not in ('asking', 'closed') or approved_by is not null", name="approved_first"),
        CheckConstraint("issued between 0 and most", name="not_more_than_meant"),
        CheckConstraint("most > 0", name="most"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(36), unique=True)  # of the form it was written in: sent twice makes one
    policy_id: Mapped[str] = mapped_column(String(64))
    scheme_id: Mapped[str] = mapped_column(String(64))
    occupation: Mapped[str] = mapped_column(String(40))
    level: Mapped[str] = mapped_column(String(16), default="")  # empty: the worker is asked where it matters
    audience_kept: Mapped[dict[str, Any]] = mapped_column("audience", JSON)
    region: Mapped[str] = mapped_column(String(6), index=True)  # the audience's
    most: Mapped[int]  # vouchers
    issued: Mapped[int] = mapped_column(default=0)
    each_fen: Mapped[int | None] = mapped_column(
        BigInteger
    )  # the most that one comes to; None: the document fixes none
    until: Mapped[date]  # the last day for an answer
    state: Mapped[RoundState] = mapped_column(String(10), default=RoundState.SUBMITTED, index=True)
    written_by: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    approved_by: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    written_at: Mapped[datetime] = mapped_column(Moment)

    @property
    def audience(self) -> Audience:
        """Who is asked."""
        return Audience.load(self.audience_kept)

    @property
    def thing(self) -> str:
        """How the audit log names it."""
        return f"round:{self.id}"


class RoundAnswer(Base):
    """One person asked in a round."""

    __tablename__ = "round_answers"
    __table_args__ = (
        UniqueConstraint("round_id", "person_id"),
        UniqueConstraint("voucher_id"),
        CheckConstraint("(state = 'issued') = (voucher_id is not null)", name="issued_with_voucher"),
        Index("ix_round_answers_round_id_state", "round_id", "state"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("voucher_rounds.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    state: Mapped[Answer] = mapped_column(String(10), default=Answer.ASKED)
    reason: Mapped[str] = mapped_column(String(200), default="")
    answered_at: Mapped[datetime | None] = mapped_column(Moment)
    voucher_id: Mapped[int | None] = mapped_column(ForeignKey("vouchers.id"))

    @property
    def nudge(self) -> str:
        """The key of the message that asks."""
        return f"round:{self.round_id}:{self.person_id}"
