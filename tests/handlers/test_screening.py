"""Screening for a class: what stands against a worker is said with its figure, its section and a way on."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from handlers import screening
from handlers.context import House
from records import enrolling, people, voucher_desk
from records.classes import TrainingClass
from records.database import Database
from records.id_number import read
from records.people import Person, Source
from records.voucher_states import State
from tests.classes import LINGCHUAN, a_voucher, an_open_class, somebody
from tests.conftest import Clock
from tests.seeds import a_policy_that_goes_on, an_id_number


@pytest.fixture
async def office(either: Database, shipped: House, clock: Clock) -> House:
    async with either.unit() as session:
        await a_policy_that_goes_on(session, clock(), "lingchuan-2020-62")
    return replace(shipped, database=either, clock=clock)


async def found(house: House, session: AsyncSession, training_class: TrainingClass, person: Person) -> list[str]:
    return await screening.obstacles(session, house.shelf, training_class, person, house.clock())


async def trained(session: AsyncSession, person: Person, clock: Clock, occupation: str, level: str = "") -> None:
    voucher = await a_voucher(session, person, clock(), occupation, level)
    for state in (State.REGISTERED, State.TRAINING, State.ASSESSED, State.CERTIFIED):
        await voucher_desk.move(session, voucher, state, "staff:1", clock(), certificate=f"晋-{voucher.id}")


async def test_nothing_stands_against_a_farm_worker(office: House, clock: Clock) -> None:
    async with office.database.unit() as session:
        assert await found(office, session, await an_open_class(session), await somebody(session, clock())) == []


async def test_the_limit_of_a_year_is_said_with_its_section_and_when_it_counts_anew(
    office: House, clock: Clock
) -> None:
    async with office.database.unit() as session:
        person = await somebody(session, clock())
        for occupation in ("电工", "保安员", "美发师"):
            await trained(session, person, clock, occupation)
        assert await found(office, session, await an_open_class(session), person) == [
            "一年一般不超过3次：今年3次已用满，明年1月1日起重新算。依据：陵政办发〔2020〕62号 三（一）2"
        ]


async def test_the_same_occupation_and_level_twice_in_a_year(office: House, clock: Clock) -> None:
    async with office.database.unit() as session:
        person = await somebody(session, clock())
        await trained(session, person, clock, "焊工", "初级工")
        (why,) = await found(office, session, await an_open_class(session, level="初级工"), person)
        assert why.startswith("同一年里同工种同等级只能享受一回：换个工种，或者学高一级的")
        assert await found(office, session, await an_open_class(session, "焊工高级班", level="高级工"), person) == []


async def test_a_class_at_the_same_time(office: House, clock: Clock) -> None:
    async with office.database.unit() as session:
        person, welders = await somebody(session, clock()), await an_open_class(session)
        await enrolling.enrol(session, welders, person, None, clock(), "worker")
        assert await found(office, session, await an_open_class(session, "焊工4班"), person) == [
            "您在焊工3班12月1日有上午课，和这个班时间撞上了。"
        ]
        assert await found(office, session, welders, person) == []  # he is in it


async def test_who_is_not_in_the_registry_is_told_the_way_in(office: House, clock: Clock) -> None:
    async with office.database.unit() as session:
        number = read(an_id_number(date(1990, 1, 1), 7), clock().date())
        person = await people.register(session, "王小红", number, LINGCHUAN, Source.SELF, clock())
        assert await found(office, session, await an_open_class(session), person) == [screening.UNREGISTERED]


async def test_a_document_that_holds_no_more_bars_nobody(either: Database, shipped: House, clock: Clock) -> None:
    house = replace(shipped, database=either, clock=clock)
    async with either.unit() as session:
        person = await somebody(session, clock())
        for occupation in ("电工", "保安员", "美发师"):
            await trained(session, person, clock, occupation)
        assert await found(house, session, await an_open_class(session), person) == []
        clock.now += timedelta(days=365)
        later = await an_open_class(session, "焊工9班", starts=clock().date() + timedelta(days=5))
        assert await found(house, session, later, person) == []
