"""Conditions and limits, three-valued: met, not met, or not known for this worker today."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from knowledge.figures import Figures, plain
from knowledge.model import Condition, Limit, Scheme, Table

Facts = Mapping[str, object]
_UNITS = {"insurance_months": "个月", "employed_months": "个月", "licence_months": "个月", "open_months": "个月"}
_UNITS |= {"days": "天", "hours": "学时", "age": "岁", "trainings_this_year": "次", "staff": "人"}


@dataclass(frozen=True)
class Check:
    """One condition held against the facts."""

    say: str
    fact: str
    met: bool | None  # None: not known
    at: str
    gap: str = ""  # the smallest thing that would make it met
    lack: str = ""  # how to get it

    @property
    def mark(self) -> str:
        """✓ ✗ ?"""
        return {True: "✓", False: "✗", None: "?"}[self.met]


@dataclass(frozen=True)
class Verdict:
    """All conditions of a scheme held against the facts."""

    checks: tuple[Check, ...]

    @property
    def entitled(self) -> bool | None:
        """True when all are met, False as soon as one is not, None while something is open."""
        if any(check.met is False for check in self.checks):
            return False
        return None if any(check.met is None for check in self.checks) else True

    @property
    def failed(self) -> list[Check]:
        """What stands in the way."""
        return [check for check in self.checks if check.met is False]

    @property
    def open(self) -> list[Check]:
        """What is not known yet."""
        return [check for check in self.checks if check.met is None]


def judge(scheme: Scheme, figures: Figures, facts: Facts) -> Verdict:
    """Hold every condition and limit of a scheme against the facts."""
    checks = [hold(condition, figures, facts) for condition in scheme.conditions]
    checks += [check for limit in scheme.limits if (check := _limit(limit, figures, facts))]
    checks += _unlisted(scheme, facts)
    return Verdict(tuple(checks))


def hold(condition: Condition, figures: Figures, facts: Facts) -> Check:
    """Hold one condition against the facts."""
    value = facts.get(condition.fact)
    met, gap = (None, "") if value is None else _compare(condition, figures, value)
    return Check(
        figures.fill(condition.say), condition.fact, met, condition.at, gap, figures.fill(condition.lack or "")
    )


def _compare(condition: Condition, figures: Figures, value: object) -> tuple[bool | None, str]:
    unit = _UNITS.get(condition.fact, "")
    if condition.at_least is not None:
        need, have = figures.value(condition.at_least), Decimal(str(value))
        return have >= need, "" if have >= need else f"现{plain(have)}{unit}，还差{plain(need - have)}{unit}"
    if condition.less_than is not None:
        need, have = figures.value(condition.less_than), Decimal(str(value))
        return have < need, "" if have < need else f"现{plain(have)}{unit}"
    if condition.at_most is not None:
        need, have = figures.value(condition.at_most), Decimal(str(value))
        return have <= need, "" if have <= need else f"现{plain(have)}{unit}，超了{plain(have - need)}{unit}"
    if condition.one_of is not None:
        values = set(value) if isinstance(value, (set, frozenset, tuple, list)) else {str(value)}
        met: bool | None = bool(values & set(condition.one_of))
        return (None if not met and condition.open_list else met), ""
    return value == condition.is_, ""


def _unlisted(scheme: Scheme, facts: Facts) -> list[Check]:
    """A level or certificate for which the document states no sum is open, not refused."""
    if not isinstance(scheme.amount, Table):
        return []
    by, rows = scheme.amount.by, scheme.amount.rows
    told = [str(facts[name]) for name in dict.fromkeys((by, "certificate")) if name in facts]
    if by not in facts or any(value in rows for value in told):
        return []
    return [Check(f"文件列出了{told[0]}的标准", by, None, scheme.at[0])]


def _limit(limit: Limit, figures: Figures, facts: Facts) -> Check | None:
    say = figures.fill(limit.say)
    if limit.kind == "per_year" and limit.count:
        used, most = facts.get("trainings_this_year"), figures.value(limit.count)
        if used is None:
            return None
        left = most - Decimal(str(used))
        gap = f"今年还能用{plain(left)}次" if left > 0 else f"今年{plain(most)}次已用满，明年1月1日起重新算"
        return Check(say, "trainings_this_year", left > 0, limit.at, gap)
    again = facts.get("repeat_same_level")
    return None if again is None else Check(say, "repeat_same_level", not again, limit.at)
