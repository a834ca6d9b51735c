"""The callback that WeChat knows: GET proves the address, POST brings a message and takes its reply."""

from __future__ import annotations

import time

import structlog
from aiohttp import web

from bot.wechat import kinds, metrics, render
from bot.wechat.crypto import Crypto
from bot.wechat.desk import Desk, Handle
from bot.wechat.errors import NotGenuine, TooLarge, Unreadable
from bot.wechat.inbound import Inbound, Letter
from bot.wechat.outbound import Outbound
from handlers.context import House
from handlers.message import Kind, Message

_log = structlog.get_logger()
PATH = "/wechat"


class Gateway:
    """The way of a message: verify, decrypt, parse, handle once, render, encrypt; Misconfigured without a token."""

    def __init__(self, house: House, outbound: Outbound, handle: Handle) -> None:
        self._clock = house.clock
        self._crypto = Crypto.of(house.settings)
        self._inbound = Inbound(house.settings, self._crypto)
        self._outbound = outbound
        self._desk = Desk(house, outbound, handle)

    def setup(self, app: web.Application) -> None:
        """Add the routes, and the work that goes on beside them."""
        app.router.add_get(PATH, self.greet)
        app.router.add_post(PATH, self.receive)
        app.on_startup.append(self._start)
        app.on_cleanup.append(self._stop)

    async def greet(self, request: web.Request) -> web.Response:
        """Answer WeChat's question whether this address is ours."""
        try:
            return _plain(self._inbound.greet(request.query, self._clock()))
        except NotGenuine as error:
            return _refused(403, "not genuine", error)

    async def receive(self, request: web.Request) -> web.Response:
        """Answer a message; 403 for what WeChat has not signed, “success” for what is no message."""
        try:
            letter = await self._inbound.open(request.query, request.content.iter_any(), self._clock())
        except NotGenuine as error:
            return _refused(403, "not genuine", error)
        except TooLarge as error:
            return _refused(413, "too large", error)
        except Unreadable as error:
            return _refused(200, "unreadable", error)
        if letter.message is None:
            return _plain(render.SUCCESS)
        return await self._answered(letter.message, letter)

    async def _answered(self, message: Message, letter: Letter) -> web.Response:
        began = time.perf_counter()
        reply = await self._desk.answer(message)
        if message.kind is Kind.OTHER and message.details.get("name") not in kinds.HEARD_OF:
            _log.info("unheard-of kind", name=message.details.get("name"))
        first, *rest = render.split(reply.text) or [""]
        if rest:
            self._desk.follow_up(message, rest)
        body = render.passive(first, message, letter, self._crypto, self._clock())
        outcome = reply.intent if reply.intent.startswith("gateway.") else reply.outcome.value
        metrics.MESSAGES.labels(message.kind.value, outcome).inc()
        metrics.SECONDS.observe(time.perf_counter() - began)
        if not first:
            return _plain(body)
        return web.Response(text=body, content_type=f"application/{letter.form.value}", charset="utf-8")

    async def _start(self, app: web.Application) -> None:
        self._desk.start()

    async def _stop(self, app: web.Application) -> None:
        await self._desk.stop()


def _plain(text: str) -> web.Response:
    return web.Response(text=text, content_type="text/plain", headers={"X-Content-Type-Options": "nosniff"})


def _refused(status: int, reason: str, error: Exception) -> web.Response:
    metrics.REFUSED.labels(reason).inc()
    _log.warning("request refused", reason=reason, error=str(error))
    return _plain(render.SUCCESS) if status == 200 else web.Response(status=status, text=reason)
