"""Checking a certificate of attendance under /verify: open to all, says no more than stands on the paper."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import quote

from aiohttp import web
from aiohttp.typedefs import Handler

from bot.web.area import open_area
from bot.web.desk import HOUSE, Chat, show
from handlers.context import House
from records import attestations, guessing
from records.errors import Refused
from records.guesses import Kind, Way
from records.guessing import Guesser

COOKIE = "skillpass_verify"
_HERE = Path(__file__).parent
_LONGEST = 40  # characters of what is typed that are looked at


def setup(app: web.Application, house: House, outbound: Chat) -> None:
    """Open the page on an application."""
    open_area(
        app,
        house,
        outbound,
        prefix="/verify",
        name="验证明",
        look="phone",
        routes=[web.get("/", form), web.get("/{code}", page)],
        templates=_HERE / "templates",
        guard=_open_to_all,
        nav=[],
        cookie=COOKIE,
    )


async def form(request: web.Request) -> web.Response:
    """Where a code is typed."""
    if typed := request.query.get("code", "").strip()[:_LONGEST]:
        raise web.HTTPSeeOther(f"/verify/{quote(typed, safe='')}")
    return await show(request, "verify.html", found=None, typed="")


async def page(request: web.Request) -> web.Response:
    """What was certified; or what is wrong with the code."""
    typed, house = request.match_info["code"][:_LONGEST], request.app[HOUSE]
    guesser, now = Guesser(Kind.ATTESTATION, Way.NETWORK, request.remote or ""), house.clock()
    try:
        async with house.database.unit() as session:
            await house.database.alone(session, guesser.key)
            await guessing.hold(session, guesser, now)
            found = await attestations.by_code(session, typed)
            if found is None:
                await guessing.miss(session, guesser, typed, now)
    except Refused as refusal:
        return await show(request, "verify.html", status=404, found=None, typed=typed, problem=refusal.reason)
    if found is None:
        problem = "没有开过这个验证码的考勤证明。请照着证明再核对；都对还是验不上，这张证明不是我们开的。"
        return await show(request, "verify.html", status=404, found=None, typed=typed, problem=problem)
    return await show(request, "verify.html", found=found, typed="")


@web.middleware
async def _open_to_all(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Whoever holds the paper may check it."""
    return await handler(request)
