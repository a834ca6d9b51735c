"""The sections of an official document, each with the locator that citations use."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from knowledge.headings import Headings, may_be_heading
from knowledge.imprint import ends_title
from knowledge.papers import Line
from knowledge.paragraphs import ENDED, PROSE, Shape, heading_of

HEAD, PREAMBLE, END, WHOLE = "文头", "前言", "文末", "全文"
_ANNEX = re.compile(r"附\s*件\s*(\d{1,2}|[一二三四五六七八九十](?![、.]))?\s*[:：.、]?\s*(.{0,60})$")
_LAST = re.compile(r"抄\s*送|抄\s*报|分\s*送|主\s*题\s*词|[（(]此\s*件|.{0,30}\d{4}年\d{1,2}月\d{1,2}日(?:印发)?$")
_ADDRESSED = re.compile(r"各.{1,120}[:：]$")
_WITHIN = 14  # lines from the end, where who signed and who gets a copy stands
_NAME = 40  # characters of an office's name at most
_FORM = 3  # lines behind its name that make an annex, not a mere mention


@dataclass(frozen=True)
class Section:
    """One stretch of a document between two headings."""

    at: str  # locator: 三（一）2, 附件, 文头
    heading: str
    text: str  # the heading with all that follows up to the next one
    page: int | None = None


def sections_of(lines: Sequence[Line]) -> list[Section]:
    """A document in its order, nothing left out."""
    shape = Shape.of(lines)
    last = _closing(lines)
    annexes = _annexes(lines, last, shape)
    body = lines[: min(annexes, default=last)]
    closing = _closing(body, mentions=True) if annexes else len(body)
    found = [*_body(body[:closing], shape), *_plainly(END, body[closing:])]
    for begin, end in _spans(annexes, last):
        found += _annex(annexes[begin], lines[begin:end], shape)
    return [*found, *_plainly(END, lines[last:])]


def _body(lines: Sequence[Line], shape: Shape) -> Iterator[Section]:
    parts = list(_parts(lines, shape))
    head = parts[0].lines
    if len(parts) == 1:  # no headings at all
        yield from _section(_Part(WHOLE, head), shape)
        return
    cut = _preamble(head, shape)
    yield from _plainly(HEAD, head[:cut])
    yield from _section(_Part(PREAMBLE, head[cut:]), shape)
    for part in parts[1:]:
        yield from _section(part, shape)


def _annex(name: str, lines: Sequence[Line], shape: Shape) -> Iterator[Section]:
    for part in _parts(lines, shape):
        yield from _section(replace(part, at=f"{name} {part.at}".strip()), shape)


@dataclass(frozen=True)
class _Part:
    """Lines from one heading to the next."""

    at: str  # empty before the first heading
    lines: Sequence[Line]
    number: str = ""  # what the first line begins with: （一）


def _parts(lines: Sequence[Line], shape: Shape) -> Iterator[_Part]:
    headings = Headings()
    at, number, held = "", "", list[Line]()
    for line in lines:
        ended = not held or not shape.goes_on(held[-1])
        rest = None if line.is_row else headings.take(line.text, ended=ended)
        if rest is not None:
            yield _Part(at, held, number)
            at, number, held = headings.at, line.text.removesuffix(rest), []
        held.append(line)
    yield _Part(at, held, number)


def _section(part: _Part, shape: Shape) -> Iterator[Section]:
    """One section, or none where there are no lines."""
    if not part.lines:
        return
    if part.number and shape.is_heading(part.lines[0]):
        first, *others = part.lines[0].text, *shape.joined(part.lines[1:])
    else:
        first, *others = shape.joined(part.lines)
    first = first.removeprefix(part.number)
    heading = heading_of(first) if part.number else ""
    yield Section(part.at, heading, "\n".join(filter(None, (first, *others))), part.lines[0].page)


def _plainly(at: str, lines: Sequence[Line]) -> Iterator[Section]:
    """A section whose lines stay as they are: titles, addressees, who signed."""
    if lines:
        yield Section(at, "", "\n".join(line.text for line in lines), lines[0].page)


def _preamble(head: Sequence[Line], shape: Shape) -> int:
    """Where, before the first heading, the paragraphs begin that say why the document was written."""
    cut = len(head)
    for number in range(len(head) - 1, -1, -1):
        text = head[number].text
        in_prose = ENDED.search(text) or (len(text) > _NAME if shape.column is None else shape.goes_on(head[number]))
        if not in_prose or ends_title(text) or text.endswith("号") or _ADDRESSED.match(text) or _LAST.match(text):
            break
        cut = number
    return cut


def _closing(lines: Sequence[Line], *, mentions: bool = False) -> int:
    """Where the lines begin that say who signed, when, and who gets a copy; the end where there are none.

    `mentions`: also what is annexed.
    """
    begin = max((n for n, line in enumerate(lines, 1) if may_be_heading(line.text)), default=0)
    for number in range(max(begin, len(lines) - _WITHIN), len(lines)):
        text = lines[number].text
        if mentions and _ANNEX.match(text):
            return number
        if _LAST.match(text):
            return number - 1 if number and _is_name(lines[number - 1]) else number
    return len(lines)


def _is_name(line: Line) -> bool:
    """May a line be the office that signs?"""
    return len(line.text) <= _NAME and not line.is_row and not PROSE.search(line.text)


def _annexes(lines: Sequence[Line], last: int, shape: Shape) -> dict[int, str]:
    """Where each annex begins, and its name; a mere mention of one is none."""
    begins: dict[str, int] = {}
    for number, line in enumerate(lines[:last]):
        match = None if line.is_row else _ANNEX.match(line.text)
        if match and not ENDED.search(line.text):
            begins[f"附件{match[1] or ''}"] = number
    named = {number: name for name, number in sorted(begins.items(), key=lambda each: each[1])}
    several = len(named) > 1
    kept = {b: named[b] for b, e in _spans(named, last) if _is_begun(lines[b:e], named[b], several=several)}
    if kept and not _has_headings(lines[: min(kept)], shape):
        # A covering letter without headings: the annex that has them is the document itself.
        itself = next((b for b, e in _spans(kept, last) if _has_headings(lines[b:e], shape)), None)
        kept = {number: name for number, name in kept.items() if number != itself}
    return kept


def _spans(begins: Iterable[int], end: int) -> list[tuple[int, int]]:
    return list(pairwise([*begins, end]))


def _has_headings(lines: Sequence[Line], shape: Shape) -> bool:
    return len(list(_parts(lines, shape))) > 1


def _is_begun(lines: Sequence[Line], name: str, *, several: bool) -> bool:
    match = _ANNEX.match(lines[0].text)
    titled = match is not None and bool(match[2])
    if titled and several and name == "附件":  # 附件：1.…  2.… tells what comes
        return False
    return not titled or len(lines) > _FORM or any(line.is_row for line in lines)
