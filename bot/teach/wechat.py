"""A trainer's own WeChat: the code that binds it, and taking it off again."""

from __future__ import annotations

from typing import NoReturn

from aiohttp import web

from bot.web.desk import HOUSE, go, show
from bot.web.guards import need
from records import trainer_chats
from records.errors import Refused
from records.staff import Role


async def page(request: web.Request) -> web.Response:
    """The code to send to the account, or which WeChat is bound."""
    account, house = need(request, Role.TRAINER, to="上课"), request.app[HOUSE]
    if account.institution_id is None:
        raise Refused("您的账号还没有挂到培训机构，请找县人社局的管理员。")
    async with house.database.unit() as session:
        bearer = await trainer_chats.bearer(session, account)
        code = await trainer_chats.code(session, account, house.clock())
    return await show(request, "wechat.html", bearer=bearer, code=code.upper(), minutes=trainer_chats.HOLDS)


async def unbind(request: web.Request) -> NoReturn:
    """Take the WeChat off the account."""
    account, house = need(request, Role.TRAINER), request.app[HOUSE]
    async with house.database.unit() as session:
        was_bound = await trainer_chats.unbind(session, account, house.clock())
    await go(request, "/teach/wechat", said="解除了，那个微信不再是老师的了。" if was_bound else "没有绑定的微信。")
