"""The migrations make the very tables, indexes and triggers that the models speak of."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from sqlalchemy import JSON, Boolean, Connection, Date, DateTime, column, insert, inspect, select, table, text

from records import migrate, register
from records.classes import Factor, TrainingClass
from records.database import Database
from records.marks import Mark, Status
from records.tables import METADATA
from records.vault import Vault
from tests.conftest import SECRET, fresh

_BEFORE_THE_REGISTER = "2026112104"
_AT = datetime(2026, 11, 20, 0, 12, 30, tzinfo=UTC)

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


async def test_old_attendance_is_entered_into_the_register_and_its_chain_holds(url: str) -> None:
    await _stepped(url, command.upgrade, _BEFORE_THE_REGISTER)
    async with migrate.connected(url) as connection:
        await connection.run_sync(_teach_as_before)
    await _stepped(url, command.upgrade, "head")

    database = Database(url, Vault(SECRET))
    async with database.unit() as session:
        assert [await register.fault(session, sitting) for sitting in (1, 2)] == ["", ""]
        marks = (await session.scalars(select(Mark).order_by(Mark.session_id, Mark.number))).all()
        classes = (await session.scalars(select(TrainingClass).order_by(TrainingClass.id))).all()
    await database.close()
    told = [(mark.session_id, mark.number, mark.enrolment_id, mark.status, mark.ways) for mark in marks]
    assert told == [
        (1, 1, 2, Status.LATE, "code+place"),
        (1, 2, 1, Status.PRESENT, "teacher"),
        (2, 1, 1, Status.PRESENT, "place"),
    ]
    assert {(mark.at, mark.received_at, mark.actor) for mark in marks} == {(_AT, _AT, "worker")}
    assert [each.needs for each in classes] == [{Factor.CODE, Factor.PLACE}, {Factor.CODE}]
    assert {(each.state, each.made_up_most, each.sign_out) for each in classes} == {("approved", 3, False)}


async def test_attendance_is_there_again_after_the_step_is_taken_back(url: str) -> None:
    await _stepped(url, command.upgrade, _BEFORE_THE_REGISTER)
    async with migrate.connected(url) as connection:
        await connection.run_sync(_teach_as_before)
        before = await connection.run_sync(_attendance)
    await _stepped(url, command.upgrade, "head")
    await _stepped(url, command.downgrade, _BEFORE_THE_REGISTER)
    async with migrate.connected(url) as connection:
        assert await connection.run_sync(_attendance) == before
        proofs = await connection.execute(text("select proof from classes order by id"))
        assert proofs.scalars().all() == ["code_and_place", "code"]
    await _stepped(url, command.upgrade, "head")


async def _stepped(url: str, step: Callable[[Config, str], None], revision: str) -> None:
    def take(connection: Connection) -> None:
        config = Config()
        config.set_main_option("script_location", str(Path(migrate.__file__).with_name("migrations")))
        config.attributes["connection"] = connection
        step(config, revision)

    async with migrate.connected(url) as connection:
        await connection.run_sync(take)


def _teach_as_before(connection: Connection) -> None:
    """Two classes, a session each, and attendance as the tables before the register held it."""
    place = {"region": "141025", "address": "古县城关", "phone": "", "occupations": ["焊工"]}
    _put(connection, "institutions", {"id": 1, "name": "鑫达职校", **place})
    school = {"institution_id": 1, "occupation": "焊工", "level": None, "region": "141025", "venue": "实训楼201"}
    room = {"latitude": 36.2668, "longitude": 111.9201, "radius": 200, "capacity": 60, "starts": date(2026, 11, 20)}
    _put(connection, "classes", {"id": 1, "name": "焊工3班", "proof": "code_and_place", "days": 25, **school, **room})
    _put(connection, "classes", {"id": 2, "name": "焊工4班", "proof": "code", "days": 5, **school, **room})
    for number in (1, 2):
        window = {"starts_at": _AT, "ends_at": _AT.replace(hour=4)}
        _put(connection, "sessions", {"id": number, "class_id": 1, "day": _AT.date(), "part": f"p{number}", **window})
        _put(connection, "people", {"id": number, "id_index": f"index-{number}", **_SOMEBODY})
        _put(connection, "enrolments", {"id": number, "class_id": 1, "person_id": number, "enrolled_at": _AT})
    for number, (sitting, enrolment, way, late, distance) in enumerate(_CAME, 1):
        key = {"id": number, "session_id": sitting, "enrolment_id": enrolment, "message_id": f"m{number}", "at": _AT}
        _put(connection, "attendance", {"way": way, "late": late, "distance": distance, **key})


_CAME = [(1, 2, "code_and_place", True, 38), (2, 1, "place", False, 12), (1, 1, "teacher", False, None)]
_SOMEBODY = {
    "name_sealed": "x", "name_masked": "李*英", "id_sealed": "x", "id_masked": "1410**********0021",
    "region": "141025", "town": "", "born": date(1968, 5, 1), "source": "registry", "created_at": _AT,
}  # fmt: skip
_KINDS: dict[type, Any] = {datetime: DateTime(timezone=True), date: Date(), list: JSON(), bool: Boolean()}


def _put(connection: Connection, name: str, row: dict[str, Any]) -> None:
    connection.execute(insert(table(name, *(column(key, _KINDS.get(type(row[key]))) for key in row))).values(row))


def _attendance(connection: Connection) -> list[tuple[object, ...]]:
    names = "session_id, enrolment_id, way, late, at, distance, message_id"
    return [tuple(row) for row in connection.execute(text(f"select {names} from attendance order by message_id"))]


def _differences(connection: Connection) -> list[object]:
    surroundings = MigrationContext.configure(connection, opts={"compare_server_default": True})
    return list(compare_metadata(surroundings, METADATA))


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
