"""What is shown or logged of a person never gives the person away."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from records import masking


@pytest.mark.parametrize(
    "said, logged",
    [
        ("李秀英 14052519680512002X", "李** 1405**********002X"),
        ("我叫李秀英身份证号140525196805120025", "我叫李**身份证号1405**********0025"),
        ("140525196805120025李秀英", "1405**********0025李**"),
        ("1405 2519 6805 1200 25", "1405**********0025"),
        ("140525-19680512-002x", "1405**********002x"),
        ("14052519680512002", "1405**********2002"),
        ("一四零五二五一九六八零五一二零零二五", "一四零五**********零零二五"),
        ("我的电话13812345678", "我的电话138****5678"),
    ],
)
def test_numbers_and_the_names_beside_them_are_masked(said: str, logged: str) -> None:
    assert masking.hide(said) == logged


@pytest.mark.parametrize(
    "said",
    ["焊工补4000元，一年3次", "签到码482913", "2026-11-20 2026-11-21", "3500 4000 2500 1000 1500", "LC26-7F3K-9Q2M"],
)
def test_sums_dates_and_codes_stay_as_they_are(said: str) -> None:
    assert masking.hide(said) == said


@given(
    st.text(alphabet="一李秀 ，.-我x", max_size=6),
    st.from_regex(r"[1-9]\d{16}[\dX]", fullmatch=True),
    st.text(max_size=6),
)
def test_no_id_number_gets_through(before: str, number: str, after: str) -> None:
    assert not re.search(r"\d{9}", masking.hide(f"{before}{number} {after}").replace(after, ""))


@pytest.mark.parametrize(
    "name, shown", [("张三", "张*"), ("李秀英", "李*英"), ("阿卜杜拉·买买提", "阿*提"), ("一", "一")]
)
def test_a_name_shows_its_ends(name: str, shown: str) -> None:
    assert masking.name(name) == shown
