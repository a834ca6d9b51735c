"""Results on a sheet (XLSX): one to fill in for a class, and what was filled in, by trainee."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO

from openpyxl import Workbook
from openpyxl.styles import Font, PatternFill
from openpyxl.utils import get_column_letter

from knowledge import sheets
from knowledge.errors import ListError
from knowledge.sheets import Line
from records.errors import Refused

COLUMNS = ("报名号", "姓名", "身份证号", "结果", "分数", "评价日期")
_WIDTHS = (10, 12, 22, 10, 8, 14)
_KEY, _NAME, _, _OUTCOME, _SCORE, _ON = COLUMNS
_HEADER_WITHIN = 5  # rows
_MOST_ROWS = 1000


@dataclass(frozen=True)
class Written:
    """One line as it was filled in, nothing of it checked yet."""

    where: str  # 第3行
    enrolment_id: int
    outcome: str
    score: str
    on: str


def template(rows: Iterable[Sequence[str | int]]) -> bytes:
    """A sheet to fill in; a row is the enrolment's key, the name, the masked ID number and what is known already."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "成绩"
    sheet.append(COLUMNS)
    for row in rows:
        sheet.append(list(row))
        for cell in sheet[sheet.max_row]:
            cell.data_type = "s" if cell.data_type == "f" else cell.data_type  # a name that begins like a formula
    for number, width in enumerate(_WIDTHS, 1):
        head = sheet.cell(1, number)
        head.font, head.fill = Font(bold=True), PatternFill("solid", fgColor="E6F3ED")
        sheet.column_dimensions[get_column_letter(number)].width = width
    sheet.freeze_panes = "A2"
    kept = BytesIO()
    book.save(kept)
    return kept.getvalue()


def read(content: bytes, names: Mapping[int, str]) -> dict[int, Written]:
    """What was filled in, by enrolment; Refused for what is no such sheet, or names somebody else than its number does."""
    try:
        tables = list(sheets.parse("成绩表", content))
    except ListError as error:
        raise Refused(error.says) from error
    for lines in tables:
        if found := _header(lines):
            start, places = found
            return _written(lines[start + 1 :], places, names)
    raise Refused(f"表里要有“{'”“'.join((_KEY, _OUTCOME))}”这几列，没有找到。请用页面上下载的成绩表来填。")


def _header(lines: Sequence[Line]) -> tuple[int, dict[str, int]] | None:
    for number, line in enumerate(lines[:_HEADER_WITHIN]):
        places = {cell: place for place, cell in enumerate(line.cells) if cell in COLUMNS}
        if {_KEY, _OUTCOME} <= places.keys():
            return number, places
    return None


def _written(lines: Sequence[Line], places: Mapping[str, int], names: Mapping[int, str]) -> dict[int, Written]:
    if len(lines) > _MOST_ROWS:
        raise Refused(f"成绩表最多{_MOST_ROWS}行，这份有{len(lines)}行，请只留这个班的人。")
    found: dict[int, Written] = {}
    for line in lines:
        cells = {name: line.cells[place] if place < len(line.cells) else "" for name, place in places.items()}
        key = _key(line.where, cells, names)
        if key in found:
            raise Refused(f"{line.where}和{found[key].where}是同一个人（报名号{key}），请留一行。")
        found[key] = Written(
            line.where, key, cells[_OUTCOME], cells.get(_SCORE, ""), cells.get(_ON, "").replace("/", "-")
        )
    return found


def _key(where: str, cells: Mapping[str, str], names: Mapping[int, str]) -> int:
    typed, name = cells[_KEY], cells.get(_NAME, "")
    key = int(typed) if typed.isdecimal() and len(typed) < 10 else 0
    if key not in names:
        raise Refused(f"{where}的报名号“{typed[:20]}”不在这个班的名册里，请用页面上下载的成绩表来填。")
    if name and name != names[key]:
        raise Refused(f"{where}报名号{key}应是{names[key]}，表里写的是“{name[:20]}”，请核对后再传。")
    return key
