"""Codes of the web log-in: each tells once, within five minutes, who opened a page."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.simulator.errors import ApiError
from bot.simulator.phones import Phone, made_up_openid

LIFETIME = timedelta(minutes=5)


@dataclass
class Grant:
    """One code, and whom it tells of."""

    openid: str
    is_snapshot: bool  # the openid is a virtual one
    until: datetime
    is_used: bool = False


class Grants:
    """The codes that were given out."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock = clock
        self._by_code: dict[str, Grant] = {}

    def give(self, phone: Phone) -> str:
        """A code for the person who opened a page; of a 快照页 it tells an openid that nobody has."""
        code = secrets.token_hex(16)
        openid = made_up_openid() if phone.snapshot else phone.openid
        self._by_code[code] = Grant(openid, phone.snapshot, self._clock() + LIFETIME)
        return code

    def redeem(self, code: str) -> Grant:
        """What a code tells; ApiError 41008 for none, 40029 for an unknown or old one, 40163 for the second time."""
        if not code:
            raise ApiError(41008)
        grant = self._by_code.get(code)
        if grant is None or grant.until <= self._clock():
            raise ApiError(40029)
        if grant.is_used:
            raise ApiError(40163)
        grant.is_used = True
        return grant
