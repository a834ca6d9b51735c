"""Scans of the screen: fresh while the QR code is on show and a little longer, a ticket for its person, nothing forged."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from records import scans
from records.codes import Fit
from records.errors import Refused
from records.vault import Vault
from tests.conftest import SECRET

VAULT = Vault(SECRET)
SHOWN_AT = datetime(2026, 11, 23, 0, 20, 0, tzinfo=UTC)  # the first second of a step
SITTING, LI = 7, 41
_ALPHABET = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_"


def later(seconds: float) -> datetime:
    return SHOWN_AT + timedelta(seconds=seconds)


@pytest.mark.parametrize("seconds, is_fresh", [(0, True), (14, True), (20, True), (21, False), (-5, True), (-6, False)])
def test_a_scan_is_fresh_while_the_code_is_shown_and_five_seconds_more(seconds: int, is_fresh: bool) -> None:
    token = scans.shown(VAULT, SITTING, SHOWN_AT)
    assert scans.read(VAULT, token, later(seconds)) == scans.Scan(SITTING, is_fresh)


@given(st.integers(1, 2**32 - 1), st.integers(0, 2_000_000_000))
def test_a_token_is_short_and_may_stand_in_an_address(session_id: int, seconds: int) -> None:
    now = later(seconds)
    token = scans.shown(VAULT, session_id, now)
    assert len(token) == 24
    assert set(token) <= set(_ALPHABET)
    assert scans.read(VAULT, token, now).session_id == session_id


def test_the_code_changes_every_fifteen_seconds() -> None:
    assert scans.shown(VAULT, SITTING, SHOWN_AT) == scans.shown(VAULT, SITTING, later(14.9))
    assert scans.shown(VAULT, SITTING, SHOWN_AT) != scans.shown(VAULT, SITTING, later(15))


def test_a_ticket_holds_three_minutes_for_one_person() -> None:
    told = scans.ticket(VAULT, SITTING, LI, SHOWN_AT)
    assert scans.read_ticket(VAULT, told, later(180)) == scans.Ticket(SITTING, LI, SHOWN_AT)
    with pytest.raises(Refused, match="再扫一次"):
        scans.read_ticket(VAULT, told, later(181))
    judged = [scans.judge(VAULT, told, *whose, later(60)) for whose in ((SITTING, LI), (SITTING, 42), (8, LI))]
    assert judged == [Fit.RIGHT, Fit.WRONG, Fit.WRONG]


def test_a_screen_opens_until_its_end() -> None:
    token = scans.screen(VAULT, SITTING, later(60))
    assert scans.read_screen(VAULT, token, later(60)) == SITTING
    with pytest.raises(Refused, match="已经结束"):
        scans.read_screen(VAULT, token, later(61))


TOKENS: dict[str, tuple[str, Callable[[str], object]]] = {
    "scan": (scans.shown(VAULT, SITTING, SHOWN_AT), lambda token: scans.read(VAULT, token, SHOWN_AT)),
    "ticket": (scans.ticket(VAULT, SITTING, LI, SHOWN_AT), lambda token: scans.read_ticket(VAULT, token, SHOWN_AT)),
    "screen": (scans.screen(VAULT, SITTING, SHOWN_AT), lambda token: scans.read_screen(VAULT, token, SHOWN_AT)),
}


@given(st.sampled_from(sorted(TOKENS)), st.data())
def test_one_changed_character_makes_it_none_of_ours(kind: str, data: st.DataObject) -> None:
    token, read = TOKENS[kind]
    place = data.draw(st.integers(0, len(token) - 1))
    other = data.draw(st.sampled_from([character for character in _ALPHABET if character != token[place]]))
    with pytest.raises(Refused):
        read(token[:place] + other + token[place + 1 :])


@given(st.sampled_from(sorted(TOKENS)), st.text(min_size=1, max_size=40))
def test_whatever_is_sent_in_its_place_is_refused_and_nothing_else(kind: str, told: str) -> None:
    token, read = TOKENS[kind]
    for forged in ("", told, told + token, token + told, token[:-1]):
        with pytest.raises(Refused):
            read(forged)


@pytest.mark.parametrize("kind", TOKENS)
def test_a_token_of_one_kind_is_none_of_another(kind: str) -> None:
    token, _ = TOKENS[kind]
    for other, (_, read) in TOKENS.items():
        if other != kind:
            with pytest.raises(Refused):
                read(token)


def test_the_token_of_another_office_is_refused() -> None:
    token = scans.shown(Vault("another office, another secret"), SITTING, SHOWN_AT)
    with pytest.raises(Refused):
        scans.read(VAULT, token, SHOWN_AT)
