"""The projector in a real browser: two phones check in from what it shows, and it never shows what does not hold."""

from __future__ import annotations

import re

import pytest
from aiohttp import ClientSession
from playwright.async_api import Browser, BrowserContext, Page, expect

from tests.bot.screen.conftest import Building
from tests.browser import find_chromium
from tests.conftest import Clock
from tests.office import PASSWORD

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(find_chromium() is None, reason="no Chromium on this machine (set CHROMIUM to its path)"),
]
WALL, PHONE = {"width": 1920, "height": 1080}, {"width": 390, "height": 844}
PICTURE = re.compile("^data:image/svg")
QR, CODE, HERE = ".qr img[data-show=qr]", ".code[data-show=code]", ".arrived [data-show=here]"


async def a_page(browser: Browser, address: str, size: dict[str, int] = WALL) -> tuple[Page, BrowserContext]:
    context = await browser.new_context(viewport=size, locale="zh-CN")  # type: ignore[arg-type]
    page = await context.new_page()
    await page.goto(address)
    return page, context


async def say(phone: Page, text: str, answer: str) -> None:
    await phone.fill(".current .words", text)
    await phone.press(".current .words", "Enter")
    await expect(phone.locator(".current .theirs .bubble").last).to_contain_text(answer)


async def test_two_phones_check_in_from_what_the_projector_shows(browser: Browser, building: Building) -> None:
    wall, _ = await a_page(browser, building.screen)
    await expect(wall.locator(HERE)).to_have_text("0")
    await expect(wall.locator(QR)).to_have_attribute("src", PICTURE)
    code = (await wall.locator(CODE).inner_text()).replace(" ", "")
    for number in (0, 1):
        address = f"{building.address}/phone?openid={building.hall.phones[number].openid}"
        phone, _ = await a_page(browser, address, PHONE)
        await say(phone, "签到", "6位码")
        await say(phone, code, "签到成功")
    await expect(wall.locator(HERE)).to_have_text("2")
    await expect(wall.locator(".latest li")).to_have_text(["王*国", "李*英"])


async def test_the_code_turns_and_the_old_one_is_gone(browser: Browser, building: Building, clock: Clock) -> None:
    wall, _ = await a_page(browser, building.screen)
    await expect(wall.locator(QR)).to_have_attribute("src", PICTURE)
    before = await wall.locator(QR).get_attribute("src"), await wall.locator(CODE).inner_text()
    clock.move(seconds=30)
    await expect(wall.locator(QR)).not_to_have_attribute("src", str(before[0]))
    await expect(wall.locator(CODE)).not_to_have_text(before[1])


async def test_when_the_network_drops_the_codes_are_taken_away_until_it_is_back(
    browser: Browser, building: Building, clock: Clock
) -> None:
    clock.move(seconds=10)  # five seconds before the code turns
    wall, context = await a_page(browser, building.screen)
    await expect(wall.locator(QR)).to_have_attribute("src", PICTURE)
    await context.set_offline(True)
    await expect(wall.locator(".broken")).to_be_visible(timeout=15_000)
    await expect(wall.locator(".cover")).to_be_visible(timeout=15_000)
    assert await wall.locator(QR).get_attribute("src") is None
    await expect(wall.locator(CODE)).to_be_hidden()
    await context.set_offline(False)
    await expect(wall.locator(QR)).to_have_attribute("src", PICTURE, timeout=15_000)
    await expect(wall.locator(".broken")).to_be_hidden()
    await expect(wall.locator(".cover")).to_be_hidden()


async def test_before_and_after_the_window_there_is_no_code(browser: Browser, building: Building, clock: Clock) -> None:
    clock.move(hours=-2)
    wall, _ = await a_page(browser, building.screen)
    await expect(wall.locator("[data-in=early]")).to_contain_text("09:40")
    await expect(wall.locator("[data-in=open]")).to_be_hidden()
    clock.move(hours=2)
    await expect(wall.locator("[data-in=open]")).to_be_visible(timeout=15_000)
    clock.move(hours=3, minutes=11)
    await expect(wall.locator("[data-in=over]")).to_contain_text("谢谢大家", timeout=15_000)
    await expect(wall.locator("[data-in=open]")).to_be_hidden()
    clock.move(minutes=30)
    await expect(wall.locator("h1")).to_have_text("投屏结束了", timeout=15_000)


@pytest.mark.parametrize("size", [WALL, PHONE], ids=["wall", "phone"])
async def test_it_fits_and_breaks_no_rule(browser: Browser, building: Building, size: dict[str, int]) -> None:
    context = await browser.new_context(viewport=size, locale="zh-CN")  # type: ignore[arg-type]
    page = await context.new_page()
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda message: complaints.append(message.text))
    await page.goto(building.screen)
    await expect(page.locator(QR)).to_have_attribute("src", PICTURE)
    assert await page.evaluate(
        "document.documentElement.scrollWidth <= innerWidth && document.documentElement.scrollHeight <= innerHeight"
    )
    assert complaints == []


async def test_without_a_script_it_shows_the_code_of_the_moment_and_asks_again(
    browser: Browser, building: Building
) -> None:
    context = await browser.new_context(java_script_enabled=False, viewport=WALL)  # type: ignore[arg-type]
    page = await context.new_page()
    await page.goto(building.screen)
    await expect(page.locator(".qr noscript img")).to_be_visible()
    assert await page.locator("meta[http-equiv=refresh]").count() == 1


async def test_the_trainers_page_shows_the_same_code_small(browser: Browser, building: Building) -> None:
    page, _ = await a_page(browser, f"{building.address}/staff/login?next={building.hall.address}", PHONE)
    await page.fill("[name=login]", "feng")
    await page.fill("[name=password]", PASSWORD)
    await page.click("button.main")
    await expect(page.locator(".small-qr img")).to_have_attribute("src", PICTURE)
    async with ClientSession() as http, http.get(f"{building.screen}/now") as answer:
        told = await answer.json()
    await expect(page.locator(".digits")).to_have_text(f"{told['code'][:3]} {told['code'][3:]}")
