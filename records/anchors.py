"""Anchors: what the audit log says of the registers at the end of each day, and whether they still agree with it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from config.settings import CHINA
from records import audit, register, shared
from records.audit import Event
from records.classes import TrainingClass
from records.marks import Mark
from records.sessions import PART_NAMES, Part, Session

_DONE = "registers anchored"  # name of the setting that keeps the last day that was anchored
_AT_MOST = timedelta(days=31)  # how far back is caught up after the service stood still


@dataclass
class Found:
    """What an examination of every register found."""

    sessions: int = 0
    marks: int = 0
    broken: dict[str, str] = field(default_factory=dict)  # 焊工3班 11月20日上午课（编号17） → what is wrong with it


async def anchor_days(session: AsyncSession, now: datetime) -> None:
    """Anchor the registers of every class that was taught on the days that have ended since the last time."""
    today = now.astimezone(CHINA).date()
    done = await shared.get(session, _DONE, now)
    last = date.fromisoformat(done.value) if done else today - _AT_MOST
    if last >= today - timedelta(days=1):
        return
    taught = select(Session.class_id).where(Session.day > last, Session.day < today)
    classes = select(TrainingClass).where(TrainingClass.id.in_(taught)).order_by(TrainingClass.id)
    for training_class in await session.scalars(classes):
        await register.anchor(session, training_class, "jobs", now)
    await shared.put(session, _DONE, (today - timedelta(days=1)).isoformat(), None)


async def verify(session: AsyncSession) -> Found:
    """Walk every session's register and compare it with all that was anchored of it."""
    found, anchored = Found(), defaultdict[int, list[tuple[int, str]]](list)
    async for sitting, number, end in _anchored(session):
        anchored[sitting].append((number, end))
    rows = await session.execute(select(Mark.session_id, func.count()).group_by(Mark.session_id))
    counts = dict(rows.tuples().all())
    for sitting in sorted(counts.keys() | anchored.keys()):
        found.sessions, found.marks = found.sessions + 1, found.marks + counts.get(sitting, 0)
        if why := await register.fault(session, sitting, anchored[sitting]):
            found.broken[await _named(session, sitting)] = why
    return found


async def _named(session: AsyncSession, session_id: int) -> str:
    sitting = await session.get(Session, session_id)
    if sitting is None:
        return f"编号{session_id}（这节课也被删了）"
    training_class = await session.get_one(TrainingClass, sitting.class_id)
    day = f"{sitting.day.month}月{sitting.day.day}日{PART_NAMES[Part(sitting.part)]}"
    return f"{training_class.name} {day}（编号{session_id}）"


async def _anchored(session: AsyncSession) -> AsyncIterator[tuple[int, int, str]]:
    entries = select(audit.Entry.details).where(audit.Entry.event == Event.CLASS_REGISTER_ANCHOR)
    async for details in await session.stream_scalars(entries.order_by(audit.Entry.number)):
        for sitting, (number, end) in details["sessions"].items():
            yield int(sitting), number, end
