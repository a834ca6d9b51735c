"""My account: a new password and one-time codes, by whoever is signed in, in whichever area."""

from __future__ import annotations

import asyncio
from typing import NoReturn

import segno
from aiohttp import web
from aiohttp_session import get_session
from pydantic import BaseModel, Field

from bot.web.desk import AREA, HOUSE, STAFF, go, show
from bot.web.forms import Filled, blank, read_form
from bot.web.guards import LOGIN
from records import staff
from records.errors import Refused
from records.staff import SHORTEST_PASSWORD

_WRONG = "现在的密码不对，请再输一次。"


class PasswordForm(BaseModel):
    """The old password and the new one, typed twice."""

    password: str = Field(title="现在的密码", max_length=200)
    wanted: str = Field(title="新密码", min_length=SHORTEST_PASSWORD, max_length=200)
    again: str = Field(title="再输一遍", max_length=200)


class CodeForm(BaseModel):
    """Shows that the phone holds the secret that the page showed."""

    password: str = Field(title="现在的密码", max_length=200)
    code: str = Field(title="6位动态码", default="", max_length=10)


def routes() -> list[web.RouteDef]:
    """The addresses of these pages, in whichever area they stand."""
    return [
        web.get("/account", page),
        web.post("/account/password", renew),
        web.post("/account/code", ask_for_code),
        web.post("/account/code/off", ask_no_more),
    ]


async def page(request: web.Request) -> web.Response:
    """Who I am here, and how I sign in."""
    return await _page(request)


async def renew(request: web.Request) -> web.Response:
    """Take the new password; every session of the account ends, this one too."""
    filled, house = await read_form(request, PasswordForm), request.app[HOUSE]
    if (told := filled.told) is None:
        return await _page(request, password=filled)
    if told.wanted != told.again:
        return await _page(request, password=filled.refused(Refused("两次输的新密码不一样。"), "again"))
    try:
        await _hold_password(request, told.password)
        async with house.database.unit() as session:
            mine = await session.get_one(staff.Staff, request[STAFF].id)
            await staff.set_password(session, mine, told.wanted, house.clock(), mine.actor)
    except Refused as refusal:
        return await _page(request, password=filled.refused(refusal, "password"))
    await _sign_in_again(request, "密码改了，请用新密码登录。")


async def ask_for_code(request: web.Request) -> web.Response:
    """Ask for one-time codes from now on, once the phone has shown that it can make them."""
    filled, house = await read_form(request, CodeForm), request.app[HOUSE]
    if (told := filled.told) is None:
        return await _page(request, code=filled)
    secret = await _secret(request)
    if not staff.is_code_of(secret, told.code, house.clock()):
        return await _page(request, code=filled.refused(Refused("动态码不对，看看手机时间准不准，再输一次。"), "code"))
    try:
        await _hold_password(request, told.password)
    except Refused as refusal:
        return await _page(request, code=filled.refused(refusal, "password"))
    await _set_code(request, secret)
    await _sign_in_again(request, "动态码开通了，请带上动态码重新登录。")


async def ask_no_more(request: web.Request) -> web.Response:
    """Sign in without codes again."""
    filled = await read_form(request, CodeForm)
    if filled.told is None:
        return await _page(request, code=filled)
    try:
        await _hold_password(request, filled.told.password)
    except Refused as refusal:
        return await _page(request, code=filled.refused(refusal, "password"))
    await _set_code(request, None)
    await _sign_in_again(request, "动态码关了，请重新登录。")


async def _page(
    request: web.Request, password: Filled[PasswordForm] | None = None, code: Filled[CodeForm] | None = None
) -> web.Response:
    secret = await _secret(request)
    return await show(
        request,
        "own_account.html",
        password=password or blank(PasswordForm),
        code=code or blank(CodeForm),
        secret=" ".join(secret[start : start + 4] for start in range(0, len(secret), 4)),
        picture=segno.make(staff.totp_address(request[STAFF], secret)).svg_data_uri(scale=4, border=2),
        here=request.app[AREA].prefix,
        shortest=SHORTEST_PASSWORD,
    )


async def _secret(request: web.Request) -> str:
    """The secret on offer: it waits in the session, which the browser cannot read, until a code shows that it is kept."""
    session = await get_session(request)
    if "totp" not in session:
        session["totp"] = staff.new_secret()
    return str(session["totp"])


async def _set_code(request: web.Request, secret: str | None) -> None:
    house = request.app[HOUSE]
    async with house.database.unit() as session:
        mine = await session.get_one(staff.Staff, request[STAFF].id)
        await staff.set_totp(session, mine, secret, house.clock(), mine.actor)
    (await get_session(request)).pop("totp", None)


async def _hold_password(request: web.Request, password: str) -> None:
    if not await asyncio.to_thread(staff.is_password, request[STAFF], password):
        raise Refused(_WRONG)


async def _sign_in_again(request: web.Request, said: str) -> NoReturn:
    await go(request, LOGIN, said=said)
