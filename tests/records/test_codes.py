"""The six digits: one step old is taken, two are out of date, another session's never fit."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from records import codes
from records.codes import STEP, Fit
from records.sessions import Session
from records.vault import Vault
from tests.conftest import SECRET

VAULT = Vault(SECRET)
SITTING = Session(id=7, class_id=3)
SHOWN_AT = datetime(2026, 11, 23, 0, 20, 0, tzinfo=UTC)  # the first second of a step


@pytest.mark.parametrize(
    "seconds_later, fit",
    [
        (0, Fit.RIGHT),
        (29, Fit.RIGHT),
        (59, Fit.RIGHT),  # one step old
        (60, Fit.STALE),  # two steps
        (10 * 60, Fit.STALE),
        (11 * 60, Fit.WRONG),
        (-4, Fit.RIGHT),  # stamped by a clock that lags a little
        (-6, Fit.WRONG),
        (-31, Fit.WRONG),
    ],
)
def test_how_long_a_code_is_right(seconds_later: int, fit: Fit) -> None:
    told = codes.code(VAULT, SITTING, SHOWN_AT)
    assert codes.judge(VAULT, SITTING, told, SHOWN_AT + timedelta(seconds=seconds_later)) is fit


@given(st.integers(0, 100_000_000), st.integers(0, 59))
def test_a_code_is_six_digits_and_right_while_it_is_shown_and_one_step_longer(seconds: int, later: int) -> None:
    now = SHOWN_AT + timedelta(seconds=seconds)
    begun = datetime.fromtimestamp(int(now.timestamp()) // STEP * STEP, UTC)
    told = codes.code(VAULT, SITTING, now)
    assert len(told) == 6
    assert told.isdigit()
    assert codes.judge(VAULT, SITTING, told, begun + timedelta(seconds=later)) is Fit.RIGHT


def test_the_code_of_another_session_or_class_is_wrong() -> None:
    told = codes.code(VAULT, SITTING, SHOWN_AT)
    for other in (Session(id=8, class_id=3), Session(id=7, class_id=4)):
        assert codes.judge(VAULT, other, told, SHOWN_AT) is Fit.WRONG


def test_the_code_of_another_office_is_wrong() -> None:
    told = codes.code(Vault("another office, another secret"), SITTING, SHOWN_AT)
    assert codes.judge(VAULT, SITTING, told, SHOWN_AT) is Fit.WRONG


@pytest.mark.parametrize("told", ["", "12345", "1234567", "签到", "４８２９１３"])
def test_what_is_no_code_is_wrong(told: str) -> None:
    assert codes.judge(VAULT, SITTING, told, SHOWN_AT) is Fit.WRONG
