"""The phone page in a real browser, as a person uses it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiohttp.test_utils import unused_port
from playwright.async_api import Browser, Page, async_playwright, expect
from wechatpy.replies import create_reply

from bot.simulator.account import Patience
from tests.bot.simulator.conftest import Desk, Seat, to
from tests.bot.simulator.small_bot import SmallBot, Temper, answers, replies
from tests.browser import find_chromium

CHROMIUM = find_chromium()
pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine (set CHROMIUM to its path)"),
]

ANSWER = "最高5000元。\n依据：古人社发〔2024〕15号 三（一）2、附件\n1 看有没有班　2 领培训券　3 算算我符不符合"
BROKEN: list[str] = []
OUT_OF_SERVICE = "该公众号暂时无法提供服务，请稍后再试"


def says(text: str) -> Temper:
    return replies(lambda message: str(create_reply(text, message).render()))


def when(event: asyncio.Event) -> Temper:
    async def temper(bot: SmallBot, request: Any, message: Any) -> None:
        await event.wait()

    return temper


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    """A browser whose pages must not break; what broke is told at the end."""
    BROKEN.clear()
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        yield browser
        await browser.close()
    assert BROKEN == []


@pytest.fixture
async def desk(seat: Seat) -> Desk:
    return await seat(patience=Patience(20))


async def visit(browser: Browser, desk: Desk, width: int = 390, height: int = 844, query: str = "") -> Page:
    """Open the page."""
    page = await browser.new_page(viewport={"width": width, "height": height}, locale="zh-CN")
    page.on("pageerror", lambda error: BROKEN.append(str(error)))
    await page.goto(str(desk.client.make_url("/phone")) + query)
    await page.wait_for_selector(".phone.current")
    return page


async def say(page: Page, text: str) -> None:
    await page.fill(".current .words", text)
    await page.press(".current .words", "Enter")


async def test_a_stranger_follows_asks_and_picks_a_choice(browser: Browser, desk: Desk) -> None:
    page = await visit(browser, desk, query="?openid=oNew")
    await expect(page.locator(".dock")).to_be_hidden()

    await page.click(".follow-now")
    await expect(page.locator(".theirs .bubble").last).to_have_text("收到：subscribe")
    desk.bot.tempers = [says(ANSWER)]
    await say(page, "焊工培训一个人给补多少")
    await expect(page.locator(".choice")).to_have_text(["1看有没有班", "2领培训券", "3算算我符不符合"])
    await expect(page.locator(".theirs .bubble").last).to_contain_text("三（一）2、附件")
    await page.click(".choice >> nth=1")

    await expect(page.locator(".theirs .bubble").last).to_have_text("收到：2")
    await expect(page.locator(".mine .bubble").last).to_have_text("2")
    await expect(page.locator(".choice").first).to_be_disabled()
    assert [message.type for message in desk.bot.heard] == ["event", "text", "text"]


@pytest.mark.parametrize(
    "text, choices",
    [
        ("您是哪里的？ 1 陵川县　2 古县", ["1陵川县", "2古县"]),
        ("看是哪一笔：\n1 学叉车工\n2 拿下叉车证头一次：每人300元\n回复数字我细说。", ["1学叉车工", "2拿下叉车证头一次：每人300元"]),
        ("到下面报到：1 鑫达职校 11月23日开班 离您3公里　2 技校", ["1鑫达职校 11月23日开班 离您3公里", "2技校"]),
        ("1、看班\n2、领券", ["1看班", "2领券"]),
        ("今年已用培训 1 次，还可 2 次。", []),
        ("最高3000元：150×10＋100×15。\n1 条依据", []),
        ("1.5万元", []),
    ],
)  # fmt: skip
async def test_which_lines_are_choices(browser: Browser, desk: Desk, text: str, choices: list[str]) -> None:
    page = await visit(browser, desk, query="?openid=oLiXiuying")
    desk.bot.tempers = [says(text)]
    await say(page, "问")
    await expect(page.locator(".theirs .bubble:not(.dots)")).to_be_visible()
    await expect(page.locator(".choice")).to_have_text(choices)


async def test_waiting_is_shown_until_the_answer_comes(browser: Browser, desk: Desk) -> None:
    page = await visit(browser, desk, query="?openid=oLiXiuying")
    answered = asyncio.Event()
    desk.bot.tempers = [when(answered)]

    await say(page, "在吗")
    await expect(page.locator(".title")).to_have_text("对方正在输入…")
    await expect(page.locator(".typing")).to_be_visible()
    answered.set()

    await expect(page.locator(".theirs .bubble").last).to_have_text("收到：在吗")
    await expect(page.locator(".title")).to_have_text("技能通")


async def test_a_failure_is_told_and_can_be_tried_again(browser: Browser, desk: Desk) -> None:
    page = await visit(browser, desk, query="?openid=oLiXiuying")
    desk.bot.tempers = [answers("{}")]

    await say(page, "签到")
    await expect(page.locator(".fault")).to_contain_text(OUT_OF_SERVICE)
    await page.click(".fault button")

    await expect(page.locator(".theirs .bubble").last).to_have_text("收到：签到")
    assert len({message.id for message in desk.bot.heard}) == 2


async def test_what_could_not_be_sent_is_kept(browser: Browser, desk: Desk) -> None:
    page = await visit(browser, desk, query="?openid=oLiXiuying")
    await page.route("**/simulator/send", lambda route: route.abort())
    await say(page, "我想领培训券")
    await expect(page.locator(".unsent")).to_be_visible()
    assert desk.bot.heard == []

    await page.unroute("**/simulator/send")
    await page.click(".unsent")

    await expect(page.locator(".theirs .bubble").last).to_have_text("收到：我想领培训券")
    await expect(page.locator(".mine")).to_have_count(2)  # the bubble and its face


async def test_places_voice_menu_and_scan(browser: Browser, desk: Desk) -> None:
    page = await visit(browser, desk, query="?openid=oLiXiuying")

    await page.click(".plus")
    await page.click("[data-tool=location]")
    await page.get_by_role("button", name="在教室").click()
    await expect(page.locator(".place")).to_contain_text("古县鑫达职校")
    await page.click(".voice")
    await say(page, "叉车证公家给报多钱")
    await expect(page.locator(".voice-said")).to_contain_text("叉车证公家给报多钱")
    await page.click(".menu .top >> nth=1")
    await page.click(".below button >> text=签到")
    await expect(page.locator(".note").last).to_have_text("点了菜单“签到”")
    await page.click(".plus")
    await page.click("[data-tool=scan]")
    await page.fill("input[name=code]", "class-3")
    await page.click("text=扫这个码")
    await expect(page.locator(".note").last).to_have_text("扫了二维码 class-3")

    place, voice, click, scan = await desk.bot.hears(4)
    assert (place.location_x, place.label) == ("36.266100", "古县鑫达职校")
    assert voice.recognition == "叉车证公家给报多钱"
    assert click.key == "签到"
    assert scan.scene_id == "class-3"


async def test_a_place_of_ones_own_and_a_photo(browser: Browser, desk: Desk) -> None:
    page = await visit(browser, desk, query="?openid=oLiXiuying")
    await page.click(".plus")
    await page.click("[data-tool=location]")
    await page.type("input[name=latitude]", "35.5")  # key by key
    await page.fill("input[name=longitude]", "112.8")
    await page.click("text=发送这个位置")
    await expect(page.locator(".place")).to_contain_text("35.5000, 112.8000")

    await page.set_input_files(".photo", {"name": "a.png", "mimeType": "image/png", "buffer": b"\x89PNG\r\n\x1a\n"})
    await expect(page.locator(".photo-said")).to_be_visible()

    place, photo = await desk.bot.hears(2)
    assert place.location_y == "112.800000"
    assert (await (await desk.client.session.get(photo.image)).read()).startswith(b"\x89PNG")


async def test_a_new_menu_of_the_account_appears(browser: Browser, desk: Desk) -> None:
    page = await visit(browser, desk, query="?openid=oLiXiuying")
    await desk.call("menu/create", {"button": [{"type": "click", "name": "查补贴", "key": "money"}]})
    await page.click("text=查补贴")
    [click] = await desk.bot.hears(1)
    assert click.key == "money"


async def test_markup_of_a_reply_is_shown_not_obeyed(browser: Browser, desk: Desk) -> None:
    page = await visit(browser, desk, query="?openid=oLiXiuying")
    desk.bot.tempers = [
        says('<img src=x onerror=alert(1)>\n<a href="javascript:alert(2)">点这里</a>\n看http://a.cn/my?s=1，回复“人工”')
    ]
    await say(page, "在吗")

    bubble = page.locator(".theirs .bubble").last
    await expect(bubble).to_contain_text("<img src=x onerror=alert(1)>")
    await expect(bubble.locator("a")).to_have_count(1)
    await expect(bubble.locator("a")).to_have_attribute("href", "http://a.cn/my?s=1")
    await page.click("text=“人工”")
    await expect(page.locator(".mine .bubble").last).to_have_text("人工")


async def test_leaving_and_coming_back(browser: Browser, desk: Desk) -> None:
    page = await visit(browser, desk, query="?openid=oLiXiuying")
    await page.click(".more")
    await page.click("text=取消关注")
    await expect(page.locator(".dock")).to_be_hidden()
    await page.click(".follow-now")
    await expect(page.locator(".dock")).to_be_visible()
    events = await desk.bot.hears(2)
    assert [message.event for message in events] == ["unsubscribe", "subscribe"]


async def test_several_phones_side_by_side(browser: Browser, desk: Desk) -> None:
    page = await visit(browser, desk, width=1280, height=900)
    await expect(page.locator(".phone:visible")).to_have_count(2)
    phones = {name: page.get_by_label(f"{name}的手机", exact=True) for name in ("李秀英", "王建军")}

    for name, phone in phones.items():
        await phone.locator(".words").fill(f"我是{name}")
        await phone.locator(".words").press("Enter")
    for name, phone in phones.items():
        await expect(phone.locator(".theirs .bubble")).to_have_text(f"收到：我是{name}")

    await page.click(".add-phone")
    await page.click("text=＋ 新手机")
    await expect(page.locator(".phone:visible")).to_have_count(3)
    await page.reload()
    await expect(page.locator(".phone:visible")).to_have_count(3)


async def test_one_phone_at_a_time_on_a_narrow_screen(browser: Browser, desk: Desk) -> None:
    page = await visit(browser, desk, width=360, height=640)
    await expect(page.locator(".phone:visible")).to_have_count(1)
    await desk.do("oWangJianjun", "text", text="在吗")
    await desk.call("message/custom/send", to("oWangJianjun", "电工班开班了"))

    await expect(page.locator(".current .dot")).to_be_visible()
    await page.click(".current .who")
    await page.get_by_role("button", name="王建军").click()

    await expect(page.locator(".current .bubble").last).to_have_text("电工班开班了")
    await expect(page.locator(".current .channel")).to_have_text("客服消息")


@pytest.mark.parametrize("width", [360, 390, 430])
async def test_nothing_is_wider_than_the_phone(browser: Browser, desk: Desk, width: int) -> None:
    page = await visit(browser, desk, width=width, height=700, query="?openid=oLiXiuying")
    desk.bot.tempers = [says("查看：http://127.0.0.1:8080/my/voucher?s=" + "a" * 120 + "\n" + "长" * 60)]
    await say(page, "W" * 80)
    await expect(page.locator(".theirs .bubble:not(.dots)")).to_be_visible()
    too_wide = (
        "[...document.querySelectorAll('.current *')].filter(e => e.getBoundingClientRect().right > innerWidth + 1)"
    )
    assert await page.evaluate(f"{too_wide}.map(e => e.className)") == []


async def test_the_page_finds_its_phone_again_after_a_restart_of_the_simulator(browser: Browser, seat: Seat) -> None:
    port = unused_port()
    before = await seat(port=port)
    page = await visit(browser, before, query="?openid=oNew")
    await page.click(".follow-now")
    await say(page, "在吗")
    await expect(page.locator(".theirs .bubble").last).to_have_text("收到：在吗")

    await before.client.close()
    await expect(page.locator(".lost")).to_be_visible()
    await say(page, "还在吗")
    await expect(page.locator(".unsent")).to_be_visible()
    after = await seat(port=port)
    await expect(page.locator(".lost")).to_be_hidden(timeout=15_000)
    await page.click(".unsent")

    await expect(page.locator(".bubble")).to_have_text(["还在吗", "收到：还在吗"])
    assert [message.source for message in after.bot.heard] == ["oNew"]
