"""The sessions of a class: laid out, laid out anew, moved, cancelled, and what they get in the way of."""

from __future__ import annotations

import asyncio
from datetime import date, datetime, time, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from config.settings import CHINA
from handlers import training_days
from handlers.training_days import Pace
from records import audit, clashes, layouts, register, scheduling
from records.classes import TrainingClass
from records.database import Database
from records.errors import Refused
from records.layouts import Hours
from records.marks import Status
from records.nudges import Nudge
from records.register import Entry
from records.sessions import Part, Session
from records.staff import Staff
from tests.conftest import Clock
from tests.schools import HOURS, STARTS, a_laid_out_class, a_school, a_trainee_of, a_trainer, an_approved_class


def at(day: int, hour: int, minute: int = 0, month: int = 12) -> datetime:
    """A moment of the coming winter in China."""
    return datetime(2026, month, day, hour, minute, tzinfo=CHINA)


async def sittings(session: AsyncSession, training_class: TrainingClass) -> list[Session]:
    return list(await layouts.of_class(session, training_class.id))


async def is_marked(session: AsyncSession, training_class: TrainingClass, sitting: Session, clock: Clock) -> None:
    enrolment = await a_trainee_of(session, training_class, clock())
    at = sitting.starts_at - timedelta(minutes=5)
    entry = Entry(Status.PRESENT, "code", at, at, "worker", f"m{enrolment.id}")
    await register.enter(session, sitting, enrolment, entry)


async def test_twenty_five_working_days_with_two_sessions_each(either: Database, clock: Clock) -> None:
    async with either.unit() as session:
        trainer = await a_trainer(session, await a_school(session), clock())
        training_class = await a_laid_out_class(session, trainer, clock())
        laid = await sittings(session, training_class)
    assert len(laid) == 50
    assert (laid[0].day, laid[0].starts_at, laid[0].ends_at) == (STARTS, at(1, 8, 30), at(1, 11, 30))
    assert [each.part for each in laid[:2]] == [Part.MORNING, Part.AFTERNOON]
    assert {each.day.weekday() for each in laid} == set(range(5))


async def test_laid_out_anew_before_the_first_session(either: Database, clock: Clock) -> None:
    async with either.unit() as session:
        trainer = await a_trainer(session, await a_school(session), clock())
        training_class = await a_laid_out_class(session, trainer, clock())
        kept = (await sittings(session, training_class))[2]
        days = training_days.pick(date(2026, 12, 2), 3, Pace.EVERY_DAY)
        await layouts.lay_out(session, training_class, days, {Part.MORNING: Hours(time(9), time(12))}, trainer, clock())
        laid = await sittings(session, training_class)
        assert [(each.day.day, each.starts_at) for each in laid] == [(day, at(day, 9)) for day in (2, 3, 4)]
        assert laid[0].id == kept.id
        assert (training_class.starts, training_class.days) == (date(2026, 12, 2), 3)


async def test_what_stands_in_the_register_stays(either: Database, clock: Clock) -> None:
    async with either.unit() as session:
        trainer = await a_trainer(session, await a_school(session), clock())
        training_class = await a_laid_out_class(session, trainer, clock(), days=2)
        first = (await sittings(session, training_class))[0]
        await is_marked(session, training_class, first, clock)
        await layouts.lay_out(session, training_class, [date(2026, 12, 9)], HOURS, trainer, clock())
        laid = await sittings(session, training_class)
    assert [each.day.day for each in laid] == [1, 9, 9]
    assert laid[0].id == first.id


async def test_an_approved_timetable_keeps_its_days_and_its_trainees_are_told(either: Database, clock: Clock) -> None:
    async with either.unit() as session:
        trainer = await a_trainer(session, await a_school(session), clock())
        training_class = await an_approved_class(session, trainer, clock(), days=3)
        with pytest.raises(Refused, match="批准的是3天，您排了2天"):
            await layouts.lay_out(
                session, training_class, [date(2026, 12, 8), date(2026, 12, 9)], HOURS, trainer, clock()
            )
        days = [date(2026, 12, day) for day in (8, 9, 10)]
        await layouts.lay_out(session, training_class, days, HOURS, trainer, clock())
        told = (await session.scalars(select(Nudge.text))).all()
        assert told == ["焊工5班的课程表改了，第一节课是12月8日08:30，在实训楼201。"]
        clock.now = at(8, 8, 10)
        with pytest.raises(Refused, match="已经开课，不能整个重排"):
            await layouts.lay_out(session, training_class, days, HOURS, trainer, clock())


@pytest.mark.parametrize(
    "parts, said",
    [
        ({}, "请选每天上哪几节课"),
        ({Part.MORNING: Hours(time(11), time(9))}, "先上后下、不超过6小时，您填的是11:00到09:00"),
        ({Part.MORNING: Hours(time(6), time(12, 30))}, "不超过6小时"),
        ({Part.MORNING: Hours(time(14), time(17))}, "上午课的开始时间是14:00，对不上"),
        (
            {Part.MORNING: Hours(time(9), time(14)), Part.AFTERNOON: Hours(time(13), time(15))},
            r"下午课在前一节下课（14:00）之前就开始了",
        ),
    ],
)
async def test_hours_that_cannot_be(either: Database, clock: Clock, parts: dict[Part, Hours], said: str) -> None:
    async with either.unit() as session:
        trainer = await a_trainer(session, await a_school(session), clock())
        training_class = await a_laid_out_class(session, trainer, clock(), days=2)
        with pytest.raises(Refused, match=said):
            await layouts.lay_out(session, training_class, [STARTS], parts, trainer, clock())


async def test_a_session_moves_and_its_trainees_are_told(either: Database, clock: Clock) -> None:
    async with either.unit() as session:
        trainer = await a_trainer(session, await a_school(session), clock())
        training_class = await an_approved_class(session, trainer, clock(), days=2)
        first, *_ = await sittings(session, training_class)
        await scheduling.move_session(session, first, at(5, 18, 30), at(5, 21), trainer, "教室停电", clock())
        assert (first.day, first.part, first.starts_at) == (date(2026, 12, 5), Part.EVENING, at(5, 18, 30))
        assert training_class.starts == STARTS  # the afternoon of that day is still taught
        told = (await session.scalars(select(Nudge.text))).all()
        assert len(told) == 1 and "12月5日18:30" in told[0]
        moved = (await audit.history(session, first.thing))[-1]
        assert (moved.event, moved.details["reason"]) == ("class:session:move", "教室停电")
        assert moved.details["remark"] == "12月1日08:30的课改到12月5日18:30：教室停电"


async def test_the_class_begins_with_its_first_session_wherever_that_is(either: Database, clock: Clock) -> None:
    async with either.unit() as session:
        trainer = await a_trainer(session, await a_school(session), clock())
        training_class = await a_laid_out_class(session, trainer, clock(), days=2)
        morning, afternoon, *_ = await sittings(session, training_class)
        await scheduling.cancel_session(session, morning, trainer, "", clock())
        await scheduling.move_session(session, afternoon, at(4, 14), at(4, 17), trainer, "", clock())
        assert training_class.starts == date(2026, 12, 2)


@pytest.mark.parametrize(
    "start, end, said",
    [
        (at(2, 8, 30), at(2, 11), r"12月2日上午课（08:30开始）已经有课了"),
        (at(1, 13), at(1, 15), r"12月1日下午课（14:00开始）已经有课了"),
        (at(20, 9, month=11), at(20, 11, month=11), "要改到的时间11月20日09:00已经过了"),
        (at(3, 9), at(3, 8), "先上后下"),
        (at(3, 23), at(4, 1), "要在同一天"),
    ],
)
async def test_a_slot_that_is_taken_or_over(
    either: Database, clock: Clock, start: datetime, end: datetime, said: str
) -> None:
    async with either.unit() as session:
        trainer = await a_trainer(session, await a_school(session), clock())
        training_class = await an_approved_class(session, trainer, clock(), days=2)
        first, *_ = await sittings(session, training_class)
        with pytest.raises(Refused, match=said):
            await scheduling.move_session(session, first, start, end, trainer, "教室停电", clock())
        assert first.starts_at == at(1, 8, 30)


async def test_a_cancelled_session_is_brought_back_by_a_new_time(either: Database, clock: Clock) -> None:
    async with either.unit() as session:
        trainer = await a_trainer(session, await a_school(session), clock())
        training_class = await an_approved_class(session, trainer, clock(), days=2)
        first, second, *_ = await sittings(session, training_class)
        await scheduling.cancel_session(session, first, trainer, "停电", clock())
        assert (first.cancelled_at, first.cancelled_why) == (clock(), "停电")
        with pytest.raises(Refused, match="已经取消过了"):
            await scheduling.cancel_session(session, first, trainer, "停电", clock())
        with pytest.raises(Refused, match="12月1日上午课取消过一节，要补上请改那一节的时间"):
            await scheduling.move_session(session, second, at(1, 9), at(1, 11), trainer, "停电", clock())
        clock.move(minutes=5)
        await scheduling.move_session(session, first, at(3, 9), at(3, 11), trainer, "补课", clock())
        assert first.cancelled_at is None
        assert len((await session.scalars(select(Nudge))).all()) == 2


async def test_a_session_with_marks_keeps_its_day(either: Database, clock: Clock) -> None:
    async with either.unit() as session:
        trainer = await a_trainer(session, await a_school(session), clock())
        training_class = await an_approved_class(session, trainer, clock(), days=2)
        first, *_ = await sittings(session, training_class)
        await is_marked(session, training_class, first, clock)
        with pytest.raises(Refused, match="已经有人签到，不能取消"):
            await scheduling.cancel_session(session, first, trainer, "停电", clock())
        with pytest.raises(Refused, match="已经有人签到，不能改到别的日子"):
            await scheduling.move_session(session, first, at(5, 9), at(5, 11), trainer, "停电", clock())
        await scheduling.move_session(session, first, at(1, 9), at(1, 12), trainer, "老师堵车", clock())
        assert first.starts_at == at(1, 9)


async def test_a_change_needs_its_reason_and_a_trainer_of_the_school(either: Database, clock: Clock) -> None:
    async with either.unit() as session:
        trainer = await a_trainer(session, await a_school(session), clock())
        stranger = await a_trainer(session, await a_school(session), clock())
        training_class = await an_approved_class(session, trainer, clock(), days=2)
        first, *_ = await sittings(session, training_class)
        with pytest.raises(Refused, match="改课要写原因"):
            await scheduling.cancel_session(session, first, trainer, " ", clock())
        with pytest.raises(Refused, match="只有这个班所在机构的老师"):
            await scheduling.cancel_session(session, first, stranger, "停电", clock())


async def test_two_sessions_moved_into_one_slot_at_once(either: Database, clock: Clock) -> None:
    async with either.unit() as session:
        trainer = await a_trainer(session, await a_school(session), clock())
        training_class = await an_approved_class(session, trainer, clock(), days=2)
        first, second, *_ = [each.id for each in await sittings(session, training_class)]

    async def move(session_id: int, account: Staff) -> str:
        async with either.unit() as session:
            sitting = await session.get_one(Session, session_id)
            try:
                await scheduling.move_session(session, sitting, at(4, 9), at(4, 11), account, "停电", clock())
            except Refused as refusal:
                return refusal.reason
        return "moved"

    told = sorted(await asyncio.gather(move(first, trainer), move(second, trainer)))
    assert told == ["12月4日上午课（09:00开始）已经有课了，请换个时间。", "moved"]


async def test_the_same_room_and_teacher_are_named_as_a_warning(either: Database, clock: Clock) -> None:
    async with either.unit() as session:
        school = await a_school(session)
        trainer = await a_trainer(session, school, clock())
        first = await a_laid_out_class(session, trainer, clock(), days=2)
        same = await a_laid_out_class(
            session, trainer, clock(), name="电工2班", occupation="电工", days=1, teachers=("李老师", "王老师")
        )
        elsewhere = await a_laid_out_class(
            session, trainer, clock(), name="焊工7班", days=2, venue="焊接车间", teachers=("赵老师",)
        )
        other_school = await a_trainer(session, await a_school(session), clock())
        await a_laid_out_class(session, other_school, clock(), days=2)
        said = [clash.said for clash in await clashes.of(session, first)]
        assert said == [
            "教室“实训楼201”：12月1日起有2节课和“电工2班”撞在一起",
            "李老师：12月1日起有2节课和“电工2班”撞在一起",
        ]
        assert len(await clashes.of(session, same)) == 2
        assert await clashes.of(session, elsewhere) == []
