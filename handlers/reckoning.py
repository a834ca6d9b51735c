"""A worker's own case: the sum for what was told, and what stands in the way."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from knowledge.amounts import Missing, NotListed, Sum, parts, work_out
from knowledge.conditions import Check, Verdict, hold, judge
from knowledge.facts import catalogue
from knowledge.library import Policy
from knowledge.model import Part, Scheme

Facts = Mapping[str, object]
_HEADS = ("people", "employed", "passed", "items")
_COUNTS = {
    "fixed": _HEADS,
    "between": _HEADS,
    "table": _HEADS,
    "daily": ("days", *_HEADS),
    "monthly": ("months", *_HEADS),
    "tiers": _HEADS,
    "percent": ("payroll",),
    "unstated": (),
}


@dataclass(frozen=True)
class Case:
    """A scheme held against what a worker told of himself."""

    scheme: Scheme
    sum: Sum | None
    verdict: Verdict
    parts: tuple[tuple[Part, Sum], ...] = ()
    gates: tuple[Check, ...] = ()  # what each part waits for, held against the facts

    @property
    def obstacles(self) -> list[Check]:
        """The conditions that are not met."""
        return self.verdict.failed

    def for_worker(self) -> Case:
        """The case as a worker sees it: what is only known of a class when it is over is none of his conditions."""
        mine = tuple(check for check in self.verdict.checks if catalogue()[check.fact].whose == "worker")
        return replace(self, verdict=Verdict(mine))


def case(policy: Policy, scheme: Scheme, facts: Facts) -> Case:
    """Work the scheme out for a case."""
    complete = with_rates(facts)
    try:
        total = work_out(scheme, policy.figures, complete)
        paid = tuple(parts(scheme, policy.figures, complete)) if scheme.parts else ()
    except (Missing, NotListed):
        total, paid = None, ()
    gates = tuple(hold(condition, policy.figures, complete) for part in scheme.parts for condition in part.when)
    return Case(scheme, total, judge(scheme, policy.figures, complete), paid, gates)


def counts_in(scheme: Scheme, facts: Facts) -> bool:
    """Did the worker tell a number that the sum depends on?"""
    return any(name in with_rates(facts) for name in _COUNTS[scheme.amount.kind])


def with_rates(facts: Facts) -> dict[str, object]:
    """The facts with what follows from counted heads: rates, and the staff of a firm that told one number of people."""
    rates = dict(facts)
    for rate, part, whole in (
        ("pass_rate", "passed", "people"),
        ("employment_rate", "employed", "people"),
        ("licence_rate", "licensed", "passed"),
    ):
        if part in facts and whole in facts and rate not in facts:
            rates[rate] = int(str(facts[part])) * 100 / int(str(facts[whole]))
    for told, also in (("people", "staff"), ("employed_months", "months")):
        if told in facts:
            rates.setdefault(also, facts[told])
    return rates
