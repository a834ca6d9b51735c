"""The audit log shows whoever tampers with it."""

from __future__ import annotations

import asyncio

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from records import audit
from records.audit import Event
from records.database import Database
from tests.conftest import Clock


async def three_acts(database: Database, clock: Clock) -> None:
    async with database.unit() as session:
        await audit.append(session, Event.NOTICE_DRAFT_WRITE, "staff:1", "notice:1", clock(), title="电工班开班")
        await audit.append(session, Event.NOTICE_DRAFT_SUBMIT, "staff:1", "notice:1", clock())
        await audit.append(session, Event.NOTICE_SENDING_APPROVE, "staff:2", "notice:1", clock(), text="明天开班")


async def behind_its_back(database: Database, *statements: str) -> None:
    """Change rows as somebody would who has the database to himself: triggers off."""
    async with database.engine.begin() as connection:
        if database.embedded:
            await connection.execute(text("drop trigger audit_no_update"))
            await connection.execute(text("drop trigger audit_no_delete"))
        else:
            await connection.execute(text("alter table audit disable trigger all"))
        for statement in statements:
            await connection.execute(text(statement))


async def verdict(database: Database) -> audit.Verdict:
    async with database.unit() as session:
        return await audit.verify(session)


async def test_an_honest_log_holds(either: Database, clock: Clock) -> None:
    await three_acts(either, clock)
    found = await verdict(either)
    assert (found.entries, found.broken) == (3, None)


async def test_an_empty_log_holds(either: Database) -> None:
    assert await verdict(either) == audit.Verdict(0, audit.GENESIS)


@pytest.mark.parametrize(
    "tampering, broken",
    [
        ("update audit set actor = 'staff:9' where number = 2", 2),
        ("update audit set details = '{}' where number = 3", 3),
        ("delete from audit where number = 2", 3),
        ("delete from audit where number = 1", 2),
    ],
)
async def test_the_first_tampered_entry_is_named(either: Database, clock: Clock, tampering: str, broken: int) -> None:
    await three_acts(either, clock)
    await behind_its_back(either, tampering)
    assert (await verdict(either)).broken == broken


@pytest.mark.parametrize("statement", ["update audit set actor = 'nobody'", "delete from audit"])
async def test_the_table_itself_refuses_changes(either: Database, clock: Clock, statement: str) -> None:
    await three_acts(either, clock)
    with pytest.raises(DBAPIError, match="append-only"):
        async with either.engine.begin() as connection:
            await connection.execute(text(statement))
    assert (await verdict(either)).entries == 3


async def test_acts_at_the_same_moment_form_one_chain(either: Database, clock: Clock) -> None:
    async def act(number: int) -> None:
        async with either.unit() as session:
            await audit.append(session, Event.STAFF_SESSION_OPEN, f"staff:{number}", f"staff:{number}", clock())

    await asyncio.gather(*(act(number) for number in range(12)))
    found = await verdict(either)
    assert (found.entries, found.broken) == (12, None)
