"""A roster on a sheet (XLSX or CSV): the one to fill in, and what was filled in, nothing of it checked yet."""

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

MOST_ROWS = 1000  # five of the largest classes
_MOST_BYTES = 5 * 1024 * 1024
_HEADER_WITHIN = 5  # rows
_COLUMNS = {
    "name": ("姓名", "学员姓名", "名字"),
    "id_number": ("身份证号", "身份证号码", "身份证", "公民身份号码", "证件号码"),
    "phone": ("手机号", "手机", "手机号码", "电话", "联系电话", "联系方式"),
    "town": ("乡镇", "所属乡镇", "户籍乡镇", "镇"),
    "voucher": ("券号", "培训券号", "电子券号", "培训券"),
}
_FIELD = {title: field for field, titles in _COLUMNS.items() for title in titles}
_WIDTHS = (12, 24, 16, 14, 18)
_NOTE = re.compile(r"\(.*?\)|[*:]")
_SPACES = re.compile(r"\s+")


@dataclass(frozen=True)
class Row:
    """One trainee as he was written down."""

    where: str  # 第3行
    name: str
    id_number: str
    phone: str = ""
    town: str = ""
    voucher: str = ""


@dataclass(frozen=True)
class Roster:
    """Everybody on a sheet."""

    rows: tuple[Row, ...]


def template() -> bytes:
    """A sheet to fill in."""
    titles = (titles[0] for titles in _COLUMNS.values())
    return blank("花名册", dict(zip(titles, _WIDTHS, strict=True)))


def read(content: bytes) -> Roster:
    """Read a sheet; Refused, with what to do, for what is no roster, has no heading or is too long."""
    if len(content) > _MOST_BYTES:
        raise Refused(
            f"花名册最大{_MOST_BYTES // 1024 // 1024}MB，这份有{len(content) // 1024 // 1024}MB，请删掉图片和别的表再传。"
        )
    try:
        tables = list(sheets.parse("花名册", content))
    except ListError as error:
        raise Refused(f"花名册读不了：{error.says}") from error
    for lines in tables:
        if found := _heading(lines):
            start, places = found
            return _roster(lines[start + 1 :], places)
    raise Refused(f"前{_HEADER_WITHIN}行里没找到表头，要有“姓名”和“身份证号”两列。可以下载模板来填。")


def _heading(lines: Sequence[Line]) -> tuple[int, dict[str, int]] | None:
    for number, line in enumerate(lines[:_HEADER_WITHIN]):
        titles = {_FIELD.get(_NOTE.sub("", _plain(cell))): place for place, cell in reversed([*enumerate(line.cells)])}
        places = {field: place for field, place in titles.items() if field is not None}
        if {"name", "id_number"} <= places.keys():
            return number, places
    return None


def _roster(lines: Sequence[Line], places: Mapping[str, int]) -> Roster:
    rows = tuple(_rows(lines, places))
    if not rows:
        raise Refused("表头下面没有人，请填好再传。")
    if len(rows) > MOST_ROWS:
        raise Refused(f"花名册最多{MOST_ROWS}人，这份有{len(rows)}人，请只留这个班的学员。")
    return Roster(rows)


def _rows(lines: Sequence[Line], places: Mapping[str, int]) -> Iterator[Row]:
    for line in lines:
        cells = {field: _plain(line.cells[place]) for field, place in places.items() if place < len(line.cells)}
        if any(cells.values()):
            yield Row(line.where, **({"name": "", "id_number": ""} | cells))


def _plain(cell: str) -> str:
    """Half-width and without any space, as full-width and padded cells are meant."""
    return _SPACES.sub("", unicodedata.normalize("NFKC", cell))
