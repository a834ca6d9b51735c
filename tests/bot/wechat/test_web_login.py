"""We learn who opened a page from the simulator, and say kindly why not when WeChat does not tell."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer, unused_port
from pydantic import SecretStr
from yarl import URL

from bot.simulator import app as simulator
from bot.simulator.account import Person
from bot.wechat.api import Api
from bot.wechat.outbound import Outbound
from bot.wechat.web_login import NotRecognised, authorize_url, openid_of
from config.settings import Settings
from records.errors import Refused
from tests.bot.wechat.stage import APP_ID, TOKEN, Moody, house_over, settings_for
from tests.conftest import Clock

WORKER = "oWorkerOne0000000000000000001"
PAGE = "http://127.0.0.1:8080/my/card?tab=券&next=/my"
CALL = "sns/oauth2/access_token"


@dataclass
class Reader:
    """A worker with a phone who opens a page, and our side of it."""

    wechat: TestClient[Any, Any]
    settings: Settings
    api: Api
    naps: list[float] = field(default_factory=list)

    async def opens(self) -> URL:
        """Follow the address of the page; where WeChat sends him back to."""
        address = URL(authorize_url(self.settings, PAGE, "state7"), encoded=True)
        response = await self.wechat.get(address.relative(), params={"openid": WORKER}, allow_redirects=False)
        assert response.status == 302, await response.text()
        return URL(response.headers["Location"])

    async def code(self) -> str:
        return (await self.opens()).query["code"]

    async def fails(self, **fault: Any) -> None:
        await self.wechat.post("/simulator/faults", json={"api": CALL, **fault})

    async def calls(self) -> int:
        return len(await (await self.wechat.get("/simulator/calls")).json())


@pytest.fixture
async def reader(lone_database: Moody, clock: Clock, tmp_path: Path) -> AsyncIterator[Reader]:
    port = unused_port()
    address = f"http://127.0.0.1:{port}"
    settings = settings_for(tmp_path, wechat_api_url=address, wechat_open_url=f"{address}/")
    people = [Person(WORKER, "李秀英")]
    wechat = simulator.build("http://127.0.0.1:8080/wechat", TOKEN, APP_ID, "secret", people=people, clock=clock)
    naps: list[float] = []

    async def nap(seconds: float) -> None:
        naps.append(seconds)

    outbound = Outbound(house_over(settings, lone_database, clock), nap)
    async with TestClient(TestServer(wechat, port=port)) as client:
        yield Reader(client, settings, outbound.api, naps)
        await outbound.close()


async def refused(reader: Reader, code: str) -> str:
    with pytest.raises(NotRecognised) as told:
        await openid_of(reader.api, code)
    return told.value.reason


async def test_the_reader_comes_back_to_the_page_and_is_known(reader: Reader) -> None:
    back = await reader.opens()
    assert back.query["state"] == "state7"
    assert (back.path, back.query["tab"], back.query["next"]) == ("/my/card", "券", "/my")

    assert await openid_of(reader.api, back.query["code"]) == WORKER
    assert await reader.calls() == 1  # no access token was fetched for it


def test_the_address_is_the_one_that_wechat_wants(tmp_path: Path) -> None:
    given = authorize_url(settings_for(tmp_path), "https://hr.example/my?a=1&b=2#c", "s1")
    assert given == (
        f"https://open.weixin.qq.com/connect/oauth2/authorize?appid={APP_ID}"
        "&redirect_uri=https%3A%2F%2Fhr.example%2Fmy%3Fa%3D1%26b%3D2%23c"
        "&response_type=code&scope=snsapi_base&state=s1#wechat_redirect"
    )


@pytest.mark.parametrize("state", ["", "a-b", "s" * 129, "状态", "a\n"])
def test_a_state_that_wechat_would_not_carry(tmp_path: Path, state: str) -> None:
    with pytest.raises(ValueError, match="1 to 128 letters and digits"):
        authorize_url(settings_for(tmp_path), PAGE, state)


@pytest.mark.parametrize("missing", ["wechat_app_id", "wechat_app_secret"])
def test_an_account_that_cannot_ask_sends_the_reader_back_to_the_chat(tmp_path: Path, missing: str) -> None:
    with pytest.raises(Refused, match="回到公众号"):
        authorize_url(settings_for(tmp_path, **{missing: ""}), PAGE, "s1")


@pytest.mark.parametrize("code", ["", "guess"])
async def test_a_code_that_is_none(reader: Reader, code: str) -> None:
    assert "再点开一次" in await refused(reader, code)


async def test_a_code_that_was_used_or_is_old(reader: Reader, clock: Clock) -> None:
    used, old = await reader.code(), await reader.code()
    await openid_of(reader.api, used)
    assert "再点开一次" in await refused(reader, used)
    clock.move(minutes=5)
    assert "再点开一次" in await refused(reader, old)


async def test_a_snapshot_is_never_taken_for_a_person(reader: Reader) -> None:
    await reader.wechat.patch(f"/simulator/phones/{WORKER}", json={"snapshot": True})
    assert "使用完整服务" in await refused(reader, await reader.code())


async def test_a_wrong_secret_is_not_the_readers_fault(reader: Reader, lone_database: Moody, clock: Clock) -> None:
    settings = reader.settings.model_copy(update={"wechat_app_secret": SecretStr("guess")})
    code, api = await reader.code(), Api(settings, lone_database, clock)
    with pytest.raises(NotRecognised, match="12333"):
        await openid_of(api, code)
    await api.close()
    assert await openid_of(reader.api, code) == WORKER


@pytest.mark.parametrize("fault", [{"errcode": -1}, {"http_status": 503}])
async def test_a_busy_wechat_is_asked_again(reader: Reader, fault: dict[str, Any]) -> None:
    await reader.fails(**fault, times=2)
    assert await openid_of(reader.api, await reader.code()) == WORKER
    assert len(reader.naps) == 2


@pytest.mark.parametrize("fault", [{"errcode": -1}, {"http_status": 503}, {"errcode": 45011}])
async def test_a_wechat_that_stays_busy(reader: Reader, fault: dict[str, Any]) -> None:
    await reader.fails(**fault, times=3)
    assert "过一会儿" in await refused(reader, await reader.code())


@pytest.mark.parametrize("fault", [{"http_status": 500}, {"http_status": 200}, {"delay_seconds": 6}])
async def test_an_answer_that_was_lost_is_not_asked_for_again(reader: Reader, fault: dict[str, Any]) -> None:
    """The code may be used up by then: the reader gets a new one by opening the page again."""
    await reader.fails(**fault, after=True)
    assert "过一会儿" in await refused(reader, await reader.code())
    assert reader.naps == []
    assert await openid_of(reader.api, await reader.code()) == WORKER


@pytest.mark.parametrize("told", [{}, {"openid": ""}, {"openid": 7}, []])
async def test_an_answer_without_an_openid(lone_database: Moody, clock: Clock, tmp_path: Path, told: Any) -> None:
    async def odd(request: web.Request) -> web.Response:
        return web.json_response(told)

    app = web.Application()
    app.router.add_get(f"/{CALL}", odd)
    async with TestServer(app) as server:
        api = Api(settings_for(tmp_path, wechat_api_url=str(server.make_url("/"))), lone_database, clock)
        with pytest.raises(NotRecognised, match="过一会儿"):
            await openid_of(api, "code")
        await api.close()


async def test_a_wechat_that_cannot_be_reached(reader: Reader) -> None:
    code = await reader.code()
    await reader.wechat.close()
    assert "过一会儿" in await refused(reader, code)


async def test_the_bad_api_token_code_fetches_no_token(reader: Reader) -> None:
    await reader.fails(errcode=40001)
    assert "12333" in await refused(reader, await reader.code())
    assert await reader.calls() == 1
