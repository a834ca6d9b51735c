"""The lines of a Word file (docx): paragraphs and tables in their order, numbers that Word makes itself written out."""

from __future__ import annotations

import io
import re
import zipfile
from collections import Counter
from collections.abc import Iterator
from typing import Any

from docx import Document
from docx.document import Document as Opened
from docx.oxml.ns import qn
from docx.table import Table

from knowledge.errors import PaperError
from knowledge.papers import Line, row

_MAX_PART = 30 * 1024 * 1024  # a docx is a zip file: a small one may unpack to anything
_MAX_UNPACKED = 200 * 1024 * 1024
_MAX_PARTS = 5000
_HAN = "〇一二三四五六七八九"
_CIRCLED = "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳"
_CHINESE = {"chineseCounting", "chineseCountingThousand", "japaneseCounting", "ideographDigital", "taiwaneseCounting"}


def lines(name: str, raw: bytes) -> tuple[list[Line], list[str]]:
    """The lines, and what could not be read; PaperError for what is no sound docx."""
    _check_package(name, raw)
    try:
        opened = Document(io.BytesIO(raw))
        found = list(_walk(opened))
        pictures = len(opened.element.body.findall(f".//{qn('w:drawing')}"))
    except (Exception, RecursionError) as error:  # python-docx lets through whatever it meets in a damaged file
        raise PaperError(name, f"不是能读的 .docx（{type(error).__name__}）。请用文字软件打开后另存一份。") from error
    return found, [f"有{pictures}张图片，图里的字没有读进来。"] if pictures else []


def _check_package(name: str, raw: bytes) -> None:
    """Look at the zip file's own list before anything of it is unpacked."""
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as packed:
            parts = {part.filename: part.file_size for part in packed.infolist()}
    except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError) as error:
        raise PaperError(name, "文件坏了，不是完整的 .docx。请重新保存或重新下载。") from error
    if "xl/workbook.xml" in parts:
        raise PaperError(name, "是表格（xlsx）。问答表请用 skillpass policy import-faq 导入。")
    if "word/document.xml" not in parts:
        raise PaperError(name, "是压缩包，里面没有 Word 正文。请解开后导入里面的文件。")
    largest = max(size for part, size in parts.items() if part.endswith((".xml", ".rels")))
    if largest > _MAX_PART or sum(parts.values()) > _MAX_UNPACKED or len(parts) > _MAX_PARTS:
        raise PaperError(name, f"解开后有{sum(parts.values()) // 1024 // 1024}MB，太大，没有打开。请只导入正文。")


def _walk(opened: Opened) -> Iterator[Line]:
    numbers = _Numbers(opened)
    for block in opened.iter_inner_content():
        if isinstance(block, Table):
            yield from (row(_cells(each)) for each in block._tbl.tr_lst)
        else:
            number = numbers.before(block)
            yield from (Line(text) for text in f"{number}{_text(block._p)}".split("\n"))


def _cells(of_row: Any) -> list[str]:
    return [" ".join(_text(paragraph) for paragraph in cell.iter(qn("w:p"))) for cell in of_row.tc_lst]


def _text(element: Any) -> str:
    """What a paragraph says: insertions too, nothing that was deleted, and a text box only once."""
    said: list[str] = []
    for part in element.iter(qn("w:t"), qn("w:br"), qn("w:tab")):
        if not any(
            True for _ in part.iterancestors("{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback")
        ):
            said.append(part.text or "" if part.tag == qn("w:t") else "\n" if part.tag == qn("w:br") else " ")
    return "".join(said)


class _Numbers:
    """The numbers that Word shows before paragraphs but does not write into them: 一、 （一） 1."""

    def __init__(self, opened: Opened) -> None:
        try:
            numbering = opened.part.numbering_part.element
        except (KeyError, NotImplementedError):  # a document without lists has no such part
            self._levels: dict[tuple[str, int], tuple[str, str, int]] = {}
            self._list_of: dict[str, str] = {}
        else:
            self._levels = {
                (abstract.get(qn("w:abstractNumId")), int(level.get(qn("w:ilvl")))): _level(level)
                for abstract in numbering.findall(qn("w:abstractNum"))
                for level in abstract.findall(qn("w:lvl"))
            }
            self._list_of = {
                each.get(qn("w:numId")): each.find(qn("w:abstractNumId")).get(qn("w:val"))
                for each in numbering.findall(qn("w:num"))
            }
        self._counts: dict[str, Counter[int]] = {}

    def before(self, paragraph: Any) -> str:
        """The number of a paragraph; empty where it has none."""
        number = next(filter(None, (_number_of(each) for each in self._properties(paragraph))), None)
        if number is None or (self._list_of.get(number[0], ""), number[1]) not in self._levels:
            return ""
        abstract, depth = self._list_of[number[0]], number[1]
        counts = self._counts.setdefault(abstract, Counter())
        kind, shown, start = self._levels[abstract, depth]
        counts[depth] = counts[depth] + 1 if depth in counts else start
        for deeper in [each for each in counts if each > depth]:
            del counts[deeper]
        if kind in {"bullet", "none"}:
            return ""
        return re.sub(r"%(\d)", lambda match: self._shown(abstract, int(match[1]) - 1), shown)

    def _shown(self, abstract: str, depth: int) -> str:
        kind, _, start = self._levels.get((abstract, depth), ("decimal", "", 1))
        return _written(self._counts[abstract].get(depth, start), kind)

    def _properties(self, paragraph: Any) -> Iterator[Any]:
        yield paragraph._p.pPr
        style = paragraph.style
        while style is not None:
            yield style.element.pPr
            style = style.base_style


def _level(level: Any) -> tuple[str, str, int]:
    """How a level is numbered, what stands around the number, and where it begins."""
    kind, shown, start = (level.find(qn(f"w:{name}")) for name in ("numFmt", "lvlText", "start"))
    return (
        kind.get(qn("w:val"), "decimal") if kind is not None else "decimal",
        shown.get(qn("w:val"), "") if shown is not None else "",
        int(start.get(qn("w:val"), "1")) if start is not None else 1,
    )


def _number_of(properties: Any) -> tuple[str, int] | None:
    numbered = properties.find(qn("w:numPr")) if properties is not None else None
    number = numbered.find(qn("w:numId")) if numbered is not None else None
    if numbered is None or number is None:
        return None
    depth = numbered.find(qn("w:ilvl"))
    return number.get(qn("w:val")), int(depth.get(qn("w:val"))) if depth is not None else 0


def _written(number: int, kind: str) -> str:
    """3 as 三, ③ or 3."""
    if kind in _CHINESE and 0 < number < 100:
        tens, ones = divmod(number, 10)
        return (_HAN[tens] if tens > 1 else "") + ("十" if tens else "") + (_HAN[ones] if ones else "")
    if kind.startswith("decimalEnclosedCircle") and 0 < number <= len(_CIRCLED):
        return _CIRCLED[number - 1]
    return str(number)
