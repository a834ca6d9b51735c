"""A document goes on past its period only by the word of two people."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from records import audit, extensions
from records.database import Database
from records.errors import Refused
from records.extensions import Extension
from records.staff import Role, Staff
from tests.conftest import Clock
from tests.office import an_account

UNTIL = date(2027, 12, 31)


async def recorded(session: AsyncSession, clock: Clock) -> tuple[Extension, Staff]:
    clerk = await an_account(session, "clerk", Role.CLERK, Role.APPROVER, now=clock())
    extension = await extensions.record(
        session, "lingchuan-2020-62", "新文件未出", "会议纪要3号", UNTIL, clerk, clock()
    )
    return extension, clerk


async def test_it_counts_once_another_person_approves_and_until_its_last_day(either: Database, clock: Clock) -> None:
    async with either.unit() as session:
        extension, clerk = await recorded(session, clock)
        assert await extensions.in_force(session, "lingchuan-2020-62", date(2026, 11, 20)) is None
        with pytest.raises(Refused, match="另一个人"):
            await extensions.approve(session, extension, clerk, clock())
        other = await an_account(session, "other", Role.APPROVER, now=clock())
        await extensions.approve(session, extension, other, clock())
        assert await extensions.in_force(session, "lingchuan-2020-62", UNTIL) == extension
        assert await extensions.in_force(session, "lingchuan-2020-62", date(2028, 1, 1)) is None
        assert await extensions.in_force(session, "guxian-2024-15", UNTIL) is None
        assert [entry.event for entry in await audit.history(session, extension.thing)] == [
            audit.Event.POLICY_EXTENSION_RECORD,
            audit.Event.POLICY_EXTENSION_APPROVE,
        ]


async def test_only_approvers_approve_and_only_once(either: Database, clock: Clock) -> None:
    async with either.unit() as session:
        extension, _ = await recorded(session, clock)
        with pytest.raises(Refused, match="批准"):
            await extensions.approve(
                session, extension, await an_account(session, "c2", Role.CLERK, now=clock()), clock()
            )
        other = await an_account(session, "other", Role.APPROVER, now=clock())
        await extensions.approve(session, extension, other, clock())
        with pytest.raises(Refused, match="已经批准"):
            await extensions.approve(session, extension, other, clock())


async def test_the_database_itself_refuses_the_same_person_twice(either: Database, clock: Clock) -> None:
    async with either.unit() as session:
        _, clerk = await recorded(session, clock)
    with pytest.raises(IntegrityError):
        async with either.unit() as session:
            await session.execute(update(Extension).values(approved_by=clerk.id, approved_at=clock()))


async def test_a_reason_and_a_basis_are_needed(either: Database, clock: Clock) -> None:
    async with either.unit() as session:
        clerk = await an_account(session, "clerk", Role.CLERK, now=clock())
        with pytest.raises(Refused, match="理由和依据"):
            await extensions.record(session, "guxian-2024-15", " ", "纪要", UNTIL, clerk, clock())
