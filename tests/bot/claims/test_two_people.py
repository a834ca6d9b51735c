"""Two people in two real browsers sign a claim, and anybody's phone objects to it."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from aiohttp.test_utils import TestServer
from playwright.async_api import Browser, Page, async_playwright, expect
from sqlalchemy import func, select

from handlers.context import House
from records.claims import ClaimEvent
from tests.bot.claims.conftest import Door, Town, steps, submitted, the_claim
from tests.browser import find_chromium
from tests.conftest import Clock
from tests.office import PASSWORD

CHROMIUM = find_chromium()
pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine (set CHROMIUM to its path)"),
]
PHONE, DESK = (390, 844), (1280, 900)


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        yield browser
        await browser.close()


async def sits_down(browser: Browser, server: TestServer, login: str, size: tuple[int, int]) -> tuple[Page, list[str]]:
    """A page in a browser of its own, signed in where there is a login, and what that browser complains of."""
    viewport = {"width": size[0], "height": size[1]}
    context = await browser.new_context(viewport=viewport, locale="zh-CN", base_url=str(server.make_url("/")))  # type: ignore[arg-type]
    page, complaints = await context.new_page(), []  # type: ignore[var-annotated]
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda message: complaints.append(message.text))
    if login:
        await page.goto("/staff/login")
        await page.fill("[name=login]", login)
        await page.fill("[name=password]", PASSWORD)
        await page.click("button.main")
    return page, complaints


async def test_two_people_sign_and_a_phone_objects(
    browser: Browser, server: TestServer, door: Door, town: Town, house: House, clock: Clock
) -> None:
    feng = await door(town.feng.login)
    key = await submitted(feng, town)
    li, wrong_here = await sits_down(browser, server, "li", DESK)
    wu, wrong_there = await sits_down(browser, server, "wu", DESK)

    await li.goto("/staff/claims")
    await li.click("a.tile:has-text('等初审')")
    await li.click("td a >> nth=0")
    stale = await li.context.new_page()  # the same claim, read before it changes
    await stale.goto(f"/staff/claims/{key}")
    await steps(await door("zhou"), key, "return", reason="再核对一遍")
    page = await feng.open(f"/teach/claims/{key}")
    await feng.send(f"/teach/claims/{key}/submit", version=page.value("version"))
    await stale.click("text=初审通过")
    await expect(stale.locator("[role=alert]")).to_contain_text("被别人动过")

    await li.goto(f"/staff/claims/{key}")
    await li.dblclick("text=初审通过")
    await expect(li.locator(".head .chip")).to_have_text("待复核")
    await expect(li.locator(".note.quiet")).to_contain_text("这笔是您初审的，复核要由另一个人来做")
    await expect(li.locator("button:has-text('复核通过')")).to_have_count(0)
    async with house.database.unit() as session:
        moves = select(func.count()).where(ClaimEvent.claim_id == int(key), ClaimEvent.after == "reviewed")
        assert (await session.execute(moves)).scalar_one() == 1

    await wu.goto(f"/staff/claims/{key}")
    await wu.click("text=复核通过")
    await expect(wu.locator(".head .chip")).to_have_text("待公示")
    await steps(await door("zhang"), key, "publish")
    clock.move(days=3)

    phone, wrong_outside = await sits_down(browser, server, "", PHONE)
    await phone.goto("/notice/")
    await phone.click(f"text={(await the_claim(house, key)).payee_name}")
    await phone.click("summary:has-text('有异议')")
    await phone.fill("[name=said]", "第二行的人没有上过课")
    await phone.click("button:has-text('提交')")
    await expect(phone.locator(".receipt")).to_contain_text("YY")
    assert await phone.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert wrong_here == wrong_there == wrong_outside == []
