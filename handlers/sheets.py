"""The attendance sheet of a class (XLSX) in the usual form: a line a trainee, a field a session, ready to print and sign."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import Cell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from config.settings import CHINA
from records.classes import TrainingClass
from records.grids import SYMBOL_NAMES, Grid, Line, Symbol
from records.institutions import Institution
from records.people import Person
from records.sessions import PART_NAMES, Part
from records.vault import Vault

TITLE = "职业技能培训考勤表"
HEADER = (4, 5)  # rows: the days, and the parts of each
_BEFORE, _AFTER = ("序号", "姓名", "身份证号"), ("应到", "实到", "出勤率")
_WIDTHS = {"序号": 5.5, "姓名": 10.0, "身份证号": 21.0, "应到": 6.0, "实到": 6.0, "出勤率": 8.0}
_NARROW = 4.2  # a session
_LANDSCAPE_A4 = 9  # paper size as Excel counts it
_THIN = Side("thin", color="77827D")
_BOX = Border(left=_THIN, right=_THIN, top=_THIN, bottom=_THIN)
_CENTRE, _LEFT = (
    Alignment("center", "center", wrap_text=True),
    Alignment("left", "center", wrap_text=True),
)
_HEAD, _PALE = PatternFill("solid", fgColor="E6F3ED"), PatternFill("solid", fgColor="FCECEA")
_FONT = "宋体"


@dataclass(frozen=True)
class Named:
    """How a trainee stands on the sheet."""

    name: str
    id_number: str

    @classmethod
    def masked(cls, person: Person) -> Named:
        """李*英, 1405**********002X"""
        return cls(person.name_masked, person.id_masked)

    @classmethod
    def called(cls, person: Person, vault: Vault) -> Named:
        """The name in full, for who calls the roll by it."""
        return cls(vault.open(person.name_sealed), person.id_masked)

    @classmethod
    def full(cls, person: Person, vault: Vault) -> Named:
        """Both in full, for who may see them."""
        return cls(vault.open(person.name_sealed), vault.open(person.id_sealed))


def attendance_sheet(grid: Grid, school: Institution, named: Mapping[int, Named]) -> bytes:
    """The sheet of a class as it stands; `named` by person."""
    book = Workbook()
    sheet = book.active
    assert isinstance(sheet, Worksheet)
    sheet.title = "考勤表"
    width = len(_BEFORE) + len(grid.sittings) + len(_AFTER)
    _top(sheet, grid, school, width)
    _header(sheet, grid)
    for number, line in enumerate(grid.lines, 1):
        _line(sheet, [number, *_identity(named[line.person.id]), *line.cells, *_sums(line)])
    _line(sheet, ["", "实到人数", "", *("" if each is None else each for each in grid.attended), *_total(grid)])
    _foot(sheet, grid, width)
    _print_set_up(sheet, grid, width)
    kept = BytesIO()
    book.save(kept)
    return kept.getvalue()


def file_name(training_class: TrainingClass, grid: Grid) -> str:
    """焊工3班考勤表20261121.xlsx"""
    return f"{training_class.name}考勤表{grid.at.astimezone(CHINA):%Y%m%d}.xlsx"


def period(grid: Grid) -> str:
    """2026年11月3日至11月21日，19天38节"""
    days = list(grid.days)
    if not days:
        return "还没排课"
    first, last = days[0], days[-1]
    year = f"{last.year}年" if last.year != first.year else ""
    return f"{first.year}年{first.month}月{first.day}日至{year}{last.month}月{last.day}日，{len(days)}天{len(grid.sittings)}节"


def legend(grid: Grid) -> str:
    """√ 出勤　迟 迟到 …; what cannot occur in the class is left out."""
    shown = [each for each in Symbol if each is not Symbol.UNSIGNED or grid.training_class.sign_out]
    return "　".join(f"{each} {SYMBOL_NAMES[each]}" for each in shown)


def _top(sheet: Worksheet, grid: Grid, school: Institution, width: int) -> None:
    it = grid.training_class
    level = f" {it.level}" if it.level else ""
    rows = (
        TITLE,
        f"班级：{it.name}　　工种：{it.occupation}{level}　　培训机构：{school.name}",
        f"培训时间：{period(grid)}　　地点：{it.venue}　　教师：{'、'.join(it.teachers)}",
    )
    for number, words in enumerate(rows, 1):
        _across(sheet, number, words, width, _CENTRE if number == 1 else _LEFT)
    sheet["A1"].font = Font(name="黑体", size=18, bold=True)
    sheet.row_dimensions[1].height = 32


def _header(sheet: Worksheet, grid: Grid) -> None:
    above, below = HEADER
    for number, words in enumerate((*_BEFORE, *("" for _ in grid.sittings), *_AFTER), 1):
        for row in HEADER:
            _put(sheet, row, number, words if row == above else "", fill=_HEAD, bold=True)
        if words:
            sheet.merge_cells(start_row=above, end_row=below, start_column=number, end_column=number)
    column = len(_BEFORE) + 1
    for day, sessions in grid.days.items():
        _put(sheet, above, column, f"{day.month}/{day.day}", fill=_HEAD, bold=True)
        sheet.merge_cells(start_row=above, end_row=above, start_column=column, end_column=column + sessions - 1)
        column += sessions
    for number, sitting in enumerate(grid.sittings, len(_BEFORE) + 1):
        _put(sheet, below, number, PART_NAMES[Part(sitting.part)][0], fill=_HEAD)


def _line(sheet: Worksheet, values: Sequence[str | int | float]) -> None:
    row = sheet.max_row + 1
    for number, value in enumerate(values, 1):
        cell = _put(sheet, row, number, value, fill=_PALE if value == Symbol.ABSENT else None)
        if number == len(values):
            cell.number_format = "0.0%"
    sheet.row_dimensions[row].height = 20


def _identity(named: Named) -> tuple[str, str]:
    return named.name, named.id_number


def _sums(line: Line) -> tuple[int, int, float | str]:
    return line.due, line.standing.attended, line.standing.attended / line.due if line.due else ""


def _total(grid: Grid) -> tuple[int, int, float | str]:
    due, attended = sum(line.due for line in grid.lines), sum(line.standing.attended for line in grid.lines)
    return due, attended, attended / due if due else ""


def _foot(sheet: Worksheet, grid: Grid, width: int) -> None:
    local = grid.at.astimezone(CHINA)
    made = f"制表：{local.year}年{local.month}月{local.day}日 {local:%H:%M}，只算已经下课的{len(grid.held)}节；应到不含请假。"
    left = f"另有{grid.left}人中途退班，不在表里。" if grid.left else ""
    rows = (
        f"说明：{legend(grid)}",
        made + left,
        "",
        "教师签字：＿＿＿＿＿＿＿＿　　　　　　　　机构盖章：　　　　　　　　　　　　日期：　　　　年　　月　　日",
    )
    for words in rows:
        _across(sheet, sheet.max_row + 1, words, width, _LEFT)
    sheet.row_dimensions[sheet.max_row].height = 30


def _print_set_up(sheet: Worksheet, grid: Grid, width: int) -> None:
    names = (*_BEFORE, *("" for _ in grid.sittings), *_AFTER)
    for number, name in enumerate(names, 1):
        sheet.column_dimensions[get_column_letter(number)].width = _WIDTHS.get(name, _NARROW)
    sheet.freeze_panes = f"{get_column_letter(len(_BEFORE) + 1)}{HEADER[1] + 1}"
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", _LANDSCAPE_A4
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.print_title_rows = f"{HEADER[0]}:{HEADER[1]}"
    sheet.print_area = f"A1:{get_column_letter(width)}{sheet.max_row}"
    sheet.print_options.horizontalCentered = True
    margins = sheet.page_margins
    margins.left = margins.right = 0.4  # inches
    margins.top = margins.bottom = 0.6
    if sheet.oddFooter is not None:
        sheet.oddFooter.center.text = "第 &P 页，共 &N 页"


def _across(sheet: Worksheet, row: int, words: str, width: int, alignment: Alignment) -> None:
    cell = sheet.cell(row, 1)
    _text(cell, words)
    cell.alignment, cell.font = alignment, Font(name=_FONT, size=11)
    sheet.merge_cells(start_row=row, end_row=row, start_column=1, end_column=width)
    sheet.row_dimensions[row].height = 22


def _put(
    sheet: Worksheet, row: int, column: int, value: str | float, fill: PatternFill | None = None, bold: bool = False
) -> Cell:
    cell: Any = sheet.cell(row, column)
    _text(cell, value)
    cell.alignment, cell.border, cell.font = _CENTRE, _BOX, Font(name=_FONT, size=11, bold=bold)
    if fill:
        cell.fill = fill
    return cell  # type: ignore[no-any-return]


def _text(cell: Any, value: str | float) -> None:
    """Words stay words, also those that begin like a formula."""
    cell.value = value
    if isinstance(value, str):
        cell.data_type = "s"
