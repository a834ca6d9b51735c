"""A town to try the whole service in: the bot on one port, WeChat's side on another, encrypted HTTP between them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from typing import Any

from aiohttp.test_utils import TestClient, TestServer, unused_port
from pydantic import SecretStr

from bot import app as service
from bot.jobs import scheduler
from bot.simulator import app as simulator
from bot.simulator.account import Person
from bot.wechat.outbound import Outbound
from handlers.context import House
from tests.conftest import Clock

TOKEN, APP_ID, SECRET, KEY = "demo-token", "wx0123456789abcdef", "app secret", "k" * 43
WORKER = "oWorkerOne0000000000000000001"


@dataclass
class Phone:
    """One phone on the simulator."""

    client: TestClient[Any, Any]

    async def does(self, **gesture: Any) -> str:
        """Act, and return what the account said in answer."""
        response = await self.client.post("/simulator/send", json={"openid": WORKER, **gesture})
        answered = await response.json()
        assert response.status == 200, answered
        return "\n".join(entry["text"] for entry in answered["answers"])

    async def says(self, text: str) -> str:
        return await self.does(kind="text", text=text)

    async def shows(self) -> str:
        """Everything that stands in the chat from the account's side."""
        response = await self.client.get(f"/simulator/phones/{WORKER}")
        return "\n".join(entry["text"] for entry in (await response.json())["entries"] if entry["side"] != "mine")


@asynccontextmanager
async def town(house: House, clock: Clock, *, jobs: bool = False) -> AsyncIterator[Phone]:
    """The service and the simulator, running; with `jobs`, notices are sent too."""
    bot_port, wechat_port = unused_port(), unused_port()
    settings = house.settings.model_copy(
        update={
            "wechat_token": SecretStr(TOKEN),
            "wechat_app_id": APP_ID,
            "wechat_app_secret": SecretStr(SECRET),
            "wechat_aes_key": SecretStr(KEY),
            "wechat_api_url": f"http://127.0.0.1:{wechat_port}",
        }
    )
    house = replace(house, settings=settings)
    outbound = Outbound(house)
    wechat = simulator.build(
        f"http://127.0.0.1:{bot_port}/wechat", TOKEN, APP_ID, SECRET, KEY, people=[Person(WORKER, "小李")], clock=clock
    )
    bot = TestServer(service.build(house, outbound), port=bot_port)
    async with bot, TestClient(TestServer(wechat, port=wechat_port)) as client:
        if jobs:
            await scheduler.start(house, outbound)
        yield Phone(client)
        if jobs:
            await scheduler.stop()
