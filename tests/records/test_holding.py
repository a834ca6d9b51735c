"""Held seats: they count against the capacity, one a person, and fall back to who waits when their day is over."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from records import enrolling, holding, people, queues, seats
from records.database import Database
from records.enrolments import Enrolment, Seating
from records.errors import Refused
from records.nudges import Nudge
from records.vacancies import vacancy
from tests.classes import a_voucher, an_open_class, seated, somebody
from tests.conftest import Clock


async def test_a_held_seat_is_gone_for_others_until_it_is_taken_up(either: Database, clock: Clock) -> None:
    async with either.unit() as session:
        welders, person = await an_open_class(session, capacity=2), await somebody(session, clock())
        voucher = await a_voucher(session, person, clock())
        held = await holding.hold(session, welders, person, voucher, clock())
        assert (held.seating, held.held_until) == (Seating.HELD, clock() + holding.HOLD)
        rows = await seated(session, welders, 2, clock())
        assert [row.seating for row in rows] == [Seating.SEATED, Seating.WAITING]
        found = await vacancy(session, welders.id)
        assert found is not None and (found.seated, found.waiting, found.free) == (2, 1, 0)
        again = await holding.hold(session, welders, person, voucher, clock() + timedelta(hours=1))
        assert again.held_until == clock() + holding.HOLD
        enrolment = await enrolling.enrol(session, welders, person, voucher, clock(), "worker")
        assert (enrolment.id, enrolment.seating, enrolment.held_until) == (held.id, Seating.SEATED, None)
        assert await queues.taken(session, welders) == 2


async def test_a_full_class_or_one_under_way_holds_none(either: Database, clock: Clock) -> None:
    async with either.unit() as session:
        person = await somebody(session, clock())
        voucher = await a_voucher(session, person, clock())
        full = await an_open_class(session, capacity=1)
        await seated(session, full, 1, clock())
        with pytest.raises(Refused, match="刚刚坐满了"):
            await holding.hold(session, full, person, voucher, clock())
        begun = await an_open_class(session, "焊工4班", starts=clock().date())
        with pytest.raises(Refused, match="已经开课"):
            await holding.hold(session, begun, person, voucher, clock())


async def test_a_second_choice_gives_the_first_seat_to_who_waits(either: Database, clock: Clock) -> None:
    async with either.unit() as session:
        first, second = await an_open_class(session, capacity=1), await an_open_class(session, "焊工4班", capacity=1)
        person = await somebody(session, clock())
        voucher = await a_voucher(session, person, clock())
        await holding.hold(session, first, person, voucher, clock())
        (waits,) = await seated(session, first, 1, clock())
        assert waits.seating == Seating.WAITING
        await holding.hold(session, second, person, voucher, clock())
        await session.refresh(waits)
        held = await seats.held(session, person.id)
        assert waits.seating == Seating.SEATED and held is not None and held[1].id == second.id
        keys = [nudge.key for nudge in await session.scalars(select(Nudge))]
        assert [key.split(":")[:2] for key in keys] == [["seat", str(waits.id)]]


async def test_who_signs_up_elsewhere_gives_his_held_seat_to_who_waits(either: Database, clock: Clock) -> None:
    async with either.unit() as session:
        first, second = await an_open_class(session, capacity=1), await an_open_class(session, "焊工4班", capacity=1)
        person = await somebody(session, clock())
        voucher = await a_voucher(session, person, clock())
        await holding.hold(session, first, person, voucher, clock())
        (waits,) = await seated(session, first, 1, clock())
        await enrolling.enrol(session, second, person, voucher, clock(), "worker")
        await session.refresh(waits)
        assert (waits.seating, await seats.held(session, person.id)) == (Seating.SEATED, None)


async def test_after_a_day_it_lapses_and_its_person_is_told(either: Database, clock: Clock) -> None:
    async with either.unit() as session:
        welders, person = await an_open_class(session, capacity=1), await somebody(session, clock())
        held = await holding.hold(session, welders, person, await a_voucher(session, person, clock()), clock())
        (waits,) = await seated(session, welders, 1, clock())
        assert not await holding.lapse_next(session, clock() + timedelta(hours=23))
        assert await holding.lapse_next(session, clock() + holding.HOLD)
        assert not await holding.lapse_next(session, clock() + holding.HOLD)
        await session.refresh(waits)
        assert (held.seating, held.left_why, waits.seating) == (Seating.LEFT, "占座到时间没报名", Seating.SEATED)
        told = {nudge.person_id: nudge.text for nudge in await session.scalars(select(Nudge))}
        assert told[person.id] == "给您占的焊工3班的座到时间了，已经放开。还想上，回复“报焊工3班”。"
        assert told[waits.person_id].startswith("轮到您了")


async def test_two_who_want_the_last_seat_at_once_do_not_both_get_it(either: Database, clock: Clock) -> None:
    async with either.unit() as session:
        welders = await an_open_class(session, capacity=1)
        both = [await somebody(session, clock()) for _ in range(2)]
        vouchers = [await a_voucher(session, person, clock()) for person in both]

    async def take(number: int) -> bool:
        async with either.unit() as session:
            person = await people.get(session, both[number].id)
            training_class = await session.get_one(type(welders), welders.id)
            voucher = await session.get_one(type(vouchers[0]), vouchers[number].id)
            assert person is not None
            try:
                await holding.hold(session, training_class, person, voucher, clock())
            except Refused:
                return False
            return True

    assert sorted(await asyncio.gather(take(0), take(1))) == [False, True]


async def test_the_database_lets_nobody_have_two(either: Database, clock: Clock) -> None:
    async with either.unit() as session:
        classes = [await an_open_class(session, name, parts=()) for name in ("焊工3班", "焊工4班")]
        person = await somebody(session, clock())
    held = {"person_id": person.id, "enrolled_at": clock(), "held_until": clock(), "seating": Seating.HELD}
    with pytest.raises(IntegrityError):
        async with either.unit() as session:
            session.add_all(Enrolment(class_id=each.id, **held) for each in classes)
