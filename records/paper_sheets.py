"""Sheets on paper: attendance of a whole session that a trainer enters afterwards and the office approves."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import JSON, CheckConstraint, ColumnElement, ForeignKey, Select, String, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from records.audience import place
from records.classes import TrainingClass
from records.database import Base, Moment
from records.errors import Refused
from records.excuses import Decision
from records.marks import Status
from records.sessions import Session
from records.staff import Staff


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


SHEET_NAMES = {Decision.ASKED: "等县人社局批", Decision.APPROVED: "已批准", Decision.REFUSED: "退回"}


@dataclass(frozen=True)
class Handed:
    """A sheet with the session and the class it is of."""

    sheet: PaperSheet
    sitting: Session
    training_class: TrainingClass

    @property
    def statuses(self) -> dict[int, Status]:
        """What the sheet says, by enrolment."""
        return {int(key): Status(status) for key, status in self.sheet.statuses.items()}


async def handed_for(session: AsyncSession, sheet_id: int, account: Staff) -> Handed:
    """The sheet with this key, for who decides on it; Refused for another place's account."""
    found = await _read(session, _sheets(PaperSheet.id == sheet_id, _within(account)))
    if not found:
        raise Refused("没有这份签到表，或者它不在您的辖区里。请从列表里点进去。")
    return found[0]


async def waiting(session: AsyncSession, account: Staff) -> list[Handed]:
    """The sheets that wait for the office of an account's region, the oldest first."""
    which = PaperSheet.decision == Decision.ASKED, _within(account)
    return await _read(session, _sheets(*which).order_by(PaperSheet.id))


async def decided(session: AsyncSession, account: Staff, most: int = 20) -> list[Handed]:
    """The sheets that were decided last, the latest first."""
    which = PaperSheet.decision != Decision.ASKED, _within(account)
    return await _read(session, _sheets(*which).order_by(PaperSheet.decided_at.desc()).limit(most))


async def of_class(session: AsyncSession, training_class: TrainingClass) -> list[Handed]:
    """Every sheet of a class, the latest first."""
    return await _read(session, _sheets(Session.class_id == training_class.id).order_by(PaperSheet.id.desc()))


def _within(account: Staff) -> ColumnElement[bool]:
    return TrainingClass.region.startswith(place(account.region))


def _sheets(*which: ColumnElement[bool]) -> Select[PaperSheet, Session, TrainingClass]:
    return (
        select(PaperSheet, Session, TrainingClass)
        .join(Session, Session.id == PaperSheet.session_id)
        .join(TrainingClass, TrainingClass.id == Session.class_id)
        .where(*which)
    )


async def _read(session: AsyncSession, sheets: Select[PaperSheet, Session, TrainingClass]) -> list[Handed]:
    rows = await session.execute(sheets)
    return [Handed(*row) for row in rows]
