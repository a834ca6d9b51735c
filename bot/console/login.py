"""Signing in and out: password, one-time code where set, attempts counted."""

from __future__ import annotations

import asyncio

from aiohttp import web
from aiohttp_session import get_session

from bot.console.desk import HOUSE, open_session, show, text_of
from handlers.context import House
from records import audit, logins, staff
from records.audit import Event
from records.errors import Refused
from records.staff import Staff

_WRONG = "登录名、密码或动态码不对，请再试一次。"
_HOME = "/staff/notices"


async def form(request: web.Request) -> web.Response:
    """The page to sign in on."""
    return await show(request, "login.html", login="", next=_safe(request.query.get("next", "")))


async def enter(request: web.Request) -> web.Response:
    """Sign in; a failure says nothing of what was wrong."""
    sent = await request.post()
    login, password, code = (text_of(sent, name)[:200] for name in ("login", "password", "code"))
    to = _safe(text_of(sent, "next"))
    try:
        account = await _check(request.app[HOUSE], login, password, code, request.remote or "")
    except Refused as refusal:
        return await show(request, "login.html", status=403, login=login, next=to, problem=refusal.reason)
    await open_session(request, account)
    raise web.HTTPSeeOther(to)


async def leave(request: web.Request) -> web.Response:
    """Sign out."""
    (await get_session(request)).invalidate()
    raise web.HTTPSeeOther("/staff/login")


async def _check(house: House, login: str, password: str, code: str, address: str) -> Staff:
    """The account that may come in; Refused with the same sentence whatever was wrong."""
    now = house.clock()
    async with house.database.unit() as session:
        await house.database.alone(session, f"login {login.strip().lower()}")
        await logins.attempt(session, login, address, now)
        account = await staff.by_login(session, login)
    known = await asyncio.to_thread(staff.is_password, account, password)
    async with house.database.unit() as session:
        account = await staff.get(session, account.id) if account else None
        if known and account is not None and staff.take_code(session, account, code, now):
            await logins.succeeded(session, login, address)
            await audit.append(session, Event.STAFF_SESSION_OPEN, account.actor, account.actor, now, address=address)
            return account
        if account is not None:
            await audit.append(session, Event.STAFF_SESSION_REFUSE, "login", account.actor, now, address=address)
    raise Refused(_WRONG)


def _safe(to: str) -> str:
    """A page of the console to go on to; nothing else, wherever the address came from."""
    plain = to.startswith("/staff/") and not any(character in to for character in "\\\r\n\t")
    return to if plain and not to.startswith("/staff/log") else _HOME
