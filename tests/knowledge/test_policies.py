"""The shipped documents hold: every example comes out as titled, every name leads somewhere."""

from __future__ import annotations

import pytest

from knowledge import examples
from knowledge.facts import catalogue
from knowledge.library import Policy, load
from knowledge.model import Payee
from knowledge.regions import chain
from knowledge.shelf import Shelf

POLICIES = load()
SHELF = Shelf(POLICIES)
CASES = [(policy, example) for policy in POLICIES for example in policy.document.examples]


@pytest.mark.parametrize(("policy", "example"), CASES, ids=[f"{p.id}: {e.name}" for p, e in CASES])
def test_example_comes_out_as_a_worker_would_expect(policy: Policy, example: object) -> None:
    assert [str(failure) for failure in examples.check(policy, example)] == []  # type: ignore[arg-type]


@pytest.mark.parametrize("policy", POLICIES, ids=lambda policy: policy.id)
def test_conditions_speak_of_known_facts_and_groups(policy: Policy) -> None:
    groups = set(SHELF.names()["group"].values())
    for scheme in policy.document.schemes:
        for condition in scheme.conditions:
            assert condition.fact in catalogue(), f"{scheme.id}: {condition.fact}"
            if condition.fact == "group":
                assert set(condition.one_of or ()) <= groups, scheme.id


@pytest.mark.parametrize("policy", POLICIES, ids=lambda policy: policy.id)
def test_every_paying_scheme_has_an_example(policy: Policy) -> None:
    shown = {example.scheme for example in policy.document.examples}
    paying = {s.id for s in policy.document.schemes if s.amount.kind != "unstated" and s.payee is not Payee.OFFICE}
    assert paying <= shown


@pytest.mark.parametrize("policy", POLICIES, ids=lambda policy: policy.id)
def test_answers_are_short_and_lead_with_the_answer(policy: Policy) -> None:
    for answer in policy.answers:
        told = policy.figures.fill(answer.say) + policy.figures.fill(answer.then)
        assert len(told) <= 260, f"{answer.topic}: {len(told)} characters"
        assert answer.scheme is None or answer.scheme in policy.schemes, f"{answer.topic}: {answer.scheme}"


def test_a_county_is_answered_from_its_own_document_first_then_from_those_above() -> None:
    assert chain("141025") == ["141025", "141000", "140000"]
    documents = SHELF.documents("141025")
    assert documents[0].id == "guxian-2024-15"
    assert {policy.region for policy in documents} <= set(chain("141025"))


@pytest.mark.parametrize("name", ["陵川县", "陵川", "山西省晋城市陵川县", "晋城陵川", "晋城市陵川县"])
def test_any_usual_form_of_a_place_is_understood(name: str) -> None:
    assert SHELF.regions.find(name) == "140524"
