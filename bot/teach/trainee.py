"""One trainee at one session: every line of the register about him, and putting one right."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from aiohttp import web
from pydantic import BaseModel, Field

from bot.teach.sitting import name_of
from bot.web.deeds import Deed
from bot.web.desk import HOUSE, go, key_of, show
from bot.web.forms import Filled, blank, read_form
from bot.web.guards import need
from handlers import teaching_words
from records import register, roll_call, rolls, staff
from records.errors import Refused
from records.marks import STATUS_NAMES, Mark, Side, Status
from records.roll_call import CORRECTED, Tap
from records.staff import Role
from records.trainers import session_for, teaches


class Correction(BaseModel):
    """Another mark in place of one."""

    mark: int = Field(title="考勤记录")
    status: Status = Field(title="改成")
    reason: str = Field(title="原因", max_length=200)
    key: str = Field(title="编号", max_length=80)


async def page(request: web.Request) -> web.Response:
    """What is in the register, and the form to correct it."""
    return await _page(request)


async def correct(request: web.Request) -> web.Response:
    """Put another mark in place of one, with the reason; sent twice it is one correction."""
    account, house = need(request, Role.TRAINER), request.app[HOUSE]
    filled = await read_form(request, Correction)
    if filled.told is None:
        return await _page(request, filled)
    told, now = filled.told, house.clock()
    try:
        async with house.database.unit() as session:
            found = await session_for(session, key_of(request), account)
            tap = Tap(account, f"correct:{told.key}", now, now)
            mark = await roll_call.correct(session, found, told.mark, told.status, told.reason, tap)
    except Refused as refusal:
        return await _page(request, filled.refused(refusal))
    said = f"改好了：{STATUS_NAMES[Status(mark.status)]}。原来的记录还在，改动和原因都留着。"
    await go(request, f"/teach/sessions/{key_of(request)}", said=said)


async def _page(request: web.Request, filled: Filled[Correction] | None = None) -> web.Response:
    account, house = need(request, Role.TRAINER), request.app[HOUSE]
    async with house.database.unit() as session:
        found = await session_for(session, key_of(request), account)
        lines = (await rolls.of(session, found[1])).lines
        line = next((each for each in lines if each.enrolment.id == key_of(request, "enrolment")), None)
        if line is None:
            raise Refused("他不在这个班的名单里，可能退班了。")
        history = await register.history(session, found[1], line.enrolment)
        names = await staff.names(session)
    now = house.clock()
    values: dict[str, Any] = {
        "training_class": found[0],
        "sitting": found[1],
        "line": line,
        "name": name_of(house, line, account, found),
        "deeds": [_deed(mark, names) for mark in history],
        "choices": {mark.id: _choices(mark) for mark in (line.came, line.left) if mark},
        "may_correct": teaches(found[0], account),
        "may_call": teaches(found[0], account) and roll_call.is_open(found, now),
    }
    return await show(request, "trainee.html", filled=filled or blank(Correction, key=str(uuid4())), **values)


def _choices(mark: Mark) -> dict[str, str]:
    """What a mark can be changed to."""
    return {str(each): STATUS_NAMES[each] for each in CORRECTED[Side(mark.side)] if each != mark.status}


def _deed(mark: Mark, names: dict[int, str]) -> Deed:
    """A line of the register as the trail of the page shows it."""
    who = names.get(int(mark.actor.removeprefix("staff:")), "老师") if mark.actor.startswith("staff:") else "本人"
    what = STATUS_NAMES[Status(mark.status)] + ("（更正）" if mark.corrects else "")
    late = "，信号不好，晚收到" if (mark.received_at - mark.at).total_seconds() > 120 else ""
    return Deed(mark.at, f"{who} · {teaching_words.ways(mark)}{late}", what, mark.reason)
