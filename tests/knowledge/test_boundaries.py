"""Every number that decides a scheme has an example on each side of it; so has every day on which a period turns."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from decimal import Decimal

import pytest

from knowledge.figures import Figures, plain
from knowledge.library import Policy, all_conditions, load
from knowledge.model import Condition, Daily, Example, Fixed, Limit, Monthly, Scheme, Table, Tiers

Side = tuple[str, Callable[[Example], bool]]
POLICIES = load()
SCHEMES = [(policy, scheme) for policy in POLICIES for scheme in policy.document.schemes]


def number(example: Example, fact: str) -> Decimal | None:
    value = example.facts.get(fact)
    return None if value is None else Decimal(str(value))


def between(fact: str, low: Decimal, high: Decimal, *, class_: str | None = None) -> Side:
    """An example whose number lies in a range, both ends included."""

    def lies(example: Example) -> bool:
        told = number(example, fact)
        of_class = class_ is None or example.facts.get("occupation_class") == class_
        return told is not None and low <= told <= high and of_class

    shown = plain(low) if low == high else f"{plain(low)}…{plain(high)}"
    return f"{fact} {shown} {class_ or ''}".strip(), lies


def both_sides(fact: str, last: Decimal, first: Decimal, *, class_: str | None = None) -> Iterator[Side]:
    """The last number on one side and the first on the other."""
    yield between(fact, last, last, class_=class_)
    yield between(fact, first, first, class_=class_)


def of_condition(condition: Condition, figures: Figures) -> Iterator[Side]:
    fact, tiny = condition.fact, Decimal("0.01")
    if condition.at_least:
        bound = figures.value(condition.at_least)
        yield between(fact, bound, bound)
        yield between(fact, bound - 1, bound - tiny)
    elif condition.at_most:
        bound = figures.value(condition.at_most)
        yield between(fact, bound, bound)
        yield between(fact, bound + tiny, bound + 1)
    elif condition.is_ is not None:
        yield f"{fact} is {condition.is_}", lambda e: e.facts.get(fact) == condition.is_
        yield f"{fact} is not {condition.is_}", lambda e: fact in e.facts and e.facts[fact] != condition.is_
    elif condition.one_of:
        named = set(condition.one_of)
        yield f"{fact} on the list", lambda e: e.facts.get(fact) in named
        yield f"{fact} off the list", lambda e: fact in e.facts and e.facts[fact] not in named


def of_limit(limit: Limit, figures: Figures) -> Iterator[Side]:
    if limit.count:
        most = figures.value(limit.count)
        yield from both_sides("trainings_this_year", most - 1, most)
    else:
        yield "the same level again", lambda e: e.facts.get("repeat_same_level") is True
        yield "not the same level", lambda e: e.facts.get("repeat_same_level") is False


def of_amount(scheme: Scheme, figures: Figures) -> Iterator[Side]:
    match scheme.amount:
        case Daily() as daily:
            yield from of_days(daily, figures)
        case Monthly(cap_months=str() as most):
            yield from both_sides("months", figures.value(most), figures.value(most) + 1)
        case Tiers() as tiers:
            for tier in tiers.tiers:
                if tier.below:
                    yield from both_sides("people", figures.value(tier.below) - 1, figures.value(tier.below))
        case Table() as table:
            for row in table.rows:
                yield f"{table.by} {row}", lambda e, row=row: row in e.facts.values()  # type: ignore[misc]
        case Fixed(cap=str() as cap) as fixed:
            people = Decimal(figures.fen(cap)) / figures.fen(fixed.amount)
            yield from both_sides("people", people, people + 1)
    if scheme.threshold:
        share = figures.share(scheme.threshold)
        yield "rate just reached", lambda e: found_work(e) == share
        yield "one head short of the rate", lambda e: found_work(e) < share <= found_work(e, 1)


def of_days(daily: Daily, figures: Figures) -> Iterator[Side]:
    """The last day of a step and the next, the last day that is paid and the next, the day that reaches the cap."""
    steps = [(figures.value(step.days) if step.days else None, figures.value(step.rate)) for step in daily.steps]
    for days, _ in steps:
        if days is not None:
            yield from both_sides("days", days, days + 1)
    for class_, name in (daily.cap_days or {}).items():
        yield from both_sides("days", figures.value(name), figures.value(name) + 1, class_=class_)
    if daily.cap:
        day = next(day for day in range(1, 1000) if paid(steps, Decimal(day)) >= figures.value(daily.cap))
        yield from both_sides("days", Decimal(day) - 1, Decimal(day))
        yield between("days", Decimal(day + 1), Decimal(1000))


def paid(steps: list[tuple[Decimal | None, Decimal]], days: Decimal) -> Decimal:
    total = Decimal(0)
    for length, rate in steps:
        run = days if length is None else min(days, length)
        total, days = total + rate * run, days - run
    return total


def found_work(example: Example, more: int = 0) -> Decimal:
    people, employed = number(example, "people"), number(example, "employed")
    return Decimal(-1) if not people or employed is None else (employed + more) / people


def sides(policy: Policy, scheme: Scheme) -> Iterator[Side]:
    """Every situation that a scheme's examples must hold."""
    for condition in all_conditions(scheme):
        yield from of_condition(condition, policy.figures)
    for limit in scheme.limits:
        yield from of_limit(limit, policy.figures)
    yield from of_amount(scheme, policy.figures)


def lacking(policy: Policy, scheme: Scheme) -> list[str]:
    examples = [example for example in policy.document.examples if example.scheme == scheme.id]
    return [label for label, holds in sides(policy, scheme) if not any(map(holds, examples))]


@pytest.mark.parametrize(("policy", "scheme"), SCHEMES, ids=[f"{p.id} {s.id}" for p, s in SCHEMES])
def test_a_scheme_has_an_example_on_each_side_of_each_boundary(policy: Policy, scheme: Scheme) -> None:
    assert lacking(policy, scheme) == []


@pytest.mark.parametrize("policy", POLICIES, ids=lambda policy: policy.id)
def test_a_document_has_examples_on_the_days_that_its_period_begins_and_ends(policy: Policy) -> None:
    period, day = policy.document.document.period, timedelta(days=1)
    needed = {(period.start - day, False), (period.start, True)}
    if period.end:
        needed |= {(period.end, True), (period.end + day, False)}
    assert needed <= {(example.day, example.current) for example in policy.document.examples}


def test_a_boundary_without_its_example_is_found() -> None:
    policy = next(policy for policy in POLICIES if policy.id == "guxian-2024-15")
    scheme = policy.schemes["order_training"]
    without = policy.document.model_copy(
        update={"examples": tuple(e for e in policy.document.examples if e.facts.get("days") != 11)}
    )
    assert lacking(Policy(without), scheme) == ["days 11"]
