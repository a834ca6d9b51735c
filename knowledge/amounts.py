"""What a scheme pays for a situation: typed formulas worked out in fen, with the sum shown."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import ROUND_HALF_UP, Decimal

from knowledge.conditions import hold
from knowledge.figures import Figures, plain, yuan
from knowledge.heads import count, heads_of, number
from knowledge.model import Between, Daily, Fixed, Monthly, Part, Percent, Scheme, Table, Tiers, Unstated

Facts = Mapping[str, object]


@dataclass(frozen=True)
class Sum:
    """A sum of money in fen with the working that a person can follow."""

    low: int
    high: int | None  # None where the document names no upper end
    working: str = ""  # 150×10＋100×10
    note: str = ""  # what capped it
    each: int | None = None  # for one head, where it was multiplied
    heads: int = 1

    @property
    def shown(self) -> str:
        """3500元, 最高4000元, 不低于4000元, 4000—6000元."""
        if self.high is None:
            return f"不低于{yuan(self.low)}"
        if self.low == self.high:
            return yuan(self.low)
        return f"最高{yuan(self.high)}" if self.low == 0 else f"{self.low // 100}—{yuan(self.high)}"


class Missing(LookupError):
    """The sum needs a fact that nobody told; `fact` names it as in facts.yaml."""

    def __init__(self, fact: str) -> None:
        self.fact = fact
        super().__init__(fact)


class NotListed(LookupError):
    """The document lists no sum for this value."""

    def __init__(self, fact: str, value: str) -> None:
        self.fact, self.value = fact, value
        super().__init__(f"{fact}={value}")


def work_out(scheme: Scheme, figures: Figures, facts: Facts) -> Sum:
    """The sum for the people of a situation; Missing or NotListed where it cannot be worked out."""
    one = for_one(scheme, figures, facts)
    cap = scheme.amount.cap if isinstance(scheme.amount, Fixed) else None
    heads, note = heads_of(scheme, figures, facts)
    whole = _by_years(scheme, _times(one, heads, note), facts)
    if cap and whole.high is not None and whole.high > (most := figures.fen(cap)):
        whole = replace(whole, low=min(whole.low, most), high=most, note=f"累计最多{figures.shown(cap)}")
    return whole


def for_one(scheme: Scheme, figures: Figures, facts: Facts) -> Sum:
    """The sum for one head, item or firm."""
    match scheme.amount:
        case Fixed() as fixed:
            return _bounded(fixed.bound, figures.fen(fixed.amount))
        case Between() as between:
            return Sum(figures.fen(between.low), figures.fen(between.high))
        case Table() as table:
            return _bounded(table.bound, figures.fen(_row(table, facts)))
        case Daily() as daily:
            return _daily(daily, scheme, figures, facts)
        case Monthly() as monthly:
            return _monthly(monthly, figures, facts)
        case Tiers() as tiers:
            return _tier(tiers, figures, facts)
        case Percent() as percent:
            return _percent(percent, figures, facts)
        case Unstated():
            raise NotListed("amount", scheme.name)


def parts(scheme: Scheme, figures: Figures, facts: Facts) -> list[tuple[Part, Sum]]:
    """The payments of a subsidy that is paid in parts, for the heads of each; nothing where a gate is known to be shut."""
    one = for_one(scheme, figures, {**facts, "people": 1})
    paid = []
    for part in scheme.parts:
        share = figures.share(part.share)
        heads = count(facts, _BASE[part.base])
        each = _share_of(one, share, figures.shown(part.share))
        shut = [check for gate in part.when if (check := hold(gate, figures, facts)).met is False]
        paid.append((part, Sum(0, 0, note=f"不付：没达到{shut[0].say}") if shut else _times(each, heads or 1, "")))
    return paid


_BASE = {"trained": "people", "passed": "passed", "employed": "employed"}


def _bounded(bound: str, fen: int) -> Sum:
    match bound:
        case "up_to":
            return Sum(0, fen)
        case "at_least":
            return Sum(fen, None)
    return Sum(fen, fen)


def _row(table: Table, facts: Facts) -> str:
    value = facts.get(table.by)
    if value is None and table.by == "level":
        value = facts.get("certificate")
    if value is None:
        raise Missing(table.by)
    if str(value) not in table.rows:
        raise NotListed(table.by, str(value))
    return table.rows[str(value)]


def _daily(daily: Daily, scheme: Scheme, figures: Figures, facts: Facts) -> Sum:
    told = number(facts, "days") or (figures.value(scheme.days) if scheme.days else None)
    most, note = _most_days(daily, figures, facts)
    if told is None and most is None:
        if daily.cap is None:
            raise Missing("days")
        return Sum(0, figures.fen(daily.cap))
    days = min(day for day in (told, most) if day is not None)
    total, terms, left = 0, [], days
    for step in daily.steps:
        run = min(left, figures.value(step.days)) if step.days else left
        if run > 0:
            total += int(figures.fen(step.rate) * run)
            terms.append(f"{plain(figures.value(step.rate))}×{plain(run)}")
            left -= run
    working = "＋".join(terms) + (f"＝{yuan(total)}" if len(terms) > 1 or total else "")
    if daily.cap and total > figures.fen(daily.cap):
        total, note = figures.fen(daily.cap), f"每人最多{figures.shown(daily.cap)}，超出的不补"
    elif told is None or most is None or told <= most:
        note = "" if told is not None else note
    low = 0 if daily.bound == "up_to" or told is None else total
    return Sum(low, total, working, note)


def _most_days(daily: Daily, figures: Figures, facts: Facts) -> tuple[Decimal | None, str]:
    if not daily.cap_days:
        return None, ""
    kind = str(facts.get("occupation_class", ""))
    if kind not in daily.cap_days:
        return None, ""
    return figures.value(daily.cap_days[kind]), f"{kind}最多按{figures.shown(daily.cap_days[kind])}算"


def _monthly(monthly: Monthly, figures: Figures, facts: Facts) -> Sum:
    months, most = number(facts, "months"), figures.value(monthly.cap_months) if monthly.cap_months else None
    if months is None and most is None:
        raise Missing("months")
    run = min(month for month in (months, most) if month is not None)
    total = int(figures.fen(monthly.rate) * run)
    note = f"最长按{plain(most)}个月算" if most is not None and months is not None and months > most else ""
    low = total if months is not None else 0
    return Sum(low, total, f"{plain(figures.value(monthly.rate))}×{plain(run)}个月", note)


def _tier(tiers: Tiers, figures: Figures, facts: Facts) -> Sum:
    people = number(facts, "people")
    if people is None:
        rates = [figures.fen(tier.rate) for tier in tiers.tiers]
        return Sum(min(rates), max(rates))
    for tier in tiers.tiers:
        if tier.below is None or people < figures.value(tier.below):
            return Sum(fen := figures.fen(tier.rate), fen)
    raise Missing("people")


def _percent(percent: Percent, figures: Figures, facts: Facts) -> Sum:
    base = number(facts, percent.of)
    if base is None:
        raise Missing(percent.of)
    total = int((base * 100 * figures.share(percent.share)).quantize(Decimal(1), ROUND_HALF_UP))
    return Sum(0, total, f"{plain(base)}×{figures.shown(percent.share)}")


def _by_years(scheme: Scheme, whole: Sum, facts: Facts) -> Sum:
    years = count(facts, "years")
    if getattr(scheme.amount, "per", "person") != "year" or years is None or years == 1:
        return whole
    high = None if whole.high is None else whole.high * years
    each = whole.working or yuan(whole.low)
    return replace(whole, low=whole.low * years, high=high, working=f"{each}×{years}年")


def _times(one: Sum, heads: int, note: str) -> Sum:
    if heads == 1:
        return replace(one, note=note or one.note)
    each = one.high if one.high is not None else one.low
    working = f"{yuan(each)}×{heads}"
    if one.working:
        working = f"每人{one.working}，{working}"
    high = one.high * heads if one.high is not None else None
    return Sum(one.low * heads, high, working, note or one.note, each, heads)


def _share_of(one: Sum, share: Decimal, shown: str) -> Sum:
    high = None if one.high is None else int(one.high * share)
    each = one.high if one.high is not None else one.low
    return Sum(int(one.low * share), high, f"{yuan(each)}×{shown}")
