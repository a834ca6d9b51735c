"""A sheet to fill in (XLSX): its heading, and cells that are text, so that no number loses its last digits."""

from __future__ import annotations

from collections.abc import Mapping
from io import BytesIO

from openpyxl import Workbook
from openpyxl.styles import Font, PatternFill
from openpyxl.utils import get_column_letter

_ROWS = 60  # that stand ready; further ones take the format of their column


def blank(title: str, widths: Mapping[str, float]) -> bytes:
    """An empty sheet of this title, with the width of each column by its heading."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = title
    sheet.append(list(widths))
    for column, width in enumerate(widths.values(), 1):
        head, whole = sheet.cell(1, column), sheet.column_dimensions[get_column_letter(column)]
        head.font, head.fill = Font(bold=True), PatternFill("solid", fgColor="E6F3ED")
        whole.width, whole.number_format = width, "@"
        for number in range(2, 2 + _ROWS):
            sheet.cell(number, column).number_format = "@"
    sheet.freeze_panes = "A2"
    kept = BytesIO()
    book.save(kept)
    return kept.getvalue()
