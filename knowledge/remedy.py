"""The smallest change that turns a “no” into a “yes”, and from when: worked out from the condition itself."""

from __future__ import annotations

from calendar import isleap
from dataclasses import dataclass
from datetime import date

from knowledge.conditions import Check
from knowledge.facts import FactKind, Pace, catalogue
from knowledge.figures import plain


@dataclass(frozen=True)
class Remedy:
    """What would have to change."""

    do: str  # 再交2个月就够
    since: date | None = None  # the first day on which the condition can hold
    then: str = ""  # 2020年12月起可以申领
    never: bool = False  # time only leads further away

    @property
    def say(self) -> str:
        """What to do, and from when it helps."""
        return "，".join(part for part in (self.do, self.then) if part)

    def until(self, end: date | None) -> Remedy:
        """The same under a rule that ends on a day: what helps only later is not promised."""
        if self.since is None or end is None or self.since <= end:
            return self
        return Remedy(self.do, None, f"但这份文件只管到{_day(end)}，到时看新规定")


def remedy(check: Check, today: date, born: date | None = None) -> Remedy:
    """The inverse of a condition that is not met, seen from a day; `born` tells the day on which an age is reached."""
    kind = catalogue()[check.fact]
    if check.renews:
        return _next_year(check, today)
    if check.short is None:
        return Remedy(check.lack)
    if check.short < 0:
        return _too_much(check, kind)
    if kind.pace is Pace.MONTH:
        return _in_months(check, kind, today)
    if kind.pace is Pace.YEAR:
        return _at_age(check, today, born)
    return Remedy(_joined(f"{kind.more or '再加'}{plain(check.short)}{kind.unit}就够", check.lack))


def _next_year(check: Check, today: date) -> Remedy:
    since = date(today.year + 1, 1, 1)
    return Remedy(check.lack, since, f"{_day(since)}起又可以参加")


def _in_months(check: Check, kind: FactKind, today: date) -> Remedy:
    assert check.short is not None
    months = int(-(-check.short // 1))
    years, month = divmod(today.month - 1 + months, 12)
    since = date(today.year + years, month + 1, 1)
    return Remedy(f"{kind.more}{plain(check.short)}{kind.unit}就够", since, f"{since.year}年{since.month}月起可以申领")


def _at_age(check: Check, today: date, born: date | None) -> Remedy:
    assert check.need is not None
    age = int(check.need)
    if born is None:
        return Remedy(f"满{age}周岁那天起可以")
    year = born.year + age
    no_such_day = (born.month, born.day) == (2, 29) and not isleap(year)
    since = date(year, 3, 1) if no_such_day else born.replace(year=year)
    return Remedy(f"满{age}周岁那天（{_day(since)}）起可以", max(since, today))


def _too_much(check: Check, kind: FactKind) -> Remedy:
    assert check.short is not None and check.need is not None
    if kind.pace is not Pace.STILL:
        return Remedy(f"已经过了{plain(check.need)}{kind.unit}，这一条往后也满足不了", never=True)
    return Remedy(_joined(f"要少{plain(-check.short)}{kind.unit}", check.lack))


def _joined(*parts: str) -> str:
    return "；".join(part for part in parts if part)


def _day(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"
