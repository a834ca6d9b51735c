"""Jobs that outlive the process: DBOS remembers which campaign was running, the records how far it had come."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from tempfile import mkdtemp

import structlog
from dbos import DBOS, SetWorkflowID, StepOptions
from sqlalchemy import make_url

from bot.jobs.courier import Courier, Outbound, Pace, Step
from bot.jobs.nudger import Nudger
from bot.jobs.registrar import Registrar
from config.settings import Settings
from handlers.context import House
from records import anchors, campaigns, inbox, noticing, once, voucher_desk
from records.errors import RecordsUnavailable

_log = structlog.get_logger()
_EVERY = 15.0  # seconds between two looks at what is due
_REPLIES_KEPT = timedelta(days=3)
# Raised when the steps of the workflow change: runs of another version are not taken up, the records start new ones.
_VERSION = "1"
_BATCH = StepOptions(name="batch", retries_allowed=True, interval_seconds=1, backoff_rate=2, max_attempts=7)


class _Office:
    """What is running in this process."""

    def __init__(self, house: House, courier: Courier, nudger: Nudger) -> None:
        self.house = house
        self.courier = courier
        self.nudger = nudger
        self.registrar = Registrar(house.database, house.shelf.regions, house.clock)
        self.called = asyncio.Event()
        self.ticking = asyncio.create_task(_tick(self))


_office: _Office | None = None  # DBOS finds a workflow by its name after a crash, so its surroundings are the process's


async def start(house: House, outbound: Outbound, pace: Pace | None = None) -> None:
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
    _office = _Office(house, Courier(house, outbound, pace or Pace()), Nudger(house, outbound))
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
        is_more = False
        try:
            await _keep_house(office.house)
            await _start_due(office.house)
            await office.nudger.remind()
            is_more = await office.nudger.batch()
            is_more = await office.registrar.batch() or is_more
        except RecordsUnavailable as error:
            _log.warning("jobs wait for the records", error=str(error))
        office.called.clear()
        if is_more:
            continue
        try:
            await asyncio.wait_for(office.called.wait(), _EVERY)
        except TimeoutError:
            continue


async def _keep_house(house: House) -> None:
    """Let vouchers expire whose last day is over, pass on claims whose public notice is over, anchor yesterday's
    registers, drop replies no repeat will ask for."""
    async with house.database.unit() as session:
        now = house.clock()
        await anchors.anchor_days(session, now)
        await voucher_desk.expire_due(session, now, "jobs")
        await noticing.clear_due(session, now)
        await inbox.forget_before(session, now - _REPLIES_KEPT)
        await once.forget_before(session, now)


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
