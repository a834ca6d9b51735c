"""Who should be where: only those with a seat, only in classes that are taught."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from config.settings import CHINA
from records import seats
from records.class_states import ClassState
from records.database import Database
from records.enrolments import Seating
from records.people import Person
from tests.conftest import Clock
from tests.halls import Hall, a_hall
from tests.office import a_person


async def two_classes(session: AsyncSession, clock: Clock) -> tuple[Person, Hall, Hall]:
    """One person who is in two classes of today, the second of which began a day before."""
    person = await a_person(session, clock())
    today = clock().astimezone(CHINA).date()
    welders = await a_hall(session, clock(), people=[person])
    forklifts = await a_hall(
        session, clock(), people=[person], days=2, starts=today - timedelta(days=1), name="叉车1班"
    )
    return person, welders, forklifts


async def test_a_persons_day_in_order_with_what_was_cancelled(either: Database, clock: Clock) -> None:
    async with either.unit() as session:
        person, welders, forklifts = await two_classes(session, clock)
        welders.sittings[0].starts_at -= timedelta(hours=1)
        welders.sittings[0].cancelled_at = clock()
        found = await seats.on(session, person.id, welders.sittings[0].day)
        mine = {(seat.enrolment.class_id, seat.training_class.id, seat.session.class_id) for seat in found}
    wanted = [welders.sittings[0], forklifts.sittings[2], welders.sittings[1], forklifts.sittings[3]]
    assert found[0].session is wanted[0]
    assert {seat.session.id for seat in found} == {sitting.id for sitting in wanted}
    assert [seat.session.starts_at for seat in found] == sorted(seat.session.starts_at for seat in found)
    assert mine == {(hall.training_class.id,) * 3 for hall in (welders, forklifts)}


@pytest.mark.parametrize("seating", [Seating.WAITING, Seating.LEFT])
async def test_who_waits_or_has_left_has_no_seat(either: Database, clock: Clock, seating: Seating) -> None:
    async with either.unit() as session:
        person, welders, forklifts = await two_classes(session, clock)
        welders.enrolments[0].seating = seating
        await session.flush()
        found = await seats.on(session, person.id, welders.sittings[0].day)
        assert {seat.training_class.id for seat in found} == {forklifts.training_class.id}
        assert await seats.at(session, person.id, welders.sittings[0].id) is None
        assert await seats.roster(session, welders.training_class.id) == []
        known = [training_class.id for _, training_class in await seats.of_person(session, person.id)]
    still_waits = [welders.training_class.id] if seating is Seating.WAITING else []
    assert known == [*still_waits, forklifts.training_class.id]


async def test_only_a_class_that_is_taught_has_seats(either: Database, clock: Clock) -> None:
    async with either.unit() as session:
        halls = {state: await a_hall(session, clock(), state=state) for state in ClassState}
        found = {
            state
            for state, hall in halls.items()
            if await seats.at(session, hall.enrolments[0].person_id, hall.sittings[0].id)
        }
    assert found == {ClassState.APPROVED, ClassState.ENDED}


async def test_a_seat_is_ones_own(either: Database, clock: Clock) -> None:
    async with either.unit() as session:
        hall, other = await a_hall(session, clock()), await a_hall(session, clock())
        mine = hall.enrolments[1]
        found = await seats.at(session, mine.person_id, hall.sittings[1].id)
        assert found == hall.seat(1, sitting=1)
        assert await seats.at(session, mine.person_id, other.sittings[0].id) is None
        assert await seats.at(session, mine.person_id, 0) is None


async def test_the_roster_is_in_the_order_they_came(either: Database, clock: Clock) -> None:
    async with either.unit() as session:
        hall = await a_hall(session, clock(), trainees=4)
        hall.enrolments[2].seating = Seating.LEFT
        await session.flush()
        roster = await seats.roster(session, hall.training_class.id)
    came = [hall.enrolments[place] for place in (0, 1, 3)]
    assert [enrolment for enrolment, _ in roster] == came
    assert [person.id for _, person in roster] == [enrolment.person_id for enrolment in came]


async def test_what_comes_next_and_what_was_lately(either: Database, clock: Clock) -> None:
    async with either.unit() as session:
        hall = await a_hall(session, clock(), days=2)
        person_id = hall.enrolments[0].person_id
        morning, afternoon, next_morning, _ = hall.sittings
        afternoon.cancelled_at = clock()
        await session.flush()
        coming = await seats.after(session, person_id, clock())
        assert [seat.session for seat in coming] == [next_morning]
        lately = await seats.before(session, person_id, clock() + timedelta(days=1), clock())
        assert [seat.session for seat in lately] == [next_morning, morning]
        since_noon = await seats.before(session, person_id, clock() + timedelta(days=1), clock() + timedelta(hours=4))
        assert [seat.session for seat in since_noon] == [next_morning]
