"""Presence: facts from chat and page make one mark, whatever their order; what does not hold is kept and helps nobody."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import count
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from handlers import facts
from handlers.context import House
from handlers.dispatch import handle
from handlers.facts import FACT_HOLDS, Offer
from handlers.message import Kind, Message, Place
from handlers.presence import Presence, Problem, offer, sign_out
from records import codes, register, scans, seats
from records.classes import Factor, TrainingClass
from records.database import Database
from records.enrolments import Enrolment, Seat
from records.marks import Mark, Side, Status
from records.proofs import Proof
from records.register import Entry
from records.scans import TICKET_HOLDS
from records.sessions import LATE_AFTER, Session
from tests.conftest import Clock, fresh
from tests.office import a_follower, a_person
from tests.seeds import a_class_in_session, a_worker_of_the_registry

_numbers = count(1)


@dataclass
class Hall:
    """A trainee's seat at a session that begins in ten minutes, and what is to be seen there."""

    database: Database
    seat: Seat
    clock: Clock

    @property
    def code(self) -> str:
        return codes.code(self.database.vault, self.seat.session, self.clock())

    @property
    def qr(self) -> str:
        return scans.shown(self.database.vault, self.seat.session.id, self.clock())

    @property
    def ticket(self) -> str:
        return scans.ticket(self.database.vault, self.seat.session.id, self.seat.enrolment.person_id, self.clock())

    def place(self, metres: float = 0, accuracy: float | None = None) -> Place:
        venue = self.seat.training_class
        return Place(venue.latitude + metres / 111_195, venue.longitude, accuracy)

    def an_offer(self, factor: Factor, **given: object) -> Offer:
        """A fact offered now; the code and the place are right unless told otherwise."""
        right = {Factor.CODE: {"code": self.code}, Factor.QR: {"code": self.qr}, Factor.PLACE: {"place": self.place()}}
        told = {"channel": "chat", "message_id": f"m{next(_numbers)}", **right.get(factor, {}), **given}
        return Offer(factor, self.clock(), self.clock(), **told)  # type: ignore[arg-type]

    async def offers(self, factor: Factor, **given: object) -> Presence:
        return await self.takes(self.an_offer(factor, **given))

    async def takes(self, offered: Offer, side: Side = Side.IN) -> Presence:
        async with self.database.unit() as session:
            seat = await seats.at(session, self.seat.enrolment.person_id, self.seat.session.id)
            assert seat is not None
            return await (sign_out if side is Side.OUT else offer)(session, seat, offered)

    async def change(self, **told: object) -> None:
        """Set the class or the session up otherwise."""
        async with self.database.unit() as session:
            for name, value in told.items():
                thing = await session.get_one(TrainingClass, self.seat.training_class.id)
                setattr(
                    thing if hasattr(thing, name) else await session.get_one(Session, self.seat.session.id), name, value
                )

    async def marks(self) -> Sequence[Mark]:
        async with self.database.unit() as session:
            assert await register.fault(session, self.seat.session.id) == ""
            return await register.history(session, self.seat.session, self.seat.enrolment)

    async def proofs(self) -> Sequence[Proof]:
        async with self.database.unit() as session:
            return (await session.scalars(select(Proof).order_by(Proof.id))).all()


async def a_hall(database: Database, clock: Clock) -> Hall:
    async with database.unit() as session:
        worker = await a_worker_of_the_registry(session, clock())
        return Hall(database, await a_class_in_session(session, worker, clock()), clock)


@pytest.fixture
async def hall(house: House, clock: Clock) -> Hall:
    return await a_hall(house.database, clock)


@pytest.fixture
async def either_hall(either: Database, clock: Clock) -> Hall:
    """The same on SQLite and on PostgreSQL, for what writes at once or corrects."""
    return await a_hall(either, clock)


async def test_the_code_by_chat_and_the_place_by_the_page_make_one_mark(either_hall: Hall) -> None:
    assert (await either_hall.offers(Factor.CODE)).missing == {Factor.PLACE}
    either_hall.clock.move(seconds=90)
    done = await either_hall.offers(Factor.PLACE, channel="page")
    assert done.is_new
    assert done.standing is not None and (done.standing.attended, done.standing.held) == (1, 1)
    (mark,) = await either_hall.marks()
    assert (mark.status, mark.ways, mark.at) == (Status.PRESENT, "code+place", either_hall.clock())


async def test_code_and_place_in_the_same_moment_from_two_sides_are_one_mark(either_hall: Hall) -> None:
    found = await asyncio.gather(either_hall.offers(Factor.CODE), either_hall.offers(Factor.PLACE, channel="page"))
    assert sorted(presence.is_new for presence in found) == [False, True]
    assert len(await either_hall.marks()) == 1


@pytest.mark.parametrize("first, holds", [(Factor.CODE, FACT_HOLDS), (Factor.QR, TICKET_HOLDS)])
async def test_a_fact_waits_so_long_for_the_other(hall: Hall, first: Factor, holds: timedelta) -> None:
    assert (await hall.offers(first)).missing == {Factor.PLACE}
    hall.clock.move(seconds=holds.total_seconds() + 1)
    assert (await hall.offers(Factor.PLACE)).missing == {Factor.CODE}
    await hall.offers(first)
    (mark,) = await hall.marks()
    assert mark.ways == f"{first}+place"


@pytest.mark.parametrize(
    "needs, offered, missing",
    [
        ([Factor.CODE], Factor.QR, set()),
        ([Factor.QR], Factor.CODE, {Factor.QR}),
        ([Factor.TEXT], Factor.PLACE, set()),
        ([Factor.TEXT], Factor.TEXT, set()),
        ([Factor.CODE, Factor.PLACE], Factor.TEACHER, set()),
        ([Factor.QR, Factor.PLACE], Factor.QR, {Factor.PLACE}),
        ([Factor.TEACHER], Factor.CODE, {Factor.TEACHER}),
    ],
)
async def test_what_a_fact_stands_for(hall: Hall, needs: list[Factor], offered: Factor, missing: set[Factor]) -> None:
    await hall.change(factors=needs)
    presence = await hall.offers(offered)
    assert presence.missing == missing
    assert presence.is_new is not bool(missing)


async def test_the_same_offer_three_times_is_one_fact_and_one_mark(either_hall: Hall) -> None:
    await either_hall.change(factors=[Factor.CODE])
    offered = either_hall.an_offer(Factor.CODE)
    found = await asyncio.gather(*(either_hall.takes(offered) for _ in range(3)))
    assert sorted(presence.is_new for presence in found) == [False, False, True]
    assert len({presence.mark.id for presence in found if presence.mark}) == 1
    assert len(await either_hall.proofs()) == 1


@pytest.mark.parametrize(
    "place, problem",
    [
        ((240, None), Problem.NONE),  # 200 m of fence, and some doubt for WeChat's points
        ((260, None), Problem.OUTSIDE),
        ((1200, None), Problem.OUTSIDE),
        ((300, 120.0), Problem.NONE),
        ((400, 300.0), Problem.OUTSIDE),  # a poor measurement does not widen the fence without end
        ((100, 900.0), Problem.INACCURATE),
        ((900, 800.0), Problem.INACCURATE),
        ((3000, 800.0), Problem.OUTSIDE),  # rough, and far off all the same
    ],
)
async def test_the_fence_takes_accuracy_into_account(
    hall: Hall, place: tuple[float, float | None], problem: Problem
) -> None:
    await hall.change(factors=[Factor.PLACE])
    presence = await hall.offers(Factor.PLACE, place=hall.place(*place))
    assert presence.problem is problem
    assert presence.distance == pytest.approx(place[0], abs=1)
    (proof,) = await hall.proofs()
    assert (proof.taken, proof.why, proof.distance) == (problem is Problem.NONE, problem, presence.distance)


async def test_what_does_not_hold_is_kept_and_shows_nothing(either_hall: Hall) -> None:
    old = either_hall.code
    either_hall.clock.move(seconds=61)
    assert (await either_hall.offers(Factor.CODE, code=old)).problem is Problem.STALE
    assert (await either_hall.offers(Factor.CODE, code="not it")).problem is Problem.WRONG
    assert (await either_hall.offers(Factor.PLACE)).missing == {Factor.CODE}
    assert [(proof.why, proof.taken) for proof in await either_hall.proofs()] == [
        ("stale", False),
        ("wrong", False),
        ("", True),
    ]
    assert await either_hall.marks() == []


async def test_five_wrong_codes_stop_the_guessing_for_ten_minutes(hall: Hall) -> None:
    await hall.change(factors=[Factor.CODE])
    for _ in range(5):
        assert (await hall.offers(Factor.CODE, code="guess")).problem is Problem.WRONG
    assert (await hall.offers(Factor.CODE)).problem is Problem.GUESSING
    hall.clock.move(minutes=10, seconds=1)
    assert (await hall.offers(Factor.CODE)).is_new


async def test_a_ticket_for_a_scan_is_as_good_as_the_scan_for_its_person(hall: Hall) -> None:
    await hall.change(factors=[Factor.QR])
    stranger = scans.ticket(hall.database.vault, hall.seat.session.id, 999, hall.clock())
    assert (await hall.offers(Factor.QR, code=stranger)).problem is Problem.WRONG
    ticket = hall.ticket
    hall.clock.move(minutes=4)
    assert (await hall.offers(Factor.QR, code=ticket)).problem is Problem.STALE
    assert (await hall.offers(Factor.QR, code=hall.ticket)).is_new


@pytest.mark.parametrize(
    "minutes, problem", [(-21, Problem.EARLY), (-20, Problem.NONE), (180, Problem.NONE), (181, Problem.OVER)]
)
async def test_a_session_can_be_signed_in_to_in_its_window(hall: Hall, minutes: int, problem: Problem) -> None:
    await hall.change(factors=[Factor.PLACE])
    hall.clock.move(minutes=minutes)
    assert (await hall.offers(Factor.PLACE)).problem is problem
    assert len(await hall.marks()) == (problem is Problem.NONE)
    (proof,) = await hall.proofs()
    assert (proof.latitude is None) is (problem is not Problem.NONE), "where he is outside class is not kept"


async def test_a_cancelled_session_takes_nothing(hall: Hall) -> None:
    await hall.change(cancelled_at=hall.clock(), cancelled_why="停电")
    assert (await hall.offers(Factor.CODE)).problem is Problem.CANCELLED


@pytest.mark.parametrize("minutes, status", [(15, Status.PRESENT), (15.1, Status.LATE)])
async def test_late_is_more_than_five_minutes_after_the_start(hall: Hall, minutes: float, status: Status) -> None:
    await hall.change(factors=[Factor.CODE])
    hall.clock.move(minutes=minutes)
    await hall.offers(Factor.CODE)
    assert [mark.status for mark in await hall.marks()] == [status]


async def test_what_was_kept_back_counts_from_when_it_was_sent_and_is_marked(hall: Hall) -> None:
    await hall.change(factors=[Factor.CODE])
    offered = hall.an_offer(Factor.CODE)
    hall.clock.move(minutes=40)
    presence = await hall.takes(replace(offered, received_at=hall.clock()))
    assert presence.mark is not None
    assert (presence.mark.status, presence.mark.came_late) == (Status.PRESENT, True)
    (mark,) = await hall.marks()
    assert mark.received_at - mark.at == timedelta(minutes=40)


async def test_facts_that_reach_us_in_the_wrong_order_still_belong_together(hall: Hall) -> None:
    code = hall.an_offer(Factor.CODE)
    hall.clock.move(seconds=100)
    await hall.offers(Factor.PLACE)
    hall.clock.move(minutes=20)
    presence = await hall.takes(replace(code, received_at=hall.clock()))
    assert presence.mark is not None
    assert (presence.mark.at - code.at, presence.mark.status) == (timedelta(seconds=100), Status.PRESENT)


async def entered(hall: Hall, status: Status) -> None:
    async with hall.database.unit() as session:
        entry = Entry(status, "teacher", hall.clock(), hall.clock(), "staff:1", "roll-call")
        await register.enter(session, hall.seat.session, hall.seat.enrolment, entry)
    hall.clock.move(minutes=1)


async def test_who_had_leave_and_comes_after_all_is_there(either_hall: Hall) -> None:
    await either_hall.change(factors=[Factor.CODE])
    await entered(either_hall, Status.LEAVE)
    presence = await either_hall.offers(Factor.CODE)
    assert presence.is_new
    assert [mark.status for mark in await either_hall.marks()] == [Status.LEAVE, Status.PRESENT]


async def test_what_the_trainer_entered_as_absent_no_phone_undoes(hall: Hall) -> None:
    await hall.change(factors=[Factor.CODE])
    await entered(hall, Status.ABSENT)
    assert (await hall.offers(Factor.CODE)).problem is Problem.ABSENT
    assert [mark.status for mark in await hall.marks()] == [Status.ABSENT]


async def test_signing_out_takes_as_much_as_signing_in(either_hall: Hall) -> None:
    await either_hall.change(sign_out=True)
    either_hall.clock.move(minutes=12)
    assert (await either_hall.takes(either_hall.an_offer(Factor.CODE), Side.OUT)).problem is Problem.NOT_IN
    await either_hall.offers(Factor.PLACE)
    either_hall.clock.move(minutes=20)
    assert (await either_hall.takes(either_hall.an_offer(Factor.TEXT), Side.OUT)).missing == {Factor.CODE, Factor.PLACE}
    for factor in (Factor.CODE, Factor.PLACE):
        presence = await either_hall.takes(either_hall.an_offer(factor), Side.OUT)
    assert presence.mark is not None and presence.mark.status == Status.EARLY
    either_hall.clock.move(minutes=150)
    for factor in (Factor.QR, Factor.PLACE):
        presence = await either_hall.takes(either_hall.an_offer(factor), Side.OUT)
    assert [mark.status for mark in await either_hall.marks()] == [Status.PRESENT, Status.EARLY, Status.OUT]
    assert presence.is_new


@pytest.fixture
async def office(either: Database, shipped: House, clock: Clock) -> House:
    return replace(shipped, database=either, clock=clock)


async def test_sixty_phones_at_once_are_sixty_marks_however_often_they_send(office: House, clock: Clock) -> None:
    hall = await a_hall(office.database, clock)
    async with office.database.unit() as session:
        for number in range(60):
            person = await a_person(session, clock(), region="141025")
            await a_follower(session, f"phone{number}", clock(), person)
            session.add(Enrolment(class_id=hall.seat.training_class.id, person_id=person.id, enrolled_at=clock()))
    told = await all_send(office, "code", Kind.TEXT, text=hall.code)
    assert all("码对了" in replies[0] and len(set(replies)) == 1 for replies in told)
    told = await all_send(office, "place", Kind.LOCATION, place=hall.place(30))
    assert all("签到成功" in replies[0] and len(set(replies)) == 1 for replies in told)
    async with office.database.unit() as session:
        marks = (await session.scalars(select(Mark).where(Mark.session_id == hall.seat.session.id))).all()
        assert len(marks) == len({mark.enrolment_id for mark in marks}) == 60
        assert await register.fault(session, hall.seat.session.id) == ""


async def all_send(office: House, key: str, kind: Kind, **told: object) -> list[list[str]]:
    """The replies to a message of every phone, each of which WeChat delivers three times."""
    messages = [
        Message(f"{key}{number}", f"phone{number}", kind, office.clock(), **told)  # type: ignore[arg-type]
        for number in range(60)
    ]
    replies = await asyncio.gather(*(handle(message, office) for message in messages * 3))
    return [[reply.text for reply in replies[number::60]] for number in range(60)]


# ---- properties: random facts in random order -------------------------------------------------------------------------

_START = datetime.fromisoformat("2026-11-20T10:10:00+08:00")
_HELD = {Factor.QR: TICKET_HOLDS}


@dataclass(frozen=True)
class Try:
    """One fact: when it was offered, in seconds from the start of the session, and whether it is what it should be."""

    factor: Factor
    second: int
    right: bool

    @property
    def at(self) -> datetime:
        return _START + timedelta(seconds=self.second)

    @property
    def holds(self) -> bool:
        return self.right or self.factor is Factor.TEXT


tries = st.builds(
    Try,
    st.sampled_from([Factor.TEXT, Factor.CODE, Factor.QR, Factor.PLACE]),
    st.integers(-2100, -1500) | st.integers(0, 500) | st.integers(10_000, 10_400),  # about the edges of the window
    st.sampled_from([True, True, True, False]),
)
needed = st.sets(st.sampled_from([Factor.TEXT, Factor.CODE, Factor.QR, Factor.PLACE]), min_size=1).map(sorted)


def test_random_facts_in_any_order_make_one_mark_exactly_where_they_hold_together() -> None:
    with asyncio.Runner() as runner:
        database = runner.run(fresh("sqlite+aiosqlite:///:memory:"))
        hall = runner.run(a_hall(database, Clock(_START - timedelta(minutes=10))))

        @given(needed, st.lists(tries, max_size=5, unique_by=lambda each: (each.factor, each.second)), st.randoms())
        @settings(max_examples=30)
        def check(needs: list[Factor], offered: list[Try], dice: Random) -> None:
            other = dice.sample(offered, len(offered))
            first, second = (runner.run(after(hall, needs, order)) for order in (offered, other))
            assert bool(first) == bool(second) == holds_together(set(needs), offered)
            for mark in (*first, *second):
                hold_rules(mark, needs, offered)

        check()
        runner.run(database.close())


def hold_rules(mark: Mark, needs: Sequence[Factor], offered: Sequence[Try]) -> None:
    """In the window, late exactly after LATE_AFTER, and nothing that is asked for was missing."""
    assert timedelta(minutes=-30) <= mark.at - _START <= timedelta(minutes=170)
    assert (mark.status == Status.LATE) is (mark.at > _START + LATE_AFTER)
    second = int((mark.at - _START).total_seconds())
    shown = [each for each in offered if each.holds and _lasts(each, second)]
    assert set(needs) <= {fact for each in shown for fact in stands_for(each.factor)}
    assert set(mark.ways.split("+")) <= {each.factor for each in shown}


async def after(hall: Hall, needs: list[Factor], order: Sequence[Try]) -> Sequence[Mark]:
    """The marks of a new trainee of a new class after facts were offered in this order; there is never more than one."""
    own = await elsewhere(hall, needs)
    for number, each in enumerate(order):
        own.clock.now = each.at
        wrong = {} if each.holds else {"code": "wrong", "place": own.place(5000)}
        await own.takes(replace(own.an_offer(each.factor, **wrong), message_id=f"{number}", received_at=_START))
    marks = await own.marks()
    assert len(marks) <= 1
    return marks


async def elsewhere(hall: Hall, needs: list[Factor]) -> Hall:
    """The same hall with another class in it, of one trainee."""
    venue, sitting = hall.seat.training_class, hall.seat.session
    async with hall.database.unit() as session:
        training_class = TrainingClass(
            institution_id=venue.institution_id, name="又一班", occupation="焊工", region=venue.region, venue="201",
            latitude=venue.latitude, longitude=venue.longitude, starts=sitting.day, days=1, factors=needs,
        )  # fmt: skip
        person = await a_person(session, _START)
        session.add(training_class)
        await session.flush()
        enrolment = Enrolment(class_id=training_class.id, person_id=person.id, enrolled_at=_START)
        same = Session(
            class_id=training_class.id, day=sitting.day, part=sitting.part,
            starts_at=sitting.starts_at, ends_at=sitting.ends_at,
        )  # fmt: skip
        session.add_all([enrolment, same])
        await session.flush()
    return Hall(hall.database, Seat(enrolment, training_class, same), hall.clock)


def holds_together(needs: set[Factor], offered: Sequence[Try]) -> bool:
    """Said once more, from the other end: is there a second of the window in which all that is needed is shown?"""
    good = [each for each in offered if each.holds and -1800 <= each.second <= 10_200]
    return any(
        needs <= {fact for each in good if _lasts(each, at) for fact in stands_for(each.factor)}
        for at in {each.second for each in good}
    )


def _lasts(each: Try, second: int) -> bool:
    return each.second <= second <= each.second + _HELD.get(each.factor, FACT_HOLDS).total_seconds()


def stands_for(factor: Factor) -> set[Factor]:
    return {Factor.TEXT, factor} | ({Factor.CODE} if factor is Factor.QR else set())


@given(st.lists(st.tuples(st.sampled_from(list(Factor)), st.integers(0, 400)), max_size=6), st.permutations(range(6)))
def test_together_does_not_look_at_the_order(told: list[tuple[Factor, int]], order: list[int]) -> None:
    proofs = [Proof(factor=factor, at=_START + timedelta(seconds=second), taken=True) for factor, second in told]
    mixed = [proofs[index] for index in order if index < len(proofs)]
    needs = frozenset({Factor.CODE, Factor.PLACE})
    one, other = facts.together(needs, proofs), facts.together(needs, mixed)
    assert (one and one[0]) == (other and other[0])
