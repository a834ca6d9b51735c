"""A worker's whole way through WeChat's protocol in safe mode: real HTTP on both sides, nothing mocked."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest
from playwright.async_api import async_playwright, expect

from bot.jobs import scheduler
from handlers.context import House
from records import codes, notices
from records.staff import Role
from records.standing import standing as standing_of
from tests.bot.town import WORKER, Phone, town
from tests.browser import find_chromium
from tests.conftest import Clock
from tests.office import a_draft, an_account
from tests.seeds import a_class_in_session, a_policy_that_goes_on, a_worker_of_the_registry

CHROMIUM = find_chromium()


@pytest.fixture
async def phone(house: House, clock: Clock) -> AsyncIterator[Phone]:
    async with town(house, clock) as phone:
        yield phone


async def test_a_worker_asks_gets_a_voucher_and_checks_in(phone: Phone, house: House, clock: Clock) -> None:
    async with house.database.unit() as session:
        worker = await a_worker_of_the_registry(session, clock())
        await a_policy_that_goes_on(session, clock())
        seat = await a_class_in_session(session, worker, clock())
    assert "5000元" in await phone.says("古县焊工培训一个人给补多少")

    assert "姓名" in await phone.says("我想领培训券")
    assert "18位" in await phone.says(f"李秀英 {worker.id_number[:-1]}")
    bound = await phone.says(f"李秀英 {worker.id_number}")
    assert worker.id_number not in bound
    assert "券号" in await phone.says("焊工")

    assert "6位码" in await phone.says("签到")
    assert "码不对" in await phone.says("000000")
    assert "位置" in await phone.says(codes.code(house.database.vault, seat.session, clock()))
    room = {"latitude": seat.training_class.latitude, "longitude": seat.training_class.longitude}
    assert "没签上" in await phone.does(kind="location", latitude=room["latitude"] + 0.02, longitude=room["longitude"])
    assert "签到成功" in await phone.does(kind="location", **room)
    assert "已经签过" in await phone.says("签到")
    async with house.database.unit() as session:
        standing = await standing_of(session, seat.enrolment, clock(), clock().date())
    assert standing.attended == 1


async def test_what_is_no_worker_of_ours_is_told_kindly(phone: Phone) -> None:
    assert "实名" in await phone.says("签到")
    assert "打字" in await phone.does(kind="voice", text=None)
    assert await phone.does(kind="image", url="http://127.0.0.1/x.jpg")
    assert await phone.does(kind="unsubscribe") == ""


async def test_a_notice_that_two_approved_arrives_on_the_phone(house: House, clock: Clock) -> None:
    async with town(house, clock, jobs=True) as phone:
        await phone.says("我是陵川的")
        async with house.database.unit() as session:
            writer = await an_account(session, "writer", Role.CLERK, now=clock())
            approver = await an_account(session, "second", Role.APPROVER, now=clock())
            notice = await notices.write(session, a_draft(), writer, "form-1", clock())
            await notices.submit(session, notice, writer, clock())
            await notices.approve(session, notice, approver, clock())
        scheduler.wake()
        async with asyncio.timeout(20):
            while "附城镇电工班" not in await phone.shows():
                await asyncio.sleep(0.05)
        assert (await phone.shows()).count("附城镇电工班") == 1


@pytest.mark.browser
@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine (set CHROMIUM to its path)")
async def test_on_the_phone_page_a_worker_asks_and_checks_in(phone: Phone, house: House, clock: Clock) -> None:
    async with house.database.unit() as session:
        worker = await a_worker_of_the_registry(session, clock())
        seat = await a_class_in_session(session, worker, clock())
    await phone.says(f"李秀英 {worker.id_number}")
    await phone.says("同意")
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        page = await browser.new_page(viewport={"width": 390, "height": 844}, locale="zh-CN")
        await page.goto(f"{phone.client.make_url('/phone')}?openid={WORKER}")

        async def say(text: str) -> None:
            await page.fill(".current .words", text)
            await page.press(".current .words", "Enter")

        told = page.locator(".current .theirs .bubble:not(.dots)").last
        await say("古县焊工培训一个人给补多少")
        await expect(told).to_contain_text("5000元")
        await say("签到")
        await expect(told).to_contain_text("6位码")
        await say(codes.code(house.database.vault, seat.session, clock()))
        await expect(told).to_contain_text("发位置")
        await phone.does(
            kind="location", latitude=seat.training_class.latitude, longitude=seat.training_class.longitude
        )
        await expect(told).to_contain_text("签到成功")
        await browser.close()
