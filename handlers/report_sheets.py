"""Reports as sheets (XLSX) in the office's usual form: title, unit, period, a header of two rows, who filled and checked."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from io import BytesIO
from typing import Any

from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from handlers import reports
from handlers.context import House
from handlers.periods import Period
from handlers.reports import CUT_NAMES, FIGURE_NAMES, FIGURE_NOTES, THEMES, Column, Line, Rate, Report
from handlers.targets import NAMES, Annex
from records.report_figures import MONEY, Cut, Figure
from records.reporting import Behind

TITLE = "职业技能培训和补贴资金情况表"
HEADER = (3, 4)  # rows: the themes, and the figures of each
COLUMNS: Sequence[Column] = [column for theme in THEMES.values() for column in theme]
_WHOLE, _SHARE, _YUAN = "#,##0", "0.0%", "#,##0.00"
_LANDSCAPE_A3, _LANDSCAPE_A4 = 8, 9  # paper sizes as Excel counts them
_THIN = Side("thin", color="77827D")
_BOX = Border(left=_THIN, right=_THIN, top=_THIN, bottom=_THIN)
_CENTRE, _LEFT = Alignment("center", "center", wrap_text=True), Alignment("left", "center", wrap_text=True)
_HEAD = PatternFill("solid", fgColor="E6F3ED")


def report_sheet(house: House, report: Report, annexes: Sequence[Annex], today: date) -> bytes:
    """A report with all its figures; the targets of the year and what each figure means on sheets of their own."""
    book = Workbook()
    sheet = _first(book, "情况表")
    width, place = len(COLUMNS) + 1, house.shelf.regions.name(report.region)
    _top(
        sheet,
        f"{place}{TITLE}",
        f"填报单位：{place}人力资源和社会保障局　　{_days(report.period)}　　金额单位：元",
        width,
    )
    _header(sheet, CUT_NAMES[report.cut])
    for line in (*report.lines, report.whole, report.before):
        _line(sheet, line)
    _signed(sheet, width, today)
    _set_up(sheet, [22, *(13 if column in MONEY else 9 for column in COLUMNS)], HEADER, _LANDSCAPE_A3)
    for annex in annexes:
        _annex(book.create_sheet(f"{annex.year}年目标"), annex)
    _meanings(book.create_sheet("指标说明"))
    return _kept(book)


def rows_sheet(house: House, period: Period, region: str, figure: Figure, rows: Sequence[Behind]) -> bytes:
    """The rows behind one figure, people masked."""
    book = Workbook()
    sheet = _first(book, "明细")
    heads = ("序号", "日期", "班级或编号", "姓名", "身份证号", *CUT_NAMES.values(), _counted(figure))
    title = f"{house.shelf.regions.name(region)}{FIGURE_NAMES[figure]}明细"
    _top(sheet, title, f"{_days(period)}　　{FIGURE_NOTES[figure]}", len(heads))
    for number, words in enumerate(heads, 1):
        _put(sheet, 3, number, words, is_head=True)
    for number, row in enumerate(rows, 1):
        cuts = [reports.named(house, cut, row.cuts[cut]) for cut in Cut]
        values = (number, row.day, row.title, row.name, row.id_number, *cuts)
        for column, value in enumerate(values, 1):
            _put(sheet, number + 3, column, value)
        _put_figure(sheet, number + 3, len(heads), figure, row.value)
    _set_up(sheet, [7, 13, 24, 10, 22, 12, 26, 12, 10, 18, 24, 12], (3, 3), _LANDSCAPE_A4)
    return _kept(book)


def file_name(house: House, period: Period, region: str, figure: Figure | None = None) -> str:
    """陵川县培训补贴报表2026年11月.xlsx"""
    what = f"{FIGURE_NAMES[figure]}明细" if figure else "培训补贴报表"
    return f"{house.shelf.regions.name(region)}{what}{period.shown}.xlsx"


def _header(sheet: Worksheet, first: str) -> None:
    above, below = HEADER
    for row in HEADER:
        _put(sheet, row, 1, first if row == above else "", is_head=True)
    sheet.merge_cells(start_row=above, end_row=below, start_column=1, end_column=1)
    column = 2
    for theme, columns in THEMES.items():
        for number, each in enumerate(columns, column):
            _put(sheet, above, number, theme if number == column else "", is_head=True)
            _put(sheet, below, number, each.name if isinstance(each, Rate) else FIGURE_NAMES[each], is_head=True)
        sheet.merge_cells(start_row=above, end_row=above, start_column=column, end_column=column + len(columns) - 1)
        column += len(columns)
    sheet.row_dimensions[below].height = 34


def _line(sheet: Worksheet, line: Line) -> None:
    row = sheet.max_row + 1
    _put(sheet, row, 1, line.name)
    for number, column in enumerate(COLUMNS, 2):
        if isinstance(column, Rate):
            _put(sheet, row, number, line.share(column), _SHARE)
        else:
            _put_figure(sheet, row, number, column, line.figures[column])


def _annex(sheet: Worksheet, annex: Annex) -> None:
    _top(sheet, f"{annex.year}年培训和技能人才目标完成情况", f"依据：{annex.basis}", 6)
    for number, words in enumerate(("单位", "指标", "目标（人）", "完成（人）", "完成率", "还差（人）"), 1):
        _put(sheet, 3, number, words, is_head=True)
    for target in (*annex.whole, *annex.departments):
        is_known, is_asked = target.done is not None, target.wanted is not None
        done = (target.sum, target.share, target.missing if is_asked else None) if is_known else ("没分", None, None)
        values: Sequence[Any] = (target.name, NAMES[target.figure], target.wanted, *done)
        row = sheet.max_row + 1
        for number, value in enumerate(values, 1):
            _put(sheet, row, number, value, _SHARE if number == 5 else _WHOLE)
    _set_up(sheet, [20, 18, 12, 12, 12, 12], (3, 3), _LANDSCAPE_A4)


def _meanings(sheet: Worksheet) -> None:
    _top(sheet, "指标说明", "比率都用同一批人算：到课率是实到比应到，合格率是合格比参加评价。", 2)
    for row, (figure, note) in enumerate(FIGURE_NOTES.items(), 3):
        _put(sheet, row, 1, FIGURE_NAMES[figure])
        _put(sheet, row, 2, note)
        sheet.cell(row, 2).alignment = _LEFT
    _set_up(sheet, [18, 70], (2, 2), _LANDSCAPE_A4)


def _first(book: Workbook, title: str) -> Worksheet:
    sheet = book.active
    assert isinstance(sheet, Worksheet)
    sheet.title = title
    return sheet


def _top(sheet: Worksheet, title: str, below: str, width: int) -> None:
    _across(sheet, 1, title, width)
    _across(sheet, 2, below, width)
    sheet["A1"].font, sheet["A1"].alignment = Font(name="黑体", size=18, bold=True), _CENTRE
    sheet.row_dimensions[1].height = 34


def _signed(sheet: Worksheet, width: int, today: date) -> None:
    day = f"{today.year}年{today.month}月{today.day}日"
    words = f"单位负责人：＿＿＿＿＿＿　　审核人：＿＿＿＿＿＿　　填表人：＿＿＿＿＿＿　　填报日期：{day}"
    _across(sheet, sheet.max_row + 2, words, width)


def _set_up(sheet: Worksheet, widths: Sequence[float], header: tuple[int, int], paper: int) -> None:
    for number, width in enumerate(widths, 1):
        sheet.column_dimensions[get_column_letter(number)].width = width
    sheet.freeze_panes = f"B{header[1] + 1}"
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", paper
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.print_title_rows = f"{header[0]}:{header[1]}"


def _across(sheet: Worksheet, row: int, words: str, width: int) -> None:
    cell: Any = sheet.cell(row, 1, words)
    cell.data_type, cell.alignment, cell.font = "s", _LEFT, Font(name="宋体", size=11)
    sheet.merge_cells(start_row=row, end_row=row, start_column=1, end_column=width)
    sheet.row_dimensions[row].height = 24


def _put_figure(sheet: Worksheet, row: int, column: int, figure: Figure, number: int) -> None:
    if figure in MONEY:
        _put(sheet, row, column, Decimal(number) / 100, _YUAN)
    else:
        _put(sheet, row, column, number, _WHOLE)


def _put(sheet: Worksheet, row: int, column: int, value: Any, form: str = "", *, is_head: bool = False) -> None:
    cell: Any = sheet.cell(row, column, value)
    if isinstance(value, str):
        cell.data_type = "s"  # words stay words, also those that begin like a formula
    cell.alignment, cell.border, cell.font = _CENTRE, _BOX, Font(name="宋体", size=11, bold=is_head)
    if is_head:
        cell.fill = _HEAD
    if form:
        cell.number_format = form


def _counted(figure: Figure) -> str:
    return "金额（元）" if figure in MONEY else "计数"


def _days(period: Period) -> str:
    first, last = (f"{each.year}年{each.month}月{each.day}日" for each in (period.first, period.last))
    return f"期间：{first}至{last}"


def _kept(book: Workbook) -> bytes:
    kept = BytesIO()
    book.save(kept)
    return kept.getvalue()
