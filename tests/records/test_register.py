"""The register keeps every mark, numbers them without a gap, and shows whoever tampers with it."""

from __future__ import annotations

import asyncio
import json
from datetime import timedelta

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from records import anchors, audit, register, shared
from records.anchors import Found
from records.audit import Event
from records.database import Database
from records.errors import Refused
from records.marks import Mark, Side, Status
from tests.conftest import Clock
from tests.halls import Hall, a_hall, a_mark, an_entry


async def four_marks(database: Database, clock: Clock) -> Hall:
    """At the first session: one there, one late, one there, and the late one put right."""
    async with database.unit() as session:
        hall = await a_hall(session, clock())
        await a_mark(session, hall, 0, Status.PRESENT, clock())
        late = await a_mark(session, hall, 1, Status.LATE, clock())
        await a_mark(session, hall, 2, Status.PRESENT, clock())
        await register.correct(session, late, an_entry(Status.PRESENT, clock(), "staff:9"), "老师点过名，记错了")
    return hall


def triggers_off(database: Database) -> list[str]:
    if database.embedded:
        return ["drop trigger if exists marks_no_update", "drop trigger if exists marks_no_delete"]
    return ["alter table marks disable trigger all"]


async def behind_its_back(database: Database, *statements: str) -> None:
    """Change rows as somebody would who has the database to himself."""
    async with database.engine.begin() as connection:
        for statement in [*triggers_off(database), *statements]:
            await connection.execute(text(statement))


async def fault_after(database: Database, hall: Hall, *statements: str) -> str:
    """What the register says after such changes, which are then taken back."""
    async with database.engine.connect() as connection, connection.begin() as changing:
        for statement in [*triggers_off(database), *statements]:
            await connection.execute(text(statement))
        async with AsyncSession(bind=connection, info={"vault": database.vault}) as session:
            found = await register.fault(session, hall.sittings[0].id)
        await changing.rollback()
    return found


async def fault(database: Database, hall: Hall) -> str:
    async with database.unit() as session:
        return await register.fault(session, hall.sittings[0].id)


async def everything(database: Database) -> Found:
    async with database.unit() as session:
        return await anchors.verify(session)


async def anchored(database: Database, hall: Hall, clock: Clock) -> None:
    async with database.unit() as session:
        await register.anchor(session, hall.training_class, "staff:1", clock())


async def test_a_mark_is_entered_once_and_the_first_stays(either: Database, clock: Clock) -> None:
    async with either.unit() as session:
        hall = await a_hall(session, clock())
        sitting, enrolment = hall.sittings[0], hall.enrolments[0]
        first, is_new = await register.enter(session, sitting, enrolment, an_entry(Status.PRESENT, clock()))
        clock.move(minutes=3)
        again, is_new_again = await register.enter(session, sitting, enrolment, an_entry(Status.LATE, clock()))
        out, is_out_new = await register.enter(session, sitting, enrolment, an_entry(Status.OUT, clock()))
        assert (is_new, is_new_again, is_out_new) == (True, False, True)
        assert again is first
        assert (out.number, out.side, out.before) == (2, Side.OUT, first.hash)


async def test_a_correction_is_a_new_mark_and_the_old_one_stays_to_be_seen(either: Database, clock: Clock) -> None:
    hall = await four_marks(either, clock)
    async with either.unit() as session:
        sitting, enrolment = hall.sittings[0], hall.enrolments[1]
        marks = await register.history(session, sitting, enrolment)
        holds = await register.latest(session, sitting, enrolment, Side.IN)
        assert [(mark.number, mark.status, mark.reason) for mark in marks] == [
            (2, Status.LATE, ""),
            (4, Status.PRESENT, "老师点过名，记错了"),
        ]
        assert holds is marks[1] and holds.corrects == marks[0].id
        held = await register.holding(session, *(each.id for each in hall.sittings))
        assert held[sitting.id, enrolment.id, Side.IN] is holds
        with pytest.raises(Refused, match="改考勤要写原因"):
            await register.correct(session, marks[1], an_entry(Status.ABSENT, clock()), "  ")
        with pytest.raises(Refused, match="刚被别人改过"):
            await register.correct(session, marks[0], an_entry(Status.ABSENT, clock()), "没来")
        with pytest.raises(ValueError, match="cannot be corrected"):
            await register.correct(session, marks[1], an_entry(Status.OUT, clock()), "没来")
    assert await fault(either, hall) == ""


async def test_a_sheet_of_paper_leaves_the_marks_that_are_there(either: Database, clock: Clock) -> None:
    async with either.unit() as session:
        hall = await a_hall(session, clock())
        await a_mark(session, hall, 1, Status.LATE, clock())
        sheet = [(each, an_entry(Status.PRESENT, clock(), "staff:2", f"sheet-{each.id}")) for each in hall.enrolments]
        entered = await register.enter_all(session, hall.sittings[0], sheet)
        held = await register.holding(session, hall.sittings[0].id)
    assert [mark.number for mark in entered] == [2, 3]
    statuses = [held[hall.sittings[0].id, each.id, Side.IN].status for each in hall.enrolments]
    assert statuses == [Status.PRESENT, Status.LATE, Status.PRESENT]
    assert await fault(either, hall) == ""


async def test_forty_at_once_are_numbered_without_a_gap(either: Database, clock: Clock) -> None:
    async with either.unit() as session:
        hall = await a_hall(session, clock(), trainees=40)

    async def check_in(number: int) -> bool:
        seat = hall.seat(number % 40)  # each twice, as from two phones
        async with either.unit() as session:
            told = an_entry(Status.PRESENT, clock(), key=f"m-{number}")
            return (await register.enter(session, seat.session, seat.enrolment, told))[1]

    assert sum(await asyncio.gather(*map(check_in, range(80)))) == 40
    async with either.unit() as session:
        numbers = (await session.scalars(select(Mark.number).order_by(Mark.number))).all()
    assert numbers == list(range(1, 41))
    assert await fault(either, hall) == ""


async def test_eight_corrections_at_once_are_one(either: Database, clock: Clock) -> None:
    hall = await four_marks(either, clock)
    async with either.unit() as session:
        mark = await register.latest(session, hall.sittings[0], hall.enrolments[0], Side.IN)
        assert mark is not None

    async def correct(number: int) -> bool:
        try:
            async with either.unit() as session:
                await register.correct(session, mark, an_entry(Status.ABSENT, clock(), key=f"c-{number}"), "没来")
        except Refused:
            return False
        return True

    assert sum(await asyncio.gather(*map(correct, range(8)))) == 1
    assert await fault(either, hall) == ""


async def test_any_field_that_is_changed_is_found(either: Database, clock: Clock) -> None:
    hall = await four_marks(either, clock)
    earlier = (clock() - timedelta(minutes=20)).strftime("%Y-%m-%d %H:%M:%S.%f" + ("" if either.embedded else "+00"))
    first = "(select id from marks where number = 1)"
    changes = {
        "session_id": f"{hall.sittings[1].id}", "number": "9", "enrolment_id": f"{hall.enrolments[0].id}, side = 'out'",
        "side": "'out', status = 'out'", "status": "'absent'", "ways": "'paper'", "at": f"'{earlier}'",
        "received_at": f"'{earlier}'", "actor": "'staff:1'", "corrects": f"{first}, reason = 'x'", "reason": "'补一句'",
        "message_id": "'m-9'", "before": "hash", "hash": "'ffff'",
    }  # fmt: skip
    assert {"id", *changes} == {column.name for column in Mark.__table__.columns}
    for field, value in changes.items():
        status = ", status = 'out'" if field == "enrolment_id" else ""
        found = await fault_after(either, hall, f"update marks set {field} = {value}{status} where number = 3")
        assert "第3条" in found, field
    assert await fault(either, hall) == ""


async def test_a_row_that_is_taken_out_or_put_in_is_found(either: Database, clock: Clock) -> None:
    hall = await four_marks(either, clock)
    for number in (1, 3):
        assert f"第{number}条不见了" in await fault_after(either, hall, f"delete from marks where number = {number}")
    same = "ways, at, received_at, actor, reason, message_id"
    put_in = (
        f"insert into marks (session_id, number, enrolment_id, side, status, {same}, before, hash) "
        f"select session_id, 5, enrolment_id, 'out', 'out', {same}, hash, 'made up' from marks where number = 4"
    )
    assert "第5条的内容与校验值不符" in await fault_after(either, hall, put_in)


@pytest.mark.parametrize("statement", ["update marks set status = 'present'", "delete from marks"])
async def test_the_table_itself_refuses_changes(either: Database, clock: Clock, statement: str) -> None:
    hall = await four_marks(either, clock)
    with pytest.raises(DBAPIError, match="append-only"):
        async with either.engine.begin() as connection:
            await connection.execute(text(statement))
    async with either.unit() as session:
        assert len((await session.scalars(select(Mark))).all()) == 4
    assert await fault(either, hall) == ""


async def test_the_table_itself_refuses_a_second_original(either: Database, clock: Clock) -> None:
    hall = await four_marks(either, clock)
    with pytest.raises(IntegrityError):
        async with either.unit() as session:
            session.add(
                Mark(
                    session_id=hall.sittings[0].id, number=5, enrolment_id=hall.enrolments[0].id, side=Side.IN,
                    status=Status.PRESENT, ways="code", at=clock(), received_at=clock(), actor="worker",
                    message_id="m-5", before="", hash="another",
                )
            )  # fmt: skip


async def test_an_anchor_says_how_far_each_register_reaches(either: Database, clock: Clock) -> None:
    hall = await four_marks(either, clock)
    async with either.unit() as session:
        await a_mark(session, hall, 2, Status.PRESENT, clock(), sitting=1)
        await register.anchor(session, hall.training_class, "staff:1", clock())
        marks = (await session.scalars(select(Mark).order_by(Mark.session_id, Mark.number))).all()
        noted = (await audit.history(session, hall.training_class.thing))[-1]
    assert noted.event == Event.CLASS_REGISTER_ANCHOR
    assert noted.details == {
        "sessions": {str(hall.sittings[0].id): [4, marks[3].hash], str(hall.sittings[1].id): [1, marks[4].hash]}
    }
    assert await everything(either) == Found(sessions=2, marks=5)


async def test_a_register_that_is_cut_short_or_written_anew_is_found_by_its_anchor(
    either: Database, clock: Clock
) -> None:
    hall = await four_marks(either, clock)
    await anchored(either, hall, clock)
    named = f"焊工3班 11月20日上午课（编号{hall.sittings[0].id}）"

    await behind_its_back(either, "delete from marks where number = 4")
    assert await fault(either, hall) == ""
    assert (await everything(either)).broken == {named: "留底时有4条，现在只有3条：后面的被删"}

    await behind_its_back(either, "delete from marks")
    assert (await everything(either)).broken == {named: "留底时有4条，现在只有0条：后面的被删"}

    async with either.unit() as session:
        for trainee, status in ((0, Status.PRESENT), (1, Status.PRESENT), (2, Status.PRESENT), (2, Status.OUT)):
            await a_mark(session, hall, trainee, status, clock())
    await anchored(either, hall, clock)  # the older anchor still tells
    assert await fault(either, hall) == ""
    assert (await everything(either)).broken == {named: "第4条与留底的校验值不符：整本被重写过"}


async def test_each_day_is_anchored_once_it_is_over(either: Database, clock: Clock) -> None:
    hall = await four_marks(either, clock)

    async def noted() -> list[str]:
        async with either.unit() as session:
            await anchors.anchor_days(session, clock())
            entries = await audit.history(session, hall.training_class.thing)
            return [json.dumps(each.details) for each in entries if each.event == Event.CLASS_REGISTER_ANCHOR]

    assert await noted() == []  # today is not over
    clock.move(days=1)
    assert len(await noted()) == 1
    assert len(await noted()) == 1
    clock.move(days=1)  # nothing was taught yesterday
    assert len(await noted()) == 1
    async with either.unit() as session:
        kept = await shared.get(session, "registers anchored", clock())
    assert kept is not None and kept.value == "2026-11-21"
