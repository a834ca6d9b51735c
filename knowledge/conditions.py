"""Conditions and limits, three-valued: met, not met, or not known for this worker today."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal

from knowledge.facts import catalogue
from knowledge.figures import Figures, plain
from knowledge.model import Condition, Limit, Scheme, Table

Facts = Mapping[str, object]


@dataclass(frozen=True)
class Check:
    """One condition held against the facts."""

    say: str
    fact: str
    met: bool | None  # None: not known
    at: str
    gap: str = ""  # how far it is from being met
    lack: str = ""  # how to get it
    need: Decimal | None = None  # the bound, where it is a number
    short: Decimal | None = None  # what the fact must grow by to meet it; below zero: must shrink by
    renews: bool = False  # counted anew from 1 January

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
    """Hold one condition against the facts; where it may be met in another way, that counts too."""
    say, lack = figures.fill(condition.say), figures.fill(condition.lack or "")
    check = Check(say, condition.fact, None, condition.at, lack=lack)
    if (value := facts.get(condition.fact)) is not None:
        check = _compare(check, condition, figures, value)
    if condition.or_ is None or check.met:
        return check
    other = hold(condition.or_, figures, facts)
    if other.met or (other.met is False and check.met is None):
        return replace(other, say=say, lack=lack)
    return check


def _compare(check: Check, condition: Condition, figures: Figures, value: object) -> Check:
    if bound := condition.at_least or condition.at_most or condition.less_than:
        return _measure(check, condition, figures.value(bound), Decimal(str(value)))
    if condition.one_of is not None:
        values = set(value) if isinstance(value, (set, frozenset, tuple, list)) else {str(value)}
        met: bool | None = bool(values & set(condition.one_of))
        return replace(check, met=None if not met and condition.open_list else met)
    return replace(check, met=value == condition.is_)


def _measure(check: Check, condition: Condition, need: Decimal, have: Decimal) -> Check:
    """Hold a number against its bound; of what must stay below it, one less is the nearest."""
    if condition.at_least:
        met, short = have >= need, need - have
    elif condition.at_most:
        met, short = have <= need, need - have
    else:
        met, short = have < need, need - have - 1
    if met:
        return replace(check, met=True, need=need)
    unit = catalogue()[check.fact].unit
    far = f"还差{plain(short)}{unit}" if short > 0 else f"超了{plain(-short)}{unit}"
    return replace(check, met=False, gap=f"现{plain(have)}{unit}，{far}", need=need, short=short)


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
    say, renews = figures.fill(limit.say), limit.within == "year"
    if limit.kind == "per_year" and limit.count:
        used, most = facts.get("trainings_this_year"), figures.value(limit.count)
        if used is None:
            return None
        left = most - Decimal(str(used))
        gap = f"今年还能用{plain(left)}次" if left > 0 else f"今年{plain(most)}次已用满，明年1月1日起重新算"
        return Check(say, "trainings_this_year", left > 0, limit.at, gap, renews=renews)
    again = facts.get("repeat_same_level")
    lack = "换个工种，或者学高一级的，现在就行"
    return (
        None
        if again is None
        else Check(say, "repeat_same_level", not again, limit.at, "", lack if again else "", renews=renews)
    )
