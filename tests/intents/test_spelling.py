"""Slips of ear and finger are put right; words that only look or sound like the subject's are none of its business."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intents.normalise import Normaliser
from intents.spelling import Speller

NORMALISER = Normaliser()
ORDINARY = "我想办给不的去是多考能要学那"
SPELLER = Speller(
    [
        "培训",
        "补贴",
        "创业",
        "贫困户",
        "合格证",
        "消防设施",
        "职业技能提升",
        "急需紧缺工种",
        "高级技师",
        "塔吊司机",
        "计算",
        "多少",
        "没过",
        "1年",
    ],
    ORDINARY,
)


@pytest.mark.parametrize(
    ("slipped", "meant"),
    [
        ("消设防施归哪类", "消防设施归哪类"),
        ("急需紧工缺种", "急需紧缺工种"),
        ("职业技提升", "职业技能提升"),
        ("高级技技师", "高级技师"),
        ("贫贫困户", "贫困户"),
        ("补贴贴给谁", "补贴给谁"),
        ("业创培训", "创业培训"),
        ("高级枝师", "高级技师"),
        ("陪训补帖", "培训补贴"),
        ("塔司吊机算几类", "塔吊司机算几类"),  # by eye before by ear: 机算 sounds like 计算
    ],
)
def test_a_slip_in_a_word_of_the_subject_is_put_right(slipped: str, meant: str) -> None:
    assert SPELLER.correct(slipped) == meant


@pytest.mark.parametrize(
    "said",
    [
        "我想办",  # ordinary characters
        "最多多少",  # no stutter
        "每过1个",  # 没过 would deny it
        "不合格",
        "高级技工",  # another word of the dictionary
        "培训,补贴",
        "2年11个月",
    ],
)
def test_what_may_well_be_meant_is_left_alone(said: str) -> None:
    assert SPELLER.correct(said) == said


@given(st.text(alphabet="0123456789.%年月天元培训补贴贫困户没高级技师,我想", max_size=30))
def test_figures_and_denials_are_never_touched(text: str) -> None:
    corrected = SPELLER.correct(text)
    assert re.findall(r"[\d.%没]", corrected) == re.findall(r"[\d.%没]", text)


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("户口想落老公家", "老公家"),
        ("返乡下乡创业", "返乡下乡"),
        ("有哪些培训方式", "培训方式"),
        ("低保怎么办理", "怎么办理"),
    ],
)
def test_standard_words_do_not_cut_a_word_in_two(said: str, kept: str) -> None:
    assert kept in NORMALISER.plain(NORMALISER.clean(said))


@pytest.mark.parametrize(
    ("said", "plain"),
    [("公家给报多钱", "政府给报多少钱"), ("我厂子缺车工", "我企业缺车工"), ("俺有事能不能不去", "我有事能不能不去")],
)
def test_standard_words_are_still_put_where_they_stand_whole(said: str, plain: str) -> None:
    assert NORMALISER.plain(NORMALISER.clean(said)) == plain
