"""Runs the examples of a policy file: what a worker would say, and what must come out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from knowledge.amounts import Missing, NotListed, parts, work_out
from knowledge.conditions import judge
from knowledge.library import Policy
from knowledge.model import Example

_WORDS = {True: "yes", False: "no", None: "unknown"}


@dataclass(frozen=True)
class Failure:
    """An example that came out otherwise."""

    example: Example
    expected: str
    got: str

    def __str__(self) -> str:
        return f"{self.example.name}: expected {self.expected}, got {self.got}"


def run(policy: Policy) -> Iterator[Failure]:
    """Every example of a document that does not come out as it says."""
    for example in policy.document.examples:
        yield from check(policy, example)


def check(policy: Policy, example: Example) -> Iterator[Failure]:
    """What is wrong with one example."""
    scheme = policy.schemes[example.scheme]
    verdict = judge(scheme, policy.figures, example.facts)
    if example.amount is not None:
        try:
            got = work_out(scheme, policy.figures, example.facts).shown
        except (Missing, NotListed) as error:
            got = f"{type(error).__name__} {error}"
        if got != example.amount:
            yield Failure(example, example.amount, got)
    if example.verdict is not None and _WORDS[verdict.entitled] != example.verdict:
        marks = " ".join(f"{c.mark}{c.fact}" for c in verdict.checks)
        yield Failure(example, example.verdict, f"{_WORDS[verdict.entitled]} ({marks})")
    if example.parts is not None:
        paid = tuple(total.shown for _, total in parts(scheme, policy.figures, example.facts))
        if paid != example.parts:
            yield Failure(example, "、".join(example.parts), "、".join(paid))
    if example.day is not None and policy.document.document.period.holds(example.day) is not example.current:
        yield Failure(example, f"current: {example.current}", f"current: {not example.current}")
    if example.lacks is not None and example.lacks not in {c.fact for c in (*verdict.failed, *verdict.open)}:
        yield Failure(example, f"lack of {example.lacks}", ", ".join(c.fact for c in verdict.failed) or "nothing")
