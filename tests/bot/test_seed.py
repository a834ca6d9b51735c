"""The made-up county: the same at every start, valid in itself, and in session whatever the hour."""

from __future__ import annotations

from datetime import datetime

import pytest
from sqlalchemy import func, select

from bot import county, seed, seed_claims, seed_classes
from config.settings import CHINA
from handlers.context import House
from knowledge.regions import Regions
from records import claim_people, excusing, extensions, id_number, staff, timetable
from records.claim_states import ClaimState
from records.claims import Claim
from records.class_states import ClassState
from records.classes import TrainingClass
from records.enrolments import Enrolment
from records.excuses import Wish
from records.followers import Follower
from records.institutions import Institution
from records.marks import Mark
from records.people import Membership, Person
from records.staff import Role, Staff
from tests.conftest import MORNING, Clock

PASSWORD = "a password for the demo"
TABLES = (Person, Membership, Follower, Institution, TrainingClass, Enrolment, Mark, Staff)


async def counts(house: House) -> list[int]:
    async with house.database.unit() as session:
        return [await session.scalar(select(func.count()).select_from(table)) or 0 for table in TABLES]


async def test_filling_twice_is_filling_once(house: House) -> None:
    assert await seed.fill(house.database, PASSWORD, house.clock())
    once = await counts(house)
    assert not await seed.fill(house.database, PASSWORD, house.clock())
    assert await counts(house) == once
    assert once[0] == 200 and once[3:5] == [2, 8]


def test_the_workers_are_nobody_and_their_numbers_hold() -> None:
    workers, regions = county.workers(), Regions()
    assert len({worker.id_number for worker in workers}) == len({worker.name for worker in workers}) == 200
    assert {regions.name(worker.region) for worker in workers} == {"陵川县", "古县"}
    for worker in workers:
        assert id_number.read(worker.id_number, MORNING.date()).age(MORNING.date()) >= 18
        assert worker.id_number[14:17] == "000"  # no real number has this order code


async def test_staff_of_every_role_are_there_and_a_second_one_may_approve(house: House) -> None:
    await seed.fill(house.database, PASSWORD, house.clock())
    async with house.database.unit() as session:
        accounts = list(await session.scalars(select(Staff)))
    assert {role for account in accounts for role in account.roles} == set(Role)
    assert sum(Role.PUBLISHER in account.roles for account in accounts) == 2


async def test_the_county_plan_goes_on_today(house: House, clock: Clock) -> None:
    await seed.fill(house.database, PASSWORD, house.clock())
    async with house.database.unit() as session:
        assert await extensions.in_force(session, "lingchuan-2020-62", clock().astimezone(CHINA).date())


@pytest.mark.parametrize("hour", [0, 3, 8, 11, 12, 17, 18, 23])
async def test_a_class_is_in_session_whatever_the_hour(house: House, clock: Clock, hour: int) -> None:
    await seed.fill(house.database, PASSWORD, house.clock())
    clock.now = datetime.combine(MORNING.date(), MORNING.time().replace(hour=hour, minute=57), CHINA)
    async with house.database.unit() as session:
        _, first = await seed_classes.in_session(session, clock())
        _, again = await seed_classes.in_session(session, clock())
        assert first.id == again.id
        assert first.is_open(clock())
        assert first.day == MORNING.date()


async def test_the_trainer_finds_his_classes_and_what_waits_for_him(house: House) -> None:
    await seed.fill(house.database, PASSWORD, house.clock())
    async with house.database.unit() as session:
        trainer = await staff.by_login(session, "trainer")
        assert trainer is not None
        taught = await timetable.taught(session, trainer)
        waiting = [row.excuse for each in taught for row in await excusing.waiting(session, each.id)]
        submitted = await session.scalars(select(TrainingClass).where(TrainingClass.state == ClassState.SUBMITTED))
        assert [each.name for each in submitted] == ["电工2班"]
        assert sorted(excuse.wish for excuse in waiting) == [Wish.LEAVE, Wish.LEAVE, Wish.MAKE_UP]


async def test_the_class_that_is_over_was_handed_in_and_who_passed_has_a_certificate(house: House) -> None:
    await seed.fill(house.database, PASSWORD, house.clock())
    async with house.database.unit() as session:
        over = (await session.scalars(select(TrainingClass).where(TrainingClass.name == "焊工2班"))).one()
        assert over.state == ClassState.HANDED_IN
        taught = await claim_people.of_class(session, over, house.clock())
    assert {bool(one.passed) == (one.certificate is not None) for one in taught} == {True}
    assert all(one.voucher and one.voucher.state == ("certified" if one.passed else "assessed") for one in taught)


async def test_nobody_sits_in_two_classes(house: House) -> None:
    await seed.fill(house.database, PASSWORD, house.clock())
    async with house.database.unit() as session:
        people = list(await session.scalars(select(Enrolment.person_id)))
    assert len(people) == len(set(people)) == 58


@pytest.mark.parametrize("day", ["2026-11-22", "2026-05-02", "2027-01-10"])
async def test_a_claim_stands_at_every_step_whenever_the_demo_starts(house: House, clock: Clock, day: str) -> None:
    clock.now = datetime.fromisoformat(f"{day} 02:00").replace(tzinfo=CHINA)
    await seed.fill(house.database, PASSWORD, clock())
    await seed_claims.make(house, clock())
    async with house.database.unit() as session:
        claims = list(await session.scalars(select(Claim).order_by(Claim.id)))
    assert [claim.state for claim in claims] == [ClaimState.SUBMITTED, ClaimState.PUBLISHED, ClaimState.PAID]
    assert all(claim.fen > 0 for claim in claims)
    assert claims[1].notice_until and claims[1].notice_until >= clock().astimezone(CHINA).date()
