"""Which stretch of days to come a text names: 下个月, 12月, 明年1月, 下周, 12月5号."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from intents import when

_WEEK = timedelta(days=6)


@dataclass(frozen=True)
class Span:
    """Days from a first to a last one, both included."""

    since: date
    until: date
    said: str  # 12月, 下周, 12月5日起一周内


def span(text: str, today: date) -> Span | None:
    """The first stretch of days that a cleaned text names; None where it names none."""
    for pattern, read in _READ:
        if match := pattern.search(text):
            return read(match, today)
    named = when.days(text, today, ahead=True)
    return Span(named[0], named[0] + _WEEK, f"{named[0].month}月{named[0].day}日起一周内") if named else None


def _next_month(match: re.Match[str], today: date) -> Span:
    return _month(today.year + today.month // 12, today.month % 12 + 1, "下个月")


def _this_month(match: re.Match[str], today: date) -> Span:
    return _month(today.year, today.month, "这个月")


def _end_of_month(match: re.Match[str], today: date) -> Span:
    month = _this_month(match, today)
    return Span(month.until - timedelta(days=10), month.until, "这个月底")


def _named_month(match: re.Match[str], today: date) -> Span:
    month = int(match["month"])
    year = int(match["year"] or today.year) + (match["next"] is not None)
    if not match["year"] and not match["next"] and month < today.month:
        year += 1
    return _month(year, month, f"{year}年{month}月" if year != today.year else f"{month}月")


def _week(match: re.Match[str], today: date) -> Span:
    monday = today - timedelta(days=today.weekday()) + timedelta(days=7 * len(match["next"] or ""))
    return Span(monday, monday + _WEEK, f"{'下' * len(match['next'] or '') or '这'}周")


def _next_year(match: re.Match[str], today: date) -> Span:
    return Span(date(today.year + 1, 1, 1), date(today.year + 1, 12, 31), "明年")


def _month(year: int, month: int, said: str) -> Span:
    after = date(year + month // 12, month % 12 + 1, 1)
    return Span(date(year, month, 1), after - timedelta(days=1), said)


_READ: tuple[tuple[re.Pattern[str], Callable[[re.Match[str], date], Span]], ...] = (
    (re.compile(r"下个?月"), _next_month),
    (re.compile(r"(?:这个?月|本月|月)底"), _end_of_month),
    (re.compile(r"这个?月|本月|当月"), _this_month),
    (
        re.compile(r"(?:(?P<next>明年)|(?P<year>20\d\d)年)?(?<!\d)(?P<month>1[0-2]|0?[1-9])月(?!\d)"),
        _named_month,
    ),
    (re.compile(r"(?:(?P<next>下{1,2})|这|本)个?(?:周|星期|礼拜)(?![一二三四五六日天1-7])"), _week),
    (re.compile(r"明年"), _next_year),
)
