"""Tables as offices keep them, CSV or XLSX, read into rows of plain text."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import TypeVar

from knowledge.errors import ListError

MAX_BYTES = 50 * 1024 * 1024
MAX_ROWS = 100_000
_MAX_UNPACKED = 200 * 1024 * 1024  # a workbook is a zip file: a small one may unpack to anything
_MAX_COLUMNS = 64
_DELIMITERS = (",", ";", "\t")
_OLE = b"\xd0\xcf\x11\xe0"  # an old .xls, and the wrapping of an .xlsx with a password


_Part = TypeVar("_Part")


@dataclass(frozen=True)
class Line:
    """One row of a table that is not blank."""

    where: str  # as the staff find it: 第3行, “户籍”第3行
    cells: tuple[str, ...]


def read(path: Path) -> Iterator[list[Line]]:
    """Every table of a file, one a sheet or one for each way to cut a CSV; ListError where it holds no table."""
    try:
        size = path.stat().st_size
        if size > MAX_BYTES:
            raise ListError(
                path.name, f"文件有{size // 1024 // 1024}MB，最大{MAX_BYTES // 1024 // 1024}MB，请拆成几份。"
            )
        raw = path.read_bytes()
    except OSError as error:
        raise ListError(path.name, f"打不开：{error.strerror}。") from error
    return parse(path.name, raw)


def parse(name: str, raw: bytes) -> Iterator[list[Line]]:
    """The same of a file that is at hand."""
    tables = stream(name, raw)
    return (_kept(name, lines) for lines in tables)


def stream(name: str, raw: bytes) -> Iterator[Iterator[Line]]:
    """The same row by row, for sheets too long to hold; a ListError may come while the rows are read."""
    if not raw.strip():
        raise ListError(name, "文件是空的。")
    if raw.startswith(_OLE):
        raise ListError(name, "是加了密码的表或旧的 .xls，请去掉密码、另存为 .xlsx 或 CSV。")
    return _workbook(name, raw) if raw.startswith(b"PK") else _separated(name, raw)


def _separated(name: str, raw: bytes) -> Iterator[Iterator[Line]]:
    text = _decoded(name, raw)
    for delimiter in _DELIMITERS:
        if delimiter in text:
            yield _lines("", _records(name, text, delimiter))


def _decoded(name: str, raw: bytes) -> str:
    utf16 = raw.startswith((b"\xff\xfe", b"\xfe\xff"))
    for encoding in ("utf-16",) if utf16 else ("utf-8-sig", "gb18030"):
        try:
            text = raw.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise ListError(name, "不是表格：要 CSV（UTF-8 或 GB18030）或 XLSX。")


def _records(name: str, text: str, delimiter: str) -> Iterator[list[str]]:
    try:
        yield from csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    except csv.Error as error:
        raise ListError(name, f"CSV 读不下去（多半是引号没有合上，或一格太长）：{error}。") from error


def _workbook(name: str, raw: bytes) -> Iterator[Iterator[Line]]:
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as packed:
            unpacked = sum(part.file_size for part in packed.infolist())
    except zipfile.BadZipFile as error:
        raise ListError(name, "文件坏了，不是完整的 .xlsx，请重新导出。") from error
    if unpacked > _MAX_UNPACKED:
        raise ListError(name, f"解开后有{unpacked // 1024 // 1024}MB，太大，请拆成几份。")
    yield from (_readable(name, lines) for lines in _readable(name, _sheets(raw)))


def _sheets(raw: bytes) -> Iterator[Iterator[Line]]:
    from openpyxl import load_workbook  # only who reads a sheet pays for it

    book = load_workbook(io.BytesIO(raw), read_only=True)
    for sheet in book.worksheets:
        sheet.reset_dimensions()  # what a file says of its own size may be anything
        cells = sheet.iter_rows(max_col=_MAX_COLUMNS, values_only=True)
        yield _lines(f"“{sheet.title}”" if len(book.worksheets) > 1 else "", cells)


def _readable(name: str, parts: Iterator[_Part]) -> Iterator[_Part]:
    try:
        yield from parts
    except Exception as error:  # openpyxl lets through whatever its parsers meet in a damaged file
        raise ListError(name, f"不是能读的 .xlsx（{type(error).__name__}），请用表格软件打开后另存一份。") from error


def _lines(sheet: str, records: Iterable[Iterable[object]]) -> Iterator[Line]:
    """The rows that are not blank, numbered as a spreadsheet shows them."""
    shown = ((number, tuple(map(_text, cells))) for number, cells in enumerate(records, 1))
    return (Line(f"{sheet}第{number}行", cells) for number, cells in shown if any(cells))


def _kept(name: str, lines: Iterator[Line]) -> list[Line]:
    kept = list(islice(lines, MAX_ROWS + 1))
    if next(lines, None):
        raise ListError(name, f"超过{MAX_ROWS}行，请拆成几份。")
    return kept


def _text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime):
        return value.date().isoformat()
    return str(value).replace("\r\n", "\n").strip()
