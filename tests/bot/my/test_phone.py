"""The worker's pages on a phone in a real browser: place granted and refused, no reception, no JavaScript, every page."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer, unused_port
from playwright.async_api import Browser, BrowserContext, Page, Route, async_playwright, expect

from bot.my import routes
from bot.wechat.outbound import Outbound
from handlers import links
from handlers.context import House
from records import codes, people, scans
from records.marks import Status
from tests.bot.my.conftest import AWAY, HERE, WORKERS, Taught, Teach
from tests.browser import find_chromium
from tests.classes import a_voucher, an_open_class
from tests.conftest import Clock

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(find_chromium() is None, reason="no Chromium on this machine (set CHROMIUM to its path)"),
]
HEAVIEST = 60_000  # bytes of a page with all that it needs
Visit = Callable[..., Awaitable[Page]]


@pytest.fixture
async def house(house: House) -> House:
    """The house of every test, with the address that its links lead to."""
    address = f"http://127.0.0.1:{unused_port()}"
    return replace(house, settings=house.settings.model_copy(update={"public_url": address}))


@pytest.fixture
async def server(house: House) -> AsyncIterator[TestServer]:
    app = web.Application()
    routes.setup(app, house, Outbound(house))
    async with TestServer(app, port=int(house.settings.public_url.rpartition(":")[2])) as server:
        yield server


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        launched = await playwright.chromium.launch(
            executable_path=find_chromium(), args=["--no-sandbox", "--disable-gpu"]
        )
        yield launched
        await launched.close()


@pytest.fixture
async def visit(browser: Browser, server: TestServer, house: House) -> Visit:
    """Opens a page by a link from the chat on a phone of its own, at a place or without permission to tell it."""

    async def visited(path: str = "/my/check-in", at: dict[str, float] | None = None, **options: Any) -> Page:
        if at is not None:
            options |= {"geolocation": at, "permissions": ["geolocation"]}
        context = await browser.new_context(viewport={"width": 390, "height": 844}, locale="zh-CN", **options)
        page = await context.new_page()
        await page.goto(links.my(house, WORKERS[0], path, house.clock()))
        return page

    return visited


def code_of(taught: Taught) -> str:
    return codes.code(taught.house.database.vault, taught.sitting, taught.house.clock())


async def test_one_tap_sends_code_and_place_together(visit: Visit, teach: Teach) -> None:
    taught = await teach(factors=["code", "place"])
    page = await visit(at=HERE)
    await page.fill("[name=code]", code_of(taught))
    await page.click("button.huge")
    await expect(page.locator("h1")).to_have_text("签到成功")
    assert [mark.ways for mark in await taught.marks()] == ["code+place"]


async def test_after_a_scan_the_place_is_found_without_another_tap(
    visit: Visit, teach: Teach, house: House, clock: Clock
) -> None:
    taught = await teach(factors=["qr", "place"])
    page = await visit(f"/my/in/{scans.shown(house.database.vault, taught.sitting.id, clock())}", at=HERE)
    await expect(page.locator("h1")).to_have_text("签到成功")


async def test_who_refuses_his_place_keeps_the_code_and_reads_what_to_do(visit: Visit, teach: Teach) -> None:
    taught = await teach(factors=["code", "place"])
    page = await visit()
    await page.fill("[name=code]", code_of(taught))
    await page.click("button.huge")
    await expect(page.locator("[role=alert]")).to_contain_text("您没有允许用位置")
    await expect(page.locator("[role=alert]")).to_contain_text("点“＋”里的“位置”发过去")
    await expect(page.locator(".needs .have")).to_contain_text("6位签到码")
    assert await taught.marks() == []
    await page.context.grant_permissions(["geolocation"])
    await page.context.set_geolocation(HERE)
    await page.click("text=用我的位置签到")
    await expect(page.locator("h1")).to_have_text("签到成功")


@pytest.mark.parametrize("at, words", [(AWAY, "您离教室约"), (HERE | {"accuracy": 2000}, "手机定位太模糊")])
async def test_a_place_that_does_not_help_can_be_told_again(
    visit: Visit, teach: Teach, at: dict[str, float], words: str
) -> None:
    await teach(factors=["place"])
    page = await visit(at=at)
    await page.click("button.huge")
    await expect(page.locator("[role=alert]")).to_contain_text(words, timeout=15_000)
    await page.context.set_geolocation(HERE)
    await page.click("button.huge")
    await expect(page.locator("h1")).to_have_text("签到成功")


async def test_a_tap_without_reception_is_sent_again_until_it_arrives(visit: Visit, teach: Teach) -> None:
    taught = await teach(factors=["code"])
    page = await visit()
    await page.fill("[name=code]", code_of(taught))
    await page.context.set_offline(True)
    await page.click("button.huge")
    await expect(page.locator("[data-doing]")).to_contain_text("正在重发")
    await expect(page.locator("button.huge")).to_be_disabled()
    assert await taught.marks() == []
    await page.context.set_offline(False)
    await expect(page.locator("h1")).to_have_text("签到成功")
    assert len(await taught.marks()) == 1


async def test_a_lost_answer_does_not_check_in_twice(visit: Visit, teach: Teach) -> None:
    taught = await teach(factors=["text"])
    page = await visit()
    lost: list[int] = []

    async def arrive_and_lose_the_answer(route: Route) -> None:
        if route.request.method != "POST" or len(lost) == 2:
            return await route.continue_()
        answer = await route.fetch(max_redirects=0)
        lost.append(answer.status)
        await route.abort()

    await page.route("**/my/check-in", arrive_and_lose_the_answer)
    await page.click("button.huge")
    await expect(page.locator("h1")).to_have_text("签到成功", timeout=15_000)
    assert lost == [303, 303]
    assert len(await taught.marks()) == 1


async def test_a_busy_server_is_asked_again(visit: Visit, teach: Teach) -> None:
    taught = await teach(factors=["text"])
    page = await visit()
    await page.route("**/my/check-in", lambda route: route.fulfill(status=503), times=1)
    await page.click("button.huge")
    await expect(page.locator("h1")).to_have_text("签到成功")
    assert len(await taught.marks()) == 1


async def test_a_tap_outlives_the_page_that_was_loaded_anew(visit: Visit, teach: Teach) -> None:
    taught = await teach(factors=["code"])
    page = await visit()
    await page.fill("[name=code]", code_of(taught))
    await page.route("**/my/check-in", lambda route: route.abort())
    await page.click("button.huge")
    await expect(page.locator("[data-doing]")).to_contain_text("正在重发")
    await page.unroute("**/my/check-in")
    await page.reload()
    await expect(page.locator("h1")).to_have_text("签到成功")
    assert len(await taught.marks()) == 1


async def test_without_javascript_the_code_is_kept_and_the_place_goes_by_chat(visit: Visit, teach: Teach) -> None:
    taught = await teach(factors=["code", "place"])
    page = await visit(java_script_enabled=False)
    await expect(page.locator(".help")).to_contain_text("点“＋”里的“位置”发过去")
    await page.fill("[name=code]", code_of(taught))
    await page.click("button.huge")
    await expect(page.locator(".needs .have")).to_contain_text("6位签到码")


async def test_without_javascript_a_code_is_all_it_takes_where_that_is_asked(visit: Visit, teach: Teach) -> None:
    taught = await teach(factors=["code"])
    page = await visit(java_script_enabled=False)
    await page.fill("[name=code]", code_of(taught))
    await page.click("button.huge")
    await expect(page.locator("h1")).to_have_text("签到成功")
    assert len(await taught.marks()) == 1


async def test_a_waiting_page_goes_on_by_itself(visit: Visit, teach: Teach, house: House, clock: Clock) -> None:
    taught = await teach(factors=["qr"])
    clock.move(minutes=-32)
    page = await visit(f"/my/in/{scans.shown(house.database.vault, taught.sitting.id, clock())}")
    await expect(page.locator("h1")).to_have_text("还没开始签到")
    clock.move(minutes=2, seconds=1)
    await expect(page.locator("h1")).to_have_text("签到成功", timeout=30_000)
    assert [mark.status for mark in await taught.marks()] == [Status.PRESENT]


async def test_every_page_fits_the_phone_is_light_and_breaks_no_rule_of_its_own(
    browser: Browser, server: TestServer, house: House, teach: Teach
) -> None:
    taught = await teach(factors=["code", "place"], days=25)
    async with house.database.unit() as session:
        reader = await people.get(session, taught.hall.enrolments[0].person_id)
        assert reader is not None
        await a_voucher(session, reader, house.clock())
        other = await an_open_class(session, name="电工2班", occupation="电工")
    paths = ["/my/", "/my/check-in", "/my/attendance?ask=make_up", "/my/voucher", "/my/classes", "/my/classes/mine"]
    complaints: list[str] = []
    for path in [*paths, f"/my/classes/{other.id}", f"/my/classes/{taught.hall.training_class.id}"]:
        context = await browser.new_context(viewport={"width": 360, "height": 740}, locale="zh-CN")
        page = await context.new_page()
        page.on("console", lambda message: complaints.append(message.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        await page.goto(links.my(house, WORKERS[0], path, house.clock()), wait_until="networkidle")
        assert complaints == [], path
        assert await page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0, path
        assert await _weight(context, page) < HEAVIEST, path
        await context.close()


async def _weight(context: BrowserContext, page: Page) -> int:
    """Bytes of a page with everything that it loads."""
    addresses = [page.url, *await page.evaluate("performance.getEntriesByType('resource').map(each => each.name)")]
    return sum([len(await (await context.request.get(address)).body()) for address in set(addresses)])
