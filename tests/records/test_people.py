"""One card a person, one account a card."""

from __future__ import annotations

import asyncio
from datetime import date

import pytest
from sqlalchemy import select, text

from records import people
from records.database import Database
from records.errors import Refused
from records.id_number import read
from records.people import Source
from tests.conftest import Clock
from tests.office import a_follower
from tests.seeds import a_worker_of_the_registry, an_id_number


async def test_a_card_is_sealed_and_found_again_by_its_number(either: Database, clock: Clock) -> None:
    async with either.unit() as session:
        worker = await a_worker_of_the_registry(session, clock())
    async with either.unit() as session:
        found = await people.by_id_number(session, worker.id_number)
        assert found is not None
        assert found.shown == f"李*英，{worker.id_number[:4]}**********{worker.id_number[-4:]}"
        row = " ".join(map(str, (await session.execute(text("select * from people"))).one()))
    assert worker.id_number not in row
    assert "李秀英" not in row


async def test_one_number_has_one_card(either: Database, clock: Clock) -> None:
    async with either.unit() as session:
        worker = await a_worker_of_the_registry(session, clock())
        number = read(worker.id_number, clock().date())
        with pytest.raises(Refused, match="已经登记过"):
            await people.register(session, "李秀英", number, "140524", Source.SELF, clock())


async def test_a_name_is_the_same_however_its_dot_is_written(either: Database, clock: Clock) -> None:
    async with either.unit() as session:
        worker = await a_worker_of_the_registry(session, clock(), name="阿依古丽·买买提")
        assert people.is_named(session, worker.person, "阿依古丽•买买提")
        assert not people.is_named(session, worker.person, "阿依古丽")


async def test_a_card_goes_with_one_account_and_an_account_with_one_card(either: Database, clock: Clock) -> None:
    async with either.unit() as session:
        worker = (await a_worker_of_the_registry(session, clock())).person
        other = (await a_worker_of_the_registry(session, clock(), name="张三", serial=30)).person
        mine, strange = await a_follower(session, "mine", clock()), await a_follower(session, "strange", clock())
        await people.bind(session, mine, worker, clock())
        await people.bind(session, mine, worker, clock())
        with pytest.raises(Refused, match="另一个微信"):
            await people.bind(session, strange, worker, clock())
        with pytest.raises(Refused, match="另一个人"):
            await people.bind(session, mine, other, clock())
        assert worker.consented_at == clock()


async def test_of_many_accounts_at_once_one_gets_the_card(either: Database, clock: Clock) -> None:
    async with either.unit() as session:
        worker = await a_worker_of_the_registry(session, clock())
        for number in range(10):
            await a_follower(session, f"phone-{number}", clock())

    async def claim(number: int) -> bool:
        try:
            async with either.unit() as session:
                person = await people.by_id_number(session, worker.id_number)
                follower = await session.get(people.Follower, f"phone-{number}")
                assert person is not None
                assert follower is not None
                await people.bind(session, follower, person, clock())
        except Refused:
            return False
        return True

    assert sum(await asyncio.gather(*map(claim, range(10)))) == 1
    async with either.unit() as session:
        bound = await session.scalars(select(people.Follower).where(people.Follower.person_id.is_not(None)))
        assert len(bound.all()) == 1


async def test_a_group_counts_from_its_day_to_its_last(either: Database, clock: Clock) -> None:
    async with either.unit() as session:
        number = read(an_id_number(serial=40), clock().date())
        person = await people.register(session, "张三", number, "140524", Source.SELF, clock())
        await people.join(session, person, "两后生", "毕业证", date(2024, 1, 1), date(2024, 12, 31))
        await people.join(session, person, "残疾人", "残疾证", date(2025, 1, 1))

        async def on(day: date) -> list[str]:
            return [member.group for member in await people.groups_of(session, person, day)]

        assert await on(date(2023, 12, 31)) == []
        assert await on(date(2024, 12, 31)) == ["两后生"]
        assert await on(date(2025, 1, 1)) == ["残疾人"]
        await people.join(session, person, "两后生", "复核", date(2026, 1, 1))
        assert await on(date(2026, 1, 1)) == ["残疾人", "两后生"]
