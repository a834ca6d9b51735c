"""The smallest change is enough, and nothing smaller is; its date is the first on which the condition can hold."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from knowledge.conditions import Check, hold, judge
from knowledge.facts import catalogue
from knowledge.library import all_conditions, load
from knowledge.model import Condition
from knowledge.remedy import remedy

POLICIES = {policy.id: policy for policy in load()}
NUMBERS = [
    (policy, condition)
    for policy in POLICIES.values()
    for scheme in policy.document.schemes
    for condition in all_conditions(scheme)
    if (condition.at_least or condition.at_most or condition.less_than) and not condition.or_
]
LINGCHUAN = POLICIES["lingchuan-2020-62"]
TODAY = date(2020, 10, 15)


def check_of(scheme: str, fact: str, **facts: object) -> Check:
    verdict = judge(LINGCHUAN.schemes[scheme], LINGCHUAN.figures, facts)
    return next(check for check in verdict.failed if check.fact == fact)


@given(st.sampled_from(NUMBERS), st.integers(0, 400))
def test_the_change_is_enough_and_one_less_is_not(case: tuple, have: int) -> None:  # type: ignore[type-arg]
    policy, condition = case
    check = hold(condition, policy.figures, {condition.fact: have})
    assume(check.met is False)
    assert check.short is not None
    reached = Decimal(have) + check.short
    step = 1 if check.short > 0 else -1
    assert hold(condition, policy.figures, {condition.fact: reached}).met
    assert not hold(condition, policy.figures, {condition.fact: reached - step}).met


@given(st.integers(0, 11), st.dates(date(2020, 1, 1), date(2030, 12, 31)))
def test_months_are_reached_in_as_many_months(have: int, today: date) -> None:
    change = remedy(check_of("worker_upgrade", "insurance_months", insurance_months=have), today)
    assert change.since is not None
    passed = (change.since.year - today.year) * 12 + change.since.month - today.month
    assert passed == 12 - have
    assert f"再交{12 - have}个月" in change.say
    assert f"{change.since.year}年{change.since.month}月起" in change.say


@pytest.mark.parametrize(
    ("have", "today", "since"),
    [
        (10, TODAY, date(2020, 12, 1)),
        (9, TODAY, date(2021, 1, 1)),
        (0, TODAY, date(2021, 10, 1)),
        (11, date(2020, 12, 31), date(2021, 1, 1)),
    ],
)
def test_the_month_from_which_money_may_be_had(have: int, today: date, since: date) -> None:
    assert remedy(check_of("worker_upgrade", "insurance_months", insurance_months=have), today).since == since


def test_what_comes_only_after_the_document_has_ended_is_not_promised() -> None:
    change = remedy(check_of("worker_upgrade", "insurance_months", insurance_months=10), date(2021, 11, 20))
    assert change.until(date(2021, 12, 31)).since is None
    assert "2021年12月31日" in change.until(date(2021, 12, 31)).say
    assert change.until(date(2022, 1, 1)) is change  # the last day of a period is within it
    assert change.until(None) is change


def test_what_is_counted_by_the_year_is_free_again_next_year() -> None:
    used_up = remedy(check_of("general_training", "trainings_this_year", trainings_this_year=3), TODAY)
    assert used_up.say == "2021年1月1日起又可以参加"
    again = remedy(check_of("general_training", "repeat_same_level", repeat_same_level=True), TODAY)
    assert (again.since, "换个工种" in again.say) == (date(2021, 1, 1), True)


@pytest.mark.parametrize(
    ("born", "since"),
    [
        (date(2005, 3, 8), date(2021, 3, 8)),
        (date(2004, 10, 16), date(2020, 10, 16)),
        (date(2006, 2, 28), date(2022, 2, 28)),
        (date(2008, 2, 29), date(2024, 2, 29)),
    ],
)
def test_an_age_is_reached_on_the_birthday(born: date, since: date) -> None:
    change = remedy(check_of("registry_cost", "age", age=15), TODAY, born)
    assert (change.since, change.never) == (since, False)


def test_a_birthday_on_a_leap_day_is_kept_on_the_first_of_march() -> None:
    condition = Condition(fact="age", at_least="registry_age_max", at="五（一）", say="满60")
    check = hold(condition, LINGCHUAN.figures, {"age": 58})
    assert remedy(check, TODAY, date(1962, 2, 28)).since == date(2022, 2, 28)
    assert remedy(check, TODAY, date(1964, 2, 29)).since == date(2024, 2, 29)
    sixteen = check_of("registry_cost", "age", age=1)
    assert remedy(sixteen, date(2086, 1, 1), date(2084, 2, 29)).since == date(2100, 3, 1)  # 2100 has no 29 February


def test_an_age_that_has_passed_never_comes_back() -> None:
    assert remedy(check_of("registry_cost", "age", age=61), TODAY).never


def test_every_choice_among_which_a_scheme_decides_is_offered() -> None:
    for policy in POLICIES.values():
        for scheme in policy.document.schemes:
            for condition in all_conditions(scheme):
                kind = catalogue()[condition.fact]
                if kind.kind == "choice" and condition.one_of:
                    assert set(condition.one_of) <= set(kind.choices.values()), f"{scheme.id}: {kind.name}"
