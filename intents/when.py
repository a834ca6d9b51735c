"""Which days and which part of the day a text names: 明天下午, 周三, 11月25日."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

_RELATIVE = {
    "大后": 3, "后": 2, "明": 1, "今": 0, "昨": -1, "大前": -3, "前": -2,
}  # fmt: skip
_NAMED_DAY = re.compile(r"(大后|大前|后|前|明|今|昨)(?:天|日|儿个?|儿|早上?|晚上?)(?!\d)")
_WEEKDAYS = {character: number for number, character in enumerate("一二三四五六日")} | {"天": 6}
_WEEKDAYS |= {str(number + 1): number for number in range(7)}
_WEEKDAY = re.compile(r"(上|下|这|本)?个?(?:周|星期|礼拜)([一二三四五六日天1-7])")
_DATE = re.compile(r"(?<!\d)(?:(1[0-2]|0?[1-9])月)?([12]\d|3[01]|0?[1-9])[日号](?!楼)")
_PARTS = {
    "morning": re.compile(r"上午|早上|早晨|清早|[今明昨]早|早课"),
    "afternoon": re.compile(r"下午|午后"),
    "evening": re.compile(r"晚上|晚课|[今明昨]晚|夜里|夜校"),
}
_WHOLE_DAY = re.compile(r"全天|整天|(?<!\d)1天|一天")
_UNTIL = re.compile(r"[，,]?(?:一直)?(?:到|至|-|—|~|～)+")
_NUMERALS = {character: number for number, character in enumerate("一二三四五六七八九十", 1)} | {"两": 2}
_BETWEEN = re.compile(
    r"从|起(?=\W|请|到)|(?<=[天日号儿一二三四五六\d])(?:一直)?[到至](?=大?[前后明今昨周星礼下本这\d])"
)
_LENGTH = re.compile(r"(?<![第\d])(\d{1,2}|[一二三四五六七八九十两])天")
_LONGEST = 31  # days that one message may span


def days(text: str, today: date, *, ahead: bool) -> list[date]:
    """The days named in a text, in order: 明天, 周一到周三, 从明天起3天.

    One that may be meant twice is the nearest to come, or the nearest past; so many days without a first begin today.
    """
    named = sorted(_days(text, today, ahead), key=lambda each: each.start)
    found = {each.day for each in named}
    for first, last in pairwise(named):
        if _UNTIL.fullmatch(text[first.end : last.start].strip()):
            found |= set(_from(first.day, (last.day - first.day).days + 1))
    if ahead and len(found) <= 1 and (length := _LENGTH.search(text)):
        count = _NUMERALS.get(length[1]) or int(length[1])
        found |= set(_from(min(found, default=today), count)) if count > 1 else set()
    return sorted(found)


def part(text: str) -> str | None:
    """morning, afternoon or evening; None where a text names none or several."""
    named = [name for name, words in _PARTS.items() if words.search(text)]
    return named[0] if len(named) == 1 and not _WHOLE_DAY.search(text) else None


def without(text: str) -> str:
    """A text without what it says of the time."""
    for words in (_BETWEEN, _NAMED_DAY, _WEEKDAY, _DATE, *_PARTS.values(), _WHOLE_DAY, _LENGTH):
        text = words.sub("", text)
    return text


@dataclass(frozen=True)
class _Named:
    """A day and where in the text it is named."""

    start: int
    end: int
    day: date


def _from(first: date, count: int) -> list[date]:
    return [first + timedelta(days=number) for number in range(min(count, _LONGEST))]


def _days(text: str, today: date, ahead: bool) -> Iterator[_Named]:
    for match in _NAMED_DAY.finditer(text):
        yield _Named(*match.span(), today + timedelta(days=_RELATIVE[match[1]]))
    for match in _WEEKDAY.finditer(text):
        yield _Named(*match.span(), _weekday(match[1], _WEEKDAYS[match[2]], today, ahead))
    for match in _DATE.finditer(text):
        for day in _nearest(int(match[1]) if match[1] else None, int(match[2]), today, ahead):
            yield _Named(*match.span(), day)


def _weekday(which: str | None, weekday: int, today: date, ahead: bool) -> date:
    day = today + timedelta(days=weekday - today.weekday())
    if which in {"上", "下"}:
        return day + timedelta(days=7 if which == "下" else -7)
    if which is None and ahead and day < today:
        return day + timedelta(days=7)
    return day - timedelta(days=7) if which is None and not ahead and day > today else day


def _nearest(month: int | None, number: int, today: date, ahead: bool) -> Iterator[date]:
    """The date with this number in this month or the next one of its kind; none for a day that does not exist."""
    found = [day for day in _candidates(month, number, today) if (day >= today if ahead else day <= today)]
    if found:
        yield min(found, key=lambda day: abs(day - today))


def _candidates(month: int | None, number: int, today: date) -> Iterator[date]:
    for year in (today.year - 1, today.year, today.year + 1):
        for each in [month] if month else range(1, 13):
            try:
                yield date(year, each, number)
            except ValueError:  # there is no 31 November
                continue
