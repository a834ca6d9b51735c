"""Stretches of days as people name them; today is Saturday, 21 November 2026."""

from __future__ import annotations

from datetime import date

import pytest

from intents.normalise import Normaliser
from intents.spans import span

TODAY = date(2026, 11, 21)
PLAIN = Normaliser()


@pytest.mark.parametrize(
    "said, since, until, shown",
    [
        ("下个月的班", "2026-12-01", "2026-12-31", "下个月"),
        ("下月有啥班", "2026-12-01", "2026-12-31", "下个月"),
        ("这个月还有班吗", "2026-11-01", "2026-11-30", "这个月"),
        ("月底的班", "2026-11-20", "2026-11-30", "这个月底"),
        ("12月开的电工班", "2026-12-01", "2026-12-31", "12月"),
        ("十二月份的班", "2026-12-01", "2026-12-31", "12月"),
        ("1月的班", "2027-01-01", "2027-01-31", "2027年1月"),
        ("明年三月的班", "2027-03-01", "2027-03-31", "2027年3月"),
        ("2027年2月的班", "2027-02-01", "2027-02-28", "2027年2月"),
        ("明年的班", "2027-01-01", "2027-12-31", "明年"),
        ("下周的班", "2026-11-23", "2026-11-29", "下周"),
        ("下下周的班", "2026-11-30", "2026-12-06", "下下周"),
        ("本周开的班", "2026-11-16", "2026-11-22", "这周"),
        ("12月5号的班", "2026-12-05", "2026-12-11", "12月5日起一周内"),
        ("下周三开的班", "2026-11-25", "2026-12-01", "11月25日起一周内"),
    ],
)
def test_the_days_that_a_text_names(said: str, since: str, until: str, shown: str) -> None:
    found = span(PLAIN.clean(said), TODAY)
    assert found is not None
    assert (found.since, found.until, found.said) == (date.fromisoformat(since), date.fromisoformat(until), shown)


@pytest.mark.parametrize("said", ["有什么培训", "电工班", "焊工3班", "13月的班", "学6个月的班"])
def test_a_text_that_names_none(said: str) -> None:
    assert span(PLAIN.clean(said), TODAY) is None


def test_december_is_followed_by_january() -> None:
    found = span("下个月的班", date(2026, 12, 31))
    assert found is not None
    assert (found.since, found.until) == (date(2027, 1, 1), date(2027, 1, 31))
