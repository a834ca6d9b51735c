"""Accounts: who may sign in, as what, for which place or institution. Only administrators come here."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import NoReturn

from aiohttp import web
from pydantic import BaseModel, Field
from sqlalchemy.ext.asyncio import AsyncSession

from bot.web.deeds import deeds
from bot.web.desk import HOUSE, STAFF, go, key_of, show, text_of
from bot.web.forms import Filled, blank, read_form
from bot.web.guards import need
from records import audit, institutes, staff
from records.audience import place
from records.errors import Refused
from records.staff import ROLE_NAMES, SHORTEST_PASSWORD, Role, Staff

_ACCOUNTS = "/staff/accounts"
_ADMIN = "管理账号"
_DEEDS = {
    "staff:account:add": "开通",
    "staff:account:change": "改权限",
    "staff:account:close": "停用",
    "staff:account:reopen": "恢复",
    "staff:password:set": "改密码",
    "staff:totp:set": "改动态码",
    "staff:session:open": "登录",
    "staff:session:refuse": "登录没成功",
    "staff:wechat:bind": "绑定微信",
    "staff:wechat:unbind": "解绑微信",
}
_SHOWN = 20  # lines of an account's trail
Does = Callable[[AsyncSession, Staff, datetime, str], Awaitable[None]]


class AccountForm(BaseModel):
    """An account as an administrator types it."""

    name: str = Field(title="姓名", max_length=40)
    roles: set[Role] = Field(title="角色")
    region: str = Field(title="辖区", max_length=30)
    institution: int | None = Field(title="培训机构", default=None)


class NewAccountForm(AccountForm):
    """A new one."""

    login: str = Field(title="登录名", max_length=40, pattern=r"^[A-Za-z0-9._-]+$", description="字母、数字，如 zhaoxm")
    password: str = Field(title="初始密码", min_length=SHORTEST_PASSWORD, max_length=200)


def routes() -> list[web.RouteDef]:
    """The addresses of accounts in the console."""
    one = r"/accounts/{id:\d{1,9}}"
    return [
        web.get("/accounts", listed),
        web.get("/accounts/new", new),
        web.post("/accounts/new", add),
        web.get(one, page),
        web.post(one, change),
        web.post(f"{one}/password", renew),
        web.post(one + r"/{verb:close|reopen}", act),
    ]


async def listed(request: web.Request) -> web.Response:
    """Every account of the administrator's place, closed ones last."""
    admin = need(request, Role.ADMIN, to=_ADMIN)
    async with request.app[HOUSE].database.unit() as session:
        found = [each for each in await staff.everyone(session) if _is_under(each, admin)]
        schools = await _schools(session, admin)
    return await show(
        request, "accounts.html", accounts=sorted(found, key=lambda each: not each.active), schools=schools
    )


async def new(request: web.Request) -> web.Response:
    """An empty form."""
    admin = need(request, Role.ADMIN, to=_ADMIN)
    return await _new(request, blank(NewAccountForm, region=request.app[HOUSE].shelf.regions.name(admin.region)))


async def add(request: web.Request) -> web.Response:
    """Open an account."""
    admin, house = need(request, Role.ADMIN, to=_ADMIN), request.app[HOUSE]
    filled = await read_form(request, NewAccountForm)
    if (told := filled.told) is None:
        return await _new(request, filled)
    try:
        async with house.database.unit() as session:
            rights = await _rights(session, request, told, admin)
            made = await staff.add(
                session, told.name, told.login, told.password, told.roles, rights[0], house.clock(), admin.actor,
                rights[1],
            )  # fmt: skip
    except Refused as refusal:
        return await _new(request, filled.refused(refusal))
    await go(
        request, f"{_ACCOUNTS}/{made.id}", said="账号开通了。请当面把初始密码告诉本人，让他登录后在“我的账号”里改掉。"
    )


async def page(request: web.Request) -> web.Response:
    """One account."""
    admin, regions = need(request, Role.ADMIN, to=_ADMIN), request.app[HOUSE].shelf.regions
    async with request.app[HOUSE].database.unit() as session:
        it = await _one(session, request, admin)
    known = {"name": it.name, "roles": it.roles, "region": regions.name(it.region), "institution": it.institution_id}
    return await _page(request, blank(AccountForm, **known))


async def change(request: web.Request) -> web.Response:
    """Give it other rights; whoever is signed in with it must sign in again."""
    admin, house = need(request, Role.ADMIN, to=_ADMIN), request.app[HOUSE]
    filled = await read_form(request, AccountForm)
    if (told := filled.told) is None:
        return await _page(request, filled)
    try:
        async with house.database.unit() as session:
            it = await _one(session, request, admin)
            region, school = await _rights(session, request, told, admin)
            await staff.change(session, it, told.name, told.roles, region, school, house.clock(), admin.actor)
    except Refused as refusal:
        return await _page(request, filled.refused(refusal))
    await go(request, f"{_ACCOUNTS}/{key_of(request)}", said="改好了，这个账号要重新登录。")


async def renew(request: web.Request) -> NoReturn:
    """Give it a new password, where the old one is lost."""
    password = text_of(await request.post(), "password")

    async def does(session: AsyncSession, account: Staff, now: datetime, by: str) -> None:
        await staff.set_password(session, account, password, now, by)

    await _do(request, does, "密码换了，请当面告诉本人。")


async def act(request: web.Request) -> NoReturn:
    """Shut it, or open it again."""
    if request.match_info["verb"] == "close":
        await _do(request, staff.close, "停用了，已登录的也退出了。")
    await _do(request, staff.reopen, "恢复了。")


async def _do(request: web.Request, does: Does, said: str) -> NoReturn:
    """Do it to the account of the address and go back to its page."""
    admin, house, back = need(request, Role.ADMIN, to=_ADMIN), request.app[HOUSE], f"{_ACCOUNTS}/{key_of(request)}"
    try:
        async with house.database.unit() as session:
            await does(session, await _one(session, request, admin), house.clock(), admin.actor)
    except Refused as refusal:
        await go(request, back, problem=refusal.reason)
    await go(request, back, said=said)


async def _new(request: web.Request, filled: Filled[NewAccountForm]) -> web.Response:
    async with request.app[HOUSE].database.unit() as session:
        schools = await _schools(session, request[STAFF])
    return await show(
        request, "account_new.html", filled=filled, schools=schools, role_names=ROLE_NAMES, shortest=SHORTEST_PASSWORD
    )


async def _page(request: web.Request, filled: Filled[AccountForm]) -> web.Response:
    async with request.app[HOUSE].database.unit() as session:
        it = await _one(session, request, request[STAFF])
        schools = await _schools(session, request[STAFF])
        trail = deeds((await audit.history(session, it.actor))[-_SHOWN:], await staff.names(session), _DEEDS)
    return await show(
        request,
        "account.html",
        filled=filled,
        it=it,
        schools=schools,
        trail=trail,
        role_names=ROLE_NAMES,
        shortest=SHORTEST_PASSWORD,
    )


async def _one(session: AsyncSession, request: web.Request, admin: Staff) -> Staff:
    it = await staff.get(session, key_of(request))
    if it is None or not _is_under(it, admin):
        raise Refused("没有这个账号，或者它不归您管。请从账号列表里点进去。")
    return it


async def _rights(
    session: AsyncSession, request: web.Request, told: AccountForm, admin: Staff
) -> tuple[str, int | None]:
    """The region's code and the institution; Refused where they are not the administrator's to give."""
    region = request.app[HOUSE].shelf.regions.find(told.region)
    if region is None or not region.startswith(place(admin.region)):
        raise Refused(f"辖区要填您管的地方，如 陵川县，您填的是“{told.region}”。")
    if Role.TRAINER in told.roles and told.institution is None:
        raise Refused("培训教师要选是哪个培训机构的，不然看不到班。")
    if told.institution is not None:
        await institutes.get_for(session, told.institution, admin)
    return region, told.institution


async def _schools(session: AsyncSession, admin: Staff) -> dict[int, str]:
    return {each.institution.id: each.institution.name for each in await institutes.listed(session, admin)}


def _is_under(account: Staff, admin: Staff) -> bool:
    return account.region.startswith(place(admin.region))
