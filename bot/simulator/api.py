"""The API that the bot calls: /cgi-bin/… and /sns/…, its tokens, its counting, its faults and its error codes."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from bot.simulator import mass, notices, services, web_login
from bot.simulator.errors import ApiError
from bot.simulator.faults import Fault
from bot.simulator.world import Call, World

_ESCAPED = re.compile(rb"(?<!\\)((?:\\\\)*)\\u([0-9a-fA-F]{4})")


@dataclass(frozen=True)
class Asked:
    """One call as its function sees it."""

    request: web.Request
    json: dict[str, Any] = field(default_factory=dict)


Function = Callable[[World, Asked], Awaitable[dict[str, Any] | web.Response]]


@dataclass(frozen=True)
class Api:
    """One address of the API."""

    function: Function
    method: str = "POST"
    needs_token: bool = True
    reads_json: bool = True


APIS: dict[str, Api] = {
    "token": Api(services.token, "GET", needs_token=False),
    "stable_token": Api(services.stable_token, needs_token=False),
    "clear_quota": Api(services.clear_quota),
    "openapi/quota/get": Api(services.quota_state),
    "message/custom/send": Api(notices.send_custom),
    "message/template/send": Api(notices.send_template),
    "message/subscribe/bizsend": Api(notices.send_subscribed),
    "message/mass/send": Api(mass.send),
    "message/mass/preview": Api(mass.preview),
    "message/mass/get": Api(mass.state),
    "menu/create": Api(services.create_menu),
    "menu/get": Api(services.get_menu, "GET"),
    "menu/delete": Api(services.delete_menu, "GET"),
    "qrcode/create": Api(services.create_code),
    "user/info": Api(services.user_info, "GET"),
    "user/get": Api(services.followers, "GET"),
    "media/upload": Api(services.upload, reads_json=False),
    "media/get": Api(services.download, "GET"),
    web_login.API: Api(web_login.who_opened, "GET", needs_token=False),
}


def routes(world: World) -> list[web.RouteDef]:
    """The addresses of the API."""

    async def answer(request: web.Request) -> web.StreamResponse:
        return await _answer(world, request)

    async def picture(request: web.Request) -> web.Response:
        return services.code_picture(world, request)

    return [
        web.get("/cgi-bin/showqrcode", picture),
        web.route("*", "/cgi-bin/{api:(?!sns/).+}", answer),
        web.route("*", f"/{{api:{web_login.API}}}", answer),
    ]


async def _answer(world: World, request: web.Request) -> web.StreamResponse:
    """One call, with the fault that was ordered for it."""
    name = request.match_info["api"]
    fault = world.faults.take(name)
    if fault:
        await asyncio.sleep(fault.delay_seconds)
    if fault is None or fault.after or (fault.errcode is None and fault.http_status is None):
        response = await _carried_out(world, name, request)
        return response if fault is None else _spoiled(fault) or response
    spoiled = _spoiled(fault)
    assert spoiled
    world.calls.append(Call(world.clock(), name, fault.errcode if fault.errcode is not None else -1))
    return spoiled


def _spoiled(fault: Fault) -> web.Response | None:
    if fault.http_status is not None:
        page = f"<html><head><title>{fault.http_status}</title></head><body>nginx</body></html>"
        return web.Response(text=page, status=fault.http_status, content_type="text/html")
    return None if fault.errcode is None else web.json_response(ApiError(fault.errcode).body())


async def _carried_out(world: World, name: str, request: web.Request) -> web.StreamResponse:
    asked = Asked(request)
    try:
        api = APIS.get(name)
        if api is None:
            raise ApiError(40066)
        if request.method != api.method:
            raise ApiError(43001 if api.method == "GET" else 43002)
        if api.needs_token:
            world.tokens.check(request.query.get("access_token"))
        world.quota.count(name)
        if api.method == "POST" and api.reads_json:
            asked = Asked(request, _object(await request.read()))
        result = await api.function(world, asked)
    except ApiError as error:
        world.calls.append(Call(world.clock(), name, error.errcode, asked.json))
        return web.json_response(error.body())
    world.calls.append(Call(world.clock(), name, 0, asked.json))
    return result if isinstance(result, web.Response) else web.json_response(result)


def _object(body: bytes) -> dict[str, Any]:
    """The JSON object of a body; like WeChat, it leaves \\u4f60 as the six characters that it is."""
    if not body:
        raise ApiError(44002)
    try:
        data = json.loads(_ESCAPED.sub(rb"\1\\\\u\2", body))
    except ValueError as error:
        raise ApiError(47001) from error
    if not isinstance(data, dict):
        raise ApiError(47001)
    return data
