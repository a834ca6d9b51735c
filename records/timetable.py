"""An account's timetable: which sessions it has to do with, and the moment a trainer begins one."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, select
from sqlalchemy.ext.asyncio import AsyncSession

from records import audit
from records.audit import Event
from records.class_states import ClassState
from records.classes import TrainingClass
from records.errors import Refused
from records.sessions import Session
from records.staff import Staff
from records.trainers import hold_trainer, visible

Sitting = tuple[TrainingClass, Session]
_TAUGHT = (ClassState.APPROVED, ClassState.ENDED, ClassState.HANDED_IN)
EARLIEST = timedelta(hours=2)  # before it starts: who is there so early sets the hall up


async def between(session: AsyncSession, account: Staff, first: date, last: date) -> list[Sitting]:
    """The sessions of local days, both included, that an account may see, in order; also those cancelled."""
    return await _of(session, visible(account), Session.day >= first, Session.day <= last)


async def of_everybody(session: AsyncSession, day: date) -> list[Sitting]:
    """Every session of a local day, in order; also those cancelled."""
    return await _of(session, Session.day == day)


async def open_now(session: AsyncSession, account: Staff, now: datetime, today: date) -> list[Sitting]:
    """Those of today in which one can check in now."""
    return [each for each in await between(session, account, today, today) if each[1].is_open(now)]


async def taught(session: AsyncSession, account: Staff) -> Sequence[TrainingClass]:
    """The classes that an account has to do with and whose register is open, in the order they started."""
    states = (ClassState.APPROVED, ClassState.ENDED)
    mine = select(TrainingClass).where(visible(account), TrainingClass.state.in_(states))
    return (await session.scalars(mine.order_by(TrainingClass.starts, TrainingClass.id))).all()


def may_begin(found: Sitting, now: datetime) -> bool:
    """Is it time to begin this session, or to go on with it?"""
    training_class, sitting = found
    is_held = sitting.cancelled_at is None and training_class.state == ClassState.APPROVED
    return is_held and sitting.starts_at - EARLIEST <= now <= sitting.ends_at


async def begin(session: AsyncSession, found: Sitting, account: Staff, now: datetime) -> bool:
    """Begin a session, once: False where it was begun before; Refused for one that cannot be begun now."""
    training_class, sitting = found
    hold_trainer(training_class, account)
    # Two taps at once: the second waits here and finds it begun.
    await session.refresh(sitting, with_for_update=True)
    if sitting.began_at is not None:
        return False
    if not may_begin(found, now):
        raise Refused(_why_not(found, now))
    sitting.began_at = now
    early = max(0, int((sitting.starts_at - now).total_seconds() // 60))
    await audit.append(session, Event.CLASS_SESSION_BEGIN, account.actor, sitting.thing, now, minutes_early=early)
    return True


async def _of(session: AsyncSession, *which: ColumnElement[bool]) -> list[Sitting]:
    rows = await session.execute(
        select(TrainingClass, Session)
        .join(Session, Session.class_id == TrainingClass.id)
        .where(TrainingClass.state.in_(_TAUGHT), *which)
        .order_by(Session.starts_at, Session.id)
    )
    return [(row[0], row[1]) for row in rows]


def _why_not(found: Sitting, now: datetime) -> str:
    training_class, sitting = found
    if sitting.cancelled_at is not None:
        return "这节课已经取消了，不能开始。"
    if training_class.state != ClassState.APPROVED:
        return "这个班已经结业，不能再开始上课。"
    if now < sitting.starts_at:
        return "还早：开课前2小时起才能点“开始上课”。"
    return "这节课的时间已经过了，不能再开始。"
