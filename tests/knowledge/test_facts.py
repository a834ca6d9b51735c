"""Every fact of the official documents is said, with its section and its figures."""

from __future__ import annotations

import re

import pytest

from knowledge.library import Policy, load
from tests.shared import needs_reference, rows

POLICIES = load()
FACTS = rows("gold/facts.jsonl")
NUMBER = re.compile(r"\d+(?:\.\d+)?")


def told_at(policy: Policy, section: str) -> str:
    """All that is said with this section as its source."""
    fill = policy.figures.fill
    return "".join(fill(a.say) + fill(a.then) for a in policy.answers if section in a.at)


@needs_reference
@pytest.mark.parametrize("policy", POLICIES, ids=lambda policy: policy.id)
def test_every_fact_is_told_at_its_section_with_all_its_figures(policy: Policy) -> None:
    missing = []
    for fact in FACTS:
        if not policy.id.startswith(fact["id"].partition("-")[0]):
            continue
        told = told_at(policy, fact["section"])
        numbers = {number for figure in fact["figures"] for number in NUMBER.findall(figure)}
        lost = {number for number in numbers if number not in told}
        if not told or lost:
            missing.append((fact["id"], fact["section"], sorted(lost)))
    assert missing == []
