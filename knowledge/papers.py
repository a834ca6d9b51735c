"""Official documents as files (txt, docx, pdf), read into plain lines."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from knowledge.errors import PaperError

MAX_BYTES = 50 * 1024 * 1024
MAX_CHARACTERS = 2_000_000
_MAX_LINES = 50_000
_LEAST, _SHARE = 10, 0.15  # Chinese characters, and their share of all; with fewer it is no document
_OLE = b"\xd0\xcf\x11\xe0"  # an old .doc, and the wrapping of a .docx with a password
_PASSWORD = "EncryptedPackage".encode("utf-16-le")
_OTHER_KINDS = {
    b"{\\rtf": "RTF",
    b"<!doctype html": "网页",
    b"<html": "网页",
    b"\x89png": "图片",
    b"\xff\xd8\xff": "图片",
}

_HAN = re.compile(r"[\u3400-\u9fff]")
_BESIDE_HAN = re.compile(r"(?<=[^\x00-\xff]) +| +(?=[^\x00-\xff])")
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f\x7f]")
_INVISIBLE = re.compile(r"[\u200b-\u200f\u2060\ufeff\u00ad]")
_FULL_WIDTH = {code: code - 0xFEE0 for code in (*range(0xFF10, 0xFF1A), *range(0xFF21, 0xFF3B), *range(0xFF41, 0xFF5B))}
_FULL_WIDTH |= {
    ord("％"): "%",
    ord("［"): "[",
    ord("］"): "]",
    ord("＃"): "#",
    ord("＊"): "*",
    ord("\u3000"): " ",
    0xA0: " ",
}
_FULL_WIDTH |= {0x3220 + n: f"（{han}）" for n, han in enumerate("一二三四五六七八九十")}
_FULL_WIDTH |= {0x2474 + n: f"（{n + 1}）" for n in range(20)} | {0x2488 + n: f"{n + 1}." for n in range(20)}
_NUMBERED = re.compile(r"^(\s*[一二三四五六七八九十]{1,3})[．.]")
_STOP = re.compile(r"(?<=[\u3400-\u9fff”%])[．.](?![A-Za-z.．])")  # some typesetters end sentences with a point
_MARKS = re.compile(r"^\s*(?:[#>]+\s*|[-*+•●]\s+)+|\*\*|__(?!_)|`|<br\s*/?>|\\(?=[.\-()*#])")
_RULE = re.compile(r"^[\s|:\-—_=*]{3,}$")
_PAGE = re.compile(
    r"^\s*(?:[-—–―]+\s*\d{1,4}\s*[-—–―]+|第\s*\d{1,4}\s*页\s*[，,/(（]?\s*(?:共\s*\d{1,4}\s*页)?[)）]?)\s*$"
)


@dataclass(frozen=True)
class Line:
    """One line as it stands in the file: half-width figures, no marks of the page or of Markdown."""

    text: str
    page: int | None = None  # from 1, where the file has pages
    is_row: bool = False  # of a table, its cells joined by ｜


@dataclass(frozen=True)
class Paper:
    """All that a file says, and what in it could not be read."""

    name: str
    raw: bytes
    lines: tuple[Line, ...]
    problems: tuple[str, ...] = ()


def read(path: Path) -> Paper:
    """Read a file; PaperError says why where it holds no text of a document."""
    try:
        size = path.stat().st_size
        if size > MAX_BYTES:
            mega = 1024 * 1024
            raise PaperError(path.name, f"文件有{size // mega}MB，最大{MAX_BYTES // mega}MB，没有打开。请只导入正文。")
        raw = path.read_bytes()
    except OSError as error:
        raise PaperError(path.name, f"打不开：{error.strerror}。") from error
    return from_bytes(path.name, raw)


def from_bytes(name: str, raw: bytes) -> Paper:
    """The same of a file's bytes; what kind it is they tell themselves, not its name."""
    if not raw.strip():
        raise PaperError(name, "文件是空的。")
    found, problems = _found(name, raw)
    kept = (line for line in map(_plain, found) if line.text)
    lines = tuple(islice(kept, _MAX_LINES + 1))
    length = sum(len(line.text) for line in lines)
    if len(lines) > _MAX_LINES or length > MAX_CHARACTERS:
        raise PaperError(name, f"超过{_MAX_LINES}行或{MAX_CHARACTERS}字，不像一份文件。请只导入正文。")
    han = sum(len(_HAN.findall(line.text)) for line in lines)
    if han < max(_LEAST, _SHARE * length):
        raise PaperError(name, f"不像一份文件：只读出{han}个汉字。请确认是文件原文，打开后文字正常、能选中。")
    return Paper(name, raw, lines, tuple(problems))


def _found(name: str, raw: bytes) -> tuple[Iterable[Line], list[str]]:
    if b"%PDF-" in raw[:1024]:
        from knowledge import pdf  # only where it is needed: it takes long to load

        return pdf.lines(name, raw)
    if raw.startswith(b"PK"):
        from knowledge import word

        return word.lines(name, raw)
    if raw.startswith(_OLE):
        what = "加了密码" if _PASSWORD in raw else "是旧的 .doc（或 .wps）"
        raise PaperError(name, f"{what}，读不了。请打开后另存为没有密码的 .docx。")
    for start, kind in _OTHER_KINDS.items():
        if raw.lstrip()[:20].lower().startswith(start):
            raise PaperError(name, f"是{kind}，不是 txt、docx 或 pdf。请另存为其中一种。")
    return _text_lines(_decoded(name, raw)), []


def _decoded(name: str, raw: bytes) -> str:
    utf16 = raw.startswith((b"\xff\xfe", b"\xfe\xff"))
    for encoding in ("utf-16",) if utf16 else ("utf-8-sig", "gb18030"):
        try:
            text = raw.decode(encoding)
        except UnicodeDecodeError:
            continue
        if not _CONTROL.search(text):
            return text
    raise PaperError(name, "不是文字文件：要 txt（UTF-8 或 GB18030）、docx 或 pdf。")


def _text_lines(text: str) -> Iterator[Line]:
    """Lines of a text file; a row of a table is one with bars at both ends or with several tabs."""
    pages = text.split("\f")
    for number, page in enumerate(pages, 1):
        at = number if len(pages) > 1 else None
        for line in page.splitlines():
            bare = line.strip()
            is_barred = len(bare) > 2 and bare[0] == bare[-1] == "|" and "|" in bare[1:-1]
            cells = bare[1:-1].split("|") if is_barred else line.split("\t")
            yield row(cells, at) if is_barred or len(cells) > 2 else Line(line, at)


def row(cells: Iterable[str], page: int | None = None) -> Line:
    """A row of a table; where a cell is empty its place is kept."""
    return Line("｜".join(" ".join(cell.split()) for cell in cells), page, is_row=True)


def _plain(line: Line) -> Line:
    text = _INVISIBLE.sub("", line.text)
    if _PAGE.match(text) or _RULE.match(text) or (line.is_row and not text.strip("｜:- ")):
        return Line("")
    text = _MARKS.sub("", text.translate(_FULL_WIDTH))
    text = _NUMBERED.sub(r"\1、", text) if _NUMBERED.match(text) else text
    text = _STOP.sub("。", text).replace("．", ".")
    return Line(_BESIDE_HAN.sub("", " ".join(text.split())), line.page, line.is_row)
