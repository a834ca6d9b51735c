"""The web application of one process: the WeChat callback, its health, and whatever else the service shows."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable

import structlog
from aiohttp import web
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from bot.wechat.gateway import Gateway
from bot.wechat.outbound import Outbound
from handlers.context import House
from handlers.message import Kind, Message, Reply
from records.errors import RecordsUnavailable

HOUSE = web.AppKey("house", House)
OUTBOUND = web.AppKey("outbound", Outbound)

_log = structlog.get_logger()
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
    app.cleanup_ctx.append(_renewing)
    app.on_cleanup.append(_close)
    return app


def _handler(house: House) -> Callable[[Message], Awaitable[Reply]]:
    from bot.jobs import scheduler
    from handlers import dispatch  # with every skill; only the whole service needs them

    async def handle(message: Message) -> Reply:
        reply = await dispatch.handle(message, house)
        if message.kind is Kind.IMAGE:
            scheduler.wake()  # to fetch it
        return reply

    return handle


async def _renewing(app: web.Application) -> AsyncIterator[None]:
    """Look every few seconds whether the knowledge was added to or corrected."""
    looking = asyncio.create_task(_look(app[HOUSE]))
    yield
    looking.cancel()


async def _look(house: House) -> None:
    from handlers.renewal import EVERY, renew

    while True:
        try:
            if await renew(house):
                _log.info("knowledge renewed", edition=house.edition)
        except RecordsUnavailable:
            _log.warning("the records cannot be reached; the knowledge stays as it is", edition=house.edition)
        await asyncio.sleep(EVERY)


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
