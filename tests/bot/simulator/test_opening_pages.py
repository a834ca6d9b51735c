"""A phone opens pages of the account: from a bubble, from the menu, from a teacher's screen; each knows whose phone it is."""

from __future__ import annotations

import json
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from html import escape

import pytest
from aiohttp import ClientSession, web
from aiohttp.test_utils import TestServer, unused_port
from playwright.async_api import Browser, BrowserContext, Page, async_playwright, expect
from wechatpy.replies import create_reply
from yarl import URL

from bot.simulator import app as simulator
from bot.simulator.account import Patience, Person
from tests.bot.simulator.small_bot import AES_KEY, APP_ID, APP_SECRET, TOKEN, SmallBot, replies
from tests.browser import find_chromium

CHROMIUM = find_chromium()
pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine (set CHROMIUM to its path)"),
]
PEOPLE = [Person("oLiXiuying", "李秀英", "农村劳动力"), Person("oWangJianjun", "王建军", "下岗失业")]
COOKIE = "worker"


@dataclass
class Office:
    """A bot with a page that asks WeChat who reads it and keeps the answer in a cookie, all on one port as in the demo."""

    address: str
    bot: SmallBot = field(default_factory=lambda: SmallBot(AES_KEY))
    screens: list[dict[str, str]] = field(default_factory=list)

    def app(self) -> web.Application:
        app = simulator.build(
            f"{self.address}/wechat", TOKEN, APP_ID, APP_SECRET, AES_KEY, patience=Patience(20), people=PEOPLE
        )
        app[simulator.WORLD].page_cookies = {COOKIE: "/my"}
        app.router.add_post("/wechat", self.bot.hear)
        app.router.add_get("/demo/screens", self.show_screens)
        app.router.add_get("/my/{page}", self.card)
        return app

    async def show_screens(self, request: web.Request) -> web.Response:
        return web.json_response(self.screens)

    async def card(self, request: web.Request) -> web.Response:
        """Which page this is and who reads it."""
        openid = request.cookies.get(COOKIE) or await self.reader(request)
        words = escape(f"{request.match_info['page']}{request.query.get('seen', '')} {openid}")
        response = web.Response(text=f"<title>页面</title><h1>{words}</h1>", content_type="text/html")
        response.set_cookie(COOKIE, openid, path="/my")
        return response

    async def reader(self, request: web.Request) -> str:
        if "code" not in request.query:
            here = f"{self.address}{request.rel_url}"
            asked = {"appid": APP_ID, "redirect_uri": here, "response_type": "code", "scope": "snsapi_base"}
            raise web.HTTPFound(URL(f"{self.address}/connect/oauth2/authorize").with_query({**asked, "state": "s"}))
        proof = {"appid": APP_ID, "secret": APP_SECRET, "grant_type": "authorization_code"}
        async with ClientSession(self.address) as session:
            async with session.get("/sns/oauth2/access_token", params={**proof, "code": request.query["code"]}) as told:
                return str((await told.json())["openid"])


@pytest.fixture
async def office() -> AsyncIterator[Office]:
    port = unused_port()
    office = Office(f"http://127.0.0.1:{port}")
    async with TestServer(office.app(), port=port):
        yield office


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        yield browser
        await browser.close()


@pytest.fixture
async def context(browser: Browser) -> BrowserContext:
    return await browser.new_context(viewport={"width": 1280, "height": 900}, locale="zh-CN")


async def phone_of(context: BrowserContext, office: Office, openid: str) -> Page:
    page = await context.new_page()
    await page.goto(f"{office.address}/phone?openid={openid}")
    await page.wait_for_selector(".phone.current")
    return page


async def opened_by(page: Page, selector: str) -> str:
    """What the page says that a tap opens."""
    async with page.context.expect_page() as opening:
        await page.click(selector)
    opened = await opening.value
    return await opened.inner_text("h1")


async def test_two_phones_open_the_same_link_each_as_itself(context: BrowserContext, office: Office) -> None:
    link = f"{office.address}/my/voucher"
    for openid in ("oLiXiuying", "oWangJianjun"):
        office.bot.tempers = [
            replies(lambda message: str(create_reply(f"您的券：{link} 或 https://a.cn/", message).render()))
        ]
        page = await phone_of(context, office, openid)
        await page.fill(".current .words", "我的券")
        await page.press(".current .words", "Enter")
        links = page.locator(".theirs .bubble a")
        await expect(links).to_have_text([link, "https://a.cn/"])
        await expect(links.last).to_have_attribute("href", "https://a.cn/")

        assert await opened_by(page, ".theirs .bubble a >> nth=0") == f"voucher {openid}"


async def test_a_page_of_the_menu_knows_the_phone(context: BrowserContext, office: Office) -> None:
    proof = {"grant_type": "client_credential", "appid": APP_ID, "secret": APP_SECRET}
    menu = {"button": [{"type": "view", "name": "我的卡", "url": f"{office.address}/my/card"}]}
    async with ClientSession(office.address) as session:
        token = (await (await session.post("/cgi-bin/stable_token", json=proof)).json())["access_token"]
        await session.post(
            "/cgi-bin/menu/create", params={"access_token": token}, data=json.dumps(menu, ensure_ascii=False).encode()
        )
    page = await phone_of(context, office, "oWangJianjun")

    assert await opened_by(page, "text=我的卡") == "card oWangJianjun"
    await expect(page.locator(".note").last).to_have_text("打开了“我的卡”")


async def test_the_code_on_a_teachers_screen_is_the_one_of_this_moment(context: BrowserContext, office: Office) -> None:
    page = await phone_of(context, office, "oLiXiuying")
    await page.click(".plus")
    await page.click("[data-tool=scan]")
    await expect(page.locator(".screens")).to_have_text("现在没有老师在放签到的码。")

    for code in ("one", "two"):
        office.screens = [{"title": "焊工3班 上午课", "address": f"{office.address}/my/in?seen={code}"}]
        await expect(page.locator(".screen")).to_have_attribute("href", re.compile(f"seen%3D{code}$"))
    await expect(page.locator(".screen b")).to_have_text("焊工3班 上午课")

    assert await opened_by(page, ".screen") == "intwo oLiXiuying"
    await expect(page.locator(".sheet")).to_be_hidden()


async def test_an_address_that_is_pasted_opens_as_the_phone(context: BrowserContext, office: Office) -> None:
    page = await phone_of(context, office, "oWangJianjun")
    await page.click(".plus")
    await page.click("[data-tool=scan]")
    await page.fill("input[name=code]", f"{office.address}/my/in?seen=x")
    assert await opened_by(page, "text=扫这个码") == "inx oWangJianjun"
    assert office.bot.heard == []


async def test_a_browser_without_a_phone_chooses_one(context: BrowserContext, office: Office) -> None:
    page = await context.new_page()
    await page.set_viewport_size({"width": 390, "height": 844})
    await page.goto(f"{office.address}/my/card")
    await expect(page.locator("h1")).to_have_text("您是哪部手机？")
    await page.click("text=王建军")
    await expect(page.locator("h1")).to_have_text("card oWangJianjun")


async def test_a_phone_can_be_set_to_snapshots_and_back(context: BrowserContext, office: Office) -> None:
    page = await phone_of(context, office, "oLiXiuying")
    office.screens = [{"title": "焊工3班", "address": f"{office.address}/my/in"}]
    known = []
    for switch in ("用快照页打开网页", "使用完整服务"):
        await page.click(".more")
        await page.click(f"text={switch}")
        await page.click(".plus")
        await page.click("[data-tool=scan]")
        known.append(await opened_by(page, ".screen") == "in oLiXiuying")
    assert known == [False, True]
