"""The rotating six-digit code of a session: shown on the trainer's screen, useless a minute later."""

from __future__ import annotations

import hashlib
import hmac
from datetime import datetime, timedelta
from enum import StrEnum

from records.sessions import Session
from records.vault import Vault

STEP = 30  # seconds that one code is shown; the one before is accepted too
SKEW = timedelta(seconds=5)  # how far the clock that stamps messages may lag behind ours
_REMEMBERED = timedelta(minutes=10)  # so long a code is called out of date, and not wrong


class Fit(StrEnum):
    """What became of a code or a scan."""

    RIGHT = "right"
    STALE = "stale"  # was right a while ago
    WRONG = "wrong"


def code(vault: Vault, sitting: Session, now: datetime, steps_ago: int = 0) -> str:
    """The code of a session: HMAC-SHA256 of class, session and time step, cut to six digits as RFC 4226 cuts."""
    return _digits(vault.key("check-in codes"), sitting, _step(now) - steps_ago)


def judge(vault: Vault, sitting: Session, told: str, now: datetime) -> Fit:
    """Is it the code of now or of one step ago, or was it one lately?

    The code that comes next is taken in the last seconds of a step: who sees it and sends it at once is not told that
    it is wrong because a message was stamped by a slower clock.
    """
    key, step = vault.key("check-in codes"), _step(now)
    if any(_is(key, sitting, told, each) for each in range(step - 1, _step(now + SKEW) + 1)):
        return Fit.RIGHT
    oldest = _step(now - _REMEMBERED)
    return Fit.STALE if any(_is(key, sitting, told, each) for each in range(oldest, step - 1)) else Fit.WRONG


def _is(key: bytes, sitting: Session, told: str, step: int) -> bool:
    return hmac.compare_digest(_digits(key, sitting, step).encode(), told.encode())


def _digits(key: bytes, sitting: Session, step: int) -> str:
    digest = hmac.new(key, f"{sitting.class_id}:{sitting.id}:{step}".encode(), hashlib.sha256).digest()
    offset = digest[-1] & 0x0F
    number = int.from_bytes(digest[offset : offset + 4], "big") & 0x7FFFFFFF
    return f"{number % 1_000_000:06d}"


def _step(moment: datetime) -> int:
    return int(moment.timestamp()) // STEP
