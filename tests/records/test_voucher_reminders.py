"""Reminders of unused vouchers: each once, by day, with classes that fit, and taken back once the voucher is used."""

from __future__ import annotations

from datetime import datetime, time, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from config.settings import CHINA
from records import enrolling, voucher_desk, voucher_reminders
from records.database import Database
from records.nudges import Nudge
from records.people import Person
from records.voucher_states import State
from records.vouchers import Voucher
from tests.classes import a_voucher, an_open_class, seated, somebody
from tests.conftest import Clock
from tests.office import a_follower


async def a_voucher_with_a_phone(session: AsyncSession, clock: Clock) -> Voucher:
    person = await somebody(session, clock())
    await a_follower(session, "worker", clock(), person)
    return await a_voucher(session, person, clock())


def left(voucher: Voucher, days: int, hour: int = 10) -> datetime:
    """So many days before its last day."""
    return datetime.combine(voucher.expires_on - timedelta(days=days), time(hour), CHINA)


async def told(session: AsyncSession) -> dict[str, str]:
    return {nudge.key.rpartition(":")[2]: nudge.text for nudge in await session.scalars(select(Nudge))}


async def test_two_reminders_before_the_last_day_each_once(either: Database, clock: Clock) -> None:
    async with either.unit() as session:
        voucher = await a_voucher_with_a_phone(session, clock)
        for days, hour in ((15, 10), (14, 8), (14, 10), (14, 11), (5, 10), (3, 21), (3, 10), (1, 10)):
            await voucher_reminders.remind(session, left(voucher, days, hour))
        kept = {nudge.key: nudge for nudge in await session.scalars(select(Nudge))}
        assert set(kept) == {f"voucher:{voucher.id}:soon", f"voucher:{voucher.id}:last"}
        assert [nudge.due_at for _, nudge in sorted(kept.items())] == [left(voucher, 3), left(voucher, 14)]
        assert "到期前没有别的焊工班" in kept[f"voucher:{voucher.id}:soon"].text


async def test_after_a_month_classes_with_a_seat_are_offered_first(either: Database, clock: Clock) -> None:
    async with either.unit() as session:
        voucher = await a_voucher_with_a_phone(session, clock)
        later = voucher.issued_on + timedelta(days=40)
        full = await an_open_class(session, "焊工5班", starts=later, days=2, capacity=1)
        await seated(session, full, 1, clock())
        await an_open_class(session, "焊工6班", starts=later + timedelta(days=9), days=2)
        await an_open_class(session, "焊工7班", starts=voucher.expires_on + timedelta(days=1), days=2)
        await an_open_class(session, "电工1班", starts=later, days=2, occupation="电工")
        await voucher_reminders.remind(session, left(voucher, 61))
        assert await told(session) == {}
        await voucher_reminders.remind(session, left(voucher, 60))
        lines = (await told(session))["idle"].split("\n")
    assert [line.partition("，")[0] for line in lines[1:-1]] == ["1. 焊工6班"]
    assert lines[-1] == "回复数字就给您占座一天，定下了再报名。"


async def test_where_all_are_full_they_are_named_for_the_queue(either: Database, clock: Clock) -> None:
    async with either.unit() as session:
        voucher = await a_voucher_with_a_phone(session, clock)
        full = await an_open_class(
            session, "焊工5班", starts=voucher.issued_on + timedelta(days=40), days=2, capacity=1
        )
        await seated(session, full, 1, clock())
        await voucher_reminders.remind(session, left(voucher, 60))
        text = (await told(session))["idle"]
    assert "· 焊工5班" in text and "满了，可以排候补" in text and "回复数字" not in text


async def test_who_has_a_seat_is_told_to_bring_the_voucher(either: Database, clock: Clock) -> None:
    async with either.unit() as session:
        voucher = await a_voucher_with_a_phone(session, clock)
        welders = await an_open_class(session, starts=voucher.expires_on - timedelta(days=2))
        person = await session.get_one(Person, voucher.person_id)
        await enrolling.enrol(session, welders, person, voucher, clock(), "worker")
        await voucher_reminders.remind(session, left(voucher, 60))
        assert "idle" not in await told(session)
        await voucher_reminders.remind(session, left(voucher, 10))
        assert "您报了焊工3班" in (await told(session))["soon"]


@pytest.mark.parametrize("to", [State.WITHDRAWN, State.REVOKED, State.REGISTERED])
async def test_what_is_no_longer_true_is_taken_back(either: Database, clock: Clock, to: State) -> None:
    async with either.unit() as session:
        voucher = await a_voucher_with_a_phone(session, clock)
        await voucher_reminders.remind(session, left(voucher, 10))
        assert set(await told(session)) == {"soon"}
        await voucher_desk.move(session, voucher, to, "worker", left(voucher, 9))
        assert await told(session) == {}
