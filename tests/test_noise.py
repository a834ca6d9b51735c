"""One slip a message changes nothing that was asked, and costs hardly any right answer."""

from __future__ import annotations

import re
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rapidfuzz.distance import OSA

from handlers.house import knowing
from intents.normalise import Normaliser
from knowledge.shelf import Shelf
from tests.bench.lists import read
from tests.bench.noise import ask, noisy, share, single
from tests.noise import Kind, figures, one_edit, places

SPOKEN = st.sampled_from([row.turns[0] for row in single()])
KINDS = st.sampled_from(Kind)
SEEDS = st.integers(0, 10_000)
ONE_CHARACTER = st.sampled_from([Kind.TYPO, Kind.HOMOPHONE, Kind.DROP, Kind.DOUBLE])
MOST_POINTS = 5  # that right answers may fall


@given(st.text(max_size=80) | SPOKEN, KINDS, SEEDS)
def test_figures_and_places_stay_and_the_same_seed_makes_the_same_slip(text: str, kind: Kind, seed: int) -> None:
    edited = one_edit(text, kind, Random(seed))
    assert figures(edited) == figures(text)
    assert places(edited) == places(text)
    assert bool(edited) == bool(text)
    assert edited == one_edit(text, kind, Random(seed))
    if kind is not Kind.NUMERAL:
        assert re.findall(r"[\d%.]", edited) == re.findall(r"[\d%.]", text)


@given(SPOKEN, ONE_CHARACTER, SEEDS)
def test_a_slip_of_one_character_is_one_edit(text: str, kind: Kind, seed: int) -> None:
    assert OSA.distance(text, one_edit(text, kind, Random(seed))) == 1


@pytest.mark.parametrize("kind", Kind)
def test_every_kind_finds_something_to_edit(kind: Kind) -> None:
    text = "我在古县开了个厂，招了25个人，培训补贴能领多少"
    assert one_edit(text, kind, Random(1)) != text


def test_a_figure_takes_another_script() -> None:
    assert {one_edit("招了25个人", Kind.NUMERAL, Random(seed)) for seed in range(20)} == {
        "招了２５个人",
        "招了二十五个人",
    }
    assert one_edit("补三千五", Kind.NUMERAL, Random(1)) == "补3500"


async def test_one_slip_costs_at_most_five_points() -> None:
    some = Random(7).sample(single(), 150)
    slipped = [row for kind in Kind for row in noisy(some, kind)]
    asked = await ask([*some, *slipped])
    clean = {each.row.id: each for each in asked[: len(some)]}
    same = [clean[row.id] for row in slipped]
    assert share(same) - share(asked[len(some) :]) <= MOST_POINTS


def test_what_is_asked_of_another_subject_is_hardly_ever_respelled() -> None:
    listed, asked = read()
    understanding = knowing(Shelf(lists=[listed])).understanding
    normaliser = Normaliser()
    respelled = [a.text for a in asked if understanding.read(a.text).text != normaliser.plain(normaliser.clean(a.text))]
    assert len(respelled) <= 0.02 * len(asked), respelled
