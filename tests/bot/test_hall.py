"""A hall: one screen in front, two phones that scan it, one session; each is in the register once, and the screen says so."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer, unused_port
from playwright.async_api import Browser, Page, async_playwright, expect

from bot.my import routes as my
from bot.screen import routes as screen
from bot.wechat.outbound import Outbound
from handlers import links, projector
from handlers.context import House
from records import register
from records.marks import Side, Status
from records.seats import roster
from tests.browser import find_chromium
from tests.conftest import Clock
from tests.halls import Hall, a_hall
from tests.office import a_follower

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(find_chromium() is None, reason="no Chromium on this machine (set CHROMIUM to its path)"),
]
PHONES = ("oWorkerOne", "oWorkerTwo")
IN_THE_HALL = {"latitude": 36.2661, "longitude": 111.9143, "accuracy": 20}  # WGS-84
AT_HOME = {"latitude": 36.2861, "longitude": 111.9143, "accuracy": 20}


@pytest.fixture
async def house(house: House) -> House:
    """The house of every test, with the address that its screens and links lead to."""
    address = f"http://127.0.0.1:{unused_port()}"
    return replace(house, settings=house.settings.model_copy(update={"public_url": address}))


@pytest.fixture
async def server(house: House) -> AsyncIterator[TestServer]:
    app, outbound = web.Application(), Outbound(house)
    screen.setup(app, house, outbound)
    my.setup(app, house, outbound)
    async with TestServer(app, port=int(house.settings.public_url.rpartition(":")[2])) as server:
        yield server


@pytest.fixture
async def hall(house: House) -> Hall:
    """Three trainees in a class that asks for the screen's QR code and the place; two of them have a phone."""
    async with house.database.unit() as session:
        hall = await a_hall(session, house.clock(), trainees=3, factors=["qr", "place"])
        for openid, (_, person) in zip(PHONES, await roster(session, hall.training_class.id), strict=False):
            await a_follower(session, openid, house.clock(), person)
    return hall


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        launched = await playwright.chromium.launch(
            executable_path=find_chromium(), args=["--no-sandbox", "--disable-gpu"]
        )
        yield launched
        await launched.close()


async def a_projector(browser: Browser, house: House, hall: Hall) -> Page:
    page = await browser.new_page(viewport={"width": 1920, "height": 1080}, locale="zh-CN")
    await page.goto(projector.address(house, hall.sittings[0]))
    return page


async def a_phone(browser: Browser, house: House, openid: str, at: dict[str, float]) -> Page:
    """A worker's phone that he has used the pages on before."""
    context = await browser.new_context(
        viewport={"width": 390, "height": 844}, locale="zh-CN", geolocation=at, permissions=["geolocation"]
    )
    page = await context.new_page()
    await page.goto(links.my(house, openid, "/my/", house.clock()))
    return page


async def scanned(page: Page) -> str:
    """The address in the QR code that the screen shows now."""
    answer = await page.request.get(f"{page.url}/now")
    return str((await answer.json())["address"])


async def test_two_phones_scan_one_screen(
    browser: Browser, server: TestServer, house: House, hall: Hall, clock: Clock
) -> None:
    front = await a_projector(browser, house, hall)
    first, second = [await a_phone(browser, house, openid, IN_THE_HALL) for openid in PHONES]

    await first.goto(await scanned(front))
    await expect(first.locator("h1")).to_have_text("签到成功")
    clock.move(seconds=15)
    address = await scanned(front)
    await second.goto(address)
    await expect(second.locator("h1")).to_have_text("签到成功")
    await second.goto(address)  # a thumb that was too quick
    await expect(second.locator("h1")).to_have_text("签到成功")

    await expect(front.locator("[data-in=open] [data-show=here]")).to_have_text("2", timeout=30_000)
    async with house.database.unit() as session:
        held = await register.holding(session, hall.sittings[0].id)
        assert await register.fault(session, hall.sittings[0].id) == ""
    signed = {enrolment: (mark.status, mark.ways) for (_, enrolment, side), mark in held.items() if side is Side.IN}
    assert signed == {each.id: (Status.PRESENT, "qr+place") for each in hall.enrolments[:2]}


async def test_a_picture_of_the_screen_does_not_help_at_home(
    browser: Browser, server: TestServer, house: House, hall: Hall
) -> None:
    front = await a_projector(browser, house, hall)
    at_home = await a_phone(browser, house, PHONES[0], AT_HOME)
    await at_home.goto(await scanned(front))
    await expect(at_home.locator("[role=alert]")).to_contain_text("您离教室约")
    async with house.database.unit() as session:
        assert await register.holding(session, hall.sittings[0].id) == {}
