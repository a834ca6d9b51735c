"""What every test may use: a clock that can be set, empty records on SQLite and PostgreSQL, a house over them."""

from __future__ import annotations

import asyncio
import os
import sqlite3
from collections.abc import AsyncIterator, Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any
from uuid import uuid4

import asyncpg
import hypothesis
import pytest
from argon2 import PasswordHasher
from sqlalchemy import StaticPool, create_engine, make_url

from config.settings import CHINA, Settings
from handlers.context import House
from handlers.house import open_house
from records import staff
from records.database import Database
from records.tables import METADATA
from records.vault import Vault

SECRET = "a secret for tests, nothing else"
POSTGRES = os.environ.get("SKILLPASS_TEST_POSTGRES", "postgresql+asyncpg://postgres@127.0.0.1:5432/postgres")
# A Friday morning: somebody is at the office.
MORNING = datetime(2026, 11, 20, 10, 0, tzinfo=CHINA)

hypothesis.settings.register_profile("any machine", deadline=None)  # how long an example takes is no result
hypothesis.settings.load_profile("any machine")
# A hash that is hard to guess is slow by purpose, and the tests open thousands of accounts.
staff._HASHER = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


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
    name = f"skillpass_test_{uuid4().hex}"
    await _tell(_server(), f"create database {name}")
    yield make_url(POSTGRES).set(database=name).render_as_string(hide_password=False)
    await _tell(_server(), f"drop database {name} with (force)")


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
async def either(request: pytest.FixtureRequest) -> AsyncIterator[Database]:
    """Empty records, once on SQLite and once on PostgreSQL, where one database is emptied after each test."""
    if request.param == "sqlite":
        database = await fresh("sqlite+aiosqlite:///:memory:")
        yield database
        await database.close()
        return
    name = request.getfixturevalue("postgres")
    database = Database(make_url(POSTGRES).set(database=name).render_as_string(hide_password=False), Vault(SECRET))
    yield database
    await database.close()
    await _tell(_server(name), _EMPTIED)
    if await _triggers(name) != _made[name]:  # the test went behind the database's back
        await _tell(_server(), f"drop database {name} with (force)")
        await _make(name)


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """The name of a PostgreSQL database with every table and no row."""
    name = f"skillpass_test_{uuid4().hex}"
    _aside(_make(name))
    yield name
    _aside(_tell(_server(), f"drop database {name} with (force)"))


@pytest.fixture
async def house(shipped: House, clock: Clock) -> AsyncIterator[House]:
    """A house over empty records in memory, at the test's clock."""
    database = await fresh(shipped.settings.database_url)
    yield replace(shipped, database=database, clock=clock)
    await database.close()


async def fresh(url: str) -> Database:
    """Records with every table and no row; in memory they are copied from ones that were made once."""
    database = Database(url, Vault(SECRET))
    if url.endswith(":memory:"):
        async with database.engine.connect() as connection:
            raw = await connection.get_raw_connection()
            raw.driver_connection._conn.deserialize(_empty())  # type: ignore[union-attr]
        return database
    async with database.engine.begin() as connection:
        await connection.run_sync(METADATA.create_all)
    return database


@cache
def _empty() -> bytes:
    """A SQLite database with every table and no row."""
    with closing(sqlite3.connect(":memory:", check_same_thread=False)) as connection:
        engine = create_engine("sqlite://", creator=lambda: connection, poolclass=StaticPool)
        METADATA.create_all(engine)
        connection.commit()
        return connection.serialize()


async def _make(name: str) -> None:
    await _tell(_server(), f"create database {name}")
    database = await fresh(make_url(POSTGRES).set(database=name).render_as_string(hide_password=False))
    await database.close()
    _made[name] = await _triggers(name)


_made: dict[str, int] = {}


async def _triggers(name: str) -> int:
    connection = await asyncpg.connect(_server(name))
    count = await connection.fetchval("select count(*) from pg_trigger where not tgisinternal and tgenabled = 'O'")
    await connection.close()
    return int(count)


def _server(name: str | None = None) -> str:
    """The address of a database of the server, as its driver takes it."""
    address = make_url(POSTGRES).set(drivername="postgresql")
    return (address.set(database=name) if name else address).render_as_string(hide_password=False)


# As a replica would: neither append-only triggers nor foreign keys stand in the way. Numbers begin at 1 again.
_EMPTIED = """
select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid();
set session_replication_role = replica;
do $$ declare one record; begin
  for one in select tablename from pg_tables where schemaname = 'public' loop execute format('delete from %I', one.tablename); end loop;
  for one in select sequencename from pg_sequences where last_value is not null loop
    execute format('alter sequence %I restart', one.sequencename);
  end loop;
end $$;
"""


def _aside(work: Coroutine[Any, Any, None]) -> None:
    """Run to the end in a loop of its own, whatever loop the tests have."""
    with ThreadPoolExecutor(1) as thread:
        thread.submit(asyncio.run, work).result()


async def _tell(server: str, statement: str) -> None:
    try:
        connection = await asyncpg.connect(server, timeout=5)
    except (TimeoutError, OSError, asyncpg.PostgresError) as error:
        if os.environ.get("CI") == "true":
            raise
        pytest.skip(f"no PostgreSQL answers at {make_url(server).host}: {error}")
    await connection.execute(statement)
    await connection.close()
