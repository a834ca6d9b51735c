"""Calling the roll and correcting it, on both databases: once each, in one chain, whoever taps at the same moment."""

from __future__ import annotations

import asyncio

import pytest

from records import register, roll_call, rolls, timetable
from records.database import Database
from records.errors import Refused
from records.marks import Mark, Side, Status
from records.roll_call import Tap
from tests.conftest import MORNING
from tests.hall import Hall, a_hall

NOW = MORNING


async def open_hall(database: Database) -> Hall:
    async with database.unit() as session:
        return await a_hall(session, NOW)


def a_tap(hall: Hall, key: str = "tap") -> Tap:
    return Tap(hall.trainer, key, NOW, NOW)


async def call(database: Database, hall: Hall, number: int, status: Status = Status.PRESENT) -> tuple[Mark, bool]:
    async with database.unit() as session:
        return await roll_call.call(session, hall.found, hall.enrolments[number].id, status, a_tap(hall))


async def test_two_taps_at_once_make_one_mark(either: Database) -> None:
    hall = await open_hall(either)
    told = await asyncio.gather(*(call(either, hall, 0, status) for status in (Status.PRESENT, Status.LATE)))
    assert sorted(is_new for _, is_new in told) == [False, True]
    assert told[0][0].id == told[1][0].id


async def test_the_whole_class_at_once_is_one_chain(either: Database) -> None:
    hall = await open_hall(either)
    await asyncio.gather(*(call(either, hall, number) for number in range(4) for _ in range(3)))
    async with either.unit() as session:
        roll = await rolls.of(session, hall.sitting)
        assert (len(roll.here), roll.missing) == (4, [])
        assert sorted(line.came.number for line in roll.lines if line.came) == [1, 2, 3, 4]
        assert await register.fault(session, hall.sitting.id) == ""


async def test_a_correction_sent_twice_is_one(either: Database) -> None:
    hall = await open_hall(either)
    mark, _ = await call(either, hall, 0)

    async def correct(key: str) -> Mark:
        async with either.unit() as session:
            return await roll_call.correct(session, hall.found, mark.id, Status.LATE, "晚到", a_tap(hall, key))

    first = await correct("fix")
    assert (await correct("fix")).id == first.id
    with pytest.raises(Refused, match="刚被别人改过"):
        await correct("another")


@pytest.mark.parametrize(
    "status, reason, said",
    [
        (Status.PRESENT, "没变", "现在就是“出勤”"),
        (Status.MADE_UP, "补签", "不能改成“补签”"),
        (Status.EARLY, "早走", "不能改成“早退”"),
        (Status.ABSENT, "  ", "要写原因"),
    ],
)
async def test_what_no_correction_can_be(either: Database, status: Status, reason: str, said: str) -> None:
    hall = await open_hall(either)
    mark, _ = await call(either, hall, 0)
    with pytest.raises(Refused, match=said):
        async with either.unit() as session:
            await roll_call.correct(session, hall.found, mark.id, status, reason, a_tap(hall))


async def test_a_mark_of_another_session_is_not_corrected_here(either: Database) -> None:
    hall, other = await open_hall(either), None
    async with either.unit() as session:
        other = await a_hall(session, NOW, login="other")
    mark, _ = await call(either, other, 0)
    with pytest.raises(Refused, match="没有这条考勤"):
        async with either.unit() as session:
            await roll_call.correct(session, hall.found, mark.id, Status.LATE, "晚到", a_tap(hall))
    with pytest.raises(Refused, match="所在机构的老师"):
        async with either.unit() as session:
            await roll_call.correct(session, other.found, mark.id, Status.LATE, "晚到", a_tap(hall))


async def test_counts_say_what_the_roll_says_after_corrections(either: Database) -> None:
    hall = await open_hall(either)
    async with either.unit() as session:
        other = await a_hall(session, NOW, names=["钱小燕"], login="other")
    statuses = (Status.PRESENT, Status.LATE, Status.LEAVE, Status.PRESENT)
    marks = [(await call(either, hall, number, status))[0] for number, status in enumerate(statuses)]
    async with either.unit() as session:
        await roll_call.correct(session, hall.found, marks[3].id, Status.ABSENT, "点错了", a_tap(hall))
        counts = await rolls.counts(session, [hall.sitting, other.sitting])
        roll = await rolls.of(session, hall.sitting)
    assert (counts[hall.sitting.id].here, counts[hall.sitting.id].due) == (len(roll.here), 4) == (2, 4)
    assert (counts[other.sitting.id].here, counts[other.sitting.id].due) == (0, 1)
    assert [len(each) for each in (roll.missing, roll.excused)] == [1, 1]
    assert roll.late == 1


async def test_a_session_begun_twice_at_once_is_begun_once(either: Database) -> None:
    hall = await open_hall(either)

    async def begin() -> bool:
        async with either.unit() as session:
            sitting = await session.get_one(type(hall.sitting), hall.sitting.id)
            return await timetable.begin(session, (hall.training_class, sitting), hall.trainer, NOW)

    assert sorted(await asyncio.gather(begin(), begin(), begin())) == [False, False, True]


async def test_signing_out_is_another_side(either: Database) -> None:
    hall = await open_hall(either)
    await call(either, hall, 0)
    mark, is_new = await call(either, hall, 0, Status.OUT)
    assert is_new and mark.side == Side.OUT
    with pytest.raises(Refused, match="还没签到"):
        await call(either, hall, 1, Status.OUT)
