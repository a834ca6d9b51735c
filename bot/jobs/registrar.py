"""The registrar: takes a registry's sheet in batch by batch, and goes on after a kill where the last batch ended."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime

import structlog
from sqlalchemy.exc import DBAPIError

from config.settings import CHINA
from handlers import registry_sheets
from handlers.registry_sheets import Reader
from knowledge.regions import Regions
from records import registry, registry_desk
from records.database import Database
from records.errors import RecordsUnavailable, Refused
from records.registry import BATCH
from records.registry_runs import RegistryRun, RunState

_log = structlog.get_logger()
_TRIES = 5  # of one batch, before a clash is taken for a fault


class Registrar:
    """Does the runs for one process, the oldest first; or one run alone."""

    def __init__(
        self, database: Database, regions: Regions, clock: Callable[[], datetime], run_id: int | None = None
    ) -> None:
        self._database = database
        self._regions = regions
        self._clock = clock
        self._only = run_id
        self._clashes = 0
        self._open: tuple[int, Reader] | None = None  # the run in hand and its sheet

    async def batch(self) -> bool:
        """Do the next batch of rows; True when more may wait."""
        async with self._database.unit() as session:
            run = await registry_desk.next_run(session, self._only)
        if run is None:
            return False
        try:
            await self._next(run)
            self._clashes = 0
        except Refused as refusal:
            await self._fail(run, refusal.reason)
        except DBAPIError as error:  # somebody registered himself in this moment: undone, the batch comes again
            await self._clash(run, error)
        except RecordsUnavailable:
            self._open = None
            raise
        except Exception as error:
            await self._break_off(run, error)
        return True

    async def _next(self, run: RegistryRun) -> None:
        reader = await self._reader(run)
        start = reader.position
        lines = await asyncio.to_thread(reader.read, BATCH)
        async with self._database.unit() as session:
            await self._database.alone(session, "registry")  # two runs may name the same new person
            held = await session.get_one(RegistryRun, run.id, with_for_update=True, populate_existing=True)
            if held.done != start or held.state != RunState.RUNNING:  # another process did this batch
                self._open = None
            elif lines:
                await registry.take_in(session, held, lines, self._clock())
            else:
                await registry_desk.finish(session, held, self._clock())
                self._open = None

    async def _reader(self, run: RegistryRun) -> Reader:
        """The run's sheet, open at the first row that is not done."""
        if self._open is not None and self._open[0] == run.id:
            return self._open[1]
        async with self._database.unit() as session:
            _, content = await registry_desk.sheet_of(session, run)
        if run.state == RunState.WAITING:
            total = await asyncio.to_thread(registry_sheets.count, content)
            async with self._database.unit() as session:
                await registry_desk.begin(session, await session.get_one(RegistryRun, run.id), total)
        today = self._clock().astimezone(CHINA).date()
        reader = await asyncio.to_thread(Reader, content, run.region, self._regions, today)
        await asyncio.to_thread(reader.skip, run.done)
        self._open = run.id, reader
        return reader

    async def _clash(self, run: RegistryRun, error: DBAPIError) -> None:
        self._open, self._clashes = None, self._clashes + 1
        if self._clashes == _TRIES:
            await self._break_off(run, error)

    async def _break_off(self, run: RegistryRun, error: Exception) -> None:
        self._clashes = 0
        _log.error("registry run failed", run=run.id, error=type(error).__name__)  # its words may name people
        await self._fail(run, f"读完{run.done}行后出了意外，已导入的都在。请再传一次，还不行请联系技术人员。")

    async def _fail(self, run: RegistryRun, why: str) -> None:
        self._open = None
        async with self._database.unit() as session:
            held = await session.get_one(RegistryRun, run.id, with_for_update=True)
            await registry_desk.fail(session, held, why, self._clock())
