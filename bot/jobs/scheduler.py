"""Jobs that outlive the process: DBOS remembers which campaign was running, the records how far it had come."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from tempfile import mkdtemp
from typing import Protocol

import structlog
from dbos import DBOS, SetWorkflowID, StepOptions
from sqlalchemy import make_url
from sqlalchemy.ext.asyncio import AsyncSession

from bot.jobs.courier import Courier, Outbound, Pace, Step
from bot.jobs.nudger import Nudger
from bot.jobs.photographer import Camera, Photographer
from bot.jobs.registrar import Registrar
from config.settings import Settings
from handlers.context import House
from records import anchors, campaigns, guessing, holding, inbox, noticing, once, photo_tray, round_desk, voucher_desk
from records.errors import RecordsUnavailable

_log = structlog.get_logger()
_EVERY = 15.0  # seconds between two looks at what is due
_REPLIES_KEPT = timedelta(days=3)
# Raised when the steps of the workflow change: runs of another version are not taken up, the records start new ones.
_VERSION = "1"
_BATCH = StepOptions(name="batch", retries_allowed=True, interval_seconds=1, backoff_rate=2, max_attempts=7)


Work = Callable[[], Awaitable[bool | None]]
Keep = Callable[[AsyncSession, datetime], Awaitable[object]]


class WeChat(Outbound, Camera, Protocol):
    """The way to workers' chats, and to what they photographed."""


class _Office:
    """What is running in this process."""

    def __init__(self, house: House, courier: Courier, nudger: Nudger, photographer: Photographer) -> None:
        self.house = house
        self.courier = courier
        self.nudger = nudger
        self.photographer = photographer
        self.registrar = Registrar(house.database, house.shelf.regions, house.clock)
        self.called = asyncio.Event()
        self.ticking = asyncio.create_task(_tick(self))


_office: _Office | None = None  # DBOS finds a workflow by its name after a crash, so its surroundings are the process's


async def start(house: House, outbound: WeChat, pace: Pace | None = None) -> None:
    """Take up what was running when the last process ended, and look every quarter minute for what is due."""
    global _office
    DBOS(
        config={
            "name": "skillpass",
            "system_database_url": jobs_url(house.settings),
            "application_version": _VERSION,
            "executor_id": "office",
            "log_level": "WARNING",
        }
    )
    courier, nudger = Courier(house, outbound, pace or Pace()), Nudger(house, outbound)
    _office = _Office(house, courier, nudger, Photographer(house, outbound))
    DBOS.launch()  # on this thread: workflows then run on this event loop, beside the rest of the service


async def stop() -> None:
    """End after the batches in hand; what is not finished goes on with the next start."""
    global _office
    if _office is None:
        return
    await _office.nudger.stop()
    _office.ticking.cancel()
    await _office.courier.stop()
    loop = asyncio.get_running_loop()
    with ThreadPoolExecutor(1) as aside:  # DBOS waits for its threads, which may be waiting for this loop
        await loop.run_in_executor(aside, DBOS.destroy)
    loop.set_default_executor(ThreadPoolExecutor())  # DBOS put its own in its place and has shut that down
    _office = None


def wake() -> None:
    """Look at once for what is due, as after an approval."""
    if _office is not None:
        _office.called.set()


@DBOS.workflow(name="notice campaign")
async def campaign(notice_id: int, run: int) -> None:
    """One run of one notice, batch by batch; after a kill it goes on with the batch that was in hand."""
    while await DBOS.run_step_async(_BATCH, _batch, notice_id, run) == Step.MORE:
        pass


async def _batch(notice_id: int, run: int) -> str:
    assert _office is not None, "campaigns run between start and stop"
    return (await _office.courier.batch(notice_id, run)).value


async def _tick(office: _Office) -> None:
    while True:
        office.called.clear()  # before the look: whoever calls during it is heard
        works: list[Work] = [partial(_keep, office.house, keep) for keep in _KEEPING]
        works += [
            partial(_lapse, office.house),
            partial(_start_due, office.house),
            office.nudger.remind,
            office.photographer.batch,
            office.nudger.batch,
            office.registrar.batch,
        ]
        if any([await _look(work) for work in works]):
            continue
        try:
            await asyncio.wait_for(office.called.wait(), _EVERY)
        except TimeoutError:
            continue


async def _look(work: Work) -> bool:
    """Do one piece of work, and say whether there is more of it at once; what fails must not stop the others."""
    try:
        return bool(await work())
    except RecordsUnavailable as error:
        _log.warning("a job waits for the records", error=str(error))
    except Exception:
        _log.exception("a job failed and will be tried again")
    return False


async def keep_house(house: House) -> None:
    """Do once what time alone brings about: expiries, notices that are over, anchors, what is kept no longer, seats."""
    for keep in _KEEPING:
        await _keep(house, keep)
    while await _lapse(house):
        pass


async def _keep(house: House, keep: Keep) -> None:
    async with house.database.unit() as session:
        await keep(session, house.clock())


async def _expire(session: AsyncSession, now: datetime) -> None:
    await voucher_desk.expire_due(session, now, "jobs")


async def _forget_replies(session: AsyncSession, now: datetime) -> None:
    await inbox.forget_before(session, now - _REPLIES_KEPT)


_KEEPING: tuple[Keep, ...] = (
    anchors.anchor_days,
    _expire,
    round_desk.close_due,
    noticing.clear_due,
    _forget_replies,
    photo_tray.forget_before,
    once.forget_before,
    guessing.forget_old,
)


async def _lapse(house: House) -> bool:
    """Give back the held seats of one class whose day is over."""
    async with house.database.unit() as session:
        return await holding.lapse_next(session, house.clock())


async def _start_due(house: House) -> None:
    async with house.database.unit() as session:
        running = await campaigns.due(session, house.clock())
    for notice_id, run in running:
        with SetWorkflowID(f"notice-{notice_id}-{run}"):  # a run that exists already is not started again
            await DBOS.start_workflow_async(campaign, notice_id, run)


def jobs_url(settings: Settings) -> str:
    """Where DBOS keeps its state: the same PostgreSQL, or a file beside the SQLite one."""
    url = make_url(settings.jobs_url or settings.database_url)
    if url.get_backend_name() != "sqlite":
        return url.set(drivername="postgresql").render_as_string(hide_password=False)
    if settings.jobs_url:
        return url.set(drivername="sqlite").render_as_string(hide_password=False)
    if url.database in (None, "", ":memory:"):  # nothing outlives such a process; DBOS still needs a file
        return f"sqlite:///{mkdtemp(prefix='skillpass-')}/jobs.db"
    records = Path(str(url.database))
    return f"sqlite:///{records.with_name(records.stem + '-jobs.db')}"
