"""The web application of one process: the WeChat callback, its health, and whatever else the service shows."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from aiohttp import web
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from bot.wechat.gateway import Gateway
from bot.wechat.outbound import Outbound
from handlers.context import House
from handlers.message import Message, Reply

HOUSE = web.AppKey("house", House)
OUTBOUND = web.AppKey("outbound", Outbound)

_READY_WITHIN = 2.0  # seconds


def build(house: House, outbound: Outbound) -> web.Application:
    """The application; Misconfigured if the WeChat account's settings cannot work."""
    app = web.Application()
    app[HOUSE] = house
    app[OUTBOUND] = outbound
    app.router.add_get("/healthz", _healthz)
    app.router.add_get("/readyz", _readyz)
    app.router.add_get("/metrics", _metrics)
    Gateway(house, outbound, _handler(house)).setup(app)
    app.on_cleanup.append(_close)
    return app


def _handler(house: House) -> Callable[[Message], Awaitable[Reply]]:
    from handlers import dispatch  # with every skill; only the whole service needs them

    async def handle(message: Message) -> Reply:
        return await dispatch.handle(message, house)

    return handle


async def _healthz(request: web.Request) -> web.Response:
    return web.Response(text="ok")


async def _readyz(request: web.Request) -> web.Response:
    """Ready when the database answers."""
    try:
        async with asyncio.timeout(_READY_WITHIN):
            ready = await request.app[HOUSE].database.is_ready()
    except TimeoutError:
        ready = False
    return web.Response(text="ready") if ready else web.Response(status=503, text="the database does not answer")


async def _metrics(request: web.Request) -> web.Response:
    return web.Response(body=generate_latest(), headers={"Content-Type": CONTENT_TYPE_LATEST})


async def _close(app: web.Application) -> None:
    await app[OUTBOUND].close()
    await app[HOUSE].database.close()
