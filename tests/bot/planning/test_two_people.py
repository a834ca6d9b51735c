"""Two people in two real browsers: 冯老师 plans on his phone, 李建军 returns and approves at his desk."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from aiohttp.test_utils import TestServer
from playwright.async_api import Browser, Page, async_playwright, expect
from sqlalchemy import select

from handlers.context import House
from records.classes import TrainingClass
from tests.bot.planning.conftest import Town
from tests.browser import find_chromium
from tests.office import PASSWORD
from tests.schools import a_trainee_of

CHROMIUM = find_chromium()
pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine (set CHROMIUM to its path)"),
]
PHONE, DESK = (390, 844), (1280, 900)
HERE = {"latitude": 36.2668, "longitude": 111.9201, "accuracy": 12}


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        yield browser
        await browser.close()


async def sits_down(browser: Browser, server: TestServer, login: str, size: tuple[int, int]) -> tuple[Page, list[str]]:
    """A page of one person who signed in, and what the browser complains of."""
    context = await browser.new_context(
        viewport={"width": size[0], "height": size[1]},
        locale="zh-CN",
        geolocation=HERE,  # type: ignore[arg-type]
        permissions=["geolocation"],
        base_url=str(server.make_url("/")),
    )
    page, complaints = await context.new_page(), []  # type: ignore[var-annotated]
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda message: complaints.append(message.text))
    await page.goto("/staff/login")
    await page.fill("[name=login]", login)
    await page.fill("[name=password]", PASSWORD)
    await page.click("button.main")
    return page, complaints


async def test_a_class_from_its_plan_to_its_approval(
    browser: Browser, server: TestServer, house: House, town: Town
) -> None:
    feng, wrong_there = await sits_down(browser, server, "feng", PHONE)
    li, wrong_here = await sits_down(browser, server, "li", DESK)

    await feng.goto("/teach/classes")
    await feng.click("text=开新班")
    await feng.fill("[name=name]", "焊工5班")
    await feng.select_option("[name=occupation]", "焊工")
    await feng.fill("[name=days]", "50")
    await expect(feng.locator("#paid")).to_contain_text("计划50天，只按45天算，每人可补5000元")
    await feng.fill("[name=days]", "25")
    await expect(feng.locator("#paid")).to_contain_text("计划25天，每人可补3000元")
    await expect(feng.locator("[data-part=evening]")).to_be_hidden()
    await feng.check("[name=parts][value=evening]")
    await expect(feng.locator("[data-part=evening]")).to_be_visible()
    await feng.click("#locate")
    await expect(feng.locator("#located")).to_have_text("填好了，误差约12米。")
    latitude = float(await feng.input_value("[name=latitude]"))
    assert latitude != HERE["latitude"] and abs(latitude - HERE["latitude"]) < 0.01
    await feng.fill("[name=venue]", "实训楼201")
    await feng.click("text=存下计划")
    await expect(feng.locator("[role=alert]")).to_contain_text("有1处要改")
    await expect(feng.locator(".fault")).to_have_text("请填开课日期。")
    assert await feng.input_value("[name=venue]") == "实训楼201"
    await feng.fill("[name=starts]", "2026-12-01")
    await feng.fill("[name=teachers]", "冯老师、李老师")
    await feng.fill("[name=plan]", "前10天基本操作，后15天实训。")
    await feng.fill("[name=resources]", "教材，焊机20台。")
    await feng.fill("[name=assessment_plan]", "理论和实操。")
    await feng.click("text=存下计划")
    await expect(feng.locator(".elements .lacks")).to_have_text(["学员花名册（还没有学员）"])
    assert await feng.evaluate("document.documentElement.scrollWidth <= innerWidth")

    async with house.database.unit() as session:
        found = (await session.scalars(select(TrainingClass).where(TrainingClass.name == "焊工5班"))).one()
        await a_trainee_of(session, found, house.clock())
    await feng.reload()
    await feng.click("button:has-text('提交审批')")
    await expect(feng.locator(".head .chip")).to_have_text("待审批")

    await li.goto("/staff/classes")
    await li.click(".todo >> text=焊工5班")
    await expect(li.locator(".elements .there")).to_have_count(6)
    await li.fill("[name=remark]", "考核方案没写实操占多少分")
    await li.click("text=退回修改")
    await expect(li.locator("[role=status]")).to_contain_text("“焊工5班”退回了")

    await feng.reload()
    await expect(feng.locator(".note.warn").first).to_have_text("县人社局退回：考核方案没写实操占多少分")
    await feng.click("text=修改计划")
    await expect(feng.locator("[data-part=evening]")).to_be_visible()
    await feng.fill("[name=assessment_plan]", "理论占40%，实操占60%。")
    await feng.click("text=存下计划")
    await feng.click("button:has-text('提交审批')")
    await expect(feng.locator(".head .chip")).to_have_text("待审批")

    await li.goto(f"/staff/classes/{found.id}")
    await expect(li.locator("main")).to_contain_text("理论占40%，实操占60%。")
    await li.click("text=批准开班")
    await expect(li.locator(".head .chip")).to_have_text("已批准")
    await expect(li.locator(".trail li").last).to_contain_text("批准开班 李建军")

    await feng.reload()
    await expect(feng.locator(".head .chip")).to_have_text("已批准")
    await feng.click(".slot >> nth=0")
    await feng.click("summary:has-text('取消这节课')")
    await feng.fill(".sure [name=reason]", "教室停电")
    await feng.click("text=确定取消这节课")
    await expect(feng.locator(".slot.off")).to_have_count(1)
    assert wrong_there == ["Failed to load resource: the server responded with a status of 422 (Unprocessable Entity)"]
    assert wrong_here == []
