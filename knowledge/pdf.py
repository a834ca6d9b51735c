"""The lines of a PDF file, without what is printed on every page."""

from __future__ import annotations

import io
import logging
import re
from collections import Counter

from pypdf import PdfReader
from pypdf.errors import FileNotDecryptedError

from knowledge.errors import PaperError
from knowledge.papers import MAX_CHARACTERS, Line

logging.getLogger("pypdf").setLevel(logging.CRITICAL)  # what matters of a damaged file is said in our own words
_MAX_PAGES = 500
_EDGE = 2  # lines at the top and at the bottom of a page, where headers and page numbers stand
_OFTEN = 3  # pages that print the same line
_DIGITS = re.compile(r"\d+")
_NUMBER = re.compile(r"^\W*\d{1,4}\W*$|^\d{1,4}\s*/\s*\d{1,4}$")


def lines(name: str, raw: bytes) -> tuple[list[Line], list[str]]:
    """The lines with their pages, and what could not be read; PaperError for a scan, a password, a broken file."""
    try:
        pages = _pages(name, raw)
    except PaperError:
        raise
    except FileNotDecryptedError as error:
        raise PaperError(name, "加了密码，打不开。请另存一份没有密码的。") from error
    except (Exception, RecursionError) as error:  # pypdf lets through whatever it meets in a damaged file
        raise PaperError(name, f"PDF 坏了，读不下去（{type(error).__name__}）。请重新导出一份。") from error
    blank = [number for number, page in enumerate(pages, 1) if not page]
    if len(blank) == len(pages):
        raise PaperError(name, f"是扫描件：{len(pages)}页都是图片，没有文字。请先做文字识别（OCR），或用 docx、txt。")
    printed = _on_every_page(pages)
    kept = [
        Line(text, number)
        for number, page in enumerate(pages, 1)
        for place, text in enumerate(page)
        if not (_is_edge(place, page) and (_masked(text) in printed or _NUMBER.match(text)))
    ]
    said = f"第{'、'.join(map(str, blank[:20]))}页没有文字（空白或扫描的图片），没有读进来。"
    return kept, [said] if blank else []


def _pages(name: str, raw: bytes) -> list[list[str]]:
    reader = PdfReader(io.BytesIO(raw))
    if reader.is_encrypted and not reader.decrypt(""):
        raise PaperError(name, "加了密码，打不开。请另存一份没有密码的。")
    if not len(reader.pages):
        raise PaperError(name, "PDF 里一页也没有。")
    if len(reader.pages) > _MAX_PAGES:
        raise PaperError(name, f"有{len(reader.pages)}页，最多{_MAX_PAGES}页。请只导入正文。")
    pages: list[list[str]] = []
    room = MAX_CHARACTERS
    for page in reader.pages:
        text = page.extract_text()
        room -= len(text)
        if room < 0:
            raise PaperError(name, f"文字超过{MAX_CHARACTERS}个，不像一份文件。请只导入正文。")
        pages.append([line.strip() for line in text.splitlines() if line.strip()])
    return pages


def _on_every_page(pages: list[list[str]]) -> set[str]:
    """Lines, figures aside, that stand at the edge of most pages."""
    edges = (
        {_masked(text) for place, text in enumerate(page) if _is_edge(place, page) and not _DIGITS.match(text)}
        for page in pages
    )
    counts = Counter(text for edge in edges for text in edge)
    return {text for text, count in counts.items() if count >= max(_OFTEN, 0.6 * len(pages))}


def _is_edge(place: int, page: list[str]) -> bool:
    return place < _EDGE or place >= len(page) - _EDGE


def _masked(text: str) -> str:
    return _DIGITS.sub("0", text)
