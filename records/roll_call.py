"""Calling the roll: a trainer enters who is there, and puts right what was entered wrong."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from records import register
from records.class_states import ClassState
from records.classes import Factor
from records.enrolments import Enrolment, Seating
from records.errors import Refused
from records.marks import STATUS_NAMES, Mark, Side, Status
from records.register import Entry
from records.sessions import OUT_AFTER
from records.staff import Staff
from records.timetable import Sitting
from records.trainers import hold_trainer

KEPT_BACK = timedelta(hours=24)  # how long a tap may wait on a phone without reception
_REGISTER_OPEN = (ClassState.APPROVED, ClassState.ENDED)
CALLED = (Status.PRESENT, Status.LATE, Status.LEAVE, Status.OUT)
CORRECTED = {
    Side.IN: (Status.PRESENT, Status.LATE, Status.LEAVE, Status.ABSENT),
    Side.OUT: (Status.OUT, Status.EARLY),
}


@dataclass(frozen=True)
class Tap:
    """What a trainer did, when, and when we heard of it."""

    account: Staff
    key: str  # natural key: the same tap has the same key however often it arrives
    at: datetime
    received_at: datetime

    def entry(self, status: Status) -> Entry:
        """The mark that it makes."""
        return Entry(status, str(Factor.TEACHER), self.at, self.received_at, self.account.actor, self.key)


def is_open(found: Sitting, now: datetime) -> bool:
    """Can the roll be called now?"""
    training_class, sitting = found
    is_held = sitting.cancelled_at is None and training_class.state in _REGISTER_OPEN
    return is_held and sitting.opens_at <= now <= sitting.ends_at + OUT_AFTER


async def call(session: AsyncSession, found: Sitting, enrolment_id: int, status: Status, tap: Tap) -> tuple[Mark, bool]:
    """Enter a trainee who was called; a mark that is there already stays, and False says so. Refused outside the window."""
    training_class, sitting = found
    _hold_open(found, tap.account)
    if status not in CALLED:
        raise Refused("点名只能点“到”“迟到”“请假”或“签退”。")
    if not tap.received_at - KEPT_BACK <= tap.at <= tap.received_at:
        raise Refused("这次点名在手机里放了超过24小时，没有记上。请用纸质签到表补录。")
    if tap.at < sitting.opens_at:
        raise Refused("还没到点名时间，开课前30分钟起可以点。")
    if tap.at > sitting.ends_at + OUT_AFTER:
        raise Refused("这节课的点名时间过了。漏签的请学员申请补签，或用纸质签到表补录。")
    enrolment = await session.get(Enrolment, enrolment_id)
    if enrolment is None or enrolment.class_id != training_class.id or enrolment.seating != Seating.SEATED:
        raise Refused("他不在这个班的名单里，请刷新看看。")
    if status == Status.OUT and not await register.latest(session, sitting, enrolment, Side.IN):
        raise Refused("他这节课还没签到，请先点“到”，再点“签退”。")
    return await register.enter(session, sitting, enrolment, tap.entry(status))


async def correct(session: AsyncSession, found: Sitting, mark_id: int, status: Status, reason: str, tap: Tap) -> Mark:
    """Put another mark in place of one, with the reason; the same tap again changes nothing more."""
    _, sitting = found
    _hold_open(found, tap.account)
    mark = await session.get(Mark, mark_id)
    if mark is None or mark.session_id != sitting.id:
        raise Refused("没有这条考勤，请刷新看看再改。")
    if status not in CORRECTED[Side(mark.side)]:
        raise Refused(f"这条考勤不能改成“{STATUS_NAMES[status]}”。")
    mine = Mark.corrects == mark.id, Mark.message_id == tap.key
    if earlier := (await session.scalars(select(Mark).where(*mine))).one_or_none():
        return earlier
    if mark.status == status:
        raise Refused(f"它现在就是“{STATUS_NAMES[status]}”，不用改。")
    return await register.correct(session, mark, tap.entry(status), reason)


def _hold_open(found: Sitting, account: Staff) -> None:
    """Refused for who does not teach this class, and for a register that is closed."""
    training_class, sitting = found
    hold_trainer(training_class, account)
    if sitting.cancelled_at is not None:
        raise Refused("这节课已经取消了，不记考勤。")
    if training_class.state not in _REGISTER_OPEN:
        raise Refused(
            "这个班的考勤已经上交，不能再改。" if training_class.handed_in_at else "这个班现在不上课，不记考勤。"
        )
