"""What leaves the office: the attendance sheet, and certificates that anybody can check."""

from __future__ import annotations

import re
from io import BytesIO

import pytest
from aiohttp.test_utils import TestServer
from openpyxl import load_workbook
from playwright.async_api import async_playwright
from pypdf import PdfReader
from sqlalchemy import select

from handlers.context import House
from records import attestations
from records.audit import Entry, Event
from records.guesses import Way, figures
from tests.bot.board.conftest import Door
from tests.bot.console.conftest import Browser
from tests.browser import find_chromium
from tests.conftest import Clock
from tests.county import NAMES, County
from tests.office import PASSWORD

CODE = re.compile(r"\b[2-9A-Z]{4}-[2-9A-Z]{4}-[2-9A-Z]{4}\b")
CHROMIUM = find_chromium()


def one(county: County, area: str = "staff") -> str:
    return f"/{area}/classes/{county.welders.training_class.id}"


async def people_on(browser: Browser, path: str, **form: str) -> tuple[list[str], list[str], str]:
    """Names and ID numbers of the sheet, and its file name."""
    if form:
        answer = await browser.client.post(path, data={"csrf": browser.token} | form)
    else:
        answer = await browser.client.get(path)
    assert answer.status == 200 and answer.content_type.endswith("spreadsheetml.sheet")
    sheet = load_workbook(BytesIO(await answer.read())).active
    assert sheet is not None
    rows = [[str(sheet.cell(row, column).value) for column in (2, 3)] for row in range(6, 6 + len(NAMES))]
    return [row[0] for row in rows], [row[1] for row in rows], answer.headers["Content-Disposition"]


async def done(house: House, event: Event) -> list[Entry]:
    async with house.database.unit() as session:
        return list(await session.scalars(select(Entry).where(Entry.event == event)))


async def test_the_office_gets_it_masked_and_the_download_is_audited(door: Door, house: House, county: County) -> None:
    names, numbers, file = await people_on(await door("wu"), f"{one(county)}/attendance/sheet")
    assert names[0] == "李*英" and all("*" in each for each in names + numbers)
    assert file.startswith("attachment; filename*=UTF-8''%E7%84%8A%E5%B7%A53%E7%8F%AD")
    (entry,) = await done(house, Event.CLASS_SHEET_DOWNLOAD)
    assert entry.actor == county.auditor.actor and entry.details == {"trainees": 12, "sessions": 2}
    assert await done(house, Event.CLASS_NUMBERS_VIEW) == []


async def test_numbers_in_full_need_the_right_and_a_reason(door: Door, house: House, county: County) -> None:
    zhang, at = await door("zhang"), f"{one(county)}/attendance/sheet"
    await zhang.open(f"{one(county)}/attendance")
    page = await zhang.send(at, reason=" ")
    assert "请填用途" in page.text and await done(house, Event.CLASS_NUMBERS_VIEW) == []
    names, numbers, _ = await people_on(zhang, at, reason="申报补贴核对")
    assert tuple(names) == NAMES and all(len(each) == 18 and "*" not in each for each in numbers)
    (entry,) = await done(house, Event.CLASS_NUMBERS_VIEW)
    assert entry.actor == county.clerk.actor and entry.details == {"reason": "申报补贴核对"}
    li = await door("li")
    assert "下载全号" not in (await li.open(f"{one(county)}/attendance")).text
    assert (await li.send(at, reason="看看")).status == 403


async def test_the_trainer_gets_names_and_no_numbers(door: Door, house: House, county: County) -> None:
    feng = await door("feng")
    assert "下载考勤表" in (await feng.open(one(county, "teach"))).text
    names, numbers, _ = await people_on(feng, f"{one(county, 'teach')}/sheet")
    assert tuple(names) == NAMES and all("*" in each for each in numbers)
    assert [each.actor for each in await done(house, Event.CLASS_SHEET_DOWNLOAD)] == [county.trainer.actor]
    other = f"/teach/classes/{county.nurses.training_class.id}/sheet"
    assert (await feng.open(other)).status == 403


async def test_certificates_are_issued_once_a_day_and_verified_by_anybody(
    door: Door, house: House, county: County
) -> None:
    li = await door("li")
    page = await li.open(f"{one(county)}/attestations")
    assert "还没开的 12人" in page.text and not CODE.search(page.html)
    page = await li.send(f"{one(county)}/attestations", only=county.welders.enrolments[0].id)
    assert "开好了1张" in page.text and "李秀英 （身份证号 1401**********" in page.text and "王建国" not in page.text
    page = await li.send(f"{one(county)}/attestations")
    assert "开好了11张" in page.text and len(set(CODE.findall(page.html))) == 12
    assert "今天开过了" in (await li.send(f"{one(county)}/attestations")).text
    assert len(await done(house, Event.CLASS_ATTESTATION_ISSUE)) == 12
    anybody, code = await door(), CODE.findall(page.html)[0]
    page = await anybody.open(f"/verify/?code={code.lower().replace('-', '%20')}")
    assert page.status == 200
    told = re.sub(r"\s+", " ", page.text)
    for said in ("李*英", "焊工3班", "开课 2节", "出勤 2节", "2026年11月20日", code):
        assert said in told, said
    for hidden in ("李秀英", "1401", "鑫达", "请假", "实训楼"):
        assert hidden not in page.html, hidden


async def test_a_slip_is_told_and_guesses_run_out(door: Door, house: House, county: County, clock: Clock) -> None:
    anybody = await door()
    page = await anybody.open("/verify/2222-2222-222")
    assert page.status == 404 and "有11位" in page.text and page.value("code") == "2222-2222-222"
    vault = house.database.vault
    for number in range(900, 900 + figures().limits[Way.NETWORK].most):
        page = await anybody.open(f"/verify/{attestations.code(vault, number)}")
        assert page.status == 404 and "没有开过这个验证码" in page.text
    li = await door("li")
    await li.open(f"{one(county)}/attestations")
    code = CODE.findall((await li.send(f"{one(county)}/attestations")).html)[0]
    assert "请15分钟后再试" in (await anybody.open(f"/verify/{code}")).text
    clock.move(minutes=16)
    assert "这张证明是真的" in (await anybody.open(f"/verify/{code}")).text


@pytest.mark.parametrize(
    "path", ["/verify/", "/verify/%00%ff", "/verify/" + "9" * 500, "/verify/<script>", "/verify/?code=%F0%9F%98%80"]
)
async def test_odd_codes_are_no_failure(door: Door, path: str) -> None:
    page = await (await door()).open(path)
    assert page.status in (200, 404) and "<script>" not in page.html


async def test_who_may_not_issue(door: Door, county: County) -> None:
    for login in ("wu", "far", "feng"):
        browser = await door(login)
        await browser.open("/staff/board")
        assert (await browser.open(f"{one(county)}/attestations")).status == 403
        assert (await browser.send(f"{one(county)}/attestations")).status == 403


@pytest.mark.browser
@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine (set CHROMIUM to its path)")
async def test_each_certificate_prints_on_one_page_and_no_page_is_too_wide(
    door: Door, server: TestServer, county: County
) -> None:
    li = await door("li")
    await li.open(f"{one(county)}/attestations")
    await li.send(f"{one(county)}/attestations")
    sitting = county.welders.sittings[2].id
    pages = ["/staff/board", "/staff/board/days", f"/staff/board/sessions/{sitting}", f"{one(county)}/attendance",
             "/staff/suspicions", "/staff/checks", f"/staff/checks/{sitting}", f"{one(county)}/attestations"]  # fmt: skip
    complaints: list[str] = []
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        page = await browser.new_page(viewport={"width": 390, "height": 844}, locale="zh-CN")
        page.on("console", lambda message: complaints.append(message.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        await page.goto(str(server.make_url("/staff/login")))
        await page.fill("[name=login]", "li")
        await page.fill("[name=password]", PASSWORD)
        await page.click("button.main")
        for width in (390, 1280):
            await page.set_viewport_size({"width": width, "height": 844})
            for path in pages:
                answer = await page.goto(str(server.make_url(path)))
                assert answer is not None and answer.status == 200, path
                assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth"), (path, width)
        printed = PdfReader(BytesIO(await page.pdf(prefer_css_page_size=True)))
        await browser.close()
    assert complaints == []
    assert len(printed.pages) == len(NAMES)
    box = printed.pages[0].mediabox
    assert (round(float(box.width)), round(float(box.height))) == (595, 842)
    assert all(CODE.search(sheet.extract_text()) for sheet in printed.pages)
