"""The gallery of all components in a real browser: on a phone, at a desk, on a projector, on paper."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from playwright.async_api import Browser, Page, async_playwright, expect

from tests.browser import find_chromium
from tests.office import PASSWORD

CHROMIUM = find_chromium()
pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine (set CHROMIUM to its path)"),
]
PHONE, SMALL, DESK, WALL = (390, 844), (360, 640), (1280, 900), (1920, 1080)


@pytest.fixture
async def server(app: web.Application) -> AsyncIterator[TestServer]:
    async with TestServer(app) as server:
        yield server


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        yield browser
        await browser.close()


async def visit(browser: Browser, server: TestServer, path: str, size: tuple[int, int]) -> tuple[Page, list[str]]:
    """A page after signing in, and what the browser complains of on it."""
    page = await browser.new_page(viewport={"width": size[0], "height": size[1]}, locale="zh-CN")
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda message: complaints.append(message.text))
    await page.goto(str(server.make_url("/staff/login")))
    await page.fill("[name=login]", "wang")
    await page.fill("[name=password]", PASSWORD)
    await page.click("button.main")
    await page.goto(str(server.make_url(path)))
    return page, complaints


@pytest.mark.parametrize(
    "look, size",
    [("desk", DESK), ("desk", PHONE), ("desk", SMALL), ("phone", PHONE), ("phone", SMALL), ("projector", WALL)],
)
async def test_every_part_fits_its_width_and_breaks_no_rule(
    browser: Browser, server: TestServer, look: str, size: tuple[int, int]
) -> None:
    page, complaints = await visit(browser, server, f"/teach/{look}", size)
    for question in await page.locator(".sure summary").all():
        await question.click()
    assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert await page.locator(f"body.{look}").count() == 1
    if look == "projector":
        assert await page.evaluate("document.documentElement.scrollHeight <= innerHeight")
        assert await page.locator("nav").count() == 0
    assert complaints == []


async def test_what_is_touched_on_a_phone_is_large_enough(browser: Browser, server: TestServer) -> None:
    page, _ = await visit(browser, server, "/teach/phone", PHONE)
    targets = page.locator(
        ".bottom a, .buttons > button, .buttons > .one > button, .sure > summary, .pills label, .pager a"
    )
    sizes = [await target.bounding_box() for target in await targets.all() if await target.is_visible()]
    assert len(sizes) > 12
    assert [box for box in sizes if box and box["height"] < 48] == []


async def test_a_table_becomes_cards_with_their_labels(browser: Browser, server: TestServer) -> None:
    page, _ = await visit(browser, server, "/teach/table", PHONE)
    await expect(page.locator("thead")).to_be_hidden()
    label = "getComputedStyle(document.querySelectorAll('.rows td')[1], '::before').content"
    assert await page.evaluate(label) == '"工种"'


async def test_paper_shows_the_sheet_without_menu_and_buttons(browser: Browser, server: TestServer) -> None:
    page, _ = await visit(browser, server, "/teach/desk", DESK)
    await page.emulate_media(media="print")
    for gone in (".top", ".buttons >> nth=0", ".filters", ".pager"):
        await expect(page.locator(gone)).to_be_hidden()
    await expect(page.locator(".paper")).to_be_visible()


async def test_a_question_is_asked_and_its_reason_sent_without_a_script(browser: Browser, server: TestServer) -> None:
    page, _ = await visit(browser, server, "/teach/desk", DESK)
    await page.click("summary:has-text('停课')")
    await page.fill("details[open] [name=reason]", "下大雪")
    await page.click("text=确定停课")
    await expect(page.locator("main")).to_contain_text("今天不上课。")
    await page.click("text=返回上一页")
    assert page.url.endswith("/teach/desk")


async def test_a_file_that_is_too_large_is_refused_before_it_is_sent(browser: Browser, server: TestServer) -> None:
    page, _ = await visit(browser, server, "/teach/desk", DESK)
    box = page.locator("input[type=file]")
    await box.set_input_files({"name": "大.csv", "mimeType": "text/csv", "buffer": b"x" * (3 << 19)})
    assert await box.evaluate("box => box.validationMessage") == "文件最大1MB，这个有1.5MB，请压缩后再传。"
    await box.set_input_files({"name": "小.csv", "mimeType": "text/csv", "buffer": b"x"})
    assert await box.evaluate("box => box.validationMessage") == ""


async def test_a_part_renews_itself_until_it_is_finished(browser: Browser, server: TestServer) -> None:
    page, complaints = await visit(browser, server, "/teach/renewing", DESK)
    await expect(page.locator(".progress b")).to_have_text("33%")
    await expect(page.locator("h1")).to_have_text("导入好了")
    assert complaints == []
