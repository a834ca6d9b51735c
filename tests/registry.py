"""Sheets of a labour registry to test with."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from io import BytesIO

from openpyxl import Workbook

from tests.seeds import an_id_number

HEADER = ("姓名", "身份证号", "手机号", "地区", "乡镇", "群体", "依据", "起始日期")
Cells = Sequence[object]


def a_row(number: int, name: str = "李秀英", group: str = "脱贫户", **cells: str) -> tuple[str, ...]:
    """The row of one person; each number is a person of its own."""
    born, serial = date(1970, 1, 1) + timedelta(days=number // 900), number % 900 + 1
    given = {"id_number": an_id_number(born, serial, "140524"), "phone": "13800001111", "since": "2024/3/1"} | cells
    region, town = cells.get("region", "陵川县"), cells.get("town", "附城镇")
    return (name, given["id_number"], given["phone"], region, town, group, "乡村振兴局名单", given["since"])


def an_xlsx(rows: Iterable[Cells], header: Cells = HEADER, title: str = "") -> bytes:
    """The rows as a workbook, with a title above where one is given."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet("档案")
    if title:
        sheet.append([title])
    for row in (header, *rows):
        sheet.append(list(row))
    kept = BytesIO()
    book.save(kept)
    return kept.getvalue()


def a_csv(rows: Iterable[Cells], encoding: str = "utf-8") -> bytes:
    """The rows as a CSV."""
    return "\n".join(",".join(map(str, row)) for row in (HEADER, *rows)).encode(encoding)
