"""Rosters on sheets: what people really send is read, what is wrong is said row by row, and nobody comes in twice."""

from __future__ import annotations

import zipfile
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from io import BytesIO
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from handlers import roster_sheets, rosters
from handlers.context import House
from handlers.roster_sheets import MOST_ROWS, Roster, Row
from handlers.rosters import Applied, Checked
from records import audit, enrolling, people
from records.audit import Event
from records.classes import TrainingClass
from records.database import Database
from records.enrolments import Enrolment
from records.errors import Refused
from records.id_number import read
from records.people import Person, Source
from records.staff import Role, Staff
from tests.classes import LINGCHUAN, a_voucher, an_open_class
from tests.conftest import Clock
from tests.office import an_account
from tests.seeds import a_worker_of_the_registry, an_id_number

HEADING = ("姓名", "身份证号", "手机号", "乡镇", "券号")
LI, WANG = an_id_number(serial=12), an_id_number(serial=34)


def a_sheet(*rows: Sequence[Any], merged: str = "") -> bytes:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for row in rows:
        sheet.append(list(row))
    if merged:
        sheet.merge_cells(merged)
    kept = BytesIO()
    book.save(kept)
    return kept.getvalue()


class TestReading:
    """What stands on a sheet."""

    def test_what_the_template_asks_for_is_what_is_read(self) -> None:
        book = load_workbook(BytesIO(roster_sheets.template()))
        sheet = book.active
        assert sheet is not None
        assert [cell.value for cell in sheet[1]] == list(HEADING)
        assert sheet["B2"].number_format == "@"
        for column, value in enumerate(("李秀英", LI, "13812345678", "附城镇", ""), 1):
            sheet.cell(2, column, value)
        kept = BytesIO()
        book.save(kept)
        assert roster_sheets.read(kept.getvalue()).rows == (Row("第2行", "李秀英", LI, "13812345678", "附城镇"),)

    def test_full_width_spaces_numbers_lower_case_and_other_columns(self) -> None:
        number = LI[:-1] + "x"
        wide = "".join(chr(ord(character) + 0xFEE0) for character in number)
        content = a_sheet(
            ["序号", "＊学员姓名", "性别", "身份证号码（18位）", "联系电话"],
            [1, " 李 秀英 ", "女", f" {wide[:6]} {wide[6:]}", 13812345678.0],
        )
        assert roster_sheets.read(content).rows == (Row("第2行", "李秀英", number, "13812345678"),)

    def test_a_title_over_merged_cells_and_blank_rows(self) -> None:
        content = a_sheet(
            ["焊工3班花名册"], [], ["培训机构：鑫达职校"], HEADING, ["李秀英", LI], [], ["王小红", WANG], merged="A1:E1"
        )
        assert [(row.where, row.name) for row in roster_sheets.read(content).rows] == [
            ("第5行", "李秀英"),
            ("第7行", "王小红"),
        ]

    def test_a_csv_does_as_well(self) -> None:
        content = f"姓名,身份证号\n李秀英,{LI}\n".encode("gb18030")
        assert [row.name for row in roster_sheets.read(content).rows] == ["李秀英"]

    @pytest.mark.parametrize(
        "content, why",
        [
            (b"", "是空的"),
            (b"\xd0\xcf\x11\xe0" + bytes(600), "加了密码的表或旧的 .xls"),
            (b"PK\x03\x04 broken", "文件坏了"),
            (b"\x89PNG\r\n\x1a\n" + bytes(50), "不是表格"),
            (a_sheet(["姓名", "性别"], ["李秀英", "女"]), "没找到表头"),
            (a_sheet([], [], [], [], [], ["x"], ["y"], ["z"], ["u"], ["v"], HEADING), "没找到表头"),
            (a_sheet(HEADING), "表头下面没有人"),
            (a_sheet(HEADING, *(["李秀英", LI] for _ in range(MOST_ROWS + 1))), "最多1000人，这份有1001人"),
            (a_sheet(HEADING, *(["李秀英", LI] for _ in range(10_000))), "这份有10000人"),
            (bytes(6 * 1024 * 1024), "最大5MB"),
        ],
        ids=[
            "empty",
            "xls",
            "broken",
            "png",
            "no-numbers",
            "too-low",
            "nobody",
            "too-many",
            "ten-thousand",
            "too-large",
        ],
    )
    def test_what_is_no_roster_is_refused_with_what_to_do(self, content: bytes, why: str) -> None:
        with pytest.raises(Refused, match=why):
            roster_sheets.read(content)

    def test_a_bomb_is_not_unpacked(self) -> None:
        packed = BytesIO()
        with (
            zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as bomb,
            bomb.open("xl/worksheets/sheet1.xml", "w") as part,
        ):
            for _ in range(210):
                part.write(bytes(1024 * 1024))
        with pytest.raises(Refused, match="解开后有210MB"):
            roster_sheets.read(packed.getvalue())


class Desk:
    """A class, and somebody who brings rosters."""

    def __init__(self, house: House, session: AsyncSession, training_class: TrainingClass, account: Staff) -> None:
        self.house, self.session, self.training_class, self.account = house, session, training_class, account

    async def check(self, *rows: Row) -> Checked:
        return await rosters.check(
            self.session, self.house.shelf, self.training_class, Roster(rows), self.account, self.house.clock()
        )

    async def apply(self, *rows: Row) -> Applied:
        return await rosters.apply(
            self.session, self.house.shelf, self.training_class, Roster(rows), self.account, self.house.clock()
        )

    async def fault(self, **changes: str) -> tuple[str, ...]:
        """What is wrong with a row that would do but for these changes."""
        (fault,) = (await self.check(replace(Row("第2行", "李秀英", LI), **changes))).faults
        return fault.says

    async def person(self) -> Person:
        found = await people.by_id_number(self.session, LI)
        assert found is not None
        return found


@pytest.fixture
async def desk(either: Database, shipped: House, clock: Clock) -> Any:
    """A trainer with a class of two seats; 李秀英 is in the registry."""
    async with either.unit() as session:
        await a_worker_of_the_registry(session, clock(), region=LINGCHUAN, serial=12)
        training_class = await an_open_class(session, capacity=2)
        account = await an_account(session, "trainer", Role.TRAINER, now=clock())
        account.institution_id = training_class.institution_id
        yield Desk(replace(shipped, database=either, clock=clock), session, training_class, account)


async def the_office(desk: Desk) -> None:
    desk.account = await an_account(desk.session, "clerk", Role.CLERK, now=desk.house.clock())


async def test_a_good_row_is_taken_with_the_voucher_that_serves(desk: Desk, clock: Clock) -> None:
    voucher = await a_voucher(desk.session, await desk.person(), clock())
    (good,) = (await desk.check(Row("第2行", "李秀英", LI))).good
    assert good.voucher is voucher
    assert list(await desk.session.scalars(select(Enrolment))) == []  # looking changes nothing
    assert await desk.apply(Row("第2行", "李秀英", LI, voucher=voucher.number.lower())) == Applied(1, 0, 0, [])
    row = (await desk.session.scalars(select(Enrolment))).one()
    assert (row.person_id, row.voucher_id) == (good.person.id if good.person else 0, voucher.id)


async def test_the_same_roster_again_takes_nobody_twice(desk: Desk, clock: Clock) -> None:
    rows = [Row("第2行", "李秀英", LI)]
    for serial in range(40, 43):
        await a_worker_of_the_registry(desk.session, clock(), region=LINGCHUAN, serial=serial)
        rows.append(Row(f"第{serial}行", "李秀英", an_id_number(serial=serial)))
    assert await desk.apply(*rows) == Applied(2, 2, 0, [])  # two seats, two in the queue
    assert await desk.apply(*rows) == Applied(0, 0, 4, [])
    assert [row.where for row in (await desk.check(*rows)).already] == ["第2行", "第40行", "第41行", "第42行"]


@pytest.mark.parametrize(
    "changes, says",
    [
        ({"id_number": ""}, "缺身份证号。"),
        ({"id_number": LI[:-1]}, "1410**********"),
        ({"id_number": LI[:-1]}, "应是18位，填的只有17位，请照身份证核对"),
        ({"id_number": LI[:10] + "13" + LI[12:]}, "出生日期（第7到14位）不对"),
        ({"id_number": LI[:-1] + ("1" if LI[-1] != "1" else "2")}, "校验不对，多半有一位打错了"),
        ({"id_number": LI[:15] + "000"}, "后几位成了0：表格把它当数字存了"),
        ({"name": ""}, "缺姓名。"),
        ({"name": "王小红"}, "姓名和身份证号对不上登记的"),
        ({"name": "=A2&B2"}, "公式"),
        ({"id_number": "=VLOOKUP(A2,B:C,2)"}, "公式"),
        ({"phone": "1381234567"}, "手机号应是11位、1开头，填的是“138****4567”"),
        ({"id_number": WANG, "name": "王小红"}, "不在县劳动力档案，请本人先到人社局登记"),
        ({"voucher": "LC26"}, "券号应是12位字母数字，填的有4位"),
        ({"voucher": "LC26-2222-2222"}, "这个券号校验不对"),
    ],
)
async def test_what_is_wrong_is_said_with_what_was_expected(desk: Desk, changes: dict[str, str], says: str) -> None:
    told = "\n".join(await desk.fault(**changes))
    assert says in told
    assert LI not in told


async def test_everything_that_is_wrong_with_a_row_is_said_at_once(desk: Desk) -> None:
    assert len(await desk.fault(name="", phone="1", id_number="1")) == 3


async def test_the_same_person_twice_on_a_sheet(desk: Desk) -> None:
    checked = await desk.check(Row("第2行", "李秀英", LI), Row("第9行", "李秀英", LI))
    assert len(checked.good) == 1
    (fault,) = checked.faults
    assert (fault.where, fault.name, fault.says) == (
        "第9行",
        "李*英",
        (f"和第2行是同一个人（{LI[:4]}**********{LI[-4:]}），请留一行。",),
    )


async def test_somebody_elses_voucher_and_one_that_does_not_exist(desk: Desk, clock: Clock) -> None:
    other = await a_worker_of_the_registry(desk.session, clock(), region=LINGCHUAN, serial=77)
    voucher = await a_voucher(desk.session, other.person, clock())
    assert await desk.fault(voucher=voucher.number) == (f"券{voucher.number}不是他本人的券，请照着学员的券核对。",)
    mine = await a_voucher(desk.session, await desk.person(), clock(), occupation="电工")
    assert "要用焊工的券" in (await desk.fault(voucher=mine.number))[0]


async def test_who_is_taught_elsewhere_at_that_time(desk: Desk, clock: Clock) -> None:
    rival = await an_open_class(desk.session, "焊工4班")
    await enrolling.enrol(desk.session, rival, await desk.person(), None, clock(), "worker")
    assert await desk.fault() == ("他在焊工4班12月1日有上午课，和这个班时间撞上了。",)


async def test_the_office_brings_those_into_the_registry_who_are_not_in_it(desk: Desk, clock: Clock) -> None:
    number = read(an_id_number(date(1990, 1, 1), 7), clock().date())
    herself = await people.register(desk.session, "王小红", number, LINGCHUAN, Source.SELF, clock())
    rows = Row("第2行", "王小红", number.value), Row("第3行", "赵大力", WANG, "13812345678", "附城镇")
    assert [fault.where for fault in (await desk.check(*rows)).faults] == ["第2行", "第3行"]
    await the_office(desk)
    assert await desk.apply(*rows) == Applied(2, 0, 0, [])
    assert herself.source == Source.REGISTRY
    zhao = await people.by_id_number(desk.session, WANG)
    assert zhao is not None
    assert (zhao.source, zhao.town, zhao.region) == (Source.REGISTRY, "附城镇", LINGCHUAN)
    assert (await audit.history(desk.session, zhao.thing))[-1].event == Event.PERSON_CARD_CONFIRM
