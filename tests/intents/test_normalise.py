"""People's spelling, dialect and numerals are made plain; nothing that carries meaning is lost."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intents.normalise import Normaliser
from intents.numerals import number, to_digits
from intents.pinyin import sounds, split_latin
from intents.spelling import Speller
from tests.numerals import written_out

NORMALISER = Normaliser()


@pytest.mark.parametrize(
    ("said", "digits"),
    [
        ("三千五", "3500"),
        ("3千5", "3500"),
        ("一百五", "150"),
        ("二百八", "280"),
        ("一个半月", "1.5个月"),
        ("一年半", "18个月"),
        ("八成", "80%"),
        ("百分之八十", "80%"),
        ("一千零五十", "1050"),
        ("4百万", "400万"),
        ("1万5", "15000"),
        ("第四次", "第4次"),
        ("二〇二一年", "2021年"),
        ("两三天", "2到3天"),
        ("三到六个月", "3到6个月"),
        ("统一安排", "统一安排"),
        ("千万别急", "千万别急"),
        ("成功", "成功"),
    ],
)
def test_numerals_become_digits_and_words_stay(said: str, digits: str) -> None:
    assert to_digits(said) == digits


@given(st.integers(1, 99_999_999))
def test_a_numeral_written_out_reads_back(value: int) -> None:
    assert number(written_out(value)) == value


@pytest.mark.parametrize(
    ("said", "plain"),
    [
        ("嗯那个就是我想问一下哈叉车证公家给报多钱", "叉车证政府给报多少钱"),
        ("平頂山市級創業示範園區是不是獎三十萬", "平顶山市级创业示范园区是不是奖300000"),
        ("甚叫个一县一品牌了", "什么一县一品牌了"),
        ("中不中啊", "行不行"),
        ("实施方案是啥", "实施方案是什么"),
    ],
)
def test_fillers_and_dialect_are_made_plain(said: str, plain: str) -> None:
    assert NORMALISER.plain(NORMALISER.clean(said)) == plain


@given(st.text(max_size=200))
def test_any_text_can_be_read(text: str) -> None:
    cleaned = NORMALISER.clean(text)
    assert "," not in NORMALISER.plain(cleaned)


@pytest.mark.parametrize(
    ("heard", "meant"),
    [
        ("陪训补帖", "培训补贴"),
        ("失业保显", "失业保险"),
        ("焊攻", "焊工"),
        ("插车工", "叉车工"),
        ("peixun butie", "培训补贴"),
    ],
)
def test_words_written_by_ear_are_put_right(heard: str, meant: str) -> None:
    speller = Speller(["培训", "补贴", "失业保险", "焊工", "叉车工"])
    assert speller.correct(heard.replace(" ", "")) == meant


def test_words_of_the_dictionary_are_left_alone() -> None:
    assert Speller(["专项"]).correct("专向发展") == "专向发展"


def test_sounds_that_speakers_do_not_tell_apart_are_one() -> None:
    assert sounds("能") == sounds("冷")
    assert sounds("张") == sounds("脏")
    assert split_latin("zhe") == split_latin("ze")
    assert split_latin("xyzq") is None
