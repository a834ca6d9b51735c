"""Sums and verdicts hold for every situation, not only for the examples."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.amounts import Missing, NotListed, work_out
from knowledge.conditions import judge
from knowledge.figures import Figures, plain, yuan
from knowledge.library import load
from knowledge.model import Figure

POLICIES = {policy.id: policy for policy in load()}
GUXIAN = POLICIES["guxian-2024-15"]
ORDER = GUXIAN.schemes["order_training"]
SCHEMES = [(policy, scheme) for policy in POLICIES.values() for scheme in policy.document.schemes]
FACTS = st.fixed_dictionaries(
    {},
    optional={
        "days": st.integers(0, 400),
        "months": st.integers(0, 60),
        "people": st.integers(1, 5000),
        "employed": st.integers(0, 5000),
        "level": st.sampled_from(["初级工", "中级工", "高级工", "技师", "高级技师"]),
        "occupation_class": st.sampled_from(["A类", "B类", "C类", "D类", "无"]),
        "insurance_months": st.integers(0, 60),
        "payroll": st.integers(0, 10**8),
        "grade": st.sampled_from(["市级", "省级", "国家级", "一等奖"]),
    },
)


@given(st.integers(1, 60), st.sampled_from(["A类", "B类", "C类", "D类"]))
def test_one_more_day_never_pays_less_and_never_more_than_the_cap(days: int, kind: str) -> None:
    def paid(days: int) -> int:
        return work_out(ORDER, GUXIAN.figures, {"days": days, "occupation_class": kind}).low

    assert paid(days - 1) <= paid(days) <= 5000_00


@pytest.mark.parametrize(("policy", "scheme"), SCHEMES, ids=[f"{p.id} {s.id}" for p, s in SCHEMES])
@given(facts=FACTS)
def test_every_scheme_gives_a_sum_or_says_what_it_needs(policy, scheme, facts) -> None:  # type: ignore[no-untyped-def]
    try:
        total = work_out(scheme, policy.figures, facts)
    except (Missing, NotListed):
        return
    assert total.low >= 0
    assert total.high is None or total.high >= total.low
    assert total.shown.endswith("元")


@pytest.mark.parametrize(("policy", "scheme"), SCHEMES, ids=[f"{p.id} {s.id}" for p, s in SCHEMES])
@given(facts=FACTS)
def test_a_verdict_is_no_only_where_a_condition_fails(policy, scheme, facts) -> None:  # type: ignore[no-untyped-def]
    verdict = judge(scheme, policy.figures, facts)
    assert (verdict.entitled is False) == bool(verdict.failed)
    assert (verdict.entitled is True) == (not verdict.failed and not verdict.open)


def test_a_derived_figure_is_worked_out_and_percent_counts_as_a_share() -> None:
    figures = Figures(
        {
            "rate": Figure(value=2500, unit="元", at="一"),
            "share": Figure(value=80, unit="%", at="一"),
            "first": Figure(sum="rate*share", unit="元", at="一"),
        }
    )
    assert figures.value("first") == Decimal(2000)
    assert figures.fill("先付{first}（{share}）") == "先付2000元（80%）"


@given(st.integers(0, 10**12))
def test_money_is_shown_to_the_fen(fen: int) -> None:
    shown = yuan(fen)
    assert shown.endswith("元")
    assert round(float(shown[:-1]) * 100) == fen if fen < 10**10 else True


def test_numbers_are_shown_without_zeros() -> None:
    assert [plain(Decimal(text)) for text in ("72.50", "3500", "0.160")] == ["72.5", "3500", "0.16"]
