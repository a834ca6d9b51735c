from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from aiohttp.test_utils import TestClient, TestServer

from bot import app as service
from bot.wechat.errors import Misconfigured
from bot.wechat.outbound import Outbound
from tests.bot.wechat.stage import Moody, WeChatApi, house_over, settings_for
from tests.conftest import Clock

Client = TestClient[Any, Any]


@pytest.fixture(autouse=True)
def without_skills(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(service, "_handler", lambda house: None)


@pytest.fixture
async def client(lone_database: Moody, api: WeChatApi, clock: Clock, tmp_path: Path) -> AsyncIterator[Client]:
    house = house_over(settings_for(tmp_path, wechat_api_url=api.url), lone_database, clock)
    async with TestClient(TestServer(service.build(house, Outbound(house)))) as client:
        yield client


async def read(client: Client, path: str) -> tuple[int, str]:
    async with client.get(path) as response:
        return response.status, await response.text()


async def test_it_lives_and_is_ready_while_the_database_answers(client: Client, lone_database: Moody) -> None:
    assert await read(client, "/healthz") == (200, "ok")
    assert await read(client, "/readyz") == (200, "ready")
    lone_database.gone = True
    assert (await read(client, "/healthz"))[0] == 200
    assert (await read(client, "/readyz"))[0] == 503


async def test_the_metrics_are_there_and_the_callback_is_closed_to_strangers(client: Client) -> None:
    assert (await read(client, "/wechat"))[0] == 403
    _, metrics = await read(client, "/metrics")
    assert 'skillpass_requests_refused_total{reason="not genuine"}' in metrics
    assert "skillpass_reply_seconds_bucket" in metrics


def test_it_is_not_built_without_a_token(lone_database: Moody, clock: Clock, tmp_path: Path) -> None:
    house = house_over(settings_for(tmp_path, wechat_token=""), lone_database, clock)
    with pytest.raises(Misconfigured):
        service.build(house, Outbound(house))
