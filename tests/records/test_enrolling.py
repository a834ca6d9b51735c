"""Seats: never more than there are, given in the order of coming, and one that is left goes to the first who waits."""

from __future__ import annotations

import asyncio
from collections import Counter
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from records import audit, enrolling, followers, people, privacy, queues, ties, vacancies, voucher_desk
from records.audit import Event
from records.class_states import ClassState
from records.classes import TrainingClass
from records.database import Database
from records.enrolments import Enrolment, Seating
from records.errors import Refused
from records.nudges import Nudge
from records.people import Person
from records.sessions import Part
from records.voucher_desk import VALID
from records.voucher_states import State
from tests.classes import LINGCHUAN, STARTS, a_voucher, an_open_class, seated, somebody
from tests.conftest import Clock, fresh

MOST = 4  # seats in the property test


async def enrol(
    session: AsyncSession, training_class: TrainingClass, person: Person, clock: Clock, actor: str = "worker"
) -> Enrolment:
    return await enrolling.enrol(session, training_class, person, None, clock(), actor)


async def refused(session: AsyncSession, training_class: TrainingClass, person: Person, clock: Clock) -> str:
    with pytest.raises(Refused) as told:
        await enrol(session, training_class, person, clock)
    return told.value.reason


async def test_seats_are_given_until_there_are_none_and_then_places_in_the_queue(
    either: Database, clock: Clock
) -> None:
    async with either.unit() as session:
        welders = await an_open_class(session, capacity=2)
        rows = await seated(session, welders, 4, clock())
        assert [row.seating for row in rows] == ["seated", "seated", "waiting", "waiting"]
        assert [await queues.number(session, row) for row in rows] == [1, 2, 1, 2]
        assert [row.id for row, _ in await queues.waiting_list(session, welders.id)] == [rows[2].id, rows[3].id]


async def test_sixty_at_the_same_moment_get_twenty_seats_and_forty_places_in_order(
    either: Database, clock: Clock
) -> None:
    async with either.unit() as session:
        welders = await an_open_class(session, capacity=20)
        people = [await somebody(session, clock()) for _ in range(60)]

    async def tap(person_id: int, delay: int) -> None:
        async with either.unit() as session:
            mine = await session.get_one(TrainingClass, welders.id)
            now = clock() - timedelta(milliseconds=delay)  # clocks of several processes do not agree
            await enrolling.enrol(session, mine, await session.get_one(Person, person_id), None, now, "worker")

    taps = [(person.id, number * 7 % 11) for number, person in enumerate(people)]
    await asyncio.gather(*(tap(*each) for each in taps), *(tap(*each) for each in taps[:15]))  # some tap twice
    async with either.unit() as session:
        rows = list(await session.scalars(select(Enrolment)))
        assert len(rows) == len({row.person_id for row in rows}) == 60
        assert Counter(row.seating for row in rows) == {Seating.SEATED: 20, Seating.WAITING: 40}
        numbers = [await queues.number(session, row) for row, _ in await queues.waiting_list(session, welders.id)]
        assert numbers == list(range(1, 41))
        last_seat = max(row.enrolled_at for row in rows if row.seating == Seating.SEATED)
        assert last_seat < min(row.enrolled_at for row in rows if row.seating == Seating.WAITING)


async def test_leaving_and_coming_at_once_keep_the_count(either: Database, clock: Clock) -> None:
    async with either.unit() as session:
        welders = await an_open_class(session, capacity=5)
        rows = await seated(session, welders, 12, clock())
        more = [await somebody(session, clock()) for _ in range(4)]

    async def go(id: int) -> None:
        async with either.unit() as session:
            await enrolling.leave(session, await session.get_one(Enrolment, id), "家里有事", clock(), "worker")

    async def come(id: int) -> None:
        async with either.unit() as session:
            await enrol(
                session, await session.get_one(TrainingClass, welders.id), await session.get_one(Person, id), clock
            )

    await asyncio.gather(*(go(row.id) for row in rows[1:8]), *(come(person.id) for person in more), go(rows[1].id))
    async with either.unit() as session:
        found = Counter(row.seating for row in await session.scalars(select(Enrolment)))
        assert found == {Seating.SEATED: 5, Seating.WAITING: 4, Seating.LEFT: 7}
        waiting = [person.id for _, person in await queues.waiting_list(session, welders.id)]
        assert set(waiting) == {person.id for person in more}  # who waited before them has a seat


async def test_a_person_asked_into_two_classes_at_once_gets_one(either: Database, clock: Clock) -> None:
    async with either.unit() as session:
        both = [await an_open_class(session, name) for name in ("焊工3班", "焊工4班")]
        person = await somebody(session, clock())

    async def tap(class_id: int) -> bool:
        async with either.unit() as session:
            mine = await session.get_one(TrainingClass, class_id)
            try:
                await enrol(session, mine, await session.get_one(Person, person.id), clock)
            except Refused:
                return False
            return True

    assert sorted(await asyncio.gather(*(tap(each.id) for each in both))) == [False, True]


async def test_who_waited_first_gets_the_seat_that_is_left_and_is_told(either: Database, clock: Clock) -> None:
    async with either.unit() as session:
        welders = await an_open_class(session, capacity=1)
        first, second, third = await seated(session, welders, 3, clock())
        assert await enrolling.leave(session, first, "找到活了", clock(), "worker") is second
        assert (first.seating, first.left_why, second.seating) == (Seating.LEFT, "找到活了", Seating.SEATED)
        nudge = (await session.scalars(select(Nudge))).one()
        assert nudge.person_id == second.person_id
        assert "轮到您了：焊工3班空出一个名额" in nudge.text
        assert await queues.number(session, third) == 1
        assert await enrolling.leave(session, first, "再退一次", clock(), "worker") is None
        assert (await audit.history(session, second.thing))[-1].event == Event.CLASS_SEAT_MOVE_UP


async def test_a_seat_that_comes_free_at_night_is_told_in_the_morning(either: Database, clock: Clock) -> None:
    clock.move(hours=13)  # eleven in the evening
    async with either.unit() as session:
        first, _ = await seated(session, await an_open_class(session, capacity=1), 2, clock())
        await enrolling.leave(session, first, "不去了", clock(), "worker")
        nudge = (await session.scalars(select(Nudge))).one()
        assert nudge.due_at == clock() + timedelta(hours=8.5)


async def test_who_left_comes_back_behind_the_others_in_his_own_row(either: Database, clock: Clock) -> None:
    async with either.unit() as session:
        welders = await an_open_class(session, capacity=1)
        first, second, third = await seated(session, welders, 3, clock())
        await enrolling.leave(session, first, "不去了", clock(), "worker")
        again = await enrol(session, welders, await session.get_one(Person, first.person_id), clock)
        assert (again.id, again.seating, again.left_at, again.left_why) == (first.id, Seating.WAITING, None, "")
        assert [row.id for row, _ in await queues.waiting_list(session, welders.id)] == [third.id, first.id]
        assert second.seating == Seating.SEATED


async def test_enrolling_twice_is_one_row_and_keeps_the_place(either: Database, clock: Clock) -> None:
    async with either.unit() as session:
        welders = await an_open_class(session, capacity=1)
        _, waits, _ = await seated(session, welders, 3, clock())
        again = await enrol(session, welders, await session.get_one(Person, waits.person_id), clock)
        assert (again.id, await queues.number(session, again)) == (waits.id, 1)


async def test_nobody_is_in_two_classes_at_the_same_time(either: Database, clock: Clock) -> None:
    async with either.unit() as session:
        welders = await an_open_class(session)
        others = await an_open_class(session, "电工2班", (Part.AFTERNOON,), starts=STARTS + timedelta(days=10))
        evenings = await an_open_class(session, "电工夜班", (), starts=STARTS)
        person = await somebody(session, clock())
        await enrol(session, welders, person, clock)
        assert await refused(session, others, person, clock) == (
            "您在焊工3班12月11日有下午课，时间撞上了，同一时间只能上一个班。"
        )
        assert (await enrol(session, evenings, person, clock)).seating == Seating.SEATED


async def test_who_is_taught_elsewhere_by_now_is_passed_over_and_keeps_his_place(
    either: Database, clock: Clock
) -> None:
    async with either.unit() as session:
        welders, rivals = await an_open_class(session, capacity=1), await an_open_class(session, "焊工4班")
        first, busy, third = await seated(session, welders, 3, clock())
        await enrol(session, rivals, await session.get_one(Person, busy.person_id), clock)
        assert await enrolling.leave(session, first, "不去了", clock(), "worker") is third
        assert busy.seating == Seating.WAITING


@pytest.mark.parametrize("state", [ClassState.DRAFT, ClassState.SUBMITTED, ClassState.ENDED, ClassState.CANCELLED])
async def test_workers_join_approved_classes_only(either: Database, clock: Clock, state: ClassState) -> None:
    async with either.unit() as session:
        welders = await an_open_class(session, state=state)
        assert "不能报名" in await refused(session, welders, await somebody(session, clock()), clock)


@pytest.mark.parametrize(
    "state, may", [(ClassState.DRAFT, True), (ClassState.RETURNED, True), (ClassState.SUBMITTED, False)]
)
async def test_the_institution_writes_its_roster_before_the_approval(
    either: Database, clock: Clock, state: ClassState, may: bool
) -> None:
    async with either.unit() as session:
        welders, person = await an_open_class(session, state=state), await somebody(session, clock())
        if may:
            assert (await enrol(session, welders, person, clock, "staff:1")).seating == Seating.SEATED
            return
        with pytest.raises(Refused, match="不能报名"):
            await enrol(session, welders, person, clock, "staff:1")


@pytest.mark.parametrize("days, may", [(3, True), (4, False)])
async def test_a_class_can_be_joined_for_three_days(either: Database, clock: Clock, days: int, may: bool) -> None:
    async with either.unit() as session:
        welders = await an_open_class(session, starts=clock().date() - timedelta(days=days))
        person = await somebody(session, clock())
        found = await vacancies.vacancies(session, clock().date(), regions=[LINGCHUAN])
        assert bool(found) is may
        if may:
            assert (await enrol(session, welders, person, clock)).seating == Seating.SEATED
        else:
            assert "开课3天以后不能再加人" in await refused(session, welders, person, clock)


async def test_a_worker_leaves_by_himself_until_the_class_begins(either: Database, clock: Clock) -> None:
    async with either.unit() as session:
        row, waits = await seated(session, await an_open_class(session, starts=clock().date(), capacity=1), 2, clock())
        await enrolling.leave(session, waits, "不等了", clock(), "worker")
        with pytest.raises(Refused, match="退班请跟老师说"):
            await enrolling.leave(session, row, "不去了", clock(), "worker")
        with pytest.raises(Refused, match="要写原因"):
            await enrolling.leave(session, row, " ", clock(), "staff:1")
        await enrolling.leave(session, row, "本人要求", clock(), "staff:1")
        assert row.seating == Seating.LEFT


async def test_who_has_himself_erased_leaves_his_seat_to_the_next(either: Database, clock: Clock) -> None:
    async with either.unit() as session:
        first, second = await seated(session, await an_open_class(session, capacity=1), 2, clock())
        person = await session.get_one(Person, first.person_id)
        follower = await followers.meet(session, "worker", clock())
        await people.bind(session, follower, person, clock())
        await privacy.erase(session, follower, person, clock())
        assert (first.seating, second.seating) == (Seating.LEFT, Seating.SEATED)


async def test_nothing_changes_in_a_class_that_has_ended(either: Database, clock: Clock) -> None:
    async with either.unit() as session:
        welders = await an_open_class(session)
        (row,) = await seated(session, welders, 1, clock())
        welders.state = ClassState.HANDED_IN
        await session.flush()
        with pytest.raises(Refused, match="花名册不能再改"):
            await enrolling.leave(session, row, "本人要求", clock(), "staff:1")


class TestVouchers:
    """What a voucher must be to serve for a class."""

    async def test_it_is_tied_and_stays_as_it_is(self, either: Database, clock: Clock) -> None:
        async with either.unit() as session:
            welders, person = await an_open_class(session), await somebody(session, clock())
            voucher = await a_voucher(session, person, clock())
            assert await ties.fitting(session, welders, person, clock()) is voucher
            row = await enrolling.enrol(session, welders, person, voucher, clock(), "worker")
            assert (row.voucher_id, voucher.state) == (voucher.id, State.ISSUED)

    async def test_who_enrolled_without_one_brings_it_later(self, either: Database, clock: Clock) -> None:
        async with either.unit() as session:
            welders, person = await an_open_class(session), await somebody(session, clock())
            row = await enrol(session, welders, person, clock)
            voucher = await a_voucher(session, person, clock())
            await enrolling.enrol(session, welders, person, voucher, clock(), "worker")
            assert row.voucher_id == voucher.id

    @pytest.mark.parametrize(
        "changes, why",
        [
            ({"occupation": "电工"}, "这个班教电工，要用电工的券"),
            ({"level": "中级工"}, "这个班是中级工，要用中级工的券"),
            ({"starts": date(2027, 3, 1)}, "等不到这个班开课"),
        ],
    )
    async def test_it_must_be_for_this_class(
        self, either: Database, clock: Clock, changes: dict[str, Any], why: str
    ) -> None:
        async with either.unit() as session:
            other, person = await an_open_class(session, **changes), await somebody(session, clock())
            voucher = await a_voucher(session, person, clock(), level="初级工")
            with pytest.raises(Refused, match=why):
                await enrolling.enrol(session, other, person, voucher, clock(), "worker")
            assert await ties.fitting(session, other, person, clock()) is None
        async with either.unit() as session:
            assert list(await session.scalars(select(Enrolment))) == []

    async def test_it_is_nobody_elses_and_not_given_back(self, either: Database, clock: Clock) -> None:
        async with either.unit() as session:
            welders, person = await an_open_class(session), await somebody(session, clock())
            voucher = await a_voucher(session, await somebody(session, clock()), clock())
            with pytest.raises(Refused, match="不是本人的"):
                await enrolling.enrol(session, welders, person, voucher, clock(), "worker")
            mine = await a_voucher(session, person, clock())
            await voucher_desk.move(session, mine, State.WITHDRAWN, "worker", clock(), "不学了")
            with pytest.raises(Refused, match="现在是“已退回”"):
                await enrolling.enrol(session, welders, person, mine, clock(), "worker")

    async def test_one_voucher_is_for_one_class(self, either: Database, clock: Clock) -> None:
        async with either.unit() as session:
            first, second = await an_open_class(session), await an_open_class(session, "焊工4班", ())
            person = await somebody(session, clock())
            voucher = await a_voucher(session, person, clock())
            row = await enrolling.enrol(session, first, person, voucher, clock(), "worker")
            with pytest.raises(Refused, match="已经用来报了焊工3班"):
                await enrolling.enrol(session, second, person, voucher, clock(), "worker")
            await enrolling.leave(session, row, "换班", clock(), "worker")
            assert (await enrolling.enrol(session, second, person, voucher, clock(), "worker")).voucher_id == voucher.id

    async def test_one_that_was_verified_goes_back_when_its_bearer_leaves(self, either: Database, clock: Clock) -> None:
        async with either.unit() as session:
            welders, person = await an_open_class(session), await somebody(session, clock())
            voucher = await a_voucher(session, person, clock())
            row = await enrolling.enrol(session, welders, person, voucher, clock(), "worker")
            await voucher_desk.move(session, voucher, State.REGISTERED, "staff:1", clock())
            await enrolling.leave(session, row, "本人要求", clock(), "staff:1")
            assert voucher.state == State.WITHDRAWN

    async def test_one_past_its_last_day_does_not_serve(self, either: Database, clock: Clock) -> None:
        async with either.unit() as session:
            person = await somebody(session, clock())
            voucher = await a_voucher(session, person, clock())
            clock.now += VALID + timedelta(days=1)
            welders = await an_open_class(session, starts=clock().date())
            with pytest.raises(Refused, match="就到期"):
                await enrolling.enrol(session, welders, person, voucher, clock(), "worker")


_STEPS = st.lists(st.tuples(st.sampled_from(["come", "leave"]), st.integers(0, 8)), max_size=40)


@settings(max_examples=15)
@given(_STEPS)
def test_whoever_comes_and_goes_the_seats_are_full_before_anybody_waits(steps: list[tuple[str, int]]) -> None:
    asyncio.run(_come_and_go(steps))


async def _come_and_go(steps: list[tuple[str, int]]) -> None:
    database, clock = await fresh("sqlite+aiosqlite:///:memory:"), Clock()
    async with database.unit() as session:
        welders = await an_open_class(session, parts=(), capacity=MOST)
        people = [await somebody(session, clock()) for _ in range(9)]
        order: list[int] = []  # who should be in, first come first
        for verb, which in steps:
            person = people[which]
            if verb == "come":
                await enrol(session, welders, person, clock)
                order += [person.id] if person.id not in order else []
            elif row := await enrolling.of(session, welders, person):
                await enrolling.leave(session, row, "试", clock(), "worker")
                order = [each for each in order if each != person.id]
            rows = list(await session.scalars(select(Enrolment)))
            assert {row.person_id for row in rows if row.seating == Seating.SEATED} == set(order[:MOST])
            waiting = [each.id for _, each in await queues.waiting_list(session, welders.id)]
            assert waiting == order[MOST:]
    await database.close()
