"""Spot checks: today's list to visit, what was counted in a hall, and the difference to the register."""

from __future__ import annotations

from datetime import datetime, time
from typing import Any

from aiohttp import web
from pydantic import BaseModel, Field

from bot.console.board import STAGE_TONES
from bot.web.desk import HOUSE, go, key_of, show
from bot.web.forms import Filled, blank, read_form
from bot.web.guards import need
from bot.web.tables import read_page
from config.settings import CHINA
from records import board, institutions, spotting, staff
from records.board import STAGE_NAMES
from records.errors import Refused
from records.sessions import PART_NAMES, Session
from records.spotting import LONGEST_REMARK, MOST, VISITORS, WHY_NAMES, Why
from records.trainers import OFFICE, session_for

_TO = "抽查"
_WHY_TONES = {Why.SIGNS: "warn", Why.WARNED: "warn", Why.DRAWN: "info"}


class Counted(BaseModel):
    """How many were there."""

    counted: int = Field(title="数到的人数", ge=0, le=MOST)
    at: time = Field(title="几点数的")
    remark: str = Field(title="情况", max_length=LONGEST_REMARK, default="")


def routes() -> list[web.RouteDef]:
    """The addresses of spot checks."""
    one = r"/checks/{id:\d{1,9}}"
    return [web.get("/checks", listed), web.get(one, page), web.post(one, enter)]


async def listed(request: web.Request) -> web.Response:
    """Where to go today and why, and what was counted so far."""
    account, asked, house = need(request, *OFFICE, to=_TO), read_page(request), request.app[HOUSE]
    now = house.clock()
    async with house.database.unit() as session:
        visits = await spotting.of_day(session, account, now.astimezone(CHINA).date(), now)
        made, total = await spotting.made(session, account, asked.offset, asked.size)
        names = await staff.names(session)
    return await show(
        request,
        "checks.html",
        visits=visits,
        listing=asked.of(made, total),
        names=names,
        now=now,
        why_names=WHY_NAMES,
        why_tones=_WHY_TONES,
        may_enter=account.holds(*VISITORS),
        **_named(),
    )


async def page(request: web.Request) -> web.Response:
    """The form for one session."""
    now = request.app[HOUSE].clock().astimezone(CHINA)
    return await _page(request, blank(Counted, at=now.time()))


async def enter(request: web.Request) -> web.Response:
    """Write down what was counted, and tell the difference."""
    account, house = need(request, *VISITORS, to=_TO), request.app[HOUSE]
    filled = await read_form(request, Counted)
    if (told := filled.told) is None:
        return await _page(request, filled)
    try:
        async with house.database.unit() as session:
            _, sitting = await session_for(session, key_of(request), account)
            at, now = _moment(sitting, told.at), house.clock()
            check = await spotting.enter(session, sitting, told.counted, at, told.remark, account, now)
    except Refused as refusal:
        return await _page(request, filled.refused(refusal))
    await go(request, request.path, said=_said(check.counted, check.registered))


async def _page(request: web.Request, filled: Filled[Counted]) -> web.Response:
    account, house = need(request, *OFFICE, to=_TO), request.app[HOUSE]
    async with house.database.unit() as session:
        training_class, sitting = await session_for(session, key_of(request), account)
        school = await session.get_one(institutions.Institution, training_class.institution_id)
        checks = await spotting.at_session(session, sitting)
        names = await staff.names(session)
    return await show(
        request,
        "check.html",
        filled=filled,
        training_class=training_class,
        sitting=sitting,
        school=school,
        checks=checks,
        names=names,
        stage=board.stage(sitting, house.clock()),
        is_open=spotting.is_open(sitting, house.clock()),
        longest=LONGEST_REMARK,
        may_enter=account.holds(*VISITORS),
        **_named(),
    )


def _moment(sitting: Session, typed: time) -> datetime:
    return datetime.combine(sitting.day, typed.replace(tzinfo=None), CHINA)


def _said(counted: int, registered: int) -> str:
    told = f"记下了：数到{counted}人，登记{registered}人"
    if counted == registered:
        return f"{told}，对得上。"
    return f"{told}，{'少' if counted < registered else '多'}{abs(counted - registered)}人。"


def _named() -> dict[str, Any]:
    return {"part_names": PART_NAMES, "stage_names": STAGE_NAMES, "stage_tones": STAGE_TONES}
