"""Reminders: each once, to those who should hear it, at its time, and never what is no longer true."""

from __future__ import annotations

import asyncio
from datetime import datetime, time, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from config.settings import CHINA
from records import nudging, register, reminders, subscriptions
from records.class_states import ClassState
from records.classes import TrainingClass
from records.database import Database
from records.enrolments import Enrolment, Seating
from records.followers import Follower
from records.marks import Status
from records.nudges import Nudge
from records.register import Entry
from records.sessions import Part, Session
from records.subscriptions import Topic
from tests.classes import STARTS, an_open_class, seated
from tests.conftest import Clock

LEASE = timedelta(seconds=60)
EVE = datetime.combine(STARTS - timedelta(days=1), time(19), CHINA)
OPENS = datetime.combine(STARTS, time(8), CHINA)


async def a_class_with_phones(
    session: AsyncSession, clock: Clock, number: int = 2, **changes: object
) -> tuple[TrainingClass, list[Enrolment]]:
    """Trainees who follow the account, worker-1 and so on."""
    training_class = await an_open_class(session, **changes)  # type: ignore[arg-type]
    rows = await seated(session, training_class, number, clock())
    for count, row in enumerate(rows, 1):
        await follows(session, f"worker-{count}", row, clock())
    return training_class, rows


async def follows(session: AsyncSession, openid: str, row: Enrolment, now: datetime) -> None:
    session.add(Follower(openid=openid, person_id=row.person_id, first_seen=now, last_seen=now, talk={}))
    await session.flush()


async def texts(session: AsyncSession) -> list[str]:
    return [nudge.text for nudge in await session.scalars(select(Nudge).order_by(Nudge.key))]


async def sitting_of(session: AsyncSession, training_class: TrainingClass, part: Part) -> Session:
    mine = Session.class_id == training_class.id, Session.day == STARTS, Session.part == part
    return (await session.scalars(select(Session).where(*mine))).one()


class TestEvening:
    """The evening before."""

    async def test_one_nudge_a_person_and_day_with_all_that_comes(self, either: Database, clock: Clock) -> None:
        async with either.unit() as session:
            await a_class_with_phones(session, clock)
            await reminders.evening(session, EVE)
            await reminders.evening(session, EVE + timedelta(minutes=1))
            assert (
                await texts(session)
                == ["明天8:30 焊工3班上午课、14:00 下午课，实训楼201，带身份证。来不了，回复“请假”。"] * 2
            )

    @pytest.mark.parametrize("hours, said", [(-0.1, False), (0, True), (2.9, True), (3, False)])
    async def test_between_seven_and_ten(self, either: Database, clock: Clock, hours: float, said: bool) -> None:
        async with either.unit() as session:
            await a_class_with_phones(session, clock)
            await reminders.evening(session, EVE + timedelta(hours=hours))
            assert bool(await texts(session)) is said

    async def test_two_processes_put_it_once(self, either: Database, clock: Clock) -> None:
        async with either.unit() as session:
            await a_class_with_phones(session, clock, 20)

        async def tick() -> None:
            async with either.unit() as session:
                await reminders.evening(session, EVE)

        await asyncio.gather(*(tick() for _ in range(4)))
        async with either.unit() as session:
            assert len(await texts(session)) == 20

    async def test_only_who_has_a_seat_follows_and_wants_to_hear(self, either: Database, clock: Clock) -> None:
        async with either.unit() as session:
            _, rows = await a_class_with_phones(session, clock, 5, capacity=4)  # the fifth waits
            await subscriptions.turn(session, "worker-1", Topic.TRAINING, False, clock())
            await subscriptions.turn(session, "worker-2", None, False, clock())
            (await session.get_one(Follower, "worker-3")).subscribed = False
            await reminders.evening(session, EVE)
            (nudge,) = await session.scalars(select(Nudge))
            assert nudge.person_id == rows[3].person_id

    async def test_not_for_a_session_from_which_he_has_leave(self, either: Database, clock: Clock) -> None:
        async with either.unit() as session:
            welders, rows = await a_class_with_phones(session, clock, 1)
            morning = await sitting_of(session, welders, Part.MORNING)
            await register.enter(session, morning, rows[0], Entry(Status.LEAVE, "teacher", EVE, EVE, "staff:1", "m1"))
            await reminders.evening(session, EVE)
            assert (await texts(session))[0].startswith("明天14:00 焊工3班下午课")

    async def test_not_for_what_is_cancelled(self, either: Database, clock: Clock) -> None:
        async with either.unit() as session:
            welders, _ = await a_class_with_phones(session, clock)
            (await sitting_of(session, welders, Part.MORNING)).cancelled_at = clock()
            await reminders.evening(session, EVE)
            assert (await texts(session))[0].startswith("明天14:00 焊工3班下午课，实训楼201")
        async with either.unit() as session:
            welders = await session.get_one(TrainingClass, welders.id)
            welders.state = ClassState.CANCELLED
            await reminders.evening(session, EVE + timedelta(days=1))
            assert len(await texts(session)) == 2


class TestOpening:
    """When check-in opens."""

    async def test_once_to_those_who_have_not_come(self, either: Database, clock: Clock) -> None:
        async with either.unit() as session:
            welders, rows = await a_class_with_phones(session, clock)
            morning = await sitting_of(session, welders, Part.MORNING)
            await register.enter(session, morning, rows[0], Entry(Status.PRESENT, "text", OPENS, OPENS, "worker", "m1"))
            await reminders.opening(session, OPENS - timedelta(seconds=1))
            assert await texts(session) == []
            for minutes in (0, 1, 20):
                await reminders.opening(session, OPENS + timedelta(minutes=minutes))
            (nudge,) = await session.scalars(select(Nudge))
            assert nudge.person_id == rows[1].person_id
            assert nudge.text == "焊工3班上午课8:30开始，现在可以签到了：到了教室回复“签到”。"

    async def test_not_once_the_session_has_begun_nor_for_one_that_was_cancelled(
        self, either: Database, clock: Clock
    ) -> None:
        async with either.unit() as session:
            welders, _ = await a_class_with_phones(session, clock)
            await reminders.opening(session, OPENS + timedelta(minutes=30))
            (await sitting_of(session, welders, Part.MORNING)).cancelled_at = clock()
            await reminders.opening(session, OPENS)
            assert await texts(session) == []


class TestChange:
    """A session that was moved or cancelled."""

    async def test_everybody_with_a_seat_is_told_at_once_also_who_stopped_reminders(
        self, either: Database, clock: Clock
    ) -> None:
        async with either.unit() as session:
            welders, _ = await a_class_with_phones(session, clock, 3, capacity=2)
            await subscriptions.turn(session, "worker-1", None, False, clock())
            morning = await sitting_of(session, welders, Part.MORNING)
            morning.cancelled_at, morning.cancelled_why = clock(), "停电。"
            await reminders.changed(session, morning, clock())
            assert await texts(session) == ["焊工3班12月1日上午课取消了：停电。这节不用来，不算缺勤。"] * 2
            assert len(await nudging.due(session, 9, clock(), LEASE)) == 2

    async def test_what_was_to_be_said_of_it_is_said_anew(self, either: Database, clock: Clock) -> None:
        async with either.unit() as session:
            welders, _ = await a_class_with_phones(session, clock, 1)
            await reminders.evening(session, EVE)
            afternoon = await sitting_of(session, welders, Part.AFTERNOON)
            afternoon.starts_at += timedelta(hours=1)
            await reminders.changed(session, afternoon, EVE + timedelta(minutes=5))
            await reminders.evening(session, EVE + timedelta(minutes=6))
            moved, eve = await texts(session)
            assert moved == "改时间了：焊工3班下午课改在12月1日15:00，实训楼201，原来的时间不上了。"
            assert "15:00 下午课" in eve

    async def test_a_session_moved_to_another_day_opens_there_too(self, either: Database, clock: Clock) -> None:
        async with either.unit() as session:
            welders, _ = await a_class_with_phones(session, clock, 1, parts=(Part.MORNING,), days=1)
            await reminders.opening(session, OPENS)
            morning = await sitting_of(session, welders, Part.MORNING)
            morning.day, morning.starts_at = STARTS + timedelta(days=2), morning.starts_at + timedelta(days=2)
            morning.ends_at += timedelta(days=2)
            await session.flush()
            await reminders.opening(session, OPENS + timedelta(days=2))
            assert len(await texts(session)) == 2


class TestQueue:
    """Nudges in line."""

    async def test_the_same_key_is_one_nudge_with_its_first_words(self, either: Database, clock: Clock) -> None:
        async with either.unit() as session:
            _, (row,) = await a_class_with_phones(session, clock, 1)
            for text in ("一", "二"):
                await nudging.put(session, "k", row.person_id, text, clock(), clock() + LEASE)
            assert await texts(session) == ["一"]

    async def test_two_who_take_at_once_never_take_the_same(self, either: Database, clock: Clock) -> None:
        async with either.unit() as session:
            _, rows = await a_class_with_phones(session, clock, 12)
            for row in rows:
                await nudging.put(session, f"k{row.id}", row.person_id, "好", clock(), clock() + timedelta(hours=1))

        async def take() -> list[str]:
            async with either.unit() as session:
                return [each.key for each in await nudging.due(session, 5, clock(), LEASE)]

        taken = [key for keys in await asyncio.gather(*(take() for _ in range(4))) for key in keys]
        assert len(taken) == len(set(taken))
        taken += await take()  # PostgreSQL lets the others pass by what one holds
        assert len(taken) == len(set(taken)) == 12

    async def test_a_lost_one_comes_again_after_its_lease_and_is_given_up_in_the_end(
        self, either: Database, clock: Clock
    ) -> None:
        async with either.unit() as session:
            _, (row,) = await a_class_with_phones(session, clock, 1)
            await nudging.put(session, "k", row.person_id, "好", clock(), clock() + timedelta(days=1))
            for _ in range(5):
                assert len(await nudging.due(session, 9, clock(), LEASE)) == 1
                assert await nudging.due(session, 9, clock(), LEASE) == []
                clock.move(seconds=61)
            assert await nudging.due(session, 9, clock(), LEASE) == []
            assert (await session.get_one(Nudge, "k")).outcome == "failed"

    async def test_waiting_is_no_try_and_ends_with_its_use(self, either: Database, clock: Clock) -> None:
        async with either.unit() as session:
            _, (row,) = await a_class_with_phones(session, clock, 1)
            await nudging.put(session, "k", row.person_id, "好", clock(), clock() + timedelta(hours=2))
            for _ in range(12):
                assert len(await nudging.due(session, 9, clock(), LEASE)) == 1
                await nudging.postpone(session, "k", clock() + timedelta(minutes=10))
                clock.move(minutes=10)
            assert await nudging.due(session, 9, clock(), LEASE) == []
            assert (await session.get_one(Nudge, "k", populate_existing=True)).outcome == "late"

    async def test_who_has_no_phone_with_us_is_not_waited_for(self, either: Database, clock: Clock) -> None:
        async with either.unit() as session:
            (row,) = await seated(session, await an_open_class(session), 1, clock())
            assert row.seating == Seating.SEATED
            await nudging.put(session, "k", row.person_id, "好", clock(), clock() + LEASE)
            assert await nudging.due(session, 9, clock(), LEASE) == []
            assert not await nudging.is_any_due(session, clock())
            assert (await session.get_one(Nudge, "k")).outcome == "unbound"

    async def test_what_is_settled_stays_settled(self, either: Database, clock: Clock) -> None:
        async with either.unit() as session:
            _, (row,) = await a_class_with_phones(session, clock, 1)
            await nudging.put(session, "k", row.person_id, "好", clock(), clock() + timedelta(days=1))
            await nudging.due(session, 9, clock(), LEASE)
            await nudging.settle(session, "k", "sent", clock())
            await nudging.settle(session, "k", "failed", clock())
            await nudging.postpone(session, "k", clock())
            assert (await session.get_one(Nudge, "k", populate_existing=True)).outcome == "sent"
            clock.move(hours=1)
            assert await nudging.due(session, 9, clock(), LEASE) == []
