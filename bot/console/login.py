"""Signing in and out: password, one-time code where set, attempts counted."""

from __future__ import annotations

from typing import NoReturn

from aiohttp import web
from aiohttp_session import get_session

from bot.sign_in import sign_in
from bot.web.desk import HOUSE, open_session, show, text_of
from bot.web.guards import LOGIN
from records.errors import Refused
from records.staff import Role, Staff

_AREAS = ("/staff/", "/teach/")


def routes() -> list[web.RouteDef]:
    """The addresses of signing in and out."""
    return [web.get("/login", form), web.post("/login", enter), web.post("/logout", leave)]


async def form(request: web.Request) -> web.Response:
    """The page to sign in on."""
    return await show(request, "login.html", login="", next=_safe(request.query.get("next", "")))


async def enter(request: web.Request) -> web.Response:
    """Sign in; a failure says nothing of what was wrong."""
    sent = await request.post()
    login, password, code = (text_of(sent, name)[:200] for name in ("login", "password", "code"))
    to = _safe(text_of(sent, "next"))
    house = request.app[HOUSE]
    try:
        account = await sign_in(house.database, login, password, code, request.remote or "", house.clock())
    except Refused as refusal:
        return await show(request, "login.html", status=403, login=login, next=to, problem=refusal.reason)
    await open_session(request, account)
    raise web.HTTPSeeOther(to or _home(account))


async def leave(request: web.Request) -> NoReturn:
    """Sign out."""
    (await get_session(request)).invalidate()
    raise web.HTTPSeeOther(LOGIN)


def _safe(to: str) -> str:
    """A page for staff to go on to; nothing else, wherever the address came from."""
    is_ours = to.startswith(_AREAS) and to.isprintable() and "\\" not in to
    return to if is_ours and not to.startswith("/staff/log") else ""


def _home(account: Staff) -> str:
    """Where an account begins: who only trains, with his classes."""
    return "/teach/" if set(account.roles) == {Role.TRAINER} else "/staff/"
