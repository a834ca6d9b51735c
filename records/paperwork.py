"""Attendance from paper: a trainer enters the sheet of a session, another person at the office lets it count."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from records import audit, register, seats
from records.audit import Event
from records.class_states import ClassState, hold_unfinished
from records.classes import Factor, TrainingClass
from records.enrolments import Enrolment, Seating
from records.errors import Refused
from records.evidence import Evidence
from records.excuses import Decision
from records.marks import THERE, Mark, Status
from records.paper_sheets import Handed, PaperSheet
from records.proofs import Proof
from records.register import Entry
from records.sessions import LATE_AFTER, Session
from records.staff import Role, Staff
from records.trainers import hold_trainer

ON_PAPER = (Status.PRESENT, Status.LATE, Status.LEAVE, Status.ABSENT)
DECIDERS = (Role.CLERK, Role.REVIEWER, Role.APPROVER)


async def hand_up(
    session: AsyncSession,
    found: tuple[TrainingClass, Session],
    statuses: Mapping[int, Status],
    reason: str,
    photo: Evidence | None,
    account: Staff,
    now: datetime,
) -> PaperSheet:
    """Enter the sheet of a session that is over; it counts once the office approves it."""
    training_class, sitting = found
    hold_trainer(training_class, account)
    # The form may be sent twice: the second waits here and is told of the first.
    await session.refresh(sitting, with_for_update={"key_share": True})
    await session.refresh(training_class)
    _hold_over(training_class, sitting, now)
    if not reason.strip():
        raise Refused("为什么要用纸质补录，请写一句，如“停电，签到设备用不了”。")
    if set(statuses) != {enrolment.id for enrolment, _ in await seats.roster(session, training_class.id)}:
        raise Refused("名册刚刚变了，每个人都要选一项。请刷新后再填。")
    if set(statuses.values()) - set(ON_PAPER):
        raise Refused("纸质补录只有“到”“迟到”“请假”“缺”四种，请重新选。")
    mine = PaperSheet.session_id == sitting.id, PaperSheet.decision == Decision.ASKED
    if (await session.scalars(select(PaperSheet).where(*mine))).first():
        raise Refused("这节课已经有一份签到表在等县人社局审批，等批完再交。")
    sheet = PaperSheet(
        session_id=sitting.id,
        statuses={str(key): str(status) for key, status in statuses.items()},
        reason=reason.strip(),
        evidence_id=photo.id if photo else None,
        entered_by=account.id,
        entered_at=now,
        decision=Decision.ASKED,
    )
    session.add(sheet)
    await session.flush()
    await _log(session, Event.CLASS_PAPER_ENTER, sheet, sitting, account, now, reason=sheet.reason)
    return sheet


async def approve(session: AsyncSession, handed: Handed, account: Staff, now: datetime) -> list[Mark]:
    """Let a sheet count; who has a mark already keeps it. Returns the marks that were entered."""
    await _decide(session, handed, Decision.APPROVED, "", account, now)
    seated = Enrolment.class_id == handed.training_class.id, Enrolment.seating == Seating.SEATED
    trainees = {each.id: each for each in await session.scalars(select(Enrolment).where(*seated))}
    entries = [entry for entry in _entries(handed, now) if entry[0] in trainees]
    marks = await register.enter_all(session, handed.sitting, [(trainees[key], entry) for key, entry in entries])
    session.add_all(_proof(mark) for mark in marks if mark.status in THERE)
    await session.flush()
    sheet, sitting = handed.sheet, handed.sitting
    await _log(session, Event.CLASS_PAPER_APPROVE, sheet, sitting, account, now, marks=len(marks))
    return marks


async def refuse(session: AsyncSession, handed: Handed, account: Staff, remark: str, now: datetime) -> None:
    """Send a sheet back, with what is wrong with it; nothing of it counts."""
    if not remark.strip():
        raise Refused("退回要写哪里不对，老师才知道怎么改，请填一句。")
    await _decide(session, handed, Decision.REFUSED, remark.strip(), account, now)
    await _log(
        session, Event.CLASS_PAPER_REFUSE, handed.sheet, handed.sitting, account, now, remark=handed.sheet.remark
    )


def _hold_over(training_class: TrainingClass, sitting: Session, now: datetime) -> None:
    hold_unfinished(training_class.state)
    if training_class.state not in (ClassState.APPROVED, ClassState.ENDED):
        raise Refused("这个班还没批准或已取消，没有考勤可补。")
    if sitting.cancelled_at is not None:
        raise Refused("这节课已经取消了，不用补考勤。")
    if now <= sitting.ends_at:
        raise Refused("这节课还没下课。下课后才能用纸质签到表补录，现在请点名。")


async def _decide(
    session: AsyncSession, handed: Handed, decision: Decision, remark: str, account: Staff, now: datetime
) -> None:
    sheet, training_class = handed.sheet, handed.training_class
    if account.institution_id is not None or not account.holds(*DECIDERS):
        raise Refused("签到表要县人社局的经办、审核或批准人员来批，您的账号不能批。")
    # Two colleagues may decide at once: the second waits here and is told what the first decided.
    await session.refresh(sheet, with_for_update=True)
    if sheet.entered_by == account.id:
        raise Refused("自己填的签到表不能自己批，请另一位同事来批。")
    if sheet.decision != Decision.ASKED:
        raise Refused(f"这份签到表已经{'批准' if sheet.decision == Decision.APPROVED else '退回'}了，不用再批。")
    hold_unfinished(training_class.state)
    sheet.decision, sheet.remark = decision, remark
    sheet.decided_by, sheet.decided_at = account.id, now


def _entries(handed: Handed, now: datetime) -> Iterator[tuple[int, Entry]]:
    """The marks that a sheet makes: absent is no mark; where signing out is asked for, the sheet shows that, too."""
    sheet, sitting = handed.sheet, handed.sitting
    for key, status in handed.statuses.items():
        if status is Status.ABSENT:
            continue
        at = sitting.starts_at + LATE_AFTER if status is Status.LATE else sitting.starts_at
        yield key, _entry(sheet, key, status, at, now)
        if status in THERE and handed.training_class.sign_out:
            yield key, _entry(sheet, key, Status.OUT, sitting.ends_at, now)


def _entry(sheet: PaperSheet, key: int, status: Status, at: datetime, now: datetime) -> Entry:
    message_id = f"paper:{sheet.id}:{key}:{status}"
    return Entry(status, str(Factor.PAPER), at, now, f"staff:{sheet.entered_by}", message_id)


def _proof(mark: Mark) -> Proof:
    return Proof(
        enrolment_id=mark.enrolment_id,
        session_id=mark.session_id,
        factor=Factor.PAPER,
        at=mark.at,
        received_at=mark.received_at,
        taken=True,
        channel="paper",
        message_id=mark.message_id,
    )


async def _log(
    session: AsyncSession,
    event: Event,
    sheet: PaperSheet,
    sitting: Session,
    account: Staff,
    now: datetime,
    **more: object,
) -> None:
    await audit.append(
        session, event, account.actor, f"class:{sitting.class_id}", now, sitting=sitting.id, sheet=sheet.id, **more
    )
