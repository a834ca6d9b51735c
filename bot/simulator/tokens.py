"""Access tokens: two kinds that do not touch each other, as WeChat has them."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.simulator.errors import ApiError

LIFETIME = timedelta(seconds=7200)
OVERLAP = timedelta(minutes=5)
_PAUSE_BETWEEN_FORCED = timedelta(seconds=30)
_FORCED_A_DAY = 20


@dataclass
class Token:
    """One access token."""

    value: str
    until: datetime


class Tokens:
    """The account's access tokens."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock = clock
        self._known: dict[str, datetime] = {}
        self._classic: Token | None = None
        self._stable: Token | None = None
        self._forced: list[datetime] = []

    def classic(self) -> Token:
        """A new token each time; the one before lives five minutes more at most."""
        if self._classic:
            self._shorten(self._classic, OVERLAP)
        self._classic = self._make()
        return self._classic

    def stable(self, force: bool) -> Token:
        """The same token until five minutes before its end; forced: a new one at once, the old one dies.

        Forcing again within 30 seconds changes nothing; ApiError 45009 after 20 times a day.
        """
        now = self._clock()
        if force and self._may_force(now):
            if self._stable:
                self._shorten(self._stable, timedelta(0))
            self._stable = None
        if self._stable is None or self._stable.until - now <= OVERLAP:
            self._stable = self._make()
        return self._stable

    def check(self, value: str | None) -> None:
        """ApiError 41001 for no token, 42001 for an old one, 40001 for one that is none."""
        if not value:
            raise ApiError(41001)
        if value not in self._known:
            raise ApiError(40001)
        if self._known[value] <= self._clock():
            raise ApiError(42001)

    def expire(self) -> None:
        """End every token now."""
        now = self._clock()
        self._known = dict.fromkeys(self._known, now)
        self._classic = self._stable = None

    def _may_force(self, now: datetime) -> bool:
        self._forced = [at for at in self._forced if now - at < timedelta(days=1)]
        if self._forced and now - self._forced[-1] < _PAUSE_BETWEEN_FORCED:
            return False
        if len(self._forced) >= _FORCED_A_DAY:
            raise ApiError(45009)
        self._forced.append(now)
        return True

    def _make(self) -> Token:
        # 512 characters is what WeChat asks everyone to make room for.
        token = Token(secrets.token_hex(256), self._clock() + LIFETIME)
        self._known[token.value] = token.until
        return token

    def _shorten(self, token: Token, rest: timedelta) -> None:
        token.until = min(token.until, self._clock() + rest)
        self._known[token.value] = token.until
