"""Claims (补贴申领): who asks for which subsidy for whom, line by line, through two signatures to the payment."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Index,
    String,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from records import append_only
from records.claim_states import LEGAL, ClaimState
from records.database import Base, Moment

_LEGAL = ", ".join(sorted(f"'{before}>{after}'" for before, after in LEGAL))


class Claim(Base):
    """One application of one payee under one scheme."""

    __tablename__ = "claims"
    __table_args__ = (
        CheckConstraint("fen >= 0", name="fen"),
        CheckConstraint("part > 0", name="part"),
        CheckConstraint("approved_by is null or approved_by <> reviewed_by", name="two_people"),
        CheckConstraint(
            "(reviewed_by is null or submitted_by is null or reviewed_by <> submitted_by) and "
            "(approved_by is null or submitted_by is null or approved_by <> submitted_by)",
            name="not_the_submitter",
        ),
        CheckConstraint("(state in ('paid', 'written_off')) = (paid_on is not null)", name="paid_when"),
        CheckConstraint("paid_on is null or payment_ref <> ''", name="paid_with_a_reference"),
        CheckConstraint("notice_until is null or notice_until >= notice_from", name="notice"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(String(20), unique=True)
    key: Mapped[str] = mapped_column(String(64), unique=True)  # of the form it was made on: sent twice it is one claim
    region: Mapped[str] = mapped_column(String(6), index=True)
    policy_id: Mapped[str] = mapped_column(String(64))
    scheme_id: Mapped[str] = mapped_column(String(64), index=True)
    extension_id: Mapped[int | None] = mapped_column(ForeignKey("extensions.id"))
    part: Mapped[int] = mapped_column(default=1)  # which payment, where a subsidy is paid in parts
    payee: Mapped[str] = mapped_column(String(16))  # knowledge's Payee
    institution_id: Mapped[int | None] = mapped_column(ForeignKey("institutions.id"), index=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"), index=True)  # a worker who claims himself
    payee_name: Mapped[str] = mapped_column(String(80))
    account_sealed: Mapped[str] = mapped_column(String(300), default="")  # bank and account number
    class_id: Mapped[int | None] = mapped_column(ForeignKey("classes.id"), index=True)
    state: Mapped[ClaimState] = mapped_column(String(16), default=ClaimState.DRAFT, index=True)
    version: Mapped[int] = mapped_column(default=1)  # raised by every change: who decides names the one he read
    facts: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)  # of the claim as a whole, as in facts.yaml
    fen: Mapped[int] = mapped_column(BigInteger, default=0)  # sum of the lines that are paid
    applied_on: Mapped[date | None] = mapped_column(index=True)  # first submitted; the payment is due from here
    due_on: Mapped[date | None] = mapped_column(index=True)  # where the document sets a time for paying
    submitted_by: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    reviewed_by: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    approved_by: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    notice_from: Mapped[date | None]
    notice_until: Mapped[date | None]  # the last day of the public notice
    batch_id: Mapped[int | None] = mapped_column(ForeignKey("payment_batches.id"), index=True)
    paid_on: Mapped[date | None]
    payment_ref: Mapped[str] = mapped_column(String(64), default="")
    remark: Mapped[str] = mapped_column(String(500), default="")
    made_at: Mapped[datetime] = mapped_column(Moment)

    @property
    def thing(self) -> str:
        """How the audit log names it."""
        return f"claim:{self.id}"


class ClaimLine(Base):
    """What is asked for one person, with the working; blocked lines stay with their reasons and pay nothing."""

    __tablename__ = "claim_lines"
    __table_args__ = (
        UniqueConstraint("claim_id", "merit"),
        Index(
            "uq_claim_lines_paid_once",
            "merit",
            unique=True,
            sqlite_where=text("holds"),
            postgresql_where=text("holds"),
        ),
        CheckConstraint("fen >= 0", name="fen"),
        CheckConstraint("not holds or fen > 0", name="holds_money"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    claim_id: Mapped[int] = mapped_column(ForeignKey("claims.id"), index=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"), index=True)
    enrolment_id: Mapped[int | None] = mapped_column(ForeignKey("enrolments.id"))
    voucher_id: Mapped[int | None] = mapped_column(ForeignKey("vouchers.id"))
    certificate_id: Mapped[int | None] = mapped_column(ForeignKey("certificates.id"))
    # What is paid for and can be paid once, whoever asks: training:V12:1, certificate:C7:1, worker_upgrade:P3:高级工:电工:1
    merit: Mapped[str] = mapped_column(String(120))
    holds: Mapped[bool] = mapped_column(default=False)  # the merit is taken: from submission until it is given up
    fen: Mapped[int] = mapped_column(BigInteger, default=0)
    working: Mapped[str] = mapped_column(String(200), default="")  # 150×10＋100×10＝2500元
    facts: Mapped[dict[str, Any]] = mapped_column(
        JSON, default=dict
    )  # days, level, occupation_class … it was worked out from
    blocked: Mapped[list[str]] = mapped_column(JSON, default=list)  # one sentence a reason


class ClaimEvent(Base):
    """One move of a claim; append-only, in one order, and only between states that may follow each other."""

    __tablename__ = "claim_events"
    __table_args__ = (
        UniqueConstraint("claim_id", "number"),
        CheckConstraint(f"before is null or before || '>' || after in ({_LEGAL})", name="legal_move"),
        CheckConstraint("(number = 1) = (before is null and after = 'draft')", name="begins_as_a_draft"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    claim_id: Mapped[int] = mapped_column(ForeignKey("claims.id"))
    number: Mapped[int]
    before: Mapped[ClaimState | None] = mapped_column(String(16))
    after: Mapped[ClaimState] = mapped_column(String(16))
    at: Mapped[datetime] = mapped_column(Moment)
    actor: Mapped[str] = mapped_column(String(80))
    reason: Mapped[str] = mapped_column(String(500), default="")
    fen: Mapped[int] = mapped_column(BigInteger)  # the claim's sum at that moment


class Material(Base):
    """One paper of the checklist of a claim, with its file where it was handed in."""

    __tablename__ = "claim_materials"
    __table_args__ = (UniqueConstraint("claim_id", "name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    claim_id: Mapped[int] = mapped_column(ForeignKey("claims.id"))
    name: Mapped[str] = mapped_column(String(200))
    file_id: Mapped[int | None] = mapped_column(ForeignKey("files.id"))
    said: Mapped[str] = mapped_column(String(200), default="")  # where the paper is instead


append_only.hold(ClaimEvent.__table__)
