"""Sending a notice: when it begins, which run of it is the right one, when it is over."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from config.settings import CHINA
from records import audit, notices, recipients
from records.audit import Event
from records.notices import Notice, State
from records.subscriptions import Topic

_LATE = timedelta(days=7)  # how long a sent notice is still brought to those who could not be reached
_SILENT = timedelta(minutes=2)  # a run that took no batch for so long is dead


async def due(session: AsyncSession, now: datetime) -> list[tuple[int, int]]:
    """Start what is to be sent now and give (notice, run) of all that must be running.

    That is: approved notices whose time has come, sent notices with somebody held back to whom a way has opened, and
    notices whose run fell silent, which get a new one.
    """
    for notice in await _locked(session, State.APPROVED, or_(Notice.send_at.is_(None), Notice.send_at <= now)):
        await begin(session, notice, now)
    for notice in await _locked(session, State.SENT, Notice.ended_at > now - _LATE):
        if await recipients.wake(session, notice.id, now):
            notice.start("补发", now)
    for notice in await _locked(session, State.SENDING, Notice.beat_at < now - _SILENT):
        notice.run, notice.beat_at = notice.run + 1, now
    running = await session.execute(select(Notice.id, Notice.run).where(Notice.state == State.SENDING))
    return [(id, run) for id, run in running]


async def begin(session: AsyncSession, notice: Notice, now: datetime) -> None:
    """Write down everybody an approved notice goes to and start sending."""
    today = now.astimezone(CHINA).date()
    await recipients.enumerate_for(session, notice.id, notice.audience, Topic(notice.topic), today)
    notice.begun_at = now
    notice.start("发送", now)
    count = (await recipients.progress(session, notice.id))[notice.id].total
    await audit.append(session, Event.NOTICE_SENDING_BEGIN, "jobs", notice.thing, now, recipients=count)


async def beat(session: AsyncSession, notice_id: int, run: int, now: datetime) -> Notice | None:
    """The notice, if this run is still the one that sends it; marks that the run is alive."""
    notice = await notices.get(session, notice_id)
    if notice.state != State.SENDING or notice.run != run:
        return None
    notice.beat_at = now
    return notice


def rest(notice: Notice, until: datetime) -> None:
    """Nobody can be sent to before this moment: a new run begins some time after it."""
    notice.beat_at = until


def finish(notice: Notice, now: datetime) -> None:
    """Everybody on the list has been tried."""
    notice.move("结束")
    notice.ended_at = now


async def _locked(session: AsyncSession, state: State, *when: ColumnElement[bool]) -> Sequence[Notice]:
    """Notices in a state that no other process is dealing with at this moment."""
    found = select(Notice).where(Notice.state == state, *when).order_by(Notice.id)
    return (await session.scalars(found.with_for_update(skip_locked=True))).all()
