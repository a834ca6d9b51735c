"""Which document a text is: its title, its number (文号), who issued it and when."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

_NUMBER = re.compile(
    r"([\u3400-\u9fff（）()]{1,16})\s*[〔\[（(【﹝〖]\s*(\d{4})\s*[〕\]）)】﹞〗]\s*第?\s*0*(\d{1,5})\s*号"
)
_NAMED_NUMBER = re.compile(rf"(?:发文字号|文\s*号|文件编号)\s*[:：｜]\s*{_NUMBER.pattern}")
_KINDS = "方案|办法|意见|通知|细则|规定|公告|通告|规划|计划|条例|决定|指南|措施|清单|规程|制度|要点|标准|函|批复"
_TITLE = re.compile(rf"(?:{_KINDS})(?:[（(].{{1,20}}[）)])?[”》]?$")
_NO_TITLE = re.compile(r"[。；！？:：]$|^[（(〔\[]|^附\s*件|^\d{4}年|印发$|^[-—]")
_HEADER = re.compile(r"^(.{3,40}?)文\s*件$")
_HAN_DAY = "[〇○零Ｏ一二三四五六七八九]{4}年[一二三四五六七八九十]{1,3}月[一二三四五六七八九十]{1,3}日"
_DAY = re.compile(rf"^(.{{0,40}}?)(\d{{4}}年\d{{1,2}}月\d{{1,2}}日|{_HAN_DAY})(?:印发)?$")
_FIGURES = {han: str(n) for n, han in enumerate("〇一二三四五六七八九")} | {"○": "0", "零": "0", "Ｏ": "0"}
_HEAD_LINES = 40
_TITLE_LENGTH = 120
_SEAL = re.compile(r"[（(](?:代章|盖章|章)[）)]")


@dataclass(frozen=True)
class Imprint:
    """What tells one document from another."""

    title: str
    number: str | None
    issuer: str
    issued: date | None


def imprint(head: Sequence[str], end: Sequence[str], name: str) -> Imprint:
    """Read the lines before the first heading and after the last; the title is `name` where none stands there."""
    head = head[:_HEAD_LINES]
    title, number = _title(head) or name[:_TITLE_LENGTH], _number(head)
    signed = _signed([*head, *end])
    header = next((match[1] for match in map(_HEADER.match, head) if match), "")
    by = header or (signed[0] if signed else "") or (title.partition("关于")[0] if "关于" in title else "")
    return Imprint(title, number, by, signed[1] if signed else None)


def _number(head: Sequence[str]) -> str | None:
    """A number that stands alone on a line, or is named as such; one within a sentence is another document's."""
    for line in head:
        bare = re.sub(r"\s*签发人.*$", "", line)
        if match := _NUMBER.fullmatch(bare) or _NAMED_NUMBER.search(line):
            return f"{match[1]}〔{match[2]}〕{match[3]}号"
    return None


def _title(head: Sequence[str]) -> str:
    """The last title before the text, with the lines that it is spread over: a covering letter's comes before it."""
    for number in range(len(head) - 1, -1, -1):
        if not ends_title(head[number]):
            continue
        title = head[number]
        for line in reversed(head[:number]):
            if not _is_title(line) or ends_title(line) or len(title) + len(line) > _TITLE_LENGTH:
                break
            title = line + title
        return title.strip("《》")
    return ""


def ends_title(line: str) -> bool:
    """May a line be the last one of a title: 方案, 办法, 通知?"""
    return _is_title(line) and bool(_TITLE.search(line))


def _is_title(line: str) -> bool:
    return not (
        _NO_TITLE.search(line)
        or _DAY.match(line)
        or _NUMBER.fullmatch(line)
        or _HEADER.match(line)
        or _SEAL.search(line)
    )


def _signed(lines: Sequence[str]) -> tuple[str, date] | None:
    """Who signed, and the day, from the first line that is a date."""
    for number, line in enumerate(lines):
        if (match := _DAY.match(line)) and (day := _day(match[2])):
            before = lines[number - 1] if number and not _NO_TITLE.search(lines[number - 1]) else ""
            return _SEAL.sub("", match[1] or before), day
    return None


def _day(text: str) -> date | None:
    year, month, day = re.split("[年月]", text.rstrip("日"))
    try:
        return date(int("".join(_FIGURES.get(figure, figure) for figure in year)), _count(month), _count(day))
    except ValueError:
        return None


def _count(text: str) -> int:
    """十二 or 12 as 12."""
    if text.isdecimal():
        return int(text)
    tens, ten, ones = text.rpartition("十")
    figure = int(_FIGURES.get(ones, "0"))
    return figure + (10 * int(_FIGURES.get(tens, "1")) if ten else 0)
