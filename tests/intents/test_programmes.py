"""Which programmes a question names."""

from __future__ import annotations

import pytest

from intents.normalise import Normaliser
from intents.programmes import programmes

NORMALISER = Normaliser()


@pytest.mark.parametrize(
    ("said", "named"),
    [
        ("創業培訓一個人補多少", ("创业培训",)),
        ("项目制和订单式哪个补得多", ("项目制", "订单")),
        ("岗前培训和以工代训能一起拿吗，岗前的先给吗", ("岗前", "以工代训")),
        ("焊工补多少", ()),
    ],
)
def test_the_programmes_that_a_question_names(said: str, named: tuple[str, ...]) -> None:
    assert programmes(NORMALISER.clean(said)) == named
