"""Leave and make-ups: asked once, decided once by the class's own trainer, never more than the limit."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from records import audit, excusing, register
from records.class_states import ClassState
from records.classes import TrainingClass
from records.database import Database
from records.enrolments import Enrolment, Seat
from records.errors import Refused
from records.excuses import Decision, Excuse, Wish
from records.institutions import Institution
from records.marks import Side, Status
from records.nudges import Nudge
from records.register import Entry
from records.sessions import Part, Session
from records.staff import Role, Staff
from tests.conftest import Clock
from tests.office import an_account
from tests.seeds import a_class_in_session, a_worker_of_the_registry


@dataclass
class Hall:
    """A class with two sessions on Friday, a trainee, and his trainer."""

    morning: Seat
    afternoon: Seat
    trainer: Staff

    @property
    def enrolment(self) -> Enrolment:
        return self.morning.enrolment


@pytest.fixture
async def hall(either: Database, clock: Clock) -> Hall:
    async with either.unit() as session:
        worker = await a_worker_of_the_registry(session, clock())
        morning = await a_class_in_session(session, worker, clock())
        starts = clock() + timedelta(hours=4)
        sitting = Session(
            class_id=morning.training_class.id, day=morning.session.day, part=Part.AFTERNOON,
            starts_at=starts, ends_at=starts + timedelta(hours=3),
        )  # fmt: skip
        session.add(sitting)
        trainer = await an_account(session, "feng", Role.TRAINER, now=clock(), region="141025")
        trainer.institution_id = morning.training_class.institution_id
        await session.flush()
    return Hall(morning, Seat(morning.enrolment, morning.training_class, sitting), trainer)


async def asks(database: Database, seat: Seat, wish: Wish, clock: Clock, reason: str = "孩子病了") -> Excuse:
    async with database.unit() as session:
        return await excusing.ask(session, await here(session, seat), wish, reason, clock())


async def here(session: AsyncSession, seat: Seat) -> Seat:
    """The seat as this unit knows it."""
    return Seat(
        await session.get_one(Enrolment, seat.enrolment.id),
        await session.get_one(TrainingClass, seat.training_class.id),
        await session.get_one(Session, seat.session.id),
    )


async def approves(database: Database, excuse: Excuse, account: Staff, clock: Clock) -> None:
    async with database.unit() as session:
        await excusing.approve(session, await session.get_one(Excuse, excuse.id), account, clock())


async def status_of(database: Database, seat: Seat) -> Status | None:
    async with database.unit() as session:
        mark = await register.latest(session, seat.session, seat.enrolment, Side.IN)
        assert await register.fault(session, seat.session.id) == ""
        return Status(mark.status) if mark else None


async def enters(database: Database, seat: Seat, status: Status, clock: Clock) -> None:
    async with database.unit() as session:
        entry = Entry(status, "teacher", clock(), clock(), "staff:9", "roll-call")
        mark, _ = await register.enter(session, seat.session, seat.enrolment, entry)
        assert mark.status == status


async def test_leave_that_is_granted_stands_in_the_register_and_is_told(
    either: Database, hall: Hall, clock: Clock
) -> None:
    excuse = await asks(either, hall.afternoon, Wish.LEAVE, clock)
    assert await status_of(either, hall.afternoon) is None
    clock.move(minutes=20)
    await approves(either, excuse, hall.trainer, clock)
    assert await status_of(either, hall.afternoon) is Status.LEAVE
    async with either.unit() as session:
        (nudge,) = await session.scalars(select(Nudge))
        assert nudge.text == "请假批了：11月20日下午课，不算缺勤。"
        assert nudge.person_id == hall.enrolment.person_id
        (entry,) = await audit.history(session, hall.enrolment.thing)
        assert (entry.event, entry.actor) == ("excuse:wish:decide", hall.trainer.actor)


async def test_a_make_up_that_is_granted_takes_the_place_of_an_absence(
    either: Database, hall: Hall, clock: Clock
) -> None:
    clock.move(hours=1)
    await enters(either, hall.morning, Status.ABSENT, clock)
    excuse = await asks(either, hall.morning, Wish.MAKE_UP, clock, "手机没电")
    await approves(either, excuse, hall.trainer, clock)
    assert await status_of(either, hall.morning) is Status.MADE_UP
    async with either.unit() as session:
        last = (await register.history(session, hall.morning.session, hall.enrolment))[-1]
        assert (last.reason, last.actor) == ("补签：手机没电", hall.trainer.actor)


async def test_asked_again_it_is_the_same_wish_with_the_last_reason(either: Database, hall: Hall, clock: Clock) -> None:
    first = await asks(either, hall.afternoon, Wish.LEAVE, clock, "有事")
    again = await asks(either, hall.afternoon, Wish.LEAVE, clock, "家里收玉米")
    assert first.id == again.id
    async with either.unit() as session:
        (row,) = await excusing.waiting(session, hall.enrolment.class_id)
        assert row.excuse.reason == "家里收玉米"
        assert row.person.name_masked == "李*英"
        assert row.session.id == hall.afternoon.session.id


async def test_a_refusal_is_told_with_its_reason_and_may_be_asked_about_anew(
    either: Database, hall: Hall, clock: Clock
) -> None:
    excuse = await asks(either, hall.afternoon, Wish.LEAVE, clock)
    async with either.unit() as session:
        mine = await session.get_one(Excuse, excuse.id)
        with pytest.raises(Refused, match="写一句原因"):
            await excusing.refuse(session, mine, hall.trainer, "  ", clock())
        await excusing.refuse(session, mine, hall.trainer, "今天考试", clock())
    clock.move(minutes=1)
    again = await asks(either, hall.afternoon, Wish.LEAVE, clock, "孩子住院")
    assert (again.id, again.decision) == (excuse.id, Decision.ASKED)
    await approves(either, again, hall.trainer, clock)
    async with either.unit() as session:
        told = [nudge.text for nudge in await session.scalars(select(Nudge).order_by(Nudge.due_at))]
    assert told == ["请假没批：11月20日下午课。老师说：今天考试", "请假批了：11月20日下午课，不算缺勤。"]


async def test_another_schools_trainer_decides_nothing(either: Database, hall: Hall, clock: Clock) -> None:
    excuse = await asks(either, hall.afternoon, Wish.LEAVE, clock)
    async with either.unit() as session:
        school = Institution(name="别的学校", region="141025", address="", occupations=[])
        session.add(school)
        await session.flush()
        stranger = await an_account(session, "stranger", Role.TRAINER, now=clock())
        stranger.institution_id = school.id
        clerk = await an_account(session, "clerk", Role.CLERK, now=clock())
    for account in (stranger, clerk):
        with pytest.raises(Refused, match="只有这个班所在机构的老师"):
            await approves(either, excuse, account, clock)
    assert await status_of(either, hall.afternoon) is None


@pytest.mark.parametrize(
    "hours, which, wish, why",
    [
        (0, "morning", Wish.MAKE_UP, "还没上课"),
        (4, "morning", Wish.LEAVE, "已经下课"),
        (3 + 72.2, "morning", Wish.MAKE_UP, "已经过了3天"),
    ],
)
async def test_a_wish_has_its_time(
    either: Database, hall: Hall, clock: Clock, hours: float, which: str, wish: Wish, why: str
) -> None:
    clock.move(hours=hours)
    with pytest.raises(Refused, match=why):
        await asks(either, getattr(hall, which), wish, clock)


async def test_who_is_there_needs_no_excuse(either: Database, hall: Hall, clock: Clock) -> None:
    clock.move(minutes=20)
    asked_before = await asks(either, hall.morning, Wish.LEAVE, clock)
    await enters(either, hall.morning, Status.PRESENT, clock)
    with pytest.raises(Refused, match="您已经签到了"):
        await asks(either, hall.morning, Wish.MAKE_UP, clock)
    with pytest.raises(Refused, match="已经有签到记录"):
        await approves(either, asked_before, hall.trainer, clock)
    assert await status_of(either, hall.morning) is Status.PRESENT


async def test_what_is_asked_counts_against_the_limit_and_what_is_refused_does_not(
    either: Database, hall: Hall, clock: Clock
) -> None:
    await limit(either, hall, 1)
    clock.move(hours=8)
    excuse = await asks(either, hall.morning, Wish.MAKE_UP, clock)
    with pytest.raises(Refused, match="最多补签1次"):
        await asks(either, hall.afternoon, Wish.MAKE_UP, clock)
    async with either.unit() as session:
        await excusing.refuse(session, await session.get_one(Excuse, excuse.id), hall.trainer, "没来", clock())
        assert await excusing.left(session, hall.enrolment) == 1
    await asks(either, hall.afternoon, Wish.MAKE_UP, clock)


async def test_two_wishes_at_once_for_the_last_make_up_are_one(either: Database, hall: Hall, clock: Clock) -> None:
    await limit(either, hall, 1)
    clock.move(hours=8)
    wishes = (asks(either, seat, Wish.MAKE_UP, clock) for seat in (hall.morning, hall.afternoon))
    outcomes = await asyncio.gather(*wishes, return_exceptions=True)
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["Excuse", "Refused"]


async def test_two_approvals_at_once_do_not_pass_the_limit(either: Database, hall: Hall, clock: Clock) -> None:
    clock.move(hours=8)
    asked = [await asks(either, seat, Wish.MAKE_UP, clock) for seat in (hall.morning, hall.afternoon)]
    await limit(either, hall, 1)
    decided = (approves(either, excuse, hall.trainer, clock) for excuse in asked)
    outcomes = await asyncio.gather(*decided, return_exceptions=True)
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["NoneType", "Refused"]
    made_up = [await status_of(either, seat) for seat in (hall.morning, hall.afternoon)]
    assert set(made_up) == {None, Status.MADE_UP}


async def test_one_wish_is_decided_once_by_whoever_is_first(either: Database, hall: Hall, clock: Clock) -> None:
    excuse = await asks(either, hall.afternoon, Wish.LEAVE, clock)
    outcomes = await asyncio.gather(
        *(approves(either, excuse, hall.trainer, clock) for _ in range(5)), return_exceptions=True
    )
    assert [type(outcome).__name__ for outcome in outcomes].count("NoneType") == 1
    assert all("已经有人处理" in str(outcome) for outcome in outcomes if outcome is not None)
    async with either.unit() as session:
        assert len(await register.history(session, hall.afternoon.session, hall.enrolment)) == 1


async def test_after_the_hand_in_nothing_is_decided(either: Database, hall: Hall, clock: Clock) -> None:
    excuse = await asks(either, hall.afternoon, Wish.LEAVE, clock)
    async with either.unit() as session:
        (await here(session, hall.morning)).training_class.state = ClassState.HANDED_IN
    with pytest.raises(Refused, match="已经上交"):
        await approves(either, excuse, hall.trainer, clock)


async def limit(database: Database, hall: Hall, most: int) -> None:
    async with database.unit() as session:
        (await here(session, hall.morning)).training_class.made_up_most = most
