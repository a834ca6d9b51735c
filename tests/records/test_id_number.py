"""ID numbers: valid ones are read, every wrong digit and every swap of neighbours is caught, and kindly told."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from records.id_number import check_character, read

TODAY = date(2026, 11, 20)
VALID = st.builds(
    lambda county, born, serial: (first := f"{county:06d}{born:%Y%m%d}{serial:03d}") + check_character(first),
    st.integers(110000, 659999),
    st.dates(date(1900, 1, 1), TODAY),
    st.integers(0, 999),
)


@given(VALID)
def test_a_valid_number_is_read_with_its_birthday(number: str) -> None:
    spaced = f" {number[:6]} {number[6:14]}-{number[14:].lower()} "
    assert read(spaced, TODAY).value == number
    assert f"{read(number, TODAY).birthday:%Y%m%d}" == number[6:14]


@given(VALID, st.integers(0, 16), st.sampled_from("0123456789"))
def test_one_wrong_digit_is_caught(number: str, place: int, digit: str) -> None:
    assume(number[place] != digit)
    with pytest.raises(ValueError, match="请再核对一遍发来"):
        read(number[:place] + digit + number[place + 1 :], TODAY)


@given(VALID, st.integers(0, 15))
def test_two_neighbours_swapped_are_caught(number: str, place: int) -> None:
    assume(number[place] != number[place + 1])
    with pytest.raises(ValueError, match="请再核对一遍发来"):
        read(number[:place] + number[place + 1] + number[place] + number[place + 2 :], TODAY)


@pytest.mark.parametrize(
    "typed, said",
    [
        ("14052519680512002", "只有17位"),
        ("140525196805120020X", "有19位"),
        ("140525196805xxxx2x", "前17位应是数字"),
        ("140525196813120025", "出生日期"),
        ("140525209905120026", "出生日期"),
        ("", "只有0位"),
    ],
)
def test_what_is_wrong_is_said_in_one_kind_sentence(typed: str, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        read(typed, TODAY)


@pytest.mark.parametrize("today, age", [(date(2026, 5, 11), 57), (date(2026, 5, 12), 58)])
def test_the_age_counts_full_years(today: date, age: int) -> None:
    first = "14052519680512002"
    assert read(first + check_character(first), today).age(today) == age
