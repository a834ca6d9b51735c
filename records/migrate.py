"""Brings a database to the latest revision of its tables, and says at which one it stands."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import aclosing, asynccontextmanager
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, event, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from records.errors import RecordsUnavailable

_SCRIPTS = Path(__file__).with_name("migrations")
_LOCK = 0x5C111_DB  # one number that every process agrees on


async def upgrade(url: str) -> str:
    """Take every step that is missing, all or none; two processes at once take them once. Gives the revision."""
    async with connected(url) as connection:
        if connection.dialect.name == "postgresql":  # on SQLite the transaction itself is alone
            await connection.execute(text("select pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
        await connection.run_sync(_upgrade)
    return latest()


async def current(url: str) -> str | None:
    """The revision a database stands at; None for an empty one."""
    async with connected(url) as connection:
        return await connection.run_sync(_current)


def latest() -> str:
    """The revision that this program needs."""
    revision = ScriptDirectory.from_config(_config()).get_current_head()
    assert revision is not None, "the program ships at least one revision"
    return revision


@asynccontextmanager
async def connected(url: str) -> AsyncIterator[AsyncConnection]:
    """A connection in one transaction that may change tables, on an engine of its own.

    Raises RecordsUnavailable where no database answers.
    """
    engine = create_async_engine(url)
    if engine.dialect.name == "sqlite":
        event.listen(engine.sync_engine, "connect", _leave_transactions_to_us)
        event.listen(engine.sync_engine, "begin", _begin)
    try:
        async with aclosing(await _connection(engine)) as connection, connection.begin():
            yield connection
    finally:
        await engine.dispose()


async def _connection(engine: AsyncEngine) -> AsyncConnection:
    connection = engine.connect()
    try:
        return await connection.start()
    except DBAPIError as error:
        raise RecordsUnavailable(str(error.orig)) from error
    except OSError as error:
        raise RecordsUnavailable(str(error)) from error


def _leave_transactions_to_us(connection: Any, _: Any) -> None:
    # Foreign keys stay off here, as SQLite has them by default: to change a table it is copied and dropped, and
    # dropping it would take along the rows that refer to it.
    connection.isolation_level = None
    connection.execute("PRAGMA busy_timeout=5000")


def _begin(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE")


def _upgrade(connection: Connection) -> None:
    config = _config()
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def _current(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(_SCRIPTS).replace("%", "%%"))
    return config
