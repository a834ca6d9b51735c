"""A bot in a few lines on wechatpy alone, so that two independent hands check each other."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import web
from wechatpy import parse_message
from wechatpy.crypto import WeChatCrypto
from wechatpy.exceptions import InvalidSignatureException
from wechatpy.replies import create_reply
from wechatpy.utils import check_signature

TOKEN, APP_ID, APP_SECRET = "simulated-token", "wx5a1e7c0f9b320001", "simulated-secret"
AES_KEY = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"

Temper = Callable[["SmallBot", web.Request, Any], Awaitable[web.Response | None]]


class SmallBot:
    """Echoes what it hears; tempers, used up one a delivery, let it misbehave first."""

    def __init__(self, aes_key: str = "") -> None:
        self.heard: list[Any] = []
        self.queries: list[dict[str, str]] = []
        self.tempers: list[Temper] = []
        self._hears = asyncio.Condition()
        self.crypto = WeChatCrypto(TOKEN, aes_key, APP_ID) if aes_key else None

    def app(self) -> web.Application:
        app = web.Application()
        app.router.add_get("/wechat", self.prove)
        app.router.add_post("/wechat", self.hear)
        return app

    async def prove(self, request: web.Request) -> web.Response:
        check_signature(TOKEN, *(request.query[name] for name in ("signature", "timestamp", "nonce")))
        return web.Response(text=request.query["echostr"])

    async def hear(self, request: web.Request) -> web.Response:
        query = request.query
        try:
            check_signature(TOKEN, query["signature"], query["timestamp"], query["nonce"])
        except InvalidSignatureException:
            return web.Response(status=403)
        body = await request.text()
        if self.crypto:
            body = self.crypto.decrypt_message(body, query["msg_signature"], query["timestamp"], query["nonce"])
        message = parse_message(body)
        async with self._hears:
            self.heard.append(message)
            self.queries.append(dict(query))
            self._hears.notify_all()
        if self.tempers:
            spoiled = await self.tempers.pop(0)(self, request, message)
            if spoiled is not None:
                return spoiled
        return web.Response(text=self.sealed(self.echo(message), query["nonce"]))

    async def hears(self, count: int) -> list[Any]:
        """Wait until it has heard so many; results of a sending travel on their own."""
        async with asyncio.timeout(10), self._hears:
            await self._hears.wait_for(lambda: len(self.heard) >= count)
        return self.heard

    def echo(self, message: Any) -> str:
        said = message.content if message.type == "text" else getattr(message, "event", message.type)
        rendered: str = create_reply(f"收到：{said}", message).render()
        return rendered

    def sealed(self, xml: str, nonce: str) -> str:
        return str(self.crypto.encrypt_message(xml, nonce)) if self.crypto else xml


def sleeps(seconds: float) -> Temper:
    async def temper(bot: SmallBot, request: web.Request, message: Any) -> None:
        await asyncio.sleep(seconds)

    return temper


def answers(body: str, status: int = 200) -> Temper:
    """Whatever came, this goes back as it stands."""

    async def temper(bot: SmallBot, request: web.Request, message: Any) -> web.Response:
        return web.Response(text=body, status=status)

    return temper


def replies(xml: Callable[[Any], str]) -> Temper:
    """A reply made by hand from the message, encrypted as the bot's others are."""

    async def temper(bot: SmallBot, request: web.Request, message: Any) -> web.Response:
        return web.Response(text=bot.sealed(xml(message), request.query["nonce"]))

    return temper


async def hangs_up(bot: SmallBot, request: web.Request, message: Any) -> None:
    assert request.transport
    request.transport.abort()
