"""A worker's whole way through WeChat's protocol in safe mode: two processes' worth of HTTP, nothing mocked."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import pytest
from aiohttp.test_utils import TestClient, TestServer, unused_port
from pydantic import SecretStr

from bot import app as service
from bot.simulator import app as simulator
from bot.simulator.account import Person
from bot.wechat.outbound import Outbound
from handlers.context import House
from records import codes, training
from tests.conftest import Clock
from tests.seeds import a_class_in_session, a_policy_that_goes_on, a_worker_of_the_registry

TOKEN, APP_ID, SECRET, KEY = "demo-token", "wx0123456789abcdef", "app secret", "k" * 43
WORKER = "oWorkerOne0000000000000000001"


class Phone:
    """One phone on the simulator."""

    def __init__(self, client: TestClient[Any, Any]) -> None:
        self._client = client

    async def does(self, **gesture: Any) -> str:
        """Act, and return what the account said in answer."""
        response = await self._client.post("/simulator/send", json={"openid": WORKER, **gesture})
        answered = await response.json()
        assert response.status == 200, answered
        return "\n".join(entry["text"] for entry in answered["answers"])

    async def says(self, text: str) -> str:
        return await self.does(kind="text", text=text)


@pytest.fixture
async def phone(house: House, clock: Clock) -> AsyncIterator[Phone]:
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
    bot = TestServer(service.build(house, Outbound(house)), port=bot_port)
    wechat = simulator.build(
        f"http://127.0.0.1:{bot_port}/wechat", TOKEN, APP_ID, SECRET, KEY, people=[Person(WORKER, "小李")], clock=clock
    )
    async with bot, TestClient(TestServer(wechat, port=wechat_port)) as client:
        yield Phone(client)


async def test_a_worker_asks_gets_a_voucher_and_checks_in(phone: Phone, house: House, clock: Clock) -> None:
    async with house.database.unit() as session:
        worker = await a_worker_of_the_registry(session, clock())
        await a_policy_that_goes_on(session, clock())
        seat = await a_class_in_session(session, worker, clock())
    assert "5000元" in await phone.says("古县焊工培训一个人给补多少")

    assert "姓名" in await phone.says("我想领培训券")
    assert "18位" in await phone.says(f"李秀英 {worker.id_number[:-1]}")
    bound = await phone.says(f"李秀英 {worker.id_number}")
    assert worker.id_number not in bound
    assert "券号" in await phone.says("焊工")

    assert "6位码" in await phone.says("签到")
    assert "码不对" in await phone.says("000000")
    assert "位置" in await phone.says(codes.code(house.database.vault, seat.session.id, clock()))
    room = {"latitude": seat.training_class.latitude, "longitude": seat.training_class.longitude}
    assert "没签上" in await phone.does(kind="location", latitude=room["latitude"] + 0.02, longitude=room["longitude"])
    assert "签到成功" in await phone.does(kind="location", **room)
    assert "已经签过" in await phone.says("签到")
    async with house.database.unit() as session:
        standing = await training.standing(session, seat.enrolment, clock(), clock().date())
    assert standing.attended == 1


async def test_what_is_no_worker_of_ours_is_told_kindly(phone: Phone) -> None:
    assert "实名" in await phone.says("签到")
    assert "打字" in await phone.does(kind="voice", text=None)
    assert await phone.does(kind="image", url="http://127.0.0.1/x.jpg")
    assert await phone.does(kind="unsubscribe") == ""
