"""Voucher numbers: every single wrong character and every swap of two is caught, however the number is typed."""

from __future__ import annotations

import random

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from records import voucher_number

NUMBERS = st.builds(
    lambda letters, year, seed: voucher_number.make(letters, year, random.Random(seed).choice),
    st.sampled_from(["LC", "GX", "PD", "YC", "IL"]),
    st.integers(2020, 2099),
    st.integers(),
)
TYPED = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"


@given(NUMBERS)
def test_a_number_is_easy_to_read_out_and_is_read_back(number: str) -> None:
    prefix, *body = number.split("-")
    assert len(prefix) == len(body[0]) == len(body[1]) == 4
    assert not set("".join(body)) & set("0O1IL")
    assert voucher_number.read(number) == number
    assert voucher_number.read(number.replace("-", " ").lower()) == number


@given(NUMBERS, st.integers(0, 11), st.sampled_from(TYPED))
def test_one_wrong_character_is_caught(number: str, place: int, character: str) -> None:
    plain = number.replace("-", "")
    assume(plain[place] != character)
    with pytest.raises(ValueError, match="请照着券再核对一遍"):
        voucher_number.read(plain[:place] + character + plain[place + 1 :])


@given(NUMBERS, st.integers(0, 11), st.integers(0, 11))
def test_two_characters_swapped_are_caught(number: str, one: int, other: int) -> None:
    plain = list(number.replace("-", ""))
    assume(plain[one] != plain[other])
    plain[one], plain[other] = plain[other], plain[one]
    with pytest.raises(ValueError, match="请照着券再核对一遍"):
        voucher_number.read("".join(plain))


def test_numbers_are_not_handed_out_in_order() -> None:
    assert len({voucher_number.make("LC", 2026) for _ in range(200)}) == 200


def test_a_place_needs_two_letters() -> None:
    with pytest.raises(ValueError, match="two letters"):
        voucher_number.make("陵川", 2026)
