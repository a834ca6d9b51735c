"""The web log-in speaks WeChat's protocol: who may ask, what a code tells, and how often."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

import pytest
from aiohttp import ClientResponse
from yarl import URL

from bot.simulator.app import WORLD
from tests.bot.simulator.conftest import Desk
from tests.bot.simulator.small_bot import APP_ID, APP_SECRET

ASKED = {"response_type": "code", "scope": "snsapi_base", "state": "s7"}
PROOF = {"appid": APP_ID, "secret": APP_SECRET, "grant_type": "authorization_code"}


class Page:
    """A page of the account that wants to know its reader, and the bot behind it."""

    def __init__(self, desk: Desk, domain: str) -> None:
        self.desk = desk
        self.address = f"http://{domain}/my/card?tab=1"

    async def asks(self, openid: str = "", **changes: str | None) -> ClientResponse:
        asked = {"appid": APP_ID, "redirect_uri": self.address, **ASKED, **changes}
        given = [(name, value) for name, value in asked.items() if value is not None]
        return await self.asks_with("&".join(f"{name}={quote(value, safe='')}" for name, value in given), openid)

    async def asks_with(self, query: str, openid: str = "") -> ClientResponse:
        address = URL(f"/connect/oauth2/authorize?{query}{f'&openid={openid}' if openid else ''}", encoded=True)
        return await self.desk.client.get(address, allow_redirects=False)

    async def code(self, openid: str) -> str:
        response = await self.asks(openid)
        assert response.status == 302, await response.text()
        return URL(response.headers["Location"]).query["code"]

    async def tells(self, code: str, **changes: str) -> dict[str, Any]:
        response = await self.desk.client.get("/sns/oauth2/access_token", params={**PROOF, "code": code, **changes})
        told: dict[str, Any] = await response.json()
        return told


@pytest.fixture
async def page(desk: Desk) -> Page:
    state = await (await desk.client.get("/simulator/state")).json()
    return Page(desk, state["account"]["domain"])


async def test_a_page_learns_who_opened_it(page: Page) -> None:
    response = await page.asks("oLiXiuying")
    back = URL(response.headers["Location"])
    assert (response.status, back.path, back.query["tab"], back.query["state"]) == (302, "/my/card", "1", "s7")

    told = await page.tells(back.query["code"])

    assert told["openid"] == "oLiXiuying"
    assert (told["expires_in"], told["scope"]) == (7200, "snsapi_base")
    assert "is_snapshotuser" not in told
    assert await page.desk.code("menu/get", access_token=told["access_token"]) == 40001  # another kind of token


async def test_a_code_tells_once_and_for_five_minutes(page: Page) -> None:
    used, old = await page.code("oLiXiuying"), await page.code("oWangJianjun")
    assert (await page.tells(used))["openid"] == "oLiXiuying"
    assert (await page.tells(used))["errcode"] == 40163
    page.desk.clock.forward(minutes=4, seconds=59)
    assert (await page.tells(await page.code("oWangJianjun")))["openid"] == "oWangJianjun"
    page.desk.clock.forward(seconds=1)
    assert (await page.tells(old))["errcode"] == 40029
    assert (await page.tells(used))["errcode"] == 40029


@pytest.mark.parametrize(
    "change, code",
    [
        ({"grant_type": "client_credential"}, 40002),
        ({"appid": ""}, 41002),
        ({"appid": "wx0"}, 40013),
        ({"secret": ""}, 41004),
        ({"secret": "guess"}, 40125),
        ({"code": ""}, 41008),
        ({"code": "guess"}, 40029),
    ],
)
async def test_a_wrong_exchange_leaves_the_code_as_it_was(page: Page, change: dict[str, str], code: int) -> None:
    given = await page.code("oLiXiuying")
    assert (await page.tells(**{"code": given, **change}))["errcode"] == code
    assert (await page.tells(given))["openid"] == "oLiXiuying"


async def test_the_call_has_its_own_address_and_method(page: Page) -> None:
    posted = await page.desk.client.post("/sns/oauth2/access_token", params=PROOF)
    assert (await posted.json())["errcode"] == 43001
    assert (await page.desk.client.get("/cgi-bin/sns/oauth2/access_token", params=PROOF)).status == 404


@pytest.mark.parametrize("status", [500, 503])
async def test_the_call_can_be_told_to_fail(page: Page, status: int) -> None:
    code = await page.code("oLiXiuying")
    fault = {"api": "/sns/oauth2/access_token", "http_status": status, "after": True}
    await page.desk.client.post("/simulator/faults", json=fault)

    broken = await page.desk.client.get("/sns/oauth2/access_token", params={**PROOF, "code": code})

    assert broken.status == status
    assert (await page.tells(code))["errcode"] == 40163


@pytest.mark.parametrize(
    "change, shown",
    [
        ({"redirect_uri": "https://evil.example/my"}, "10003"),
        ({"redirect_uri": "http://127.0.0.1:1/my"}, "10003"),
        ({"redirect_uri": "javascript:alert(1)"}, "10003"),
        ({"redirect_uri": "http://{domain}@evil.example/"}, "10003"),
        ({"redirect_uri": "http://{domain}.evil.example/"}, "10003"),
        ({"redirect_uri": "http://evil.example\\@{domain}/"}, "10003"),
        ({"redirect_uri": "http://{domain}/my\r\nX: y"}, "10003"),
        ({"redirect_uri": None}, "10011"),
        ({"appid": None}, "10012"),
        ({"appid": "wx0"}, "appid"),
        ({"scope": None}, "10010"),
        ({"scope": "snsapi_login"}, "10005"),
        ({"response_type": "token"}, "response_type"),
        ({"state": "a b"}, "state"),
        ({"state": "s" * 129}, "state"),
    ],
)
async def test_a_question_that_wechat_does_not_take(page: Page, change: dict[str, str | None], shown: str) -> None:
    domain = URL(page.address).authority
    changed = {name: value and value.replace("{domain}", domain) for name, value in change.items()}

    response = await page.asks("oLiXiuying", **changed)

    assert response.status == 200
    assert shown in await response.text()
    assert "Location" not in response.headers


@pytest.mark.parametrize("extra", ["", "&state=again"])
async def test_the_order_of_the_parameters_counts(page: Page, extra: str) -> None:
    address = quote(page.address, safe="")
    turned = f"redirect_uri={address}&appid={APP_ID}&response_type=code&scope=snsapi_base&state=s7"
    right = f"appid={APP_ID}&redirect_uri={address}&response_type=code&scope=snsapi_base&state=s7"

    assert (await page.asks_with(turned, "oLiXiuying")).status == 200
    assert (await page.asks_with(right + extra, "oLiXiuying")).status == (200 if extra else 302)


async def test_a_snapshot_page_gets_somebody_who_does_not_exist(page: Page) -> None:
    await page.desk.client.patch("/simulator/phones/oLiXiuying", json={"snapshot": True})
    first, second = [await page.tells(await page.code("oLiXiuying")) for _ in range(2)]

    assert first["is_snapshotuser"] == second["is_snapshotuser"] == 1
    assert len({first["openid"], second["openid"], "oLiXiuying"}) == 3
    assert await page.desk.code("user/info", openid=first["openid"]) == 40003

    await page.desk.client.patch("/simulator/phones/oLiXiuying", json={"snapshot": False})
    assert (await page.tells(await page.code("oLiXiuying")))["openid"] == "oLiXiuying"


async def test_a_browser_that_is_no_phone_is_asked_and_remembered(page: Page) -> None:
    await page.desk.client.post("/simulator/phones", json={"openid": "oOdd", "nickname": "<b>&"})
    asked = await page.asks()
    text = await asked.text()
    assert (asked.status, "李秀英" in text, "农村劳动力" in text) == (200, True, True)
    assert "<b>&<" not in text and "&lt;b&gt;&amp;" in text

    assert (await page.asks("oWangJianjun")).status == 302

    code = URL((await page.asks()).headers["Location"]).query["code"]
    assert (await page.tells(code))["openid"] == "oWangJianjun"


async def test_an_openid_of_an_earlier_day_is_asked_again(page: Page) -> None:
    assert "李秀英" in await (await page.asks("oGone")).text()


async def test_opening_a_page_on_a_phone_makes_the_browser_that_phone(page: Page) -> None:
    desk = page.desk
    desk.client.app[WORLD].page_cookies = {"worker": "/my"}
    for openid in ("oLiXiuying", "oWangJianjun"):
        opened = await desk.client.get(
            "/phone/open", params={"openid": openid, "url": page.address}, allow_redirects=False
        )

        assert (opened.status, opened.headers["Location"]) == (302, page.address)
        assert (opened.cookies["worker"].value, opened.cookies["worker"]["path"]) == ("", "/my")
        told = await page.tells(URL((await page.asks()).headers["Location"]).query["code"])
        assert told["openid"] == openid


@pytest.mark.parametrize(
    "openid, url, shown",
    [
        ("oLiXiuying", "https://evil.example/", "公众号自己的网页"),
        ("oLiXiuying", "", "公众号自己的网页"),
        ("oGone", "http://{domain}/my", "没有这部手机"),
    ],
)
async def test_what_a_phone_cannot_open(page: Page, openid: str, url: str, shown: str) -> None:
    url = url.replace("{domain}", URL(page.address).authority)
    opened = await page.desk.client.get("/phone/open", params={"openid": openid, "url": url}, allow_redirects=False)
    assert opened.status == 200
    assert shown in await opened.text()
    assert not opened.cookies
