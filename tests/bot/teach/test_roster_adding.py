"""Taking people into a class on the trainer's page: one by one, and from a sheet with errors, in a real browser."""

from __future__ import annotations

from collections.abc import AsyncIterator
from io import BytesIO

import pytest
from aiohttp.test_utils import TestServer
from openpyxl import Workbook, load_workbook
from playwright.async_api import Browser as Chromium
from playwright.async_api import async_playwright, expect

from handlers.context import House
from records import seats
from tests.bot.console.conftest import Browser
from tests.bot.teach.conftest import Door
from tests.browser import find_chromium
from tests.office import PASSWORD
from tests.seeds import a_worker_of_the_registry, an_id_number
from tests.taught import Taught, a_taught_class

LI, WANG, NOBODY = an_id_number(serial=701), an_id_number(serial=702), an_id_number(serial=703)


@pytest.fixture
async def taught(house: House) -> Taught:
    async with house.database.unit() as session:
        for name, serial in (("李秀英", 701), ("王建国", 702)):
            await a_worker_of_the_registry(session, house.clock(), name=name, serial=serial)
        return await a_taught_class(session, house.clock(), trainees=1)


@pytest.fixture
async def han(door: Door, taught: Taught) -> Browser:
    browser = await door()
    await browser.sign_in(taught.trainer.login)
    return browser


def at(taught: Taught, place: str = "") -> str:
    return f"/teach/classes/{taught.training_class.id}/roster{place}"


def a_sheet() -> bytes:
    """One who can come, one number twice, one whose number is wrong, one whom nobody knows, one with another's name."""
    book = Workbook()
    assert book.active is not None
    for row in (
        ("焊工3班花名册",),
        ("姓名", "身份证号", "手机号"),
        ("李秀英", LI, "13812345678"),
        ("李秀英", LI, ""),
        ("赵小军", LI[:17] + ("1" if LI[17] != "1" else "2"), ""),
        ("钱多多", NOBODY, ""),
        ("王建军", WANG, ""),
    ):
        book.active.append(row)
    kept = BytesIO()
    book.save(kept)
    return kept.getvalue()


def sent(content: bytes, name: str = "名单.xlsx") -> BytesIO:
    """As a file input sends it: the name comes from the stream."""
    stream = BytesIO(content)
    stream.name = name
    return stream


async def size(house: House, taught: Taught) -> int:
    async with house.database.unit() as session:
        return len(await seats.roster(session, taught.training_class.id))


async def test_one_person_is_added_by_name_and_number(han: Browser, taught: Taught, house: House) -> None:
    await han.open(at(taught))
    page = await han.send(at(taught, "/add"), name="李秀英", id_number=LI.lower())
    assert "加进来1人" in page.text
    assert await size(house, taught) == 2
    assert "1人本来就在" in (await han.send(at(taught, "/add"), name="李秀英", id_number=LI)).text
    assert await size(house, taught) == 2


@pytest.mark.parametrize(
    "name, number, said",
    [
        ("李大英", LI, "姓名和身份证号对不上"),
        ("钱多多", NOBODY, "不在县劳动力档案"),
        ("李秀英", "123", "身份证号"),
        ("", LI, "请填姓名"),
    ],
)
async def test_who_cannot_be_added_and_what_was_typed_stays(
    han: Browser, taught: Taught, house: House, name: str, number: str, said: str
) -> None:
    await han.open(at(taught))
    page = await han.send(at(taught, "/add"), name=name, id_number=number)
    assert (page.status, said in page.text) == (422, True)
    assert page.value("id_number") == number
    assert await size(house, taught) == 1


async def test_the_template_is_the_sheet_that_is_read(han: Browser, taught: Taught) -> None:
    answer = await han.client.get(at(taught, "/template.xlsx"))
    book = load_workbook(BytesIO(await answer.read()))
    assert book.active is not None
    assert [cell.value for cell in book.active[1]][:2] == ["姓名", "身份证号"]


async def test_rows_that_were_checked_for_one_class_serve_for_no_other(
    han: Browser, taught: Taught, house: House
) -> None:
    async with house.database.unit() as session:
        other = await a_taught_class(session, house.clock())
        other.training_class.institution_id = taught.training_class.institution_id
    await han.open(at(taught))
    page = await han.send(at(taught, "/check"), sheet=sent(a_sheet()))
    kept = page.value("kept")
    assert "李秀英" not in kept and LI not in page.html
    assert "不是给这个班核对的" in (await han.send(at(other, "/apply"), kept=kept)).text
    assert "没有收完整" in (await han.send(at(taught, "/apply"), kept=kept[:-8] + "AAAAAAA=")).text
    assert "没有收完整" in (await han.send(at(taught, "/apply"), kept="")).text
    assert await size(house, taught) == 1
    for _ in range(2):
        page = await han.send(at(taught, "/apply"), kept=kept)
    assert "1人本来就在" in page.text
    assert await size(house, taught) == 2


async def test_what_is_no_roster_is_refused(han: Browser, taught: Taught) -> None:
    await han.open(at(taught))
    for content, name, said in [
        (b"%PDF", "名单.pdf", "要.xlsx、.csv文件"),
        (b"PK\x03\x04", "名单.xlsx", "文件坏了"),
        ("甲,乙\n1,2\n".encode(), "名单.csv", "没找到表头"),
    ]:
        page = await han.send(at(taught, "/check"), sheet=sent(content, name))
        assert (page.status, said in page.text) == (422, True), page.text


@pytest.fixture
async def chromium() -> AsyncIterator[Chromium]:
    if (path := find_chromium()) is None:
        pytest.skip("no Chromium")
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=path, args=["--no-sandbox", "--disable-gpu"])
        yield browser
        await browser.close()


@pytest.mark.browser
@pytest.mark.parametrize("width", [390, 1280])
async def test_a_sheet_with_errors_is_shown_row_by_row_and_the_good_rows_come_in(
    chromium: Chromium, server: TestServer, taught: Taught, house: House, width: int
) -> None:
    page = await chromium.new_page(viewport={"width": width, "height": 844})
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    await page.goto(str(server.make_url("/staff/login?next=" + at(taught))))
    await page.fill("[name=login]", taught.trainer.login)
    await page.fill("[name=password]", PASSWORD)
    await page.click("main button")
    await page.set_input_files("[name=sheet]", {"name": "名单.xlsx", "mimeType": "", "buffer": a_sheet()})
    await page.click("button:text-is('核对')")
    rows = page.locator(".faults tbody tr")
    await expect(rows).to_have_count(4)
    for number, (where, said) in enumerate(
        [("第4行", "和第3行是同一个人"), ("第5行", "校验"), ("第6行", "不在县劳动力档案"), ("第7行", "对不上")]
    ):
        await expect(rows.nth(number)).to_contain_text(where)
        await expect(rows.nth(number)).to_contain_text(said)
    assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert await size(house, taught) == 1
    await page.click("button:has-text('把这1人加进来')")
    await expect(page.locator(".note.good")).to_have_text("加进来1人。")
    await expect(page.locator(".roster")).to_contain_text("李秀英")
    assert await size(house, taught) == 2
    assert complaints == []
    await page.close()
