"""Periods of a report: a month, a quarter, half a year, a year; written as 2026-11, 2026-Q4, 2026-H2, 2026."""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import date

from records.errors import Refused

_MONTHS = {"": 12, "H": 6, "Q": 3, "M": 1}  # how many months a kind has
_WRITTEN = re.compile(r"(20\d{2})(?:-(?:([HQ])(\d)|(\d{1,2})))?")
KIND_NAMES = {"M": "月", "Q": "季度", "H": "半年", "": "年"}


@dataclass(frozen=True)
class Period:
    """The number-th month, quarter or half of a year, or the whole year."""

    year: int
    kind: str
    number: int = 1

    @property
    def key(self) -> str:
        """2026-11, 2026-Q4, 2026-H2, 2026"""
        if not self.kind:
            return str(self.year)
        return f"{self.year}-{self.number:02}" if self.kind == "M" else f"{self.year}-{self.kind}{self.number}"

    @property
    def shown(self) -> str:
        """2026年11月, 2026年第4季度, 2026年下半年, 2026年"""
        if self.kind == "H":
            return f"{self.year}年{'上下'[self.number - 1]}半年"
        part = {"": "", "M": f"{self.number}月", "Q": f"第{self.number}季度"}
        return f"{self.year}年{part[self.kind]}"

    @property
    def first(self) -> date:
        """Its first day."""
        return date(self.year, (self.number - 1) * _MONTHS[self.kind] + 1, 1)

    @property
    def last(self) -> date:
        """Its last day."""
        month = self.number * _MONTHS[self.kind]
        return date(self.year, month, calendar.monthrange(self.year, month)[1])

    def before(self) -> Period:
        """The one before, of the same kind."""
        if self.number > 1:
            return Period(self.year, self.kind, self.number - 1)
        return Period(self.year - 1, self.kind, 12 // _MONTHS[self.kind])


def read(text: str) -> Period:
    """The period of a text as it is written above; Refused for anything else."""
    match = _WRITTEN.fullmatch(text.strip().upper())
    if match:
        year, kind, part, month = match.groups()
        period = Period(int(year), "M" if month else kind or "", int(month or part or 1))
        if 1 <= period.number <= 12 // _MONTHS[period.kind]:
            return period
    raise Refused(f"时间要写成2026-11（月）、2026-Q4（季度）、2026-H2（半年）或2026（年），您写的是“{text[:20]}”。")


def of_day(day: date, kind: str) -> Period:
    """The period of a kind in which a day lies."""
    return Period(day.year, kind, (day.month - 1) // _MONTHS[kind] + 1)


def run(last: Period, most: int) -> list[Period]:
    """So many periods up to one, in order."""
    found = [last]
    while len(found) < most:
        found.insert(0, found[0].before())
    return found


def choices(today: date) -> dict[str, dict[str, str]]:
    """What is offered on a day: the last months, quarters, halves and years, the latest first."""
    lengths = {"M": 13, "Q": 6, "H": 4, "": 6}
    return {
        KIND_NAMES[kind]: {each.key: each.shown for each in reversed(run(of_day(today, kind), most))}
        for kind, most in lengths.items()
    }
