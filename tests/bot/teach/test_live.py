"""The session's page in a real browser: taps that survive a lost request, reasons that survive a renewal."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from aiohttp.test_utils import TestServer
from playwright.async_api import Browser, Page, Route, async_playwright, expect

from handlers.context import House
from records import register
from records.excuses import Wish
from records.marks import Side
from tests.browser import find_chromium
from tests.conftest import Clock
from tests.hall import Hall
from tests.office import PASSWORD

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(find_chromium() is None, reason="no Chromium on this machine (set CHROMIUM to its path)"),
]
PHONE, DESK = (390, 844), (1280, 900)


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        launched = await playwright.chromium.launch(
            executable_path=find_chromium(), args=["--no-sandbox", "--disable-gpu"]
        )
        yield launched
        await launched.close()


async def visit(browser: Browser, server: TestServer, path: str, size: tuple[int, int] = PHONE) -> Page:
    """A page of the trainer's after signing in."""
    context = await browser.new_context(viewport={"width": size[0], "height": size[1]}, locale="zh-CN")
    page = await context.new_page()
    await page.goto(str(server.make_url(f"/staff/login?next={path}")))
    await page.fill("[name=login]", "feng")
    await page.fill("[name=password]", PASSWORD)
    await page.click("button.main")
    await page.wait_for_url(f"**{path}")
    return page


async def status(house: House, hall: Hall, number: int) -> str | None:
    async with house.database.unit() as session:
        mark = await register.latest(session, hall.sitting, hall.enrolments[number], Side.IN)
    return str(mark.status) if mark else None


def button(hall: Hall, number: int, wanted: str = "present") -> str:
    return f'button[value="{hall.call(number, wanted)}"]'


async def test_a_tap_moves_the_trainee_without_leaving_the_page(
    browser: Browser, server: TestServer, hall: Hall, house: House
) -> None:
    page = await visit(browser, server, hall.address)
    await page.click(button(hall, 1, "late"))
    await expect(page.locator("[data-list=here] li")).to_contain_text("王建国")
    await expect(page.locator("[data-list=here] .chip")).to_have_text("迟到")
    await expect(page.locator(".big b")).to_have_text("1")
    assert await status(house, hall, 1) == "late"


async def test_taps_without_reception_are_kept_through_a_reload_and_sent_once(
    browser: Browser, server: TestServer, hall: Hall, house: House
) -> None:
    page = await visit(browser, server, hall.address)
    calls: list[str] = []

    async def lose(route: Route) -> None:
        calls.append(route.request.post_data or "")
        await route.abort()

    await page.route("**/call", lose)
    await page.click(button(hall, 0))
    await page.click(button(hall, 2, "leave"))
    await expect(page.locator(".unsent")).to_have_text(["到 · 未送达", "请假 · 未送达"])
    await expect(page.locator("[data-unsent]")).to_contain_text("2条点名还没送达")
    assert calls and await status(house, hall, 0) is None
    await page.reload()
    await expect(page.locator(".unsent")).to_have_text(["到 · 未送达", "请假 · 未送达"])
    await page.unroute("**/call")
    await expect(page.locator("[data-list=here] li")).to_contain_text("李秀英", timeout=30_000)
    await expect(page.locator("[data-list=excused] li")).to_contain_text("张桂兰", timeout=30_000)
    await expect(page.locator(".unsent")).to_have_count(0)
    assert [await status(house, hall, number) for number in range(3)] == ["present", None, "leave"]


async def test_an_answer_that_was_lost_leaves_one_mark(
    browser: Browser, server: TestServer, hall: Hall, house: House
) -> None:
    page = await visit(browser, server, hall.address)
    answers: list[int] = []

    async def lose_the_answer(route: Route) -> None:
        answers.append((await route.fetch()).status)
        await (route.abort() if len(answers) == 1 else route.continue_())

    await page.route("**/call", lose_the_answer)
    await page.click(button(hall, 0))
    await expect(page.locator("[data-list=here] li")).to_contain_text("李秀英", timeout=30_000)
    await expect(page.locator(".unsent")).to_have_count(0)
    async with house.database.unit() as session:
        assert len(await register.history(session, hall.sitting, hall.enrolments[0])) == 1


async def test_a_tap_that_is_refused_says_why_and_is_let_go(
    browser: Browser, server: TestServer, hall: Hall, clock: Clock
) -> None:
    page = await visit(browser, server, hall.address)
    await page.route("**/roll", lambda route: route.abort())
    clock.move(hours=5)
    await page.click(button(hall, 0))
    await expect(page.locator(".live .note.bad")).to_contain_text("李秀英：这节课的点名时间过了")
    await expect(page.locator(".unsent")).to_have_count(0)


async def test_a_half_typed_reason_survives_what_others_do(
    browser: Browser, server: TestServer, hall: Hall, house: House, clock: Clock
) -> None:
    async with house.database.unit() as session:
        await hall.asks(session, 3, Wish.LEAVE, "家里有事", clock())
    page = await visit(browser, server, hall.address)
    await page.click("details.todo > summary")
    await page.click(".wish .sure > summary")
    await page.locator(".wish [name=reason]").press_sequentially("今天考试，")
    async with house.database.unit() as session:
        await hall.came(session, 0, clock())
        await hall.asks(session, 2, Wish.LEAVE, "孩子发烧", clock())
    await expect(page.locator(".big b")).to_have_text("1", timeout=15_000)
    await expect(page.locator(".wish")).to_have_count(2)
    await page.keyboard.type("请改天")
    assert await page.input_value(".wish:first-child [name=reason]") == "今天考试，请改天"
    await page.click(".wish:first-child .sure button")
    await expect(page.locator(".note.good")).to_contain_text("没同意请假")


async def test_a_name_is_found_by_its_first_letters(browser: Browser, server: TestServer, hall: Hall) -> None:
    page = await visit(browser, server, hall.address)
    for typed, names in (("lxy", ["李秀英"]), ("桂", ["张桂兰"]), ("", ["李秀英", "王建国", "张桂兰", "赵小军"])):
        await page.fill("[data-search]", typed)
        await expect(page.locator("[data-list=missing] li:visible .trainee-name")).to_have_text(names)


async def test_when_the_network_drops_the_page_says_so_and_comes_back(
    browser: Browser, server: TestServer, hall: Hall
) -> None:
    page = await visit(browser, server, hall.address)
    await page.context.set_offline(True)
    await expect(page.locator(".live[data-lost]")).to_be_visible(timeout=15_000)
    await expect(page.locator("[data-list=missing] li")).to_have_count(4)
    await page.context.set_offline(False)
    await expect(page.locator(".live[data-lost]")).to_have_count(0, timeout=15_000)


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
async def test_every_page_fits_and_breaks_no_rule(
    browser: Browser, server: TestServer, hall: Hall, house: House, clock: Clock, size: tuple[int, int]
) -> None:
    async with house.database.unit() as session:
        await hall.came(session, 0, clock())
        await hall.asks(session, 2, Wish.LEAVE, "孩子发烧", clock())
    page = await visit(browser, server, "/teach/", size)
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda message: complaints.append(message.text))
    trainee = f"{hall.address}/trainees/{hall.enrolments[0].id}"
    for path in ("/teach/", hall.address, trainee, "/teach/wechat"):
        await page.goto(str(server.make_url(path)))
        for question in await page.locator("details > summary:visible").all():
            await question.click()
        assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path
    assert complaints == []


async def test_what_is_tapped_in_the_hall_is_large_enough(browser: Browser, server: TestServer, hall: Hall) -> None:
    page = await visit(browser, server, hall.address)
    for target in await page.locator(".taps button, .trainee-name, .head .button, .head button").all():
        box = await target.bounding_box()
        assert box and box["height"] >= 44, await target.inner_text()
