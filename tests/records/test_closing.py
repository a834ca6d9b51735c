"""The end of a class and its hand-in: what must be settled before, and that nothing changes after."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from records import (
    assessing,
    audit,
    closing,
    enrolling,
    excusing,
    paper_sheets,
    paperwork,
    register,
    seats,
    summaries,
    verifying,
)
from records.assessing import Given
from records.class_states import ClassState
from records.classes import TrainingClass
from records.database import Database
from records.enrolments import Enrolment, Seat
from records.errors import Refused
from records.excuses import Decision, Wish
from records.marks import Mark, Status
from records.register import Entry
from records.results import Outcome, Result
from records.voucher_states import State
from tests.conftest import Clock, fresh
from tests.taught import Taught, a_mark, a_taught_class, a_trainee, a_voucher, all_marks, renewed


async def ended(session: AsyncSession, clock: Clock, **more: int) -> Taught:
    taught = await a_taught_class(session, clock(), **more)
    await closing.end(session, taught.training_class, taught.trainer, clock())
    return taught


async def graded(session: AsyncSession, taught: Taught, clock: Clock, *outcomes: Outcome) -> None:
    told = {
        enrolment.id: Given(outcome, None if outcome is Outcome.ABSENT else 85, clock().date())
        for enrolment, outcome in zip(taught.enrolments, outcomes, strict=True)
    }
    await assessing.enter(session, taught.training_class, told, taught.trainer, clock())


async def test_a_class_goes_from_its_last_session_to_its_hand_in(either: Database, clock: Clock) -> None:
    async with either.unit() as session:
        taught = await ended(session, clock)
        await all_marks(session, taught, clock())
        await graded(session, taught, clock, Outcome.PASSED, Outcome.FAILED, Outcome.ABSENT)
        found = await summaries.summary(session, taught.training_class, clock(), clock().date())
        await closing.hand_in(session, taught.training_class, taught.trainer, clock())
    assert taught.training_class.state == ClassState.HANDED_IN
    assert (found.trainees, found.days, found.sessions, found.due, found.attended) == (3, 2, 4, 12, 12)
    assert (found.passed, found.ungraded, found.unverified, found.rate) == (1, 0, 3, 1.0)
    async with either.unit() as session:
        acts = {entry.event: entry for entry in await audit.history(session, taught.training_class.thing)}
    assert list(acts)[:3] == ["class:teaching:end", "class:results:enter", "class:register:anchor"]
    assert acts["class:teaching:hand_in"].details["attended"] == 12


async def test_it_does_not_end_while_a_session_is_to_come(either: Database, clock: Clock) -> None:
    async with either.unit() as session:
        taught = await a_taught_class(session, clock())
        taught.sittings[-1].starts_at = clock() - timedelta(hours=1)
        taught.sittings[-1].ends_at = clock() + timedelta(hours=1)
        await session.flush()
        with pytest.raises(Refused, match=r"还有1节课没结束：11月19日下午课"):
            await closing.end(session, taught.training_class, taught.trainer, clock())
        taught.sittings[-1].cancelled_at = clock()
        await session.flush()
        await closing.end(session, taught.training_class, taught.trainer, clock())


async def test_it_does_not_end_while_one_may_still_sign_out(either: Database, clock: Clock) -> None:
    async with either.unit() as session:
        taught = await a_taught_class(session, clock(), sign_out=True)
        taught.sittings[-1].ends_at = clock() - timedelta(minutes=20)
        await session.flush()
        with pytest.raises(Refused, match="还有1节课没结束"):
            await closing.end(session, taught.training_class, taught.trainer, clock())


async def test_it_does_not_end_while_a_wish_waits(either: Database, clock: Clock) -> None:
    async with either.unit() as session:
        taught = await a_taught_class(session, clock())
        seat = Seat(taught.enrolments[0], taught.training_class, taught.sittings[-1])
        excuse = await excusing.ask(session, seat, Wish.MAKE_UP, "手机没电了", clock())
        with pytest.raises(Refused, match=r"还有1个请假或补签没批：.\*.11月19日下午课的补签"):
            await closing.end(session, taught.training_class, taught.trainer, clock())
        await excusing.refuse(session, excuse, taught.trainer, "当天没来", clock())
        await closing.end(session, taught.training_class, taught.trainer, clock())


async def test_a_class_without_a_session_and_a_class_that_ended_do_not_end(either: Database, clock: Clock) -> None:
    async with either.unit() as session:
        taught = await a_taught_class(session, clock())
        for sitting in taught.sittings:
            sitting.cancelled_at = clock()
        await session.flush()
        with pytest.raises(Refused, match="还没有排课"):
            await closing.end(session, taught.training_class, taught.trainer, clock())
        another = await ended(session, clock)
        with pytest.raises(Refused, match="现在是“已结业”，只有已批准的班能结业"):
            await closing.end(session, another.training_class, another.trainer, clock())


async def test_only_its_trainer_ends_and_hands_in_a_class(either: Database, clock: Clock) -> None:
    async with either.unit() as session:
        taught, other = await a_taught_class(session, clock()), await a_taught_class(session, clock())
        for stranger in (other.trainer, taught.clerk):
            for act in (closing.end, closing.hand_in):
                with pytest.raises(Refused, match="只有这个班所在机构的老师"):
                    await act(session, taught.training_class, stranger, clock())


async def test_the_hand_in_says_what_lacks(either: Database, clock: Clock) -> None:
    async with either.unit() as session:
        taught = await ended(session, clock)
        statuses = dict.fromkeys((each.id for each in taught.enrolments), Status.PRESENT)
        found = taught.training_class, taught.sittings[0]
        await paperwork.hand_up(session, found, statuses, "停电", None, taught.trainer, clock())
        with pytest.raises(Refused) as refused:
            await closing.hand_in(session, taught.training_class, taught.trainer, clock())
    assert "有1份纸质签到表县人社局还没批：11月18日上午课" in refused.value.reason
    assert "还有3人没有成绩" in refused.value.reason


async def test_vouchers_move_on_with_the_hand_in_for_who_was_assessed(either: Database, clock: Clock) -> None:
    async with either.unit() as session:
        taught = await a_taught_class(session, clock())
        vouchers = [await a_voucher(session, person, clock()) for person in taught.persons]
        for voucher in vouchers:
            await verifying.verify(session, taught.training_class, voucher, taught.trainer, clock())
        await closing.end(session, taught.training_class, taught.trainer, clock())
        await graded(session, taught, clock, Outcome.PASSED, Outcome.PASSED, Outcome.ABSENT)
        await graded(session, taught, clock, Outcome.PASSED, Outcome.FAILED, Outcome.ABSENT)
        assert {voucher.state for voucher in vouchers} == {State.REGISTERED}
        await closing.hand_in(session, taught.training_class, taught.trainer, clock())
    assert [voucher.state for voucher in vouchers] == [State.ASSESSED, State.ASSESSED, State.REGISTERED]


@pytest.mark.parametrize("outcome, score, days, said", [
    (Outcome.ABSENT, 60, 0, "没参加评价的人不填分数"),
    (Outcome.PASSED, 101, 0, "分数要在0到100之间，您填的是101"),
    (Outcome.PASSED, -1, 0, "分数要在0到100之间"),
    (Outcome.PASSED, 90, 1, "评价日期不能晚于今天"),
    (Outcome.PASSED, 90, -30, "评价日期不能早于开班那天"),
])  # fmt: skip
async def test_a_result_that_cannot_be_is_refused(
    either: Database, clock: Clock, outcome: Outcome, score: int, days: int, said: str
) -> None:
    async with either.unit() as session:
        taught = await ended(session, clock)
        wrong = {taught.enrolments[0].id: Given(outcome, score, clock().date() + timedelta(days=days))}
        with pytest.raises(Refused, match=said):
            await assessing.enter(session, taught.training_class, wrong, taught.trainer, clock())
        assert await assessing.of_class(session, taught.training_class) == {}


async def test_results_wait_for_the_end_and_are_only_of_who_is_in_the_class(either: Database, clock: Clock) -> None:
    async with either.unit() as session:
        taught, other = await a_taught_class(session, clock()), await ended(session, clock)
        told = {taught.enrolments[0].id: Given(Outcome.PASSED, 90, clock().date())}
        with pytest.raises(Refused, match="结业以后才能登记成绩"):
            await assessing.enter(session, taught.training_class, told, taught.trainer, clock())
        with pytest.raises(Refused, match="已经不在这个班的名册里"):
            await assessing.enter(session, other.training_class, told, other.trainer, clock())


async def test_results_entered_again_change_nothing_and_are_not_audited(either: Database, clock: Clock) -> None:
    async with either.unit() as session:
        taught = await ended(session, clock)
        told = {taught.enrolments[0].id: Given(Outcome.PASSED, 90, clock().date())}
        counts = [
            await assessing.enter(session, taught.training_class, told, taught.trainer, clock()) for _ in range(2)
        ]
        acts = [entry.event for entry in await audit.history(session, taught.training_class.thing)]
    assert counts == [1, 0]
    assert acts.count("class:results:enter") == 1


@pytest.mark.postgres
@pytest.mark.parametrize("either", ["postgresql"], indirect=True)
async def test_a_mark_at_the_moment_of_the_hand_in_is_in_it_or_is_refused(either: Database, clock: Clock) -> None:
    async with either.unit() as session:
        taught = await ended(session, clock, trainees=1)
        await graded(session, taught, clock, Outcome.PASSED)

    async def mark(sitting: int) -> bool:
        async with either.unit() as session:
            try:
                return bool(await a_mark(session, taught, sitting, 0, Status.PRESENT, clock()))
            except Refused:
                return False

    async def hand_in() -> None:
        async with either.unit() as session:
            training_class = await session.get_one(TrainingClass, taught.training_class.id)
            await closing.hand_in(session, training_class, taught.trainer, clock())

    *taken, _ = await asyncio.gather(*(mark(sitting) for sitting in range(4)), hand_in())
    async with either.unit() as session:
        stated = [
            entry.details["attended"]
            for entry in await audit.history(session, taught.training_class.thing)
            if entry.event == "class:teaching:hand_in"
        ]
        kept = await session.scalar(select(func.count()).select_from(Mark))
    assert stated == [sum(taken)]
    assert kept == sum(taken)


Command = Callable[[AsyncSession, Taught, Clock, int, Status], Awaitable[object]]


async def _enters(session: AsyncSession, taught: Taught, clock: Clock, pick: int, status: Status) -> object:
    return await a_mark(session, taught, pick % 4, pick % 3, status, clock())


async def _corrects(session: AsyncSession, taught: Taught, clock: Clock, pick: int, status: Status) -> object:
    sitting, enrolment = taught.sittings[pick % 4], taught.enrolments[pick % 3]
    held = await register.latest(session, sitting, enrolment, "in")  # type: ignore[arg-type]
    entry = Entry(status, "teacher", clock(), clock(), taught.trainer.actor, "again")
    return held and await register.correct(session, held, entry, "看错了")


async def _grades(session: AsyncSession, taught: Taught, clock: Clock, pick: int, status: Status) -> object:
    told = {taught.enrolments[pick % 3].id: Given(Outcome.PASSED, pick % 101, clock().date())}
    return await assessing.enter(session, taught.training_class, told, taught.trainer, clock())


async def _leaves(session: AsyncSession, taught: Taught, clock: Clock, pick: int, status: Status) -> object:
    return await enrolling.leave(session, taught.enrolments[pick % 3], "不来了", clock(), taught.trainer.actor)


async def _joins(session: AsyncSession, taught: Taught, clock: Clock, pick: int, status: Status) -> object:
    person = await a_trainee(session, 900 + pick % 90, clock())
    return await enrolling.enrol(session, taught.training_class, person, None, clock(), taught.trainer.actor)


async def _writes(session: AsyncSession, taught: Taught, clock: Clock, pick: int, status: Status) -> object:
    statuses = dict.fromkeys((each.id for each in taught.enrolments), status)
    found = taught.training_class, taught.sittings[pick % 4]
    return await paperwork.hand_up(session, found, statuses, "停电", None, taught.trainer, clock())


async def _approves(session: AsyncSession, taught: Taught, clock: Clock, pick: int, status: Status) -> object:
    for handed in await paper_sheets.of_class(session, taught.training_class):
        await paperwork.approve(session, handed, taught.clerk, clock())
    return None


async def _verifies(session: AsyncSession, taught: Taught, clock: Clock, pick: int, status: Status) -> object:
    voucher = await a_voucher(session, taught.persons[pick % 3], clock())
    return await verifying.verify(session, taught.training_class, voucher, taught.trainer, clock())


async def _ends(session: AsyncSession, taught: Taught, clock: Clock, pick: int, status: Status) -> object:
    return await closing.end(session, taught.training_class, taught.trainer, clock())


async def _hands_in(session: AsyncSession, taught: Taught, clock: Clock, pick: int, status: Status) -> object:
    return await closing.hand_in(session, taught.training_class, taught.trainer, clock())


COMMANDS: list[Command] = [
    _enters, _corrects, _grades, _leaves, _joins, _writes, _approves, _verifies, _ends, _hands_in,
]  # fmt: skip
STEPS = st.lists(
    st.tuples(
        st.sampled_from(COMMANDS),
        st.integers(0, 1000),
        st.sampled_from([Status.PRESENT, Status.LATE, Status.LEAVE]),
    ),
    min_size=1,
    max_size=8,
)


@given(before=STEPS, after=STEPS)
@settings(max_examples=10, suppress_health_check=[HealthCheck.too_slow])
async def test_whatever_is_tried_after_the_hand_in_no_mark_result_or_seat_changes(before: list, after: list) -> None:  # type: ignore[type-arg]
    clock = Clock()
    database = await fresh("sqlite+aiosqlite:///:memory:")
    async with database.unit() as session:
        taught = await a_taught_class(session, clock())
    for command, pick, status in before:
        await _try(database, command, taught, clock, pick, status)
    async with database.unit() as session:
        await _settle(session, taught, clock)
        held = await _state(session)
    for command, pick, status in after:
        clock.move(hours=1)
        await _try(database, command, taught, clock, pick, status)
    async with database.unit() as session:
        assert await _state(session) == held
    await database.close()


async def _try(database: Database, command: Command, taught: Taught, clock: Clock, pick: int, status: Status) -> None:
    try:
        async with database.unit() as session:
            await renewed(session, taught)
            await command(session, taught, clock, pick, status)
    except Refused:
        return


async def _settle(session: AsyncSession, taught: Taught, clock: Clock) -> None:
    """Do what is left to do, and hand in."""
    training_class = (await renewed(session, taught)).training_class
    if training_class.state == ClassState.HANDED_IN:
        return
    if training_class.state == ClassState.APPROVED:
        await closing.end(session, training_class, taught.trainer, clock())
    for handed in await paper_sheets.of_class(session, training_class):
        if handed.sheet.decision == Decision.ASKED:
            await paperwork.refuse(session, handed, taught.clerk, "看不清", clock())
    roster = await seats.roster(session, training_class.id)
    assume(roster)
    told = {enrolment.id: Given(Outcome.ABSENT, None, clock().date()) for enrolment, _ in roster}
    await assessing.enter(session, training_class, told, taught.trainer, clock())
    await closing.hand_in(session, training_class, taught.trainer, clock())


async def _state(session: AsyncSession) -> object:
    """All that must not change."""
    marks = [mark.hash for mark in await session.scalars(select(Mark).order_by(Mark.id))]
    results = [(r.enrolment_id, r.outcome, r.score, r.on) for r in await session.scalars(select(Result))]
    seats = [(e.id, e.seating, e.voucher_id) for e in await session.scalars(select(Enrolment).order_by(Enrolment.id))]
    return marks, results, seats
