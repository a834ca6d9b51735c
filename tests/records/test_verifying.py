"""Verifying a voucher in class: the right person's, for this class, once; guessing is counted and stopped."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import select

from records import audit, verifying, voucher_number
from records.classes import TrainingClass
from records.database import Database
from records.enrolments import Enrolment
from records.errors import Refused
from records.guesses import Guess, Way, figures
from records.staff import Staff
from records.voucher_states import State
from records.vouchers import Voucher
from tests.conftest import Clock
from tests.taught import a_taught_class, a_trainee, a_voucher

LIMIT = figures().limits[Way.STAFF]
MOST = LIMIT.most


async def test_a_voucher_is_shown_with_its_person_and_then_verified_once(either: Database, clock: Clock) -> None:
    async with either.unit() as session:
        taught = await a_taught_class(session, clock())
        voucher = await a_voucher(session, taught.persons[0], clock())
        typed = voucher.number.replace("-", " ").lower()
        looked = await verifying.look(session, taught.training_class, typed, taught.trainer, clock())
        assert (looked.problem, looked.voucher, looked.person, looked.is_verified) == (
            "",
            voucher,
            taught.persons[0],
            False,
        )
        told = [
            await verifying.verify(session, taught.training_class, voucher, taught.trainer, clock()) for _ in range(2)
        ]
        again = await verifying.look(session, taught.training_class, voucher.number, taught.trainer, clock())
        acts = [entry.event for entry in await audit.history(session, taught.enrolments[0].thing)]
    assert (told, again.is_verified, acts) == ([True, False], True, ["voucher:class:verify"])
    assert (voucher.state, taught.enrolments[0].voucher_id) == (State.REGISTERED, voucher.id)


async def test_why_a_voucher_does_not_serve(either: Database, clock: Clock) -> None:
    async with either.unit() as session:
        taught = await a_taught_class(session, clock())
        electric = await a_voucher(session, taught.persons[0], clock(), "电工")
        looked = await verifying.look(session, taught.training_class, electric.number, taught.trainer, clock())
        assert "是电工的，这个班教焊工" in looked.problem
        with pytest.raises(Refused, match="这个班教焊工"):
            await verifying.verify(session, taught.training_class, electric, taught.trainer, clock())
        late = await a_voucher(session, taught.persons[1], clock())
        clock.move(days=91)
        looked = await verifying.look(session, taught.training_class, late.number, taught.trainer, clock())
        assert "到期" in looked.problem
        taught.enrolments[1].voucher_id = late.id  # tied when he signed up
        with pytest.raises(Refused, match="就到期了"):
            await verifying.verify(session, taught.training_class, late, taught.trainer, clock())


async def test_a_number_of_nobody_here_is_kept_and_too_many_are_stopped(either: Database, clock: Clock) -> None:
    async with either.unit() as session:
        taught = await a_taught_class(session, clock())
        stranger = await a_trainee(session, 77, clock())
        theirs = await a_voucher(session, stranger, clock())
        numbers = [theirs.number, *(voucher_number.make("GX", 2026) for _ in range(MOST - 1))]
        for number in numbers:
            looked = await verifying.look(session, taught.training_class, number, taught.trainer, clock())
            assert looked.problem.startswith(f"券{number}不是这个班学员的")
            assert looked.voucher is None and looked.person is None
        own = await a_voucher(session, taught.persons[0], clock())
        with pytest.raises(Refused, match="15分钟后再试"):
            await verifying.look(session, taught.training_class, own.number, taught.trainer, clock())
        kept = (await session.scalars(select(Guess).order_by(Guess.id))).all()
        assert [(each.tried, each.exists) for each in kept] == [(number, number == theirs.number) for number in numbers]
        (locked,) = await audit.history(session, f"guesser:staff:{taught.trainer.id}")
        assert (locked.event, locked.details["tries"]) == ("number:guessing:lock", MOST)
        clock.move(minutes=LIMIT.wait, seconds=1)
        looked = await verifying.look(session, taught.training_class, own.number, taught.trainer, clock())
        assert looked.person is taught.persons[0]


async def test_a_slip_of_the_finger_is_no_guess(either: Database, clock: Clock) -> None:
    async with either.unit() as session:
        taught = await a_taught_class(session, clock())
        for _ in range(MOST + 1):
            looked = await verifying.look(session, taught.training_class, "GX26-1234", taught.trainer, clock())
            assert "券号应是12位" in looked.problem


async def test_who_may_verify_and_when(either: Database, clock: Clock) -> None:
    async with either.unit() as session:
        taught, other = await a_taught_class(session, clock()), await a_taught_class(session, clock())
        voucher = await a_voucher(session, taught.persons[0], clock())

        async def refused(said: str, by: Staff) -> None:
            with pytest.raises(Refused, match=said):
                await verifying.look(session, taught.training_class, voucher.number, by, clock())
            with pytest.raises(Refused, match=said):
                await verifying.verify(session, taught.training_class, voucher, by, clock())

        await refused("只有这个班所在机构的老师", other.trainer)
        taught.training_class.state = "handed_in"  # type: ignore[assignment]
        await session.flush()
        await refused("已经上交", taught.trainer)
        taught.training_class.state = "submitted"  # type: ignore[assignment]
        await session.flush()
        await refused("还没批准", taught.trainer)


async def test_two_classes_verify_one_voucher_at_once_and_one_is_told(either: Database, clock: Clock) -> None:
    async with either.unit() as session:
        first, second = await a_taught_class(session, clock()), await a_taught_class(session, clock())
        person = first.persons[0]
        voucher = await a_voucher(session, person, clock())
        session.add(Enrolment(class_id=second.training_class.id, person_id=person.id, enrolled_at=clock()))

    async def verify(class_id: int, account: Staff) -> bool:
        try:
            async with either.unit() as session:
                training_class = await session.get_one(TrainingClass, class_id)
                mine = await session.get_one(Voucher, voucher.id)
                return await verifying.verify(session, training_class, mine, account, clock() + timedelta(seconds=1))
        except Refused:
            return False

    told = await asyncio.gather(
        verify(first.training_class.id, first.trainer), verify(second.training_class.id, second.trainer)
    )
    assert sorted(told) == [False, True]
