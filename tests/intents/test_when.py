"""Days and parts of the day, as workers name them; the day is a Saturday, 21 November 2026."""

from __future__ import annotations

from datetime import date

import pytest

from intents import when

TODAY = date(2026, 11, 21)


@pytest.mark.parametrize(
    "said, ahead, wanted",
    [
        ("明天请假", True, ["11-22"]),
        ("今儿个来不了", True, ["11-21"]),
        ("大后天请假", True, ["11-24"]),
        ("明天后天都请假", True, ["11-22", "11-23"]),
        ("周三下午请假", True, ["11-25"]),
        ("周六请假", True, ["11-21"]),
        ("下周一请假", True, ["11-23"]),
        ("礼拜天请假", True, ["11-22"]),
        ("11月25号请假", True, ["11-25"]),
        ("25号请假", True, ["11-25"]),
        ("3号请假", True, ["12-03"]),
        ("昨天忘了签到", False, ["11-20"]),
        ("前天晚上没签上", False, ["11-19"]),
        ("周五上午补签", False, ["11-20"]),
        ("周日补签", False, ["11-15"]),
        ("20号补签", False, ["11-20"]),
        ("11月31号请假", True, []),
        ("2号楼", True, []),
        ("请假", True, []),
        ("从明天到周三请假", True, ["11-22", "11-23", "11-24", "11-25"]),
        ("11月25号至27号请假", True, ["11-25", "11-26", "11-27"]),
        ("下周一一直到下周三都请假", True, ["11-23", "11-24", "11-25"]),
        ("明天起请三天假", True, ["11-22", "11-23", "11-24"]),
        ("请2天假", True, ["11-21", "11-22"]),
        ("请一天假", True, []),
        ("第3天的课请假", True, []),
        ("昨天到今天没签上", False, ["11-20", "11-21"]),
        ("明天和周三请假", True, ["11-22", "11-25"]),
    ],
)
def test_the_days_that_a_text_names(said: str, ahead: bool, wanted: list[str]) -> None:
    assert [f"{day:%m-%d}" for day in when.days(said, TODAY, ahead=ahead)] == wanted


def test_a_date_of_next_year_is_meant_at_the_end_of_this() -> None:
    assert when.days("1月5日请假", date(2026, 12, 30), ahead=True) == [date(2027, 1, 5)]
    assert when.days("12月30日补签", date(2027, 1, 1), ahead=False) == [date(2026, 12, 30)]


@pytest.mark.parametrize(
    "said, wanted",
    [
        ("明天上午", "morning"),
        ("明早", "morning"),
        ("下午请假", "afternoon"),
        ("今晚来不了", "evening"),
        ("上午下午都请假", None),
        ("明天请一天假", None),
        ("请假", None),
    ],
)
def test_the_part_of_the_day(said: str, wanted: str | None) -> None:
    assert when.part(said) == wanted


def test_what_is_left_without_the_time() -> None:
    assert when.without("明天下午孩子家长会") == "孩子家长会"
