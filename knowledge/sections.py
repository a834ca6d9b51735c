"""The sections of an official document, each with the locator that citations use."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from knowledge.headings import Headings
from knowledge.papers import Line
from knowledge.paragraphs import ENDED, Shape, heading_of

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
    last = _last(lines, _WITHIN)
    annexes = _annexes(lines, last, shape)
    found: list[Section] = []
    body = lines[: min(annexes, default=last)]
    closing = _last(body, _WITHIN) if annexes else len(body)
    found += _body(body[:closing], shape)
    found += _stretch(END, body[closing:], shape)
    for begin, end in _spans(annexes, last):
        found += _annex(annexes[begin], lines[begin:end], shape)
    found += _stretch(END, lines[last:], shape)
    return found


def _body(lines: Sequence[Line], shape: Shape) -> Iterator[Section]:
    parts = list(_parts(lines, shape))
    head = parts[0][1]
    if len(parts) == 1:  # no headings at all
        yield from _stretch(WHOLE, head, shape)
        return
    cut = _preamble(head)
    yield from _stretch(HEAD, head[:cut], shape)
    yield from _stretch(PREAMBLE, head[cut:], shape)
    for at, part in parts[1:]:
        yield from _stretch(at, part, shape, headed=True)


def _annex(name: str, lines: Sequence[Line], shape: Shape) -> Iterator[Section]:
    for at, part in _parts(lines, shape):
        yield from _stretch(f"{name} {at}" if at else name, part, shape, headed=bool(at))


def _parts(lines: Sequence[Line], shape: Shape) -> Iterator[tuple[str, list[Line]]]:
    """Locator and lines of each stretch; the first, before any heading, has no locator."""
    headings, at, part = Headings(), "", list[Line]()
    for line in lines:
        ended = not part or not shape.goes_on(part[-1]) or (bool(at) and len(part) == 1 and shape.is_heading(part[0]))
        rest = None if line.is_row else headings.take(line.text, ended=ended)
        if rest is None:
            part.append(line)
        else:
            yield at, part
            at, part = headings.at, [Line(rest, line.page)]
    yield at, part


def _stretch(at: str, lines: Sequence[Line], shape: Shape, *, headed: bool = False) -> Iterator[Section]:
    """One section, or none where there are no lines."""
    if not lines:
        return
    if headed and shape.is_heading(lines[0]):
        heading, told = lines[0].text, [lines[0].text, *shape.joined(lines[1:])]
    else:
        told = shape.joined(lines)
        heading = heading_of(told[0]) if headed else ""
    yield Section(at, heading, "\n".join(filter(None, told)), lines[0].page)


def _preamble(head: Sequence[Line]) -> int:
    """Where, before the first heading, the paragraphs begin that say why the document was written."""
    cut = len(head)
    for number in range(len(head) - 1, -1, -1):
        text = head[number].text
        if _ADDRESSED.match(text) or not (ENDED.search(text) or len(text) > _NAME or _runs_on(head, number)):
            break
        cut = number
    return cut


def _runs_on(head: Sequence[Line], number: int) -> bool:
    """Is a line within a paragraph, in a narrow column?"""
    following = head[number + 1 :]
    return bool(following) and _is_prose(head[number].text) and not _LAST.match(head[number].text)


def _is_prose(text: str) -> bool:
    return bool(re.search(r"[，,、。；.]", text))


def _last(lines: Sequence[Line], within: int) -> int:
    """Where the lines begin that say who signed, when, and who gets a copy; the end where there are none."""
    for number in range(max(0, len(lines) - within), len(lines)):
        text = lines[number].text
        annex = _ANNEX.match(text)
        if _LAST.match(text) or (annex and annex[2] and len(lines) - number <= _NAME // 2):
            signed = number and len(lines[number - 1].text) <= _NAME and not _is_prose(lines[number - 1].text)
            return number - 1 if signed and not lines[number - 1].is_row and not annex else number
    return len(lines)


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
