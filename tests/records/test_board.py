"""The board and the turnouts count what the register holds, for any number of classes with the same few queries."""

from __future__ import annotations

import random
from datetime import date, datetime, timedelta

from sqlalchemy import event
from sqlalchemy.ext.asyncio import AsyncSession

from config.settings import CHINA
from records import board, register, rolls, seats, standing, turnouts
from records.board import Row, Stage, Wanted
from records.database import Database
from records.enrolments import Seating
from records.marks import THERE, Side, Status
from records.staff import Role, Staff
from tests.conftest import Clock
from tests.halls import GUXIAN, Hall, a_hall, a_mark, an_entry
from tests.office import an_account

SEEN = (Status.PRESENT, Status.LATE, Status.LEAVE, Status.MADE_UP, Status.ABSENT, None)


async def a_clerk(session: AsyncSession, now: datetime, region: str = GUXIAN) -> Staff:
    return await an_account(session, f"clerk{region}", Role.CLERK, now=now, region=region)


async def at_random(session: AsyncSession, hall: Hall, dice: random.Random, now: datetime) -> None:
    """Marks of every kind, some put right, some who signed out, one who has left the class."""
    for sitting in range(len(hall.sittings)):
        for trainee in range(len(hall.enrolments)):
            seat, status = hall.seat(trainee, sitting), dice.choice(SEEN)
            if status is None:
                continue
            mark = await a_mark(session, hall, trainee, status, now, sitting)
            if dice.random() < 0.3:
                now_so = an_entry(dice.choice(SEEN[:5]) or Status.PRESENT, now, "staff:1", f"c-{mark.id}")
                mark = await register.correct(session, mark, now_so, "点错了")
            if mark.status in THERE and dice.random() < 0.5:
                out = await a_mark(session, hall, trainee, Status.EARLY, now, sitting)
                if dice.random() < 0.5:
                    left = an_entry(Status.OUT, now, "staff:1", f"o-{out.id}")
                    await register.correct(session, out, left, "不是早退")
            assert seat.session.id == mark.session_id
    hall.enrolments[-1].seating = Seating.LEFT


async def test_every_figure_is_the_registers(either: Database, clock: Clock) -> None:
    dice = random.Random(4)
    async with either.unit() as session:
        clerk = await a_clerk(session, clock())
        halls = [await a_hall(session, clock(), trainees=6, sign_out=number % 2 == 0) for number in range(4)]
        for hall in halls:
            await at_random(session, hall, dice, clock())
        clock.move(hours=10)
        rows = {row.sitting.id: row for row in await board.of_day(session, clerk, today(clock), clock(), Wanted())}
        assert len(rows) == 8
        for hall in halls:
            for sitting in hall.sittings:
                roll, row = await rolls.of(session, sitting), rows[sitting.id]
                counted = (len(roll.lines), len(roll.here), roll.late, len(roll.excused), len(roll.missing))
                assert (row.due, row.here, row.late, row.leave, row.missing) == counted
                assert row.last_at == max((line.came.at for line in roll.here if line.came), default=None)


async def test_the_rate_of_a_day_is_the_trainees_tallies_together(either: Database, clock: Clock) -> None:
    dice = random.Random(9)
    async with either.unit() as session:
        hall = await a_hall(session, clock(), trainees=7, days=3, sign_out=True)
        await at_random(session, hall, dice, clock())
        clock.move(days=3)
        marks = await register.holding(session, *(each.id for each in hall.sittings))
        roster = [enrolment.id for enrolment, _ in await seats.roster(session, hall.training_class.id)]
        found = await turnouts.of_class(session, hall.training_class, clock())
        assert [turnout.sessions for turnout in found] == [2, 2, 2]
        for turnout in found:
            sittings = [each for each in hall.sittings if each.day == turnout.day]
            told = [standing.tally(hall.training_class, sittings, marks, each, 1, clock()) for each in roster]
            assert turnout.attended == sum(each.attended for each in told)
            assert turnout.due == sum(each.held - each.leave for each in told)
            assert 0 <= turnout.rate <= 1
        county = await turnouts.between(session, await a_clerk(session, clock()), found[0].day, found[-1].day, clock())
        assert list(county) == list(found)


async def test_what_has_not_ended_or_was_cancelled_is_in_no_rate(either: Database, clock: Clock) -> None:
    async with either.unit() as session:
        hall = await a_hall(session, clock(), days=2)
        hall.sittings[1].cancelled_at = clock()
        await a_mark(session, hall, 0, Status.PRESENT, clock())
        assert await turnouts.of_class(session, hall.training_class, clock()) == []
        clock.move(hours=8)
        (day,) = await turnouts.of_class(session, hall.training_class, clock())
        assert (day.sessions, day.due, day.attended) == (1, 3, 1)


async def test_the_number_of_queries_does_not_grow_with_the_classes(either: Database, clock: Clock) -> None:
    asked: list[str] = []
    event.listen(either.engine.sync_engine, "before_cursor_execute", lambda *told: asked.append(told[2]))
    counts = []
    async with either.unit() as session:
        clerk = await a_clerk(session, clock())
    for classes in (1, 7):
        async with either.unit() as session:
            for _ in range(classes):
                hall = await a_hall(session, clock())
                await a_mark(session, hall, 0, Status.PRESENT, clock())
        async with either.unit() as session:
            asked.clear()
            rows = await board.of_day(session, clerk, today(clock), clock(), Wanted())
            await turnouts.between(session, clerk, today(clock), today(clock), clock())
            counts.append(len([words for words in asked if words.lstrip().lower().startswith(("select", "with"))]))
    assert len(rows) == 16 and counts == [2, 2]


async def test_each_office_sees_its_region_and_narrows_it(either: Database, clock: Clock) -> None:
    async with either.unit() as session:
        clerk = await a_clerk(session, clock())
        city, far = await a_clerk(session, clock(), "141000"), await a_clerk(session, clock(), "140524")
        welders, others = await a_hall(session, clock()), await a_hall(session, clock())
        others.training_class.occupation = "电工"

        async def seen(account: Staff, wanted: Wanted = Wanted()) -> set[int]:
            return {
                row.training_class.id for row in await board.of_day(session, account, today(clock), clock(), wanted)
            }

        both = {welders.training_class.id, others.training_class.id}
        assert await seen(clerk) == await seen(city) == both and await seen(far) == set()
        assert await seen(clerk, Wanted(occupation="电工")) == {others.training_class.id}
        assert await seen(clerk, Wanted(institution=welders.training_class.institution_id)) == {
            welders.training_class.id
        }
        assert await seen(clerk, Wanted(region="140524")) == set()


async def test_sessions_under_way_stand_on_top(either: Database, clock: Clock) -> None:
    async with either.unit() as session:
        clerk, hall = await a_clerk(session, clock()), await a_hall(session, clock())
        cancelled = await a_hall(session, clock())
        cancelled.sittings[0].cancelled_at = clock()
        clock.now = hall.sittings[1].starts_at - timedelta(minutes=10)

        async def stages() -> list[Stage]:
            return [row.stage for row in await board.of_day(session, clerk, today(clock), clock(), Wanted())]

        assert await stages() == [Stage.OPEN, Stage.OPEN, Stage.OVER, Stage.CANCELLED]
        clock.move(hours=8)
        assert (await stages())[:3] == [Stage.OVER] * 3


def today(clock: Clock) -> date:
    return clock().astimezone(CHINA).date()


async def test_who_signed_in_and_not_out_is_here_and_not_counted_later(either: Database, clock: Clock) -> None:
    async with either.unit() as session:
        clerk, hall = await a_clerk(session, clock()), await a_hall(session, clock(), sign_out=True)
        await a_mark(session, hall, 0, Status.PRESENT, clock())
        clock.move(hours=6)
        row: Row = (await board.of_day(session, clerk, today(clock), clock(), Wanted()))[-1]
        (day,) = await turnouts.of_class(session, hall.training_class, clock())
        assert row.here == 1 and day.attended == 0
        assert (hall.sittings[0].id, hall.enrolments[0].id, Side.IN) in await register.holding(session, row.sitting.id)
