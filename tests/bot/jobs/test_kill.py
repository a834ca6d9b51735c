"""A campaign whose process is killed goes on where it was, and nobody gets the notice twice."""

from __future__ import annotations

import asyncio
import sys
from asyncio.subprocess import Process
from collections import Counter
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from records import notices, recipients
from records.database import Database
from records.notices import State
from tests.bot.jobs.process import PACE
from tests.conftest import fresh
from tests.office import LINGCHUAN, a_follower, an_approved_notice

WORKERS = 40
PATIENCE = 90.0  # seconds until a process that does not get on is given up


@pytest.fixture
async def office(either_url: str, tmp_path: Path) -> AsyncIterator[tuple[str, Database]]:
    """Records that other processes reach too, with forty followers and a notice to all of them."""
    url = f"sqlite+aiosqlite:///{tmp_path / 'records.db'}" if "memory" in either_url else either_url
    database = await fresh(url)
    now = datetime.now(UTC)
    async with database.unit() as session:
        for number in range(WORKERS):
            await a_follower(session, f"worker-{number}", now, region=LINGCHUAN)
        await an_approved_notice(session, now)
    yield url, database
    await database.close()


async def a_process(url: str, journal: Path, *hang_at: int) -> Process:
    command = (sys.executable, "-m", "tests.bot.jobs.process", url, str(journal), *map(str, hang_at))
    return await asyncio.create_subprocess_exec(*command)


async def until(happened: Callable[[], bool], process: Process) -> None:
    async with asyncio.timeout(PATIENCE):
        while not happened():
            assert process.returncode is None, "the process ended by itself"
            await asyncio.sleep(0.02)


async def until_sent(database: Database) -> None:
    async with asyncio.timeout(PATIENCE):
        while True:
            async with database.unit() as session:
                if (await notices.get(session, 1)).state == State.SENT:
                    return
            await asyncio.sleep(0.1)


def lines(journal: Path) -> list[str]:
    return journal.read_text().splitlines() if journal.exists() else []


async def kill(process: Process) -> None:
    process.kill()
    await process.wait()


async def everybody_once(database: Database, journal: Path, kills: int) -> None:
    """Each worker reached once; only what was in hand at a kill was offered again."""
    reached = Counter(line.split()[1] for line in lines(journal) if not line.startswith("repeat"))
    assert reached == Counter(f"worker-{number}" for number in range(WORKERS))
    repeats = [line for line in lines(journal) if line.startswith("repeat")]
    assert len(repeats) <= kills * PACE.batch
    async with database.unit() as session:
        progress = (await recipients.progress(session, 1))[1]
    assert (progress.total, progress.sent, progress.left) == (WORKERS, WORKERS, 0)


async def test_killed_between_handing_over_and_writing_down(office: tuple[str, Database], tmp_path: Path) -> None:
    url, database = office
    journal = tmp_path / "journal"
    journal.touch()
    for hang_at in (7, 23):
        process = await a_process(url, journal, hang_at)
        await until(lambda at=hang_at: len(lines(journal)) >= at, process)  # type: ignore[misc]
        await kill(process)
    process = await a_process(url, journal)
    await until_sent(database)
    await kill(process)
    await everybody_once(database, journal, kills=2)
    assert "repeat" in journal.read_text()  # the message in doubt was offered again, under its own key


async def test_killed_again_and_again(office: tuple[str, Database], tmp_path: Path) -> None:
    url, database = office
    journal = tmp_path / "journal"
    journal.touch()
    for reached in (1, 30):
        process = await a_process(url, journal)
        await until(lambda count=reached: len(lines(journal)) >= count, process)  # type: ignore[misc]
        await kill(process)
    process = await a_process(url, journal)
    await until_sent(database)
    await kill(process)
    await everybody_once(database, journal, kills=2)


async def test_two_processes_share_one_campaign(office: tuple[str, Database], tmp_path: Path) -> None:
    url, database = office
    journal = tmp_path / "journal"
    journal.touch()
    processes = [await a_process(url, journal) for _ in range(2)]
    await until_sent(database)
    for process in processes:
        await kill(process)
    await everybody_once(database, journal, kills=0)
