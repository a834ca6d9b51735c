"""A small bot, a simulator in front of it, and a desk from which a test works its phones."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from aiohttp.test_utils import TestClient, TestServer

from bot.simulator.account import Mode, Patience, Person, Place
from bot.simulator.app import build
from tests.bot.simulator.small_bot import AES_KEY, APP_ID, APP_SECRET, TOKEN, SmallBot

MORNING = datetime(2026, 11, 23, 0, 30, tzinfo=UTC)
PLACES = [Place("在教室", 36.2661, 111.9205, "古县鑫达职校"), Place("在家", 36.3011, 111.9502, "古县岳阳镇")]
PEOPLE = [Person("oLiXiuying", "李秀英", "农村劳动力"), Person("oWangJianjun", "王建军", "下岗失业")]


class Clock:
    """A clock that stands until it is moved."""

    def __init__(self) -> None:
        self.now = MORNING

    def __call__(self) -> datetime:
        return self.now

    def forward(self, **span: float) -> None:
        self.now += timedelta(**span)


class Desk:
    """What a test does with the phones and, as the bot, with the API."""

    def __init__(self, bot: SmallBot, client: TestClient[Any, Any], clock: Clock) -> None:
        self.bot = bot
        self.client = client
        self.clock = clock
        self.token = ""

    async def phone(self, openid: str = "oZhangSan", followed: bool = True) -> str:
        response = await self.client.post("/simulator/phones", json={"openid": openid, "followed": followed})
        assert response.status == 200
        return openid

    async def do(self, openid: str, kind: str, **fields: Any) -> dict[str, Any]:
        response = await self.client.post("/simulator/send", json={"openid": openid, "kind": kind, **fields})
        data: dict[str, Any] = await response.json()
        assert response.status == 200, data
        return data

    async def chat(self, openid: str) -> list[tuple[str, str]]:
        """Every line of a chat: whose it is and what it says."""
        data = await (await self.client.get(f"/simulator/phones/{openid}")).json()
        return [(entry["side"], entry["text"]) for entry in data["entries"]]

    async def entries(self, openid: str, side: str = "theirs") -> list[dict[str, Any]]:
        data = await (await self.client.get(f"/simulator/phones/{openid}", params={"side": side})).json()
        entries: list[dict[str, Any]] = data["entries"]
        return entries

    async def log_in(self) -> str:
        asked = {"grant_type": "client_credential", "appid": APP_ID, "secret": APP_SECRET}
        self.token = (await (await self.client.post("/cgi-bin/stable_token", json=asked)).json())["access_token"]
        return self.token

    async def call(self, api: str, body: dict[str, Any] | None = None, **query: str) -> dict[str, Any]:
        """Call the API as the bot does: GET without a body, POST with one, unescaped UTF-8."""
        params = {"access_token": self.token or await self.log_in(), **query}
        if body is None:
            response = await self.client.get(f"/cgi-bin/{api}", params=params)
        else:
            data = json.dumps(body, ensure_ascii=False).encode()
            response = await self.client.post(f"/cgi-bin/{api}", params=params, data=data)
        assert response.status == 200
        answer: dict[str, Any] = await response.json()
        return answer

    async def code(self, api: str, body: dict[str, Any] | None = None, **query: str) -> int:
        return int((await self.call(api, body, **query)).get("errcode", 0))


Seat = Callable[..., Awaitable[Desk]]


@pytest.fixture
async def seat() -> AsyncIterator[Seat]:
    """Sets up a desk in the given mode; `patience` is short so that giving up does not take long."""
    async with AsyncExitStack() as stack:

        async def sit(
            mode: Mode = Mode.SAFE, patience: Patience = Patience(0.3), port: int | None = None, **options: Any
        ) -> Desk:
            aes_key = "" if mode is Mode.PLAIN else AES_KEY
            bot, clock = SmallBot(aes_key), Clock()
            server = await stack.enter_async_context(TestServer(bot.app()))
            app = build(
                str(server.make_url("/wechat")),
                TOKEN,
                APP_ID,
                APP_SECRET,
                aes_key,
                **{"mode": mode, "patience": patience, "places": PLACES, "people": PEOPLE, "clock": clock, **options},
            )
            client = await stack.enter_async_context(TestClient(TestServer(app, port=port)))
            return Desk(bot, client, clock)

        yield sit


@pytest.fixture
async def desk(seat: Seat) -> Desk:
    """A desk in the safe mode."""
    return await seat()


def to(openid: str, text: str = "好") -> dict[str, Any]:
    """The body of a text message to one person."""
    return {"touser": openid, "msgtype": "text", "text": {"content": text}}
