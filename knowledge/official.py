"""An official document as it was issued: which one it is, and its sections with the locators that citations use."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from pathlib import Path

from knowledge import papers
from knowledge.errors import PaperError
from knowledge.imprint import imprint
from knowledge.listed import EVERYWHERE
from knowledge.papers import Paper
from knowledge.regions import Regions
from knowledge.sections import END, HEAD, PREAMBLE, WHOLE, Section, sections_of

_OTHER_NAMES = {
    "文首": HEAD,
    "文件头": HEAD,
    "标题": HEAD,
    "引言": PREAMBLE,
    "序言": PREAMBLE,
    "落款": END,
    "文尾": END,
}
_STRAIGHT = re.compile(r"([一二三四五六七八九十]+)（[一二三四五六七八九十]+）(\d+)")
_BELOW = re.compile(r"[（①-⑳ \d]")
_NATIONAL = re.compile(r"^(?:中华人民共和国|人力资源(?:和)?社会保障部|国务院|财政部|教育部|农业农村部|中共中央)")
_LONGEST_NAME = 14  # characters of a place with all above it


@dataclass(frozen=True)
class Official:
    """One document, ready to be searched and quoted."""

    title: str
    number: str | None
    issuer: str
    region: str | None  # GB/T 2260 code; None where the text does not tell
    issued: date | None
    sections: tuple[Section, ...]

    @property
    def name(self) -> str:
        """How it is cited: 文号, or the title where there is none."""
        return self.number or self.title

    def text(self, at: str) -> str:
        """What stands at a locator and below it; empty where the document has no such section."""
        at = _OTHER_NAMES.get(at, at)
        if at == WHOLE:
            return "\n".join(section.text for section in self.sections)
        at = self._by_straight.get(at, at)
        return "\n".join(section.text for section in self.sections if section.at == at or _is_below(section.at, at))

    @property
    def locators(self) -> list[str]:
        """Where something stands, in order, each once."""
        return list(dict.fromkeys(section.at for section in self.sections))

    def straight(self, at: str) -> str:
        """三15 for 三（三）15, where numbers run straight through a chapter so that this says enough; else the same."""
        return next((short for short, full in self._by_straight.items() if full == at), at)

    @cached_property
    def _by_straight(self) -> dict[str, str]:
        matches = [match for match in map(_STRAIGHT.fullmatch, self.locators) if match]
        counts = Counter(match[1] + match[2] for match in matches)
        return {match[1] + match[2]: match[0] for match in matches if counts[match[1] + match[2]] == 1}


@dataclass(frozen=True)
class Import:
    """A document with the file that it came in."""

    official: Official
    paper: Paper

    @property
    def checksum(self) -> str:
        """SHA-256 of the file."""
        return hashlib.sha256(self.paper.raw).hexdigest()

    @property
    def rows(self) -> int:
        """How many rows of tables were read."""
        return sum(line.is_row for line in self.paper.lines)


def read_official(path: Path, regions: Regions, region: str | None = None) -> Import:
    """Read a txt, docx or pdf file; PaperError says why where it is none. The region is guessed where none is given."""
    paper = papers.read(path)
    official = of_paper(paper, regions)
    return Import(replace(official, region=region) if region else official, paper)


def of_paper(paper: Paper, regions: Regions) -> Official:
    """The document that a file holds."""
    sections = tuple(sections_of(paper.lines))
    if not any(section.text for section in sections):
        raise PaperError(paper.name, "没读出正文。请确认是文件原文。")
    told = imprint(_lines(sections, HEAD, PREAMBLE, WHOLE), _lines(sections, END), Path(paper.name).stem)
    region = region_of((told.issuer, told.title, told.number or ""), regions)
    return Official(told.title, told.number, told.issuer, region, told.issued, sections)


def region_of(texts: Sequence[str], regions: Regions) -> str | None:
    """Whose document it is: the place that one of its names begins with, else the longest that stands in one."""
    plain = [text.removeprefix("中共") for text in texts]
    if any(map(_NATIONAL.match, plain)):
        return EVERYWHERE
    begins = (regions.by_name.get(text[:length]) for text in plain for length in range(_LONGEST_NAME, 1, -1))
    within = (
        regions.by_name.get(text[start : start + length])
        for length in range(_LONGEST_NAME, 2, -1)
        for text in plain
        for start in range(len(text) - length + 1)
    )
    return next(filter(None, begins), None) or next(filter(None, within), None)


def _lines(sections: Sequence[Section], *at: str) -> list[str]:
    return [line for section in sections if section.at in at for line in section.text.split("\n")]


def _is_below(at: str, above: str) -> bool:
    """三（一）2 is below 三 and 三（一）, but 三（一）12 is not below 三（一）1; 附件2 is below 附件."""
    rest = at.removeprefix(above)
    if rest == at or not _BELOW.match(rest):
        return False
    return not (rest[0].isdigit() and above[-1:].isdigit())
