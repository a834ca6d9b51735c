"""Calling the roll: one tap a trainee, which may arrive late or twice where reception is bad."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

from aiohttp import web

from bot.web.desk import HOUSE, go, key_of, text_of
from bot.web.guards import need
from handlers import teaching_words
from records import roll_call, rolls
from records.errors import Refused
from records.marks import Status
from records.roll_call import CALLED, Tap
from records.staff import Role
from records.trainers import session_for

_CALL = re.compile(rf"(\d{{1,9}}):({'|'.join(CALLED)})")
_AGO = re.compile(r"\d{1,7}")


async def call(request: web.Request) -> web.Response:
    """Enter one trainee. A script that keeps the tap until it is acknowledged gets JSON, a plain form the page again."""
    account, house, key = need(request, Role.TRAINER), request.app[HOUSE], key_of(request)
    sent = await request.post()
    now = house.clock()
    try:
        enrolment_id, status = _read(text_of(sent, "call"))
        # The phone says how long ago the tap was, not when: its clock may be wrong.
        tap = Tap(account, f"roll:{key}:{enrolment_id}:{status}", _tapped(text_of(sent, "ago"), now), now)
        async with house.database.unit() as session:
            found = await session_for(session, key, account)
            mark, is_new = await roll_call.call(session, found, enrolment_id, status, tap)
            lines = (await rolls.of(session, found[1])).lines
        said = teaching_words.called(
            next(each for each in lines if each.enrolment.id == enrolment_id), mark, is_new, status
        )
    except Refused as refusal:
        return await _refused(request, refusal)
    if _is_script(request):
        return web.json_response({"said": said, "is_new": is_new})
    await go(request, f"/teach/sessions/{key}", said=said)


def _read(told: str) -> tuple[int, Status]:
    match = _CALL.fullmatch(told)
    if match is None:
        raise Refused("这次点名没看懂，请刷新页面再点。")
    return int(match[1]), Status(match[2])


def _tapped(ago: str, now: datetime) -> datetime:
    return now - timedelta(seconds=int(ago)) if _AGO.fullmatch(ago) else now


async def _refused(request: web.Request, refusal: Refused) -> web.Response:
    if _is_script(request):
        return web.json_response({"problem": refusal.reason}, status=409)
    await go(request, f"/teach/sessions/{key_of(request)}", problem=refusal.reason)


def _is_script(request: web.Request) -> bool:
    return "application/json" in request.headers.get("Accept", "")
