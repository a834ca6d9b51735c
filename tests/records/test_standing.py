"""How far a trainee has come: counted rightly whatever the marks are."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from config.settings import CHINA
from records import register, standing
from records.classes import TrainingClass
from records.database import Database
from records.marks import THERE, Mark, Side, Status
from records.sessions import Part, Session
from records.standing import Standing, tally
from tests.conftest import Clock
from tests.halls import a_hall, a_mark, an_entry

NOW = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
ME, NEIGHBOUR = 1, 2
Marks = dict[tuple[int, int, Side], Mark]

signed_in = st.sampled_from([None, Status.PRESENT, Status.LATE, Status.MADE_UP, Status.LEAVE, Status.ABSENT])
signed_out = st.sampled_from([None, Status.OUT, Status.EARLY])
# Hours from now to the beginning of each session: some are over, one may be open, some are to come.
timetables = st.lists(st.integers(-72, 12), max_size=8, unique=True)


def a_class(*, sign_out: bool = False) -> TrainingClass:
    return TrainingClass(id=1, days=25, sign_out=sign_out)


def a_sitting(number: int, hours: int) -> Session:
    begins = NOW + timedelta(hours=hours)
    return Session(
        id=number,
        class_id=1,
        day=begins.date(),
        part=Part.MORNING,
        starts_at=begins,
        ends_at=begins + timedelta(hours=3),
    )


def mark(sitting: int, enrolment: int, side: Side, status: Status) -> Mark:
    return Mark(session_id=sitting, enrolment_id=enrolment, side=side, status=status)


@st.composite
def registers(draw: st.DrawFn) -> tuple[TrainingClass, list[Session], Marks]:
    """A class, its sessions and the marks that hold for two trainees."""
    sittings = [a_sitting(number, hours) for number, hours in enumerate(draw(timetables), 1)]
    marks: Marks = {}
    for sitting in sittings:
        for trainee in (ME, NEIGHBOUR):
            for side, statuses in ((Side.IN, signed_in), (Side.OUT, signed_out)):
                if status := draw(statuses):
                    marks[sitting.id, trainee, side] = mark(sitting.id, trainee, side, status)
    return a_class(sign_out=draw(st.booleans())), sittings, marks


def mine(register: tuple[TrainingClass, list[Session], Marks]) -> Standing:
    training_class, sittings, marks = register
    return tally(training_class, sittings, marks, ME, day=1, now=NOW)


@given(registers())
def test_every_session_held_is_counted_as_exactly_one_thing(held: tuple[TrainingClass, list[Session], Marks]) -> None:
    found = mine(held)
    assert found.attended + found.leave + found.absent + found.unsigned == found.held
    assert min(found.attended, found.leave, found.absent, found.unsigned) >= 0
    assert found.late + found.made_up <= found.attended + found.unsigned
    assert 0 <= found.rate <= 1


@given(registers(), st.data())
def test_a_correction_never_changes_another_trainees_tally(
    held: tuple[TrainingClass, list[Session], Marks], data: st.DataObject
) -> None:
    training_class, sittings, marks = held
    corrected = dict(marks)
    for sitting in sittings:
        if status := data.draw(signed_in):
            corrected[sitting.id, NEIGHBOUR, Side.IN] = mark(sitting.id, NEIGHBOUR, Side.IN, status)
    assert mine((training_class, sittings, corrected)) == mine(held)


@given(registers())
def test_leave_in_place_of_an_absence_never_lowers_the_rate(held: tuple[TrainingClass, list[Session], Marks]) -> None:
    training_class, sittings, marks = held
    for sitting in sittings:
        came = marks.get((sitting.id, ME, Side.IN))
        if came is None or came.status == Status.ABSENT:
            excused = marks | {(sitting.id, ME, Side.IN): mark(sitting.id, ME, Side.IN, Status.LEAVE)}
            assert mine((training_class, sittings, excused)).rate >= mine(held).rate


@given(registers())
def test_a_check_in_that_is_made_up_counts_as_attended(held: tuple[TrainingClass, list[Session], Marks]) -> None:
    training_class, sittings, marks = held
    before = mine(held)
    for sitting in sittings:
        came = marks.get((sitting.id, ME, Side.IN))
        if came is not None and came.status in THERE:
            continue
        made_up = marks | {(sitting.id, ME, Side.IN): mark(sitting.id, ME, Side.IN, Status.MADE_UP)}
        found = mine((training_class, sittings, made_up))
        assert (found.attended, found.made_up) == (before.attended + 1, before.made_up + 1)
        assert found.rate >= before.rate


@given(registers())
def test_whoever_was_always_there_has_the_full_rate(held: tuple[TrainingClass, list[Session], Marks]) -> None:
    training_class, sittings, _ = held
    both = ((Side.IN, Status.PRESENT), (Side.OUT, Status.OUT))
    marks = {(each.id, ME, side): mark(each.id, ME, side, status) for each in sittings for side, status in both}
    found = mine((training_class, sittings, marks))
    assert (found.rate, found.absent, found.attended) == (1.0, 0, len(sittings))


def test_who_does_not_sign_out_where_that_is_asked_for_is_not_counted_as_there() -> None:
    over, still_on = a_sitting(1, hours=-24), a_sitting(2, hours=-1)
    came = {(each.id, ME, Side.IN): mark(each.id, ME, Side.IN, Status.PRESENT) for each in (over, still_on)}
    found = mine((a_class(sign_out=True), [over, still_on], came))
    assert (found.held, found.attended, found.unsigned, found.absent) == (2, 1, 1, 0)
    early = came | {(over.id, ME, Side.OUT): mark(over.id, ME, Side.OUT, Status.EARLY)}
    found = mine((a_class(sign_out=True), [over, still_on], early))
    assert (found.attended, found.unsigned, found.early) == (2, 0, 1)


def test_a_session_to_come_counts_only_once_one_is_signed_in() -> None:
    soon = a_sitting(1, hours=1)
    assert mine((a_class(), [soon], {})).held == 0
    came = {(soon.id, ME, Side.IN): mark(soon.id, ME, Side.IN, Status.PRESENT)}
    assert (mine((a_class(), [soon], came)).held, mine((a_class(), [soon], came)).rate) == (1, 1.0)


async def test_a_class_of_three_after_a_day_and_a_half(either: Database, clock: Clock) -> None:
    """First day: one there and late, one on leave and absent, one absent and cancelled with the others'."""
    async with either.unit() as session:
        hall = await a_hall(session, clock(), days=3)
        first, second, third = hall.enrolments
        await a_mark(session, hall, 0, Status.PRESENT, clock(), sitting=0)
        wrong = await a_mark(session, hall, 0, Status.PRESENT, clock(), sitting=1)
        await register.correct(session, wrong, an_entry(Status.LATE, clock(), "staff:1"), "晚到半小时")
        await a_mark(session, hall, 1, Status.LEAVE, clock(), sitting=0)
        hall.sittings[2].cancelled_at, hall.sittings[2].cancelled_why = clock(), "停电"
        clock.move(days=1, hours=6)  # the afternoon of the second day
        await a_mark(session, hall, 0, Status.PRESENT, clock(), sitting=3)
        today = clock().astimezone(CHINA).date()
        found = await standing.standings(session, hall.training_class, hall.enrolments, clock(), today)
        assert await standing.standing(session, first, clock(), today) == found[first.id]

    one, two, three = found[first.id], found[second.id], found[third.id]
    assert (one.held, one.attended, one.late, one.absent, one.rate) == (3, 3, 1, 0, 1.0)
    assert (two.held, two.leave, two.absent, two.rate) == (3, 1, 2, 0.0)
    assert (three.held, three.attended, three.absent) == (3, 0, 3)
    assert {(each.day, each.days) for each in found.values()} == {(2, 3)}


async def test_before_the_first_day_nobody_has_missed_anything(either: Database, clock: Clock) -> None:
    async with either.unit() as session:
        hall = await a_hall(session, clock(), starts=date(2026, 12, 1))
        found = await standing.standing(session, hall.enrolments[0], clock(), clock().date())
    assert (found.held, found.absent, found.rate, found.day) == (0, 0, 1.0, 0)
