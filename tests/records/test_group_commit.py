"""Short units that wait together share one commit: each is undone alone, and none is told before all is on the disk."""

from __future__ import annotations

import asyncio
import sqlite3
from collections import Counter
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import event, select

from records.database import Database, Setting
from records.errors import RecordsUnavailable
from records.near import NearConnection
from tests.conftest import fresh


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    opened = await fresh(f"sqlite+aiosqlite:///{tmp_path / 'records.db'}")
    yield opened
    await opened.close()


@pytest.fixture
def commits(database: Database) -> Counter[str]:
    counted: Counter[str] = Counter()
    event.listen(database.engine.sync_engine, "commit", lambda connection: counted.update(["commit"]))
    return counted


async def write(database: Database, name: str, *, fails: bool = False) -> str:
    async with database.unit(short=True) as session:
        session.add(Setting(name=name, value="written"))
        await session.flush()
        if fails:
            raise ArithmeticError(name)
    return name


async def written(database: Database) -> set[str]:
    async with database.unit() as session:
        return set(await session.scalars(select(Setting.name)))


async def test_those_who_wait_together_are_committed_together(database: Database, commits: Counter[str]) -> None:
    names = {f"setting {number}" for number in range(40)}
    assert set(await asyncio.gather(*(write(database, name) for name in names))) == names
    assert commits["commit"] <= 4
    assert await written(database) == names


async def test_one_that_fails_is_undone_alone(database: Database) -> None:
    tasks = [write(database, f"setting {number}", fails=number % 3 == 0) for number in range(12)]
    told = await asyncio.gather(*tasks, return_exceptions=True)
    assert [isinstance(each, ArithmeticError) for each in told] == [number % 3 == 0 for number in range(12)]
    assert await written(database) == {f"setting {number}" for number in range(12) if number % 3}


async def test_nobody_is_told_that_it_is_done_when_the_commit_fails(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fail(connection: NearConnection) -> None:
        raise sqlite3.OperationalError("database or disk is full")

    with monkeypatch.context() as patch:
        patch.setattr(NearConnection, "commit", fail)
        writes = [write(database, f"setting {number}") for number in range(3)]
        told = await asyncio.gather(*writes, return_exceptions=True)
    assert all(isinstance(each, RecordsUnavailable) for each in told), told
    assert await written(database) == set()
    assert await write(database, "once there is room") == "once there is room"


async def test_one_who_goes_away_while_waiting_holds_nobody_up(database: Database) -> None:
    tasks = [asyncio.create_task(write(database, f"setting {number}")) for number in range(6)]
    await asyncio.sleep(0)
    for task in tasks[1:]:
        task.cancel()
    assert await asyncio.wait_for(tasks[0], 5) == "setting 0"
    assert "setting 6" in await asyncio.wait_for(asyncio.gather(write(database, "setting 6"), written(database)), 5)


async def test_other_units_get_their_turn_between_groups(database: Database) -> None:
    short = [asyncio.create_task(write(database, f"setting {number}")) for number in range(50)]
    seen = await asyncio.wait_for(written(database), 5)
    await asyncio.gather(*short)
    assert len(seen) < 50
