"""How people tell numbers: about, just short of, so much less than a year."""

from __future__ import annotations

import pytest

from intents.normalise import Normaliser
from intents.quantities import Situation

NORMALISER, SITUATION = Normaliser(), Situation()


def facts(said: str) -> dict[str, object]:
    read = SITUATION.facts(NORMALISER.clauses(NORMALISER.clean(said)))
    return {name: value if isinstance(value, (bool, str)) else int(str(value)) for name, value in read.items()}


@pytest.mark.parametrize(
    ("said", "months"),
    [
        ("失业保险交了十一个月", 11),
        ("失业保险交了快一年", 11),
        ("失业保险不到十二个月", 11),
        ("失业保险交了十来个月", 10),
        ("交了十个来月失业保险", 10),
        ("失业保险差俩月满一年", 10),
        ("交了俩月失业保险", 2),
        ("失业保险交了半年", 6),
        ("失业保险交了小半年", 5),
        ("失业保险交了大半年", 7),
        ("失业保险一年零三个月", 15),
        ("失业保险交了一年半", 18),
        ("失业保险两年多", 24),
        ("从来没交过失业保险", 0),
    ],
)
def test_months_of_insurance(said: str, months: int) -> None:
    assert facts(said)["insurance_months"] == months


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("学了四十五天", {"days": 45}),
        ("就业率八成", {"employment_rate": 80}),
        ("就业率七成九", {"employment_rate": 79}),
        ("就业率不到八成", {"employment_rate": 79}),
        ("培训了二十三个学时", {"hours": 23}),
        ("厂里不到三百人", {"people": 299}),
        ("八十个人就业六十四个", {"people": 80, "employed": 64}),
        ("岗前培训80人，转岗30人，两项合起来补多少", {"people": 110}),
        ("我们两口子一起学，两个人加起来多少", {"people": 2}),
        ("今年还没学过", {"trainings_this_year": 0}),
        ("今年学过两回了", {"trainings_this_year": 2}),
        ("干了快一年", {"employed_months": 11}),
        ("营业执照下来八个月", {"licence_months": 8}),
    ],
)
def test_a_situation_is_read(said: str, expected: dict[str, int]) -> None:
    assert facts(said).items() >= expected.items()


@pytest.mark.parametrize("said", ["失业保险去年3月开始交的", "3月份的班", "2021年的方案"])
def test_a_date_is_no_length_of_time(said: str) -> None:
    assert not {"insurance_months", "months"} & facts(said).keys()
