"""Paragraphs again from lines: a page or a narrow column may have broken them anywhere."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from knowledge.papers import Line

ENDED = re.compile(r"[。！？；：!?;:…][”’\"'」』）)]*$|(?<!\d)\.$")
_SENTENCE_END = re.compile(r"[。！？!?](?![”」』])|(?<!\d)\.(?!\d)|[:：](?=.)")
PROSE = re.compile(r"[，,、。；：:;.]")
_COLUMN = range(18, 61)  # characters: lines of other widths are paragraphs of their own
_FULL = 0.8  # of the column's width: a shorter line ends its paragraph
_SHORT = 12  # characters: a line of these alone is no broken paragraph
_HEADING = 60  # characters at most


@dataclass(frozen=True)
class Shape:
    """How wide the lines of a file are; None where every line is a paragraph."""

    column: int | None

    @classmethod
    def of(cls, lines: Sequence[Line]) -> Shape:
        """The shape that most lines have."""
        lengths = sorted(len(line.text) for line in lines if not line.is_row)
        width = lengths[int(0.9 * (len(lengths) - 1))] if lengths else 0
        return cls(width if width in _COLUMN else None)

    def goes_on(self, line: Line) -> bool:
        """Does the text of a line go on in the next one?"""
        if line.is_row or ENDED.search(line.text):
            return False
        if self.column is not None:
            return len(line.text) >= _FULL * self.column
        return len(line.text) >= _SHORT and bool(PROSE.search(line.text))

    def is_heading(self, line: Line) -> bool:
        """Does a line that begins with a number hold a heading and nothing else?"""
        if _SENTENCE_END.search(line.text):
            return False
        return len(line.text) <= _HEADING if self.column is None else not self.goes_on(line)

    def joined(self, lines: Sequence[Line]) -> list[str]:
        """The paragraphs of some lines; a row of a table is one of its own."""
        found: list[str] = []
        before: Line | None = None
        for line in lines:
            if before is not None and not line.is_row and self.goes_on(before):
                found[-1] += line.text
            else:
                found.append(line.text)
            before = line
        return found


def heading_of(text: str) -> str:
    """The heading that a paragraph begins with: its first sentence, where that is short; else empty."""
    end = _SENTENCE_END.search(text)
    first = text[: end.start()] if end else text
    return first if len(first) <= _HEADING else ""
