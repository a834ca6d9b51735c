"""The county's labour registry on a sheet (XLSX or CSV), read row by row: each row checked, or its faults said."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from io import BytesIO
from itertools import islice
from pathlib import Path

import yaml
from openpyxl import Workbook

from handlers.blank_sheets import blank
from knowledge import groups, sheets
from knowledge.errors import ListError
from knowledge.regions import Regions
from knowledge.sheets import Line as Cells
from records import id_number, masking
from records.audience import place
from records.errors import Refused
from records.id_number import IdNumber
from records.registry import Fault, Line, Row

MOST_ROWS = 200_000
COLUMNS = {
    "name": "姓名",
    "id_number": "身份证号",
    "phone": "手机号",
    "region": "地区",
    "town": "乡镇",
    "group": "群体",
    "proof": "依据",
    "since": "起始日期",
}
_HEADER_WITHIN = 10  # rows
_LONGEST = {"name": 30, "town": 40, "proof": 80}
_NOTE = re.compile(r"\(.*?\)|[*:]")
_SPACES = re.compile(r"\s+")
_BETWEEN = re.compile(r"[、,;/|]")
_PHONE = re.compile(r"1[3-9]\d{9}")
_DAY = re.compile(r"(\d{4})[-/.年]?(\d{1,2})[-/.月]?(\d{1,2})日?")
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True)
class Heading:
    """Where a sheet's columns are, and which of its columns nobody reads."""

    places: Mapping[str, int]
    ignored: tuple[str, ...]


class Reader:
    """Reads one sheet from its first row to its last, holding one batch; what it has seen it knows again."""

    def __init__(self, content: bytes, region: str, regions: Regions, today: date) -> None:
        self.heading, self._lines = _opened(content)
        self._region = region
        self._regions = regions
        self._today = today
        self._seen: dict[str, tuple[str, str]] = {}  # ID number: where it stood first, under which name
        self.position = 0  # rows read

    def read(self, most: int) -> list[Line]:
        """The next rows; Refused where the sheet cannot be read on."""
        try:
            lines = [self._line(cells) for cells in islice(self._lines, most)]
        except ListError as error:
            raise Refused(error.says) from error
        self.position += len(lines)
        return lines

    def skip(self, rows: int) -> None:
        """Pass over rows that are done already."""
        while self.position < rows and self.read(min(1000, rows - self.position)):
            pass

    def _line(self, line: Cells) -> Line:
        cells = {
            field: _plain(line.cells[column]) if column < len(line.cells) else ""
            for field, column in self.heading.places.items()
        }
        check = _Check(line.where, cells)
        number = self._number(check)
        region = self._place(check)
        row = Row(
            line.where,
            check.text("name", "姓名不能空"),
            number or IdNumber(""),
            region,
            check.phone(),
            check.town(),
            check.groups(),
            check.text("proof"),
            check.since(self._today),
        )
        if number and not check.faults:
            self._hold_once(check, row)
        return Line(None, tuple(check.faults)) if check.faults else Line(row)

    def _number(self, check: _Check) -> IdNumber | None:
        typed = check.cells["id_number"]
        try:
            return id_number.read(typed, self._today)
        except ValueError as error:
            came = masking.id_number(typed) if len(typed) > 8 else typed
            check.fault("id_number", came, str(error).split("，请")[0].replace("您发的", "这里"))
            return None

    def _place(self, check: _Check) -> str:
        typed = check.cells.get("region", "")
        if not typed:
            return self._region
        code = typed if re.fullmatch(r"\d{6}", typed) else self._regions.find(typed)
        if code is None or not code.startswith(place(self._region)):
            check.fault("region", typed, f"应在{self._regions.name(self._region)}")
            return self._region
        return code

    def _hold_once(self, check: _Check, row: Row) -> None:
        first = self._seen.setdefault(row.number.value, (row.where, row.name))
        if first[0] == row.where:
            return
        if first[1] != row.name:
            check.fault("name", masking.name(row.name), f"同一个身份证号在{first[0]}写的是{masking.name(first[1])}")
        else:
            check.fault("id_number", masking.id_number(row.number.value), f"和{first[0]}是同一个人，请留一行")


class _Check:
    """The faults of one row, as its cells are read."""

    def __init__(self, where: str, cells: Mapping[str, str]) -> None:
        self.where = where
        self.cells = cells
        self.faults: list[Fault] = []

    def fault(self, field: str, came: str, expected: str) -> None:
        self.faults.append(Fault(self.where, COLUMNS[field], came[:60], expected))

    def text(self, field: str, needed: str = "") -> str:
        typed = self.cells.get(field, "")
        if needed and not typed:
            self.fault(field, "（空）", needed)
        if len(typed) > _LONGEST[field]:
            self.fault(field, f"{len(typed)}个字", f"最多{_LONGEST[field]}个字")
        return typed

    def town(self) -> str:
        return self.text("town")

    def phone(self) -> str:
        typed = self.cells.get("phone", "").removeprefix("+86").replace("-", "")
        if typed and not _PHONE.fullmatch(typed):
            self.fault("phone", typed, "应是11位手机号，没有就空着")
        return typed

    def groups(self) -> tuple[str, ...]:
        found: dict[str, None] = {}
        for typed in filter(None, _BETWEEN.split(self.cells.get("group", ""))):
            if group := groups.find(typed):
                found[group] = None
            else:
                near = groups.nearest(typed)
                self.fault("group", typed, f"没有这个群体，是不是“{near}”" if near else "没有这个群体，请照群体名称填")
        return tuple(found)

    def since(self, today: date) -> date | None:
        if not (typed := self.cells.get("since", "")):
            return None
        try:
            match = _DAY.fullmatch(typed)
            day = date(*map(int, match.groups())) if match else date.min
        except ValueError:
            day = date.min
        if not date(1980, 1, 1) <= day <= today:
            self.fault("since", typed, "应是日期，如2025-03-01，不晚于今天")
            return None
        return day


def heading(content: bytes) -> Heading:
    """The columns of a sheet; Refused, with what to do, for what is no registry."""
    return _opened(content)[0]


def count(content: bytes) -> int:
    """How many rows stand under the heading; Refused where they are too many or cannot be read."""
    try:
        rows = sum(1 for _ in islice(_opened(content)[1], MOST_ROWS + 1))
    except ListError as error:
        raise Refused(error.says) from error
    if rows > MOST_ROWS:
        raise Refused(f"一份表最多{MOST_ROWS}行，请按乡镇拆成几份。")
    if not rows:
        raise Refused("表头下面没有人，请填好再传。")
    return rows


def template() -> bytes:
    """A sheet to fill in."""
    return blank("档案", dict.fromkeys(COLUMNS.values(), 20))


def fault_sheet(faults: Sequence[Mapping[str, str]]) -> bytes:
    """The faults of a run as a sheet to work through."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet("要改的行")
    sheet.append(["行", "列", "表里写的", "应该是"])
    for fault in faults:
        told = [fault["row"], fault["column"], fault["came"], fault["expected"]]
        sheet.append([f"'{cell}" if cell[:1] in "=+-@" else cell for cell in told])
    return _saved(book)


def _opened(content: bytes) -> tuple[Heading, Iterator[Cells]]:
    """The heading and the rows under it, which are read as they are asked for."""
    try:
        for lines in sheets.stream("档案表", content):
            for line in islice(lines, _HEADER_WITHIN):
                if found := _heading(line.cells):
                    return found, lines
    except ListError as error:
        raise Refused(error.says) from error
    raise Refused(f"前{_HEADER_WITHIN}行里没找到表头，要有“姓名”和“身份证号”两列。可以下载模板来填。")


def _heading(cells: Sequence[str]) -> Heading | None:
    places: dict[str, int] = {}
    ignored: list[str] = []
    for column, cell in enumerate(cells):
        title = _NOTE.sub("", _plain(cell))
        field = _fields().get(title)
        if field and field not in places:
            places[field] = column
        elif title:
            ignored.append(title[:20])
    return Heading(places, tuple(ignored)) if {"name", "id_number"} <= places.keys() else None


@cache
def _fields() -> dict[str, str]:
    path = Path(groups.__file__).with_name("registry_columns.yaml")
    raw: dict[str, list[str]] = yaml.load(path.read_text(encoding="utf-8"), Loader=_LOADER)
    return {title: field for field, titles in raw.items() for title in titles}


def _plain(cell: str) -> str:
    """Half-width and without any space, as full-width and padded cells are meant."""
    return _SPACES.sub("", unicodedata.normalize("NFKC", cell))


def _saved(book: Workbook) -> bytes:
    kept = BytesIO()
    book.save(kept)
    return kept.getvalue()
