"""The rotating six-digit code of a session: shown on the teacher's screen, useless a minute later."""

from __future__ import annotations

import hashlib
import hmac
from datetime import datetime

from records.vault import Vault

STEP = 30  # seconds that one code is shown; the one before is accepted too


def code(vault: Vault, session_id: int, now: datetime, steps_ago: int = 0) -> str:
    """The code of a session at a time: HMAC-SHA256 of session and time step, cut to six digits as RFC 4226 cuts."""
    step = int(now.timestamp()) // STEP - steps_ago
    digest = hmac.new(vault.key("check-in codes"), f"{session_id}:{step}".encode(), hashlib.sha256).digest()
    offset = digest[-1] & 0x0F
    number = int.from_bytes(digest[offset : offset + 4], "big") & 0x7FFFFFFF
    return f"{number % 1_000_000:06d}"


def is_right(vault: Vault, session_id: int, told: str, now: datetime) -> bool:
    """Is it the code of now or of one step ago?"""
    return any(hmac.compare_digest(code(vault, session_id, now, ago), told) for ago in (0, 1))
