"""The door of /my: a worker is known by a signed link or by WeChat itself, and his browser keeps that for a month."""

from __future__ import annotations

import hmac
import secrets
from datetime import timedelta
from typing import NoReturn

from aiohttp import web
from aiohttp.typedefs import Handler
from aiohttp_session import Session, get_session, new_session

from bot.my import reader, waiting_scan
from bot.my.reader import PHONE, READER, NotBound
from bot.web.desk import HOUSE, show
from bot.wechat.api import Api
from bot.wechat.web_login import NotRecognised, authorize_url, openid_of
from handlers import links
from handlers.context import House
from records import once
from records.errors import Refused

COOKIE, STAYS = "skillpass_my", timedelta(days=30)
PHONE_COOKIE, PHONE_STAYS = "skillpass_phone", timedelta(days=730)
PREFIX = "/my"
WECHAT: web.AppKey[Api] = web.AppKey("wechat", Api)

_OPEN = (f"{PREFIX}/go/", f"{PREFIX}/wechat")  # the ways in


@web.middleware
async def known(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Only who is known comes in; his browser is marked, so that one phone for two trainees can be noticed."""
    request[PHONE] = request.cookies.get(PHONE_COOKIE, "")[:64] or secrets.token_urlsafe(16)
    try:
        response = await _let_in(request, handler)
    except web.HTTPException as answer:
        _mark(request, answer)
        raise
    _mark(request, response)
    return response


async def open_link(request: web.Request) -> web.StreamResponse:
    """A link from the chat: it makes one browser known, and leads that one on as often as it is opened."""
    house, to, token = request.app[HOUSE], request.query.get("to", ""), request.match_info["token"]
    link = links.read(house.database.vault, token, to, house.clock())
    if (await get_session(request)).get("openid") == link.openid:
        raise web.HTTPSeeOther(to)
    # Forwarded to somebody else, the link of who opened it first is worth nothing.
    if not (link.in_time and await _is_first(house, token)):
        return await show(request, "door.html", status=403, is_over=True, to=to if _can_ask_wechat(request) else "")
    await _remember(request, link.openid)
    raise web.HTTPSeeOther(to)


async def recognised(request: web.Request) -> NoReturn:
    """The reader comes back from WeChat, which tells who he is."""
    asked = (await get_session(request)).pop("asked", {})
    state = request.query.get("state", "")
    if not hmac.compare_digest(str(asked.get("state", "")).encode(), state.encode()) or not state:
        raise Refused("打开页面的步骤断了。请回到公众号再点开一次。")
    await _remember(request, await openid_of(request.config_dict[WECHAT], request.query.get("code", "")))
    raise web.HTTPSeeOther(asked["to"])


async def _is_first(house: House, token: str) -> bool:
    async with house.database.unit() as records:
        return await once.take(records, f"link {token}", house.clock() + links.HOLDS)


async def _let_in(request: web.Request, handler: Handler) -> web.StreamResponse:
    if request.path.startswith(_OPEN):
        return await handler(request)
    session, house = await get_session(request), request.app[HOUSE]
    if not (openid := session.get("openid")):
        return await _ask_who(request, session)
    async with house.database.unit() as records:
        request[READER] = await reader.find(records, openid)
    try:
        return await handler(request)
    except NotBound:
        return await show(request, "unbound.html", status=403, reader=request[READER])


async def _ask_who(request: web.Request, session: Session) -> web.StreamResponse:
    """Let WeChat tell who reads, where it can; what was scanned meanwhile keeps its time."""
    house = request.app[HOUSE]
    if token := request.match_info.get("scan"):
        waiting_scan.keep(session, token, house.clock())
    if request.method == "GET" and _can_ask_wechat(request):
        state = secrets.token_hex(16)
        try:
            address = authorize_url(house.settings, f"{house.settings.public_url}{PREFIX}/wechat", state)
        except NotRecognised:
            return await show(request, "door.html", status=403, is_over=False, to="")
        session["asked"] = {"state": state, "to": request.path_qs}
        raise web.HTTPFound(address)
    return await show(request, "door.html", status=403, is_over=False, to="")


async def _remember(request: web.Request, openid: str) -> None:
    """Open a session of this account; nothing of another account's passes into it but a scan that waits for its reader."""
    before = await get_session(request)
    if before.get("openid") == openid:
        return
    scan = before.get(waiting_scan.NAME)
    session = await new_session(request)
    session["openid"] = openid
    if scan:
        session[waiting_scan.NAME] = scan


def _can_ask_wechat(request: web.Request) -> bool:
    """Is this WeChat's own browser, or the demo, whose WeChat answers any browser?"""
    told = request.app[HOUSE].settings
    return "MicroMessenger" in request.headers.get("User-Agent", "") or told.wechat_open_url == told.public_url


def _mark(request: web.Request, response: web.StreamResponse) -> None:
    if request.cookies.get(PHONE_COOKIE) == request[PHONE]:
        return
    response.set_cookie(
        PHONE_COOKIE,
        request[PHONE],
        path=PREFIX,
        max_age=int(PHONE_STAYS.total_seconds()),
        httponly=True,
        samesite="Lax",
        secure=request.app[HOUSE].settings.public_url.startswith("https://"),
    )
