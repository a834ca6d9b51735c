"""An evaluation body's sheet (XLSX or CSV): one certificate a row as it was written, and the total at its foot."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from handlers.blank_sheets import blank
from knowledge import sheets
from knowledge.errors import ListError
from knowledge.sheets import Line
from records.errors import Refused

MOST_ROWS = 1000
_HEADER_WITHIN = 5  # rows
_COLUMNS = {
    "name": ("姓名", "学员姓名", "持证人"),
    "id_number": ("身份证号", "身份证号码", "证件号码", "公民身份号码"),
    "kind": ("证书类型", "证书种类", "证书类别"),
    "occupation": ("工种", "职业", "职业(工种)", "职业名称", "鉴定工种", "评价职业"),
    "level": ("等级", "级别", "技能等级", "职业等级"),
    "number": ("证书编号", "证书号", "证书号码", "编号"),
    "issued_on": ("发证日期", "发证时间", "核发日期"),
    "issuer": ("发证机构", "评价机构", "发证单位", "鉴定机构"),
}
_FIELD = {title: field for field, titles in _COLUMNS.items() for title in titles}
_NEEDED = {"id_number", "number", "issued_on"}
_WIDTHS = (12, 24, 20, 14, 10, 28, 14, 30)
_TOTAL = re.compile(r"(?:合计|总计|共计|小计)[^\d]{0,6}(\d{1,6})?")
_COUNT = re.compile(r"(\d{1,6})(?:人|本|份|个)?")


@dataclass(frozen=True)
class Row:
    """One certificate as it was written down, nothing of it checked yet."""

    where: str  # 第3行
    name: str
    id_number: str
    kind: str
    occupation: str
    level: str
    number: str
    issued_on: str
    issuer: str


@dataclass(frozen=True)
class Rows:
    """Everything on a sheet; a total that is not the number of its rows is a fault of the whole."""

    rows: tuple[Row, ...]
    wrong_total: str = ""


def template() -> bytes:
    """A sheet to fill in."""
    titles = (titles[0] for titles in _COLUMNS.values())
    return blank("证书", dict(zip(titles, _WIDTHS, strict=True)))


def read(content: bytes) -> Rows:
    """Read a sheet; Refused, with what to do, for what is no such sheet, has no heading or is too long."""
    try:
        tables = list(sheets.parse("证书表", content))
    except ListError as error:
        raise Refused(f"证书表读不了：{error.says}") from error
    for lines in tables:
        if found := _heading(lines):
            start, places = found
            return _rows(lines[start + 1 :], places)
    raise Refused("没有找到表头，要有“身份证号、证书编号、发证日期”这几列。可以下载模板来填。")


def _heading(lines: Sequence[Line]) -> tuple[int, dict[str, int]] | None:
    for number, line in enumerate(lines[:_HEADER_WITHIN]):
        titles = {_FIELD.get(_plain(cell)): place for place, cell in reversed([*enumerate(line.cells)])}
        places = {field: place for field, place in titles.items() if field is not None}
        if places.keys() >= _NEEDED:
            return number, places
    return None


def _rows(lines: Sequence[Line], places: Mapping[str, int]) -> Rows:
    data = [line for line in lines if not _is_total(line)]
    if not data:
        raise Refused("表头下面没有证书，请填好再传。")
    if len(data) > MOST_ROWS:
        raise Refused(f"一次最多{MOST_ROWS}行，这份有{len(data)}行，请拆成几份。")
    wrong = next((said for line in lines if (said := _wrong_total(line, len(data)))), "")
    return Rows(tuple(_row(line, places) for line in data), wrong)


def _row(line: Line, places: Mapping[str, int]) -> Row:
    cells = dict.fromkeys(_COLUMNS, "")
    cells |= {name: _plain(line.cells[place]) for name, place in places.items() if place < len(line.cells)}
    return Row(line.where, **cells)


def _is_total(line: Line) -> bool:
    return any(_TOTAL.match(_plain(cell)) for cell in line.cells[:2])


def _wrong_total(line: Line, count: int) -> str:
    """A total counts its rows: beside its word, or as the only whole number of its row."""
    if not _is_total(line):
        return ""
    told = list(_counts(line))
    if not told or count in told:
        return ""
    return f"{line.where}的合计写的是{told[0]}，表里有{count}行，对不上。请核对有没有漏行、多行，改好再传。"


def _counts(line: Line) -> Iterator[int]:
    for cell in map(_plain, line.cells):
        match = _TOTAL.match(cell) or _COUNT.fullmatch(cell)
        if match and match[1]:
            yield int(match[1])


def _plain(cell: str) -> str:
    """Half-width and without any space, as full-width and padded cells are meant."""
    return "".join(unicodedata.normalize("NFKC", cell).split())
