"""The migrations make the very tables, indexes and triggers that the models speak of."""

from __future__ import annotations

from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, inspect, text

from records import migrate
from records.tables import METADATA
from tests.conftest import fresh

_TRIGGERS = {
    "sqlite": "select name, sql from sqlite_master where type = 'trigger'",
    "postgresql": "select tgname, pg_get_triggerdef(oid) from pg_trigger where not tgisinternal",
}


@pytest.fixture
def url(either_url: str, tmp_path: Path) -> str:
    """An empty database of each kind; the one on SQLite is a file, since each connection comes anew."""
    return either_url.replace(":memory:", str(tmp_path / "records.db"))


async def test_an_empty_database_is_brought_to_the_latest_revision_once(url: str) -> None:
    assert await migrate.current(url) is None
    assert await migrate.upgrade(url) == migrate.latest()
    assert await migrate.upgrade(url) == migrate.latest()
    assert await migrate.current(url) == migrate.latest()


async def test_models_and_migrations_agree(url: str) -> None:
    await migrate.upgrade(url)
    async with migrate.connected(url) as connection:
        assert await connection.run_sync(_differences) == []


async def test_triggers_and_checks_are_those_of_the_models(url: str) -> None:
    made = await fresh(url)
    wanted = await _rules(url)
    async with made.engine.begin() as connection:
        await connection.run_sync(METADATA.drop_all)
    await made.close()
    await migrate.upgrade(url)
    assert await _rules(url) == wanted


def _differences(connection: Connection) -> list[object]:
    return list(compare_metadata(MigrationContext.configure(connection), METADATA))


async def _rules(url: str) -> dict[str, str]:
    async with migrate.connected(url) as connection:
        return await connection.run_sync(_triggers) | await connection.run_sync(_checks)


def _triggers(connection: Connection) -> dict[str, str]:
    found = connection.execute(text(_TRIGGERS[connection.dialect.name]))
    return {name: " ".join(said.lower().split()) for name, said in found}


def _checks(connection: Connection) -> dict[str, str]:
    tables = inspect(connection)
    return {
        str(check["name"]): check["sqltext"] for name in METADATA.tables for check in tables.get_check_constraints(name)
    }
