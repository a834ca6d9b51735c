"""A list for the bank as a file (CSV or XLSX), and the bank's sheet that comes back, read row by row."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO, StringIO

from openpyxl import Workbook
from openpyxl.styles import Font, PatternFill
from openpyxl.utils import get_column_letter

from knowledge import sheets
from knowledge.errors import ListError
from knowledge.sheets import Line
from records.errors import Refused

COLUMNS = ("序号", "收款人", "开户行", "账号", "金额（元）", "申领编号", "用途")
_WIDTHS = (6, 30, 30, 26, 14, 18, 30)
_NUMBER, _SUM, _REFERENCE, _ON = ("申领编号",), ("金额（元）", "金额"), ("回单号", "流水号"), ("付款日期", "日期")
_HEADER_WITHIN = 5  # rows
_MOST_ROWS = 5000
_LIKE_FORMULAS = ("=", "+", "-", "@", "\t")


@dataclass(frozen=True)
class Payment:
    """One payment on the list."""

    payee: str
    bank: str
    account: str
    fen: int
    number: str
    purpose: str


@dataclass(frozen=True)
class Returned:
    """One line of the bank's sheet, nothing of it checked yet."""

    where: str  # 第3行
    number: str
    sum: str
    reference: str
    on: str


def as_csv(payments: Sequence[Payment], total: int) -> bytes:
    """The list as CSV that Excel opens; ValueError where its rows do not come to `total` fen."""
    _hold_total(payments, total)
    kept = StringIO()
    writer = csv.writer(kept)
    writer.writerow(COLUMNS)
    for place, each in enumerate(payments, 1):
        writer.writerow([_words(cell) for cell in _row(place, each)])
    writer.writerow(["合计", "", "", "", _yuan(total), "", f"{len(payments)}笔"])
    return kept.getvalue().encode("utf-8-sig")


def as_xlsx(payments: Sequence[Payment], total: int, title: str) -> bytes:
    """The same as a workbook; accounts stay text, sums are numbers."""
    _hold_total(payments, total)
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = title[:31]
    sheet.append(COLUMNS)
    for place, each in enumerate(payments, 1):
        sheet.append([place, each.payee, each.bank, each.account, each.fen / 100, each.number, each.purpose])
        for cell in sheet[sheet.max_row]:
            cell.data_type = "s" if cell.data_type == "f" else cell.data_type  # a name that begins like a formula
    sheet.append(["合计", "", "", "", total / 100, "", f"{len(payments)}笔"])
    for number, width in enumerate(_WIDTHS, 1):
        head = sheet.cell(1, number)
        head.font, head.fill = Font(bold=True), PatternFill("solid", fgColor="E6F3ED")
        sheet.column_dimensions[get_column_letter(number)].width = width
    for row in sheet.iter_rows(min_row=2, min_col=5, max_col=5):
        row[0].number_format = "#,##0.00"
    sheet.freeze_panes = "A2"
    kept = BytesIO()
    book.save(kept)
    return kept.getvalue()


def read(content: bytes) -> list[Returned]:
    """The lines of the bank's sheet that name a claim; Refused for what is no such sheet."""
    try:
        tables = list(sheets.parse("回单表", content))
    except ListError as error:
        raise Refused(error.says) from error
    for lines in tables:
        if found := _header(lines):
            start, places = found
            return _returned(lines[start + 1 :], places)
    raise Refused("表里要有“申领编号”“金额”“回单号”这几列，没有找到。请在导出的付款单上加一列“回单号”再传。")


def _header(lines: Sequence[Line]) -> tuple[int, dict[str, int]] | None:
    wanted = {"number": _NUMBER, "sum": _SUM, "reference": _REFERENCE, "on": _ON}
    for number, line in enumerate(lines[:_HEADER_WITHIN]):
        cells = [cell.strip() for cell in line.cells]
        places = {field: cells.index(name) for field, names in wanted.items() for name in names[::-1] if name in cells}
        if {"number", "sum", "reference"} <= places.keys():
            return number, places
    return None


def _returned(lines: Sequence[Line], places: dict[str, int]) -> list[Returned]:
    if len(lines) > _MOST_ROWS:
        raise Refused(f"一次最多{_MOST_ROWS}行，这份有{len(lines)}行，请拆开再传。")
    found = []
    for line in lines:
        cells = {name: line.cells[at].strip() if at < len(line.cells) else "" for name, at in places.items()}
        if cells["number"]:
            on = cells.get("on", "").replace("/", "-")
            found.append(Returned(line.where, cells["number"], cells["sum"], cells["reference"], on))
    if not found:
        raise Refused("表头下面没有一行有申领编号，请填好再传。")
    return found


def _row(place: int, each: Payment) -> tuple[str, ...]:
    return str(place), each.payee, each.bank, each.account, _yuan(each.fen), each.number, each.purpose


def _words(cell: str) -> str:
    """Words stay words in a spreadsheet, also those that begin like a formula."""
    return f"'{cell}" if cell.startswith(_LIKE_FORMULAS) else cell


def _yuan(fen: int) -> str:
    return f"{fen // 100}.{fen % 100:02d}"


def _hold_total(payments: Sequence[Payment], total: int) -> None:
    if (found := sum(each.fen for each in payments)) != total:
        raise ValueError(f"expected payments of {total} fen in all, got {found}")
