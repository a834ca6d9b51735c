"""One session of a class at another time, or not at all."""

from __future__ import annotations

from datetime import date, datetime, time

from aiohttp import web
from pydantic import BaseModel, Field
from sqlalchemy.ext.asyncio import AsyncSession

from bot.web.desk import HOUSE, go, key_of, show, text_of
from bot.web.forms import Filled, blank, read_form
from bot.web.guards import need
from config.settings import CHINA
from records import clashes, register, scheduling
from records.class_states import ClassState
from records.classes import TrainingClass
from records.errors import Refused
from records.sessions import PART_NAMES, Part, Session
from records.staff import Role, Staff
from records.trainers import hold_trainer, session_for


class MoveForm(BaseModel):
    """Another time for a session."""

    day: date = Field(title="日期")
    starts: time = Field(title="上课")
    ends: time = Field(title="下课")
    reason: str = Field(title="原因", max_length=120, default="")


async def page(request: web.Request) -> web.Response:
    """The session with its time, to be moved or cancelled."""
    async with request.app[HOUSE].database.unit() as session:
        _, sitting = await _of(request, session)
    starts, ends = sitting.starts_at.astimezone(CHINA), sitting.ends_at.astimezone(CHINA)
    return await _page(request, blank(MoveForm, day=starts.date(), starts=starts.time(), ends=ends.time()))


async def move(request: web.Request) -> web.Response:
    """Move the session; what it gets in the way of is said, and does not forbid it."""
    house, filled = request.app[HOUSE], await read_form(request, MoveForm)
    if (told := filled.told) is None:
        return await _page(request, filled)
    starts_at, ends_at = datetime.combine(told.day, told.starts, CHINA), datetime.combine(told.day, told.ends, CHINA)
    try:
        async with house.database.unit() as session:
            training_class, sitting = await _of(request, session)
            account, now = _trainer(request), house.clock()
            await scheduling.move_session(session, sitting, starts_at, ends_at, account, told.reason, now)
            in_the_way = [clash.said for clash in await clashes.of(session, training_class, sitting)]
    except Refused as refusal:
        return await _page(request, filled.refused(refusal))
    await go(
        request,
        f"/teach/classes/{key_of(request)}",
        said=f"改到{told.day.month}月{told.day.day}日{told.starts:%H:%M}了{_who_reads(training_class)}",
        problem="；".join(in_the_way),
    )


async def cancel(request: web.Request) -> web.Response:
    """Cancel the session."""
    house, why = request.app[HOUSE], text_of(await request.post(), "reason")
    back = f"/teach/classes/{key_of(request)}"
    try:
        async with house.database.unit() as session:
            training_class, sitting = await _of(request, session)
            await scheduling.cancel_session(session, sitting, _trainer(request), why, house.clock())
    except Refused as refusal:
        await go(request, f"{back}/sessions/{key_of(request, 'session')}", problem=refusal.reason)
    await go(request, back, said=f"这节课取消了{_who_reads(training_class)}")


def _trainer(request: web.Request) -> Staff:
    return need(request, Role.TRAINER, to="改课")


async def _of(request: web.Request, session: AsyncSession) -> tuple[TrainingClass, Session]:
    training_class, sitting = await session_for(session, key_of(request, "session"), _trainer(request))
    if training_class.id != key_of(request):
        raise Refused("这节课不是这个班的，请从课程表里点进去。")
    hold_trainer(training_class, _trainer(request))
    return training_class, sitting


async def _page(request: web.Request, filled: Filled[MoveForm]) -> web.Response:
    async with request.app[HOUSE].database.unit() as session:
        training_class, sitting = await _of(request, session)
        marks = await register.holding(session, sitting.id)
    return await show(
        request,
        "move.html",
        filled=filled,
        training_class=training_class,
        sitting=sitting,
        part=PART_NAMES[Part(sitting.part)],
        signed=len({enrolment for _, enrolment, _ in marks}),
        is_announced=training_class.state == ClassState.APPROVED,
    )


def _who_reads(training_class: TrainingClass) -> str:
    return "，已经通知学员。" if training_class.state == ClassState.APPROVED else "。"
