"""Known by WeChat itself: the page asks who reads it, once each time, and comes back to where the reader was going."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, replace

import pytest
from aiohttp.test_utils import TestClient, TestServer, unused_port
from pydantic import SecretStr
from yarl import URL

from bot.my import routes
from bot.simulator import app as simulator
from bot.simulator.account import Person
from bot.wechat.outbound import Outbound
from handlers import links
from handlers.context import House
from records import scans
from tests.bot.my.conftest import WORKERS, Phone, Taught, Teach
from tests.bot.town import APP_ID, KEY, SECRET, TOKEN
from tests.conftest import Clock

IN_WECHAT = {"User-Agent": "Mozilla/5.0 (Linux; Android 8.1) MicroMessenger/8.0.47"}


@dataclass
class Town:
    """The pages and WeChat on one port, as in the demo, or on two, as in life."""

    house: House
    server: TestServer

    async def phone(self, openid: str = "", headers: dict[str, str] | None = None) -> Phone:
        client = TestClient(self.server, headers=headers)
        await client.start_server()
        if openid:
            client.session.cookie_jar.update_cookies({"simulator_openid": openid}, self.server.make_url("/connect"))
        return Phone(client, self.house)


@pytest.fixture
async def town(house: House, clock: Clock, request: pytest.FixtureRequest) -> AsyncIterator[Town]:
    port = unused_port()
    address = f"http://127.0.0.1:{port}"
    told = {
        "public_url": address,
        "wechat_app_id": APP_ID,
        "wechat_app_secret": SecretStr(SECRET),
        "wechat_api_url": address,
        "wechat_open_url": address + getattr(request, "param", ""),
    }
    house = replace(house, settings=house.settings.model_copy(update=told))
    people = [Person(openid, openid) for openid in WORKERS]
    app = simulator.build(f"{address}/wechat", TOKEN, APP_ID, SECRET, KEY, people=people, clock=clock)
    outbound = Outbound(house)
    routes.setup(app, house, outbound)
    async with TestServer(app, port=port) as server:
        yield Town(house, server)
    await outbound.close()


async def test_who_opens_a_page_in_the_demo_is_known_without_a_link(town: Town, teach: Teach) -> None:
    await teach()
    page = await (await town.phone(WORKERS[0])).open("/my/attendance?class=1")
    assert page.status == 200 and page.path == "/my/attendance"


@pytest.mark.parametrize("town", ["/"], indirect=True)  # WeChat's pages have another address than ours
async def test_outside_the_demo_only_wechats_browser_is_sent_to_wechat(town: Town, teach: Teach) -> None:
    await teach()
    assert "请在微信里打开" in (await (await town.phone(WORKERS[0])).open("/my/")).text
    assert "李*英，您好" in (await (await town.phone(WORKERS[0], IN_WECHAT)).open("/my/")).text


async def test_a_state_serves_once_and_only_in_its_own_browser(town: Town, teach: Teach) -> None:
    await teach()
    phone, other = await town.phone(WORKERS[0]), await town.phone()
    async with phone.client.get("/my/voucher", allow_redirects=False) as answer:
        to_wechat = URL(answer.headers["Location"])
    async with phone.client.get(to_wechat.relative(), allow_redirects=False) as answer:
        back = str(URL(answer.headers["Location"]).relative())
    assert "步骤断了" in (await other.open(back)).text
    assert (await phone.open(back)).path == "/my/voucher"
    assert "步骤断了" in (await phone.open(back)).text


@pytest.mark.parametrize("query", ["", "?code=x", "?state=", "?code=x&state=x"])
async def test_coming_back_without_having_left_opens_nothing(town: Town, query: str) -> None:
    page = await (await town.phone()).open(f"/my/wechat{query}")
    assert page.status == 403 and "步骤断了" in page.text


async def test_a_snapshot_page_is_not_taken_for_anybody(town: Town, teach: Teach) -> None:
    await teach()
    phone = await town.phone(WORKERS[0])
    phone.client.app[simulator.WORLD].phones.get(WORKERS[0]).snapshot = True
    page = await phone.open("/my/")
    assert page.status == 403 and "使用完整服务" in page.text


async def test_a_scan_by_wechats_own_scanner_comes_back_and_counts(town: Town, teach: Teach, clock: Clock) -> None:
    taught = await teach(factors=["qr"])
    phone = await town.phone(WORKERS[0])
    token = scans.shown(town.house.database.vault, taught.sitting.id, clock())
    assert "签到成功" in (await phone.open(f"/my/in/{token}")).text
    assert len(await Taught(town.house, taught.hall).marks()) == 1


async def test_an_expired_link_offers_to_ask_wechat_instead(town: Town, teach: Teach, clock: Clock) -> None:
    await teach()
    phone = await town.phone(WORKERS[0])
    link = URL(links.my(town.house, WORKERS[0], "/my/voucher", clock())).relative()
    clock.move(minutes=31)
    page = await phone.open(str(link))
    assert "这个链接不能用了" in page.text and 'href="/my/voucher">用微信直接打开' in page.html
    assert (await phone.open("/my/voucher")).status == 200
