"""One session of a class at another time, or not at all; its trainees are told."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from sqlalchemy import exists, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from config.settings import CHINA
from records import audit, reminders
from records.audit import Event
from records.class_states import CLASS_STATE_NAMES, ClassState
from records.classes import TrainingClass
from records.errors import Refused
from records.layouts import OPEN, check_span, of_class, part_of
from records.marks import Mark
from records.sessions import PART_NAMES, Part, Session
from records.staff import Staff
from records.trainers import hold_trainer


async def move_session(
    session: AsyncSession,
    sitting: Session,
    starts_at: datetime,
    ends_at: datetime,
    account: Staff,
    why: str,
    now: datetime,
) -> None:
    """Move a session and tell the trainees; Refused where its slot is taken, or another day has marks to lose."""
    training_class = await _hold(session, sitting, account, why)
    start, end = starts_at.astimezone(CHINA), ends_at.astimezone(CHINA)
    if starts_at <= now:
        raise Refused(f"要改到的时间{_at(start)}已经过了，请改到以后。")
    check_span(start, end)
    if start.date() != sitting.day and await _has_marks(session, sitting):
        raise Refused("这节课已经有人签到，不能改到别的日子；当天的时间可以改。")
    part = part_of(start.time())
    await _slot_is_free(session, sitting, start.date(), part, starts_at, ends_at)
    before = sitting.starts_at
    sitting.began_at = sitting.began_at if start.date() == sitting.day else None
    sitting.day, sitting.part, sitting.starts_at, sitting.ends_at = start.date(), part, starts_at, ends_at
    sitting.cancelled_at, sitting.cancelled_why = None, ""  # a cancelled session that gets a new time is held after all
    await _follow(session, training_class)
    told = {"from": before.isoformat(), "to": starts_at.isoformat(), "reason": why.strip()}
    remark = f"{_at(before)}的课改到{_at(start)}：{why.strip()}".rstrip("：")
    details = {"class": training_class.id, **told, "remark": remark}
    await _tell(session, Event.CLASS_SESSION_MOVE, training_class, sitting, account, now, details)


async def cancel_session(session: AsyncSession, sitting: Session, account: Staff, why: str, now: datetime) -> None:
    """Cancel a session and tell the trainees; Refused for one with marks in the register."""
    training_class = await _hold(session, sitting, account, why)
    if sitting.cancelled_at is not None:
        raise Refused("这节课已经取消过了。")
    if await _has_marks(session, sitting):
        raise Refused("这节课已经有人签到，不能取消。")
    sitting.cancelled_at, sitting.cancelled_why = now, why.strip()[:200]
    await _follow(session, training_class)
    remark = f"{_at(sitting.starts_at)}的课：{sitting.cancelled_why}".rstrip("：")
    details = {"class": training_class.id, "reason": sitting.cancelled_why, "remark": remark}
    await _tell(session, Event.CLASS_SESSION_CANCEL, training_class, sitting, account, now, details)


async def _hold(session: AsyncSession, sitting: Session, account: Staff, why: str) -> TrainingClass:
    """Keep a session and its class until the unit ends, for a trainer who may change them.

    Who checks in at the same moment holds the session while his mark is written: the mark is seen here, or comes later.
    """
    training_class = await session.get_one(TrainingClass, sitting.class_id)
    hold_trainer(training_class, account)
    for row in (training_class, sitting):
        await session.refresh(row, with_for_update={"key_share": True})
    if training_class.state not in OPEN:
        raise Refused(f"这个班现在是“{CLASS_STATE_NAMES[training_class.state]}”，课不能再改。")
    if training_class.state == ClassState.APPROVED and not why.strip():
        raise Refused("改课要写原因，学员会看到，请填一句再提交。")
    return training_class


async def _slot_is_free(
    session: AsyncSession, sitting: Session, day: date, part: Part, starts_at: datetime, ends_at: datetime
) -> None:
    same_slot = (Session.day == day) & (Session.part == part)
    same_time = (Session.starts_at < ends_at) & (Session.ends_at > starts_at) & Session.cancelled_at.is_(None)
    others = Session.class_id == sitting.class_id, Session.id != sitting.id
    taken = (await session.scalars(select(Session).where(*others, or_(same_slot, same_time)).limit(1))).one_or_none()
    if taken is None:
        return
    when = f"{taken.day.month}月{taken.day.day}日{PART_NAMES[Part(taken.part)]}"
    if taken.cancelled_at is not None:
        raise Refused(f"{when}取消过一节，要补上请改那一节的时间，它会恢复。")
    raise Refused(f"{when}（{taken.starts_at.astimezone(CHINA):%H:%M}开始）已经有课了，请换个时间。")


async def _has_marks(session: AsyncSession, sitting: Session) -> bool:
    return bool(await session.scalar(select(exists().where(Mark.session_id == sitting.id))))


async def _follow(session: AsyncSession, training_class: TrainingClass) -> None:
    """The class begins with its first session, wherever that is now."""
    await session.flush()
    days = [each.day for each in await of_class(session, training_class.id) if each.cancelled_at is None]
    training_class.starts = min(days, default=training_class.starts)


async def _tell(
    session: AsyncSession,
    event: Event,
    training_class: TrainingClass,
    sitting: Session,
    account: Staff,
    now: datetime,
    details: Mapping[str, object],
) -> None:
    await audit.append(session, event, account.actor, sitting.thing, now, **details)
    if training_class.state == ClassState.APPROVED:
        await reminders.changed(session, sitting, now)


def _at(moment: datetime) -> str:
    local = moment.astimezone(CHINA)
    return f"{local.month}月{local.day}日{local:%H:%M}"
