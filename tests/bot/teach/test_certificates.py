"""Certificates on the trainer's and the office's pages: one by one, by a sheet, put right, and looked at on two widths."""

from __future__ import annotations

from io import BytesIO

import pytest
from aiohttp import FormData
from openpyxl import Workbook
from sqlalchemy import select

from handlers import certificate_rules
from handlers.context import House
from records.certificates import Certificate
from records.files import StoredFile
from records.voucher_states import State
from records.vouchers import Voucher
from tests.bot.console.conftest import Browser
from tests.bot.teach.conftest import Door
from tests.certified import a_handed_in_class, a_number, a_paper
from tests.conftest import Clock
from tests.records.test_proving import JPEG
from tests.taught import Taught, renewed

HEAD = ("姓名", "身份证号", "证书类型", "工种", "等级", "证书编号", "发证日期", "发证机构")


@pytest.fixture
async def taught(house: House, clock: Clock) -> Taught:
    async with house.database.unit() as session:
        return (await a_handed_in_class(session, clock))[0]


@pytest.fixture
async def han(door: Door, taught: Taught) -> Browser:
    """The class's trainer."""
    browser = await door()
    await browser.sign_in(taught.trainer.login)
    return browser


@pytest.fixture
async def clerk(door: Door, taught: Taught) -> Browser:
    """A clerk of the county's office."""
    browser = await door()
    await browser.sign_in(taught.clerk.login)
    return browser


def at(taught: Taught, place: str = "") -> str:
    return f"/teach/classes/{taught.training_class.id}/certificates{place}"


def a_row(house: House, taught: Taught, number: int, **changes: str) -> list[str]:
    """A trainee's row as the evaluation body writes it."""
    vault, person = house.database.vault, taught.persons[number]
    told = {
        "姓名": vault.open(person.name_sealed), "身份证号": vault.open(person.id_sealed), "证书类型": "等级证",
        "工种": "焊工", "等级": "五级/初级工", "证书编号": a_number(number + 1), "发证日期": "2026年11月20日",
        "发证机构": "鉴定中心",
    }  # fmt: skip
    return list((told | changes).values())


def a_sheet(*rows: list[str]) -> bytes:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for row in (["古县焊工取证名单"], HEAD, *rows):
        sheet.append(row)
    kept = BytesIO()
    book.save(kept)
    return kept.getvalue()


def form(token: str, name: str, file: tuple[str, bytes], **fields: object) -> FormData:
    data = FormData({"csrf": token} | {key: str(value) for key, value in fields.items()})
    data.add_field(name, file[1], filename=file[0])
    return data


async def test_one_is_entered_with_its_scan(han: Browser, taught: Taught, house: House, door: Door) -> None:
    page = await han.open(at(taught))
    assert "0 / 2" in page.text
    told = {"enrolment": taught.enrolments[0].id, "kind": "职业技能等级证书", "level": "初级工", "issuer": "鉴定中心"}
    wrong = await han.send(at(taught), **told, number="123", issued_on="2026-11-20")
    assert (wrong.status, "编号是22位" in wrong.text, wrong.value("number")) == (422, True, "123")
    sent = form(han.token, "scan", ("证.jpg", JPEG), **told, number=a_number(1), issued_on="2026-11-20")
    page = await han.send_form(at(taught), sent)
    assert "登记好了" in page.text and "新增技能人才" in page.text and "1 / 2" in page.text
    async with house.database.unit() as session:
        entered = (await session.scalars(select(Certificate))).one()
        assert (await session.get_one(StoredFile, entered.file_id)).kind == "image/jpeg"
    scan = await han.client.get(f"/teach/certificates/{entered.id}/file")
    assert (await scan.read(), scan.content_type) == (JPEG, "image/jpeg")
    assert (await (await door()).open(at(taught))).path == "/staff/login"


async def test_a_sheet_is_looked_at_then_entered_and_again_enters_nothing(
    han: Browser, taught: Taught, house: House
) -> None:
    await han.open(at(taught))
    good, failed = a_row(house, taught, 0), a_row(house, taught, 2)
    twice = a_row(house, taught, 1, 证书编号=a_number(1))
    odd = a_row(house, taught, 1, 发证日期="去年")
    content = a_sheet(good, twice, odd, failed, ["合计", "4本"])
    page = await han.send_form(at(taught, "/check"), form(han.token, "sheet", ("表.xlsx", content)))
    assert "可以登记 1本" in page.text and "要改 3行" in page.text
    for said in ("和第3行是同一个证书编号", "发证日期要像2026-11-20", "考核结果是“不合格”"):
        assert said in page.text
    async with house.database.unit() as session:
        assert (await session.scalars(select(Certificate))).all() == []
    kept = page.value("kept")
    assert "登记了1本，3行没登上" in (await han.send(at(taught, "/apply"), kept=kept)).text
    assert "1本本来就在" in (await han.send(at(taught, "/apply"), kept=kept)).text
    async with house.database.unit() as session:
        states = [each.state for each in await session.scalars(select(Voucher).order_by(Voucher.id))]
    assert states == [State.CERTIFIED, State.ASSESSED, State.ASSESSED]


async def test_a_wrong_total_and_what_is_no_sheet_enter_nothing(han: Browser, taught: Taught, house: House) -> None:
    await han.open(at(taught))
    content = a_sheet(a_row(house, taught, 0), ["合计：3人"])
    page = await han.send_form(at(taught, "/check"), form(han.token, "sheet", ("表.xlsx", content)))
    assert "第4行的合计写的是3，表里有1行，对不上" in page.text
    assert 'name="kept"' not in page.html
    page = await han.send_form(at(taught, "/check"), form(han.token, "sheet", ("表.csv", "甲,乙\n1,2\n".encode())))
    assert (page.status, "没有找到表头" in page.text) == (422, True)
    assert "没有收完整" in (await han.send(at(taught, "/apply"), kept="x")).text


async def test_the_office_takes_a_sheet_for_everybody_and_puts_one_right(
    clerk: Browser, taught: Taught, house: House, clock: Clock
) -> None:
    await clerk.open("/staff/certificates/import")
    content = a_sheet(a_row(house, taught, 0), a_row(house, taught, 1, 工种="电工"))
    sent = form(clerk.token, "sheet", ("表.xlsx", content))
    page = await clerk.send_form("/staff/certificates/import/check", sent)
    assert "焊工3班" in page.text and "不是班上考的" in page.text
    page = await clerk.send("/staff/certificates/import/apply", kept=page.value("kept"))
    assert "登记了2本" in page.text and page.path == "/staff/certificates"
    async with house.database.unit() as session:
        first = (await session.scalars(select(Certificate).order_by(Certificate.id))).first()
    assert first is not None
    one = f"/staff/certificates/{first.id}"
    page = await clerk.open(one)
    told = {
        "kind": first.kind,
        "occupation": "焊工",
        "level": "初级工",
        "issuer": "鉴定中心",
        "issued_on": "2026-11-20",
    }
    assert "更正好了" in (await clerk.send(one, **told, number=a_number(9), reason="抄错了")).text
    page = await clerk.open(one)
    assert a_number(9) in page.text and "抄错了" in page.text


async def test_another_school_sees_nothing(door: Door, taught: Taught, house: House, clock: Clock) -> None:
    async with house.database.unit() as session:
        other = (await a_handed_in_class(session, clock))[0]
        await renewed(session, taught)
        entered, _ = await certificate_rules.enter(session, taught.enrolments[0], a_paper(), taught.trainer, clock())
    stranger = await door()
    await stranger.sign_in(other.trainer.login)
    for place in (at(taught), f"/teach/certificates/{entered.id}/file"):
        page = await stranger.open(place)
        assert (page.status, "不归您管" in page.text) == (403, True)
    assert (await stranger.open("/staff/certificates")).status == 403
