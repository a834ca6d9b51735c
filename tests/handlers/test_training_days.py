"""Training days by the Chinese calendar: holidays, the days worked in their stead, a year nobody knows yet."""

from __future__ import annotations

from datetime import date

import hypothesis.strategies as st
from hypothesis import given

from handlers.training_days import Pace, pace_of, pick
from knowledge.workdays import holiday, term, unpublished, working_days_between


def days(*told: str) -> tuple[date, ...]:
    return tuple(date.fromisoformat(f"2026-{day}") for day in told)


def test_on_working_days_a_saturday_worked_for_a_holiday_counts() -> None:
    found = pick(date(2026, 9, 29), 5, Pace.WORKDAYS)
    assert found == days("09-29", "09-30", "10-08", "10-09", "10-10")
    assert unpublished(found) == []


def test_every_day_means_weekends_too_but_no_holiday() -> None:
    found = pick(date(2026, 9, 29), 6, Pace.EVERY_DAY)
    assert found == days("09-29", "09-30", "10-08", "10-09", "10-10", "10-11")


def test_a_class_that_begins_on_a_holiday_begins_after_it() -> None:
    assert pick(date(2026, 10, 1), 1, Pace.EVERY_DAY) == days("10-08")


def test_of_a_year_that_is_not_published_the_weekdays_and_the_fixed_holidays_are_known() -> None:
    found = pick(date(2026, 12, 31), 3, Pace.WORKDAYS)
    assert found == (date(2026, 12, 31), date(2027, 1, 4), date(2027, 1, 5))
    assert unpublished(found) == [2027]
    assert holiday(date(2027, 1, 1)) == "元旦"


def test_a_holiday_has_its_name() -> None:
    assert [holiday(day) for day in days("10-03", "10-10", "09-25", "11-21")] == ["国庆节", "", "中秋", ""]


@given(st.dates(date(2024, 1, 1), date(2027, 6, 1)), st.integers(1, 60), st.sampled_from(list(Pace)))
def test_as_many_days_as_were_asked_for_in_order_and_none_a_holiday(starts: date, count: int, pace: Pace) -> None:
    found = pick(starts, count, pace)
    assert len(found) == count and list(found) == sorted(set(found)) and found[0] >= starts
    assert not any(holiday(day) for day in found)
    assert pace_of(found) == pace or pace == Pace.EVERY_DAY


def test_a_term_of_working_days_leaves_holidays_out_and_says_when_a_year_is_not_known() -> None:
    five = term(date(2026, 9, 29), 5)  # 29, 30, 8, 9 and the Saturday that is worked
    assert five.until == date(2026, 10, 10) and five.is_published
    assert working_days_between(date(2026, 9, 29), five.until) == 5
    over_new_year = term(date(2026, 12, 30), 5)
    assert over_new_year.until == date(2027, 1, 6) and not over_new_year.is_published
