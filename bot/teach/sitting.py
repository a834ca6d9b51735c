"""One session live: who is there, who is missing, the code, and what waits for a decision."""

from __future__ import annotations

from hashlib import sha256
from typing import Any

from aiohttp import web
from sqlalchemy.ext.asyncio import AsyncSession

from bot.web.desk import HOUSE, go, key_of, show
from bot.web.guards import need
from handlers import projector
from handlers.context import House
from intents.pinyin import initials
from records import audit, excusing, roll_call, rolls, timetable
from records.audit import Event
from records.rolls import Line
from records.sessions import Session
from records.staff import Role, Staff
from records.timetable import Sitting
from records.trainers import session_for, teaches

_LOOK_EVERY = 3  # seconds


async def page(request: web.Request) -> web.Response:
    """The whole page; the part with the roll renews itself."""
    return await show(request, "session.html", every=_LOOK_EVERY, **await _seen(request))


async def part(request: web.Request) -> web.Response:
    """The roll alone; 304 while it is as the reader has it, since reception in a hall is bad."""
    response = await show(request, "roll.html", **await _seen(request))
    response.headers["ETag"] = tag = f'"{sha256(response.body or b"").hexdigest()[:20]}"'  # type: ignore[arg-type]
    if request.headers.get("If-None-Match") == tag:
        return web.Response(status=304, headers={"ETag": tag})
    response.enable_compression()
    return response


async def begin(request: web.Request) -> web.Response:
    """Begin the session; once more changes nothing."""
    account, house, page = need(request, Role.TRAINER), request.app[HOUSE], f"/teach/sessions/{key_of(request)}"
    async with house.database.unit() as session:
        found = await session_for(session, key_of(request), account)
        is_new = await timetable.begin(session, found, account, house.clock())
    await go(request, page, said="开始上课了，学员可以签到。" if is_new else "这节课已经开始了。")


async def _seen(request: web.Request) -> dict[str, Any]:
    account, house = need(request, Role.TRAINER, to="上课"), request.app[HOUSE]
    now = house.clock()
    async with house.database.unit() as session:
        found = await session_for(session, key_of(request), account)
        training_class, sitting = found
        roll = await rolls.of(session, sitting)
        names = {line.enrolment.id: name_of(house, line, account, found) for line in roll.lines}
        return {
            "training_class": training_class,
            "sitting": sitting,
            "now": now,
            "roll": roll,
            "names": names,
            "finds": {key: found_by(name) for key, name in names.items()},
            "wishes": [(training_class, row) for row in await excusing.waiting(session, training_class.id)],
            "moved": await _moved(session, sitting),
            "may_begin": timetable.may_begin(found, now) and sitting.began_at is None,
            "may_call": teaches(training_class, account) and roll_call.is_open(found, now),
            "may_sign_out": training_class.sign_out and sitting.is_open_to_leave(now),
            "projector": projector.address(house, sitting),
            "screen": projector.path(house, sitting),
        }


def name_of(house: House, line: Line, account: Staff, found: Sitting) -> str:
    """The full name for the trainer, who has to call it out; masked for everybody else."""
    if not teaches(found[0], account):
        return line.person.name_masked
    return house.database.vault.open(line.person.name_sealed)


def found_by(name: str) -> str:
    """What a name is found by while typing: 李秀英 lxy."""
    return f"{name} {initials(name)}"


async def _moved(session: AsyncSession, sitting: Session) -> dict[str, str] | None:
    """How the session was moved last: from, to, reason."""
    moves = [
        entry.details
        for entry in await audit.history(session, sitting.thing)
        if entry.event == Event.CLASS_SESSION_MOVE
    ]
    return moves[-1] if moves else None
