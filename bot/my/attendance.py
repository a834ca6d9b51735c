"""A worker's attendance by class, and the forms for leave and for a check-in that was missed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from aiohttp import web
from pydantic import BaseModel, Field
from sqlalchemy.ext.asyncio import AsyncSession

from bot.my.calendar import Lesson, lessons, weeks
from bot.my.reader import me
from bot.web.desk import HOUSE, go, show
from bot.web.forms import Filled, blank, read_form
from config.settings import CHINA
from handlers.presence_words import hour
from records import excuses, excusing, layouts, register, seats
from records.classes import TrainingClass
from records.enrolments import Enrolment, Seating
from records.errors import Refused
from records.excuses import DECISION_NAMES, WISH_NAMES, Wish
from records.excusing import LONGEST_REASON, MAKE_UP_WITHIN
from records.masking import hide
from records.sessions import PART_NAMES, Session
from records.standing import standing as standing_of

_MOST_AHEAD = 10  # sessions that leave is offered for


class Ask(BaseModel):
    """A wish for one session."""

    session: int = Field(title="哪节课", ge=1)
    wish: Wish
    reason: str = Field(title="原因", max_length=LONGEST_REASON)


async def page(request: web.Request) -> web.Response:
    """The calendar of one class."""
    return await _page(request, request.query.get("class", ""), None)


async def ask(request: web.Request) -> web.Response:
    """Ask the trainer for leave, or for a check-in to be made up."""
    house, filled = request.app[HOUSE], await read_form(request, Ask)
    wanted = request.query.get("class", "")
    if (told := filled.told) is None:
        return await _page(request, wanted, filled)
    try:
        async with house.database.unit() as session:
            seat = await seats.at(session, me(request).id, told.session)
            if seat is None:
                raise Refused("您的课里没有这一节，请刷新看看。")
            await excusing.ask(session, seat, told.wish, hide(told.reason), house.clock())
    except Refused as refusal:
        return await _page(request, wanted, filled.refused(refusal))
    said = f"{WISH_NAMES[told.wish]}已经交给老师，批了在微信里告诉您。"
    await go(request, f"/my/attendance?class={seat.training_class.id}", said=said)


async def _page(request: web.Request, wanted: str, filled: Filled[Ask] | None) -> web.Response:
    now = request.app[HOUSE].clock()
    today = now.astimezone(CHINA).date()
    async with request.app[HOUSE].database.unit() as session:
        mine = [each for each in await seats.of_person(session, me(request).id) if each[0].seating == Seating.SEATED]
        if not mine:
            return await show(request, "no_class.html")
        chosen = next((each for each in mine if str(each[1].id) == wanted), None) or _present(mine, today)
        told = await _told(session, *chosen, now, today)
    forms = {wish.value: filled if filled and filled.value("wish") == wish else _form(wish, told) for wish in Wish}
    classes = [each for _, each in mine]
    told |= {"classes": classes, "today": today, "forms": forms, "opened": request.query.get("ask", "")}
    return await show(request, "attendance.html", filled=filled, **told)


async def _told(
    session: AsyncSession, enrolment: Enrolment, training_class: TrainingClass, now: datetime, today: date
) -> dict[str, Any]:
    sittings = await layouts.of_class(session, training_class.id)
    marks = await register.holding(session, *(each.id for each in sittings), of=[enrolment.id])
    asked = await excuses.of(session, enrolment)
    planned = lessons(sittings, marks, asked, enrolment.id, now)
    by_key = {each.id: each for each in sittings}
    return {
        "training_class": training_class,
        "standing": await standing_of(session, enrolment, now, today),
        "weeks": weeks(planned),
        "choices": {"leave": _to_leave(planned, now), "make_up": _to_make_up(planned, now)},
        "left": await excusing.left(session, enrolment),
        "asked": [(each, by_key[each.session_id]) for each in asked],
        "wishes": WISH_NAMES,
        "decisions": DECISION_NAMES,
    }


def _form(wish: Wish, told: dict[str, Any]) -> Filled[Ask]:
    """An empty form; the nearest session is chosen already."""
    return blank(Ask, wish=wish, session=next(iter(told["choices"][wish]), ""))


def _present(mine: Sequence[tuple[Enrolment, TrainingClass]], today: date) -> tuple[Enrolment, TrainingClass]:
    """The class that is going on, else the latest."""
    return next((each for each in mine if each[1].starts <= today), mine[0])


def _to_leave(planned: Sequence[Lesson], now: datetime) -> dict[int, str]:
    ahead = [each for each in planned if each.session.ends_at >= now and _is_free(each)]
    free = [each for each in ahead if each.came is None]
    return {each.session.id: _named(each.session) for each in free[:_MOST_AHEAD]}


def _to_make_up(planned: Sequence[Lesson], now: datetime) -> dict[int, str]:
    lately = [each for each in planned if each.is_over and now <= each.session.ends_at + MAKE_UP_WITHIN]
    missed = [each for each in reversed(lately) if _is_free(each) and not each.is_signed]
    return {each.session.id: _named(each.session) for each in missed}


def _is_free(lesson: Lesson) -> bool:
    return lesson.session.cancelled_at is None and lesson.asked is None


def _named(sitting: Session) -> str:
    """11月23日 上午课 8:30"""
    return f"{sitting.day.month}月{sitting.day.day}日 {PART_NAMES[sitting.part]} {hour(sitting.starts_at)}"
