"""What every test may use: a clock that can be set, empty records on SQLite and PostgreSQL, a house over them."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import asyncpg
import hypothesis
import pytest
from sqlalchemy import make_url

from config.settings import CHINA, Settings
from handlers.context import House
from handlers.house import open_house
from records.database import Database
from records.tables import METADATA
from records.vault import Vault

SECRET = "a secret for tests, nothing else"
POSTGRES = os.environ.get("SKILLPASS_TEST_POSTGRES", "postgresql+asyncpg://postgres@127.0.0.1:5432/postgres")
# A Friday morning: somebody is at the office.
MORNING = datetime(2026, 11, 20, 10, 0, tzinfo=CHINA)

hypothesis.settings.register_profile("any machine", deadline=None)  # how long an example takes is no result
hypothesis.settings.load_profile("any machine")


class Clock:
    """A clock that stands until it is moved."""

    def __init__(self, now: datetime = MORNING) -> None:
        self.now = now.astimezone(UTC)

    def __call__(self) -> datetime:
        return self.now

    def move(self, **by: float) -> None:
        """Let time pass, as timedelta counts it."""
        self.now += timedelta(**by)


@pytest.fixture(scope="session")
def shipped() -> House:
    """The house with the shipped knowledge, read once for all tests; its records are never opened."""
    return open_house(Settings(database_url="sqlite+aiosqlite:///:memory:", secret_key=SECRET))


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
async def either_url(request: pytest.FixtureRequest) -> AsyncIterator[str]:
    """The address of an empty database of each kind; the one on PostgreSQL is dropped afterwards."""
    if request.param == "sqlite":
        yield "sqlite+aiosqlite:///:memory:"
        return
    server = make_url(POSTGRES).set(drivername="postgresql")
    name = f"skillpass_test_{uuid4().hex}"
    await _tell(server.render_as_string(hide_password=False), f"create database {name}")
    yield make_url(POSTGRES).set(database=name).render_as_string(hide_password=False)
    await _tell(server.render_as_string(hide_password=False), f"drop database {name} with (force)")


@pytest.fixture
async def either(either_url: str) -> AsyncIterator[Database]:
    """Empty records, once on SQLite and once on PostgreSQL."""
    database = await fresh(either_url)
    yield database
    await database.close()


@pytest.fixture
async def house(shipped: House, clock: Clock) -> AsyncIterator[House]:
    """A house over empty records in memory, at the test's clock."""
    database = await fresh(shipped.settings.database_url)
    yield replace(shipped, database=database, clock=clock)
    await database.close()


async def fresh(url: str) -> Database:
    """Records with every table and no row."""
    database = Database(url, Vault(SECRET))
    async with database.engine.begin() as connection:
        await connection.run_sync(METADATA.create_all)
    return database


async def _tell(server: str, statement: str) -> None:
    try:
        connection = await asyncpg.connect(server, timeout=5)
    except (TimeoutError, OSError, asyncpg.PostgresError) as error:
        if os.environ.get("CI") == "true":
            raise
        pytest.skip(f"no PostgreSQL answers at {make_url(server).host}: {error}")
    await connection.execute(statement)
    await connection.close()
