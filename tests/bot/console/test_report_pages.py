"""The office's reports: a period by a cut, the rows behind a figure, the sheets, and who may see them."""

from __future__ import annotations

import random
from datetime import date
from io import BytesIO

import pytest
from openpyxl import load_workbook
from sqlalchemy import func, select

from handlers import periods, targets
from handlers.context import House
from handlers.periods import Period
from records import reporting
from records.audit import Entry, Event
from records.certificates import Certificate
from records.claims import Claim, ClaimLine
from records.errors import Refused
from records.report_figures import Figure, Scope
from tests.bot.console.conftest import Browser, Desk
from tests.classes import LINGCHUAN
from tests.conftest import Clock
from tests.records.test_reporting import a_year


@pytest.fixture
async def zhang(desk: Desk, house: House, clock: Clock) -> Browser:
    """A clerk of 陵川, after a year at the office."""
    async with house.database.unit() as session:
        await a_year(session, clock(), random.Random(7))
    browser = await desk()
    await browser.sign_in("zhang")
    return browser


@pytest.mark.parametrize(
    ("text", "shown", "days", "before"),
    [
        ("2026-11", "2026年11月", "11-01 11-30", "2026-10"),
        ("2026-Q1", "2026年第1季度", "01-01 03-31", "2025-Q4"),
        ("2026-h2", "2026年下半年", "07-01 12-31", "2026-H1"),
        ("2024", "2024年", "01-01 12-31", "2023"),
        ("2024-02", "2024年2月", "02-01 02-29", "2024-01"),
    ],
)
def test_a_period_is_read_and_has_its_days(text: str, shown: str, days: str, before: str) -> None:
    period = periods.read(text)
    assert (period.shown, f"{period.first:%m-%d} {period.last:%m-%d}", period.before().key) == (shown, days, before)
    assert periods.read(period.key) == period


@pytest.mark.parametrize("text", ["2026-13", "2026-Q5", "2026-H3", "2026-0", "26-11", "2026-11-01", ""])
def test_what_is_no_period_is_refused_with_how_to_write_it(text: str) -> None:
    with pytest.raises(Refused, match="2026-Q4"):
        periods.read(text)


async def test_a_figure_opens_as_many_rows_as_it_says(zhang: Browser, house: House) -> None:
    page = await zhang.open("/staff/reports?period=2026&cut=region")
    async with house.database.unit() as session:
        paid = (
            await session.scalars(
                select(func.sum(ClaimLine.fen)).join(Claim, Claim.id == ClaimLine.claim_id).where(Claim.state == "paid")
            )
        ).one()
    assert page.status == 200 and "陵川县" in page.text and "2026年报表" in page.text
    assert f"{paid / 100:,.2f}" in page.text
    rows = await zhang.open("/staff/reports/paid?period=2026&cut=region&value=140524")
    assert f"已付 {paid / 100:,.2f}元" in rows.text and "地区：陵川县" in rows.text
    assert "李*英" in rows.text and "李秀英" not in rows.text


async def test_a_period_without_anything_says_so_and_targets_stand_beside_what_was_done(
    zhang: Browser, house: House
) -> None:
    page = await zhang.open("/staff/reports?period=2021")
    for said in ("2021年还没有数", "3,980", "0 / 6,000人", "未归口", "教育局"):
        assert said in page.text, said
    assert "只给2020、2021年" in (await zhang.open("/staff/reports?period=2026")).text


@pytest.mark.parametrize(
    ("address", "says"),
    [
        ("/staff/reports?period=2026-13", "2026-Q4"),
        ("/staff/reports?region=141025", "只能看陵川县"),
        ("/staff/reports/nothing", "没有这个指标"),
    ],
)
async def test_what_cannot_be_shown_is_refused_kindly(zhang: Browser, address: str, says: str) -> None:
    page = await zhang.open(address)
    assert page.status == 403 and says in page.text


async def test_the_sheets_have_the_figures_of_the_page_and_are_audited(zhang: Browser, house: House) -> None:
    answer = await zhang.client.get("/staff/reports/sheet?period=2026&cut=occupation")
    sheet = load_workbook(BytesIO(await answer.read())).worksheets[0]
    assert sheet["A1"].value == "陵川县职业技能培训和补贴资金情况表" and "金额单位：元" in sheet["A2"].value
    assert "填表人" in str(sheet.cell(sheet.max_row, 1).value)
    heads = [cell.value for cell in sheet[4]]
    whole = next(row for row in sheet.iter_rows(min_row=5) if row[0].value == "合计")
    async with house.database.unit() as session:
        held = (await session.scalars(select(func.count()).select_from(Certificate))).one()
    answer = await zhang.client.get("/staff/reports/certified/sheet?period=2026")
    rows = load_workbook(BytesIO(await answer.read())).worksheets[0]
    assert whole[heads.index("取证本数")].value == rows.max_row - 3 <= held
    assert whole[heads.index("已付")].number_format == "#,##0.00"
    async with house.database.unit() as session:
        events = [each.event for each in await session.scalars(select(Entry))]
    assert events.count(Event.REPORT_DOWNLOAD) == 2


def test_a_run_of_periods_ends_with_the_one_asked_for() -> None:
    assert [each.key for each in periods.run(Period(2026, "M", 2), 3)] == ["2025-12", "2026-01", "2026-02"]


async def test_done_adds_up_to_the_whole_and_what_is_no_departments_is_said_to_be_nobodys(
    house: House, clock: Clock
) -> None:
    async with house.database.unit() as session:
        await a_year(session, clock(), random.Random(7))
        for (certificate,) in await session.execute(select(Certificate)):
            certificate.issued_on = certificate.issued_on.replace(year=2021)
    async with house.database.reading() as session:
        (annex,) = await targets.of(session, house, LINGCHUAN, 2021)
        scope = Scope(LINGCHUAN, date(2021, 1, 1), date(2021, 12, 31), clock())
        rows = {figure: (await reporting.behind(session, scope, figure)).total for figure in Figure}
    wanted = {target.figure: target.wanted for target in annex.whole}
    assert wanted == {Figure.TRAINED: 6000, Figure.SKILLED: 3980, Figure.HIGHLY_SKILLED: 2169}
    assert rows[Figure.SKILLED] and rows[Figure.HIGHLY_SKILLED]
    for whole in annex.whole[1:]:
        assert whole.sum == sum(rows[each] for each in whole.done or {})
        mine = [each for each in annex.departments if each.figure == whole.figure]
        *placed, last = mine
        assert last == whole and whole.sum == sum(each.sum for each in placed)
        assert whole.wanted == sum(each.wanted or 0 for each in placed)
        assert [each.name for each in placed if each.done is not None] == ["未归口"]
