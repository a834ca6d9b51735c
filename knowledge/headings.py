"""Headings of official documents: 第一章 第一条 一、 （一） 1. （1） ①, told from figures and lists by their sequence."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

_HAN = "[一二三四五六七八九十百零〇]{1,5}"
# From the highest to the lowest; the order holds whatever a document leaves out.
_FORMS = (
    re.compile(rf"第({_HAN}|\d{{1,3}})编\s*"),
    re.compile(rf"第({_HAN}|\d{{1,3}})章\s*"),
    re.compile(rf"第({_HAN}|\d{{1,3}})节\s*"),
    re.compile(rf"第({_HAN}|\d{{1,3}})条[\s:：、]*"),
    re.compile(rf"({_HAN})\s*[、.](?!{_HAN}[、等])\s*"),
    re.compile(rf"[（(]\s*({_HAN})\s*[）)][、.]?\s*"),
    re.compile(r"(\d{1,3})\s*[.、](?!\d)\s*"),
    re.compile(r"[（(]?\s*(\d{1,3})\s*[）)][、.]?\s*"),
    re.compile(r"([①-⑳])\s*"),
)
_LISTS = 6  # from here on it may be a list as well as a heading
_ARTICLE = 3  # 第…条 stands alone in a citation
_SHOWN = ("第{}编", "第{}章", "第{}节", "第{}条", "{}", "（{}）", "{}", "（{}）", "{}")
_CIRCLED = "".join(map(chr, range(ord("①"), ord("⑳") + 1)))
_POWER = {"十": 10, "百": 100}
_DIGITS = {han: number for number, han in enumerate("零一二三四五六七八九")} | {"〇": 0}
_SKIPPED = 2  # headings at most that a scan may have lost between two


@dataclass(frozen=True)
class Heading:
    """One heading on its way down: its depth, its number, and how the number is written in a locator."""

    depth: int
    number: int
    shown: str


@dataclass
class Headings:
    """Follows the headings of a document from line to line."""

    path: list[Heading] = field(default_factory=list)  # from the highest to where we are
    _last: dict[int, int] = field(default_factory=dict)  # the last number of each depth, for numbers straight through

    def take(self, line: str, *, ended: bool) -> str | None:
        """What stands behind the heading that a line begins with, and go there; None where it begins with none.

        `ended`: the text before the line had come to an end, so that a number in the wrong order may be a heading.
        """
        for depth, form in enumerate(_FORMS):
            match = form.match(line)
            if match and self._follows(depth, number := _number(match[1]), ended):
                self._last[depth] = number
                above = [heading for heading in self.path if heading.depth < depth]
                self.path = [*above, Heading(depth, number, _SHOWN[depth].format(match[1]))]
                return line[match.end() :]
        return None

    @property
    def at(self) -> str:
        """The locator of where we are: 三（一）2; an article needs no chapter before it: 第五条（一）."""
        begin = next((n for n, heading in enumerate(self.path) if heading.depth == _ARTICLE), 0)
        return "".join(heading.shown for heading in self.path[begin:])

    def _follows(self, depth: int, number: int, ended: bool) -> bool:
        here = next((heading.number for heading in self.path if heading.depth == depth), 0)
        if number == 1:
            return here != 1 or ended
        last = self._last.get(depth, 0)  # of all so far: numbers may run straight through the chapters
        return number == last + 1 or (ended and last > 0 and last < number <= last + 1 + _SKIPPED)


def may_be_heading(line: str) -> bool:
    """Does a line begin like a heading that no mere list has: 一、 （一） 第一条?"""
    return any(form.match(line) for form in _FORMS[:_LISTS])


def _number(written: str) -> int:
    """二十一 as 21, ③ as 3."""
    if written.isdecimal():
        return int(written)
    if written in _CIRCLED:
        return _CIRCLED.index(written) + 1
    total = digit = 0
    for han in written:
        if han in _POWER:
            total, digit = total + (digit or 1) * _POWER[han], 0
        else:
            digit = _DIGITS[han]
    return total + digit
