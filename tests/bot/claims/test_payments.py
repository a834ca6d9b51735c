"""Lists for the bank: what stands on them, and what the bank's sheet changes, row by row."""

from __future__ import annotations

import csv
import io

import openpyxl
import pytest
from aiohttp import FormData

from handlers import bank_lists
from handlers.bank_lists import Payment
from handlers.context import House
from records.errors import Refused
from tests.bot.claims.conftest import Door, Town, cleared, the_claim
from tests.bot.console.conftest import Browser, Page
from tests.conftest import Clock

PAYMENTS = [
    Payment("鑫达职校", "古县农商行", "0062284800123", 350_050, "SL-2026-000001", "订单式培训补贴"),
    Payment("=HYPERLINK(1)", "农行", "6228", 1, "SL-2026-000002", "取证补贴"),
]


async def returned(browser: Browser, address: str, *rows: str) -> Page:
    """The page after the bank's sheet was sent."""
    form = FormData({"csrf": browser.token, "paid_on": "2026-12-07"})
    content = "\n".join(("申领编号,金额（元）,回单号,付款日期", *rows)).encode("gb18030")
    form.add_field("sheet", content, filename="回单.csv", content_type="text/csv")
    return await browser.send_form(f"{address}/returned", form)


async def test_each_row_is_held_against_the_list(door: Door, town: Town, house: House, clock: Clock) -> None:
    key = await cleared(door, town, house, clock)
    number, zhang = (await the_claim(house, key)).number, await door("zhang")
    await zhang.open("/staff/claims/payments")
    page = await zhang.send("/staff/claims/payments", claims=key)
    address = page.path
    assert "还有1笔没付" in page.text and "3,000元" in page.text
    page = await returned(zhang, address, f"{number},2999,HD1,", "SL-2026-999999,1,HD2,", f"{number},abc,HD3,")
    assert "应付3,000.00元，您填的是2,999.00元，对不上" in page.text
    assert "SL-2026-999999不在这张付款单上" in page.text and "金额要填元" in page.text
    assert (await the_claim(house, key)).paid_on is None
    page = await returned(zhang, address, f"{number},3000,,", f"{number},3000.00,HD4,2026/12/06", f"{number},3000,HD4,")
    assert "请填银行回单号" in page.text and "记下付款" in page.text and "早就记过了" in page.text
    claim = await the_claim(house, key)
    assert (claim.state, claim.payment_ref, f"{claim.paid_on}") == ("paid", "HD4", "2026-12-06")
    assert "不能整张作废" in (await zhang.send(f"{address}/drop")).text


async def test_a_dropped_list_gives_its_claims_back(door: Door, town: Town, house: House, clock: Clock) -> None:
    key = await cleared(door, town, house, clock)
    zhang = await door("zhang")
    await zhang.open("/staff/claims/payments")
    address = (await zhang.send("/staff/claims/payments", claims=key)).path
    page = await zhang.send(f"{address}/drop")
    assert "可以付款的 1笔" in page.text and "作废" in page.text
    assert (await zhang.client.get(f"{address}/list.xlsx")).status == 403
    assert (await zhang.send("/staff/claims/payments", claims=key)).path != address


def test_both_files_hold_the_same_and_their_total() -> None:
    rows = list(csv.reader(io.StringIO(bank_lists.as_csv(PAYMENTS, 350_051).decode("utf-8-sig"))))
    assert rows[1] == ["1", "鑫达职校", "古县农商行", "0062284800123", "3500.50", "SL-2026-000001", "订单式培训补贴"]
    assert rows[2][1] == "'=HYPERLINK(1)" and rows[-1][4] == "3500.51" and rows[-1][6] == "2笔"
    book = openpyxl.load_workbook(io.BytesIO(bank_lists.as_xlsx(PAYMENTS, 350_051, "FK-2026-00001")))
    sheet = book.worksheets[0]
    assert [cell.value for cell in sheet[2]][3:5] == ["0062284800123", 3500.5]
    assert sheet.cell(3, 2).data_type == "s" and sheet.cell(4, 5).value == 3500.51


def test_a_total_that_does_not_come_out_makes_no_file() -> None:
    with pytest.raises(ValueError, match="expected payments of 350052 fen"):
        bank_lists.as_csv(PAYMENTS, 350_052)


def test_a_sheet_without_the_columns_says_which() -> None:
    with pytest.raises(Refused, match="“申领编号”“金额”“回单号”"):
        bank_lists.read("姓名,金额\n张三,5".encode())
