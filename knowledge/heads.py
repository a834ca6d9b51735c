"""How many heads a sum is paid for."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from knowledge.figures import Figures, plain
from knowledge.model import Scheme

Facts = Mapping[str, object]


def heads_of(scheme: Scheme, figures: Figures, facts: Facts) -> tuple[int, str]:
    """How many heads are paid for: those who passed, where only they count; below the rate, those who found work."""
    people, employed = count(facts, "people"), employed_of(facts)
    if scheme.shortfall and scheme.threshold and people and employed is not None:
        rate = Decimal(employed) / people
        if rate < figures.share(scheme.threshold):
            told = f"就业率{plain((rate * 100).quantize(Decimal('0.1')))}%，不到{figures.shown(scheme.threshold)}"
            return employed, f"{told}，只按实际就业的{employed}人算"
    if pays_for_the_passed_only(scheme) and "passed" in facts:
        people = count(facts, "passed")
    if getattr(scheme.amount, "per", "person") == "item":
        return count(facts, "items") or people or 1, ""
    if people is None:
        people = count(facts, "items")
    return (1 if people is None else people), ""


def pays_for_the_passed_only(scheme: Scheme) -> bool:
    """Is nothing paid for who was taught and got no certificate?"""
    if scheme.parts:
        return all(part.base == "passed" for part in scheme.parts)
    return scheme.claimed == "certificate" or any(condition.fact == "certified" for condition in scheme.conditions)


def employed_of(facts: Facts) -> int | None:
    """Who found work: as counted, or as the rate tells."""
    if "employed" in facts or "people" not in facts or "employment_rate" not in facts:
        return count(facts, "employed")
    rate = number(facts, "employment_rate")
    return None if rate is None else int(rate * Decimal(str(facts["people"])) / 100)


def number(facts: Facts, name: str) -> Decimal | None:
    """A number that was told; None where it was not."""
    value = facts.get(name)
    return None if value is None else Decimal(str(value))


def count(facts: Facts, name: str) -> int | None:
    """A whole number that was told; None where it was not."""
    told = number(facts, name)
    return None if told is None else int(told)
