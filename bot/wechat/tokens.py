"""The access token: one for all processes, fetched by one of them at a time (stable_token)."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from records import shared
from records.database import Database

_LEASE = timedelta(seconds=12)  # longer than a fetch may take; after it another process takes over
_LOOK_AGAIN = 0.2  # seconds between looks while another process fetches
_NOT_TO_THE_LAST = timedelta(minutes=4)  # WeChat offers the next token during the last five minutes
_SHORTEST = timedelta(minutes=1)
_FORCE_EVERY = timedelta(minutes=75)  # WeChat forces a new token twenty times a day


@dataclass(frozen=True)
class Token:
    """A token and until when we use it."""

    value: str
    until: datetime


Fetch = Callable[[bool], Awaitable[tuple[str, int]]]


class Tokens:
    """The token of one account, kept in the database between the processes."""

    def __init__(self, database: Database, app_id: str, fetch: Fetch, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._vault = database.vault
        self._name = f"wechat.token.{app_id}"
        self._fetch = fetch  # asks WeChat for (token, seconds); True forces a new one
        self._clock = clock
        self._token: Token | None = None
        self._one = asyncio.Lock()

    async def current(self) -> str:
        """A token that should be valid; raises what fetching raises."""
        return await self._other_than("")

    async def renew(self, bad: str) -> str:
        """A token instead of one that WeChat has refused; the bad one itself if WeChat stands by it."""
        return await self._other_than(bad)

    async def _other_than(self, bad: str) -> str:
        async with self._one:
            if not self._is_good(self._token, bad):
                self._token = await self._shared_or_fetched(bad)
            assert self._token
            return self._token.value

    def _is_good(self, token: Token | None, bad: str) -> bool:
        return token is not None and token.value != bad and token.until > self._clock()

    async def _shared_or_fetched(self, bad: str) -> Token:
        """What another process has fetched, or is fetching just now, or what we fetch ourselves."""
        me = secrets.token_hex(8)
        while True:
            async with self._database.unit() as session:
                await self._database.alone(session, self._name)
                kept = await shared.get(session, self._name, self._clock())
                token = Token(self._vault.open(kept.value), kept.until) if kept and kept.until else None
                if token and self._is_good(token, bad):
                    return token
                ours = await shared.lease(session, f"{self._name}.lease", me, self._clock(), _LEASE)
            if ours:
                return await self._fetched(bad)
            await asyncio.sleep(_LOOK_AGAIN)

    async def _fetched(self, bad: str) -> Token:
        try:
            value, seconds = await self._fetch(False)
            if value == bad and await self._may_force():
                value, seconds = await self._fetch(True)
            life = max(timedelta(seconds=seconds) - _NOT_TO_THE_LAST, _SHORTEST)
            token = Token(value, self._clock() + life)
            async with self._database.unit() as session:
                await shared.put(session, self._name, self._vault.seal(token.value), token.until)
            return token
        finally:
            async with self._database.unit() as session:
                await shared.drop(session, f"{self._name}.lease")

    async def _may_force(self) -> bool:
        """WeChat stands by a token that it refuses: a new one can be forced, but not often."""
        name = f"{self._name}.forced"
        async with self._database.unit() as session:
            await self._database.alone(session, name)
            return await shared.lease(session, name, secrets.token_hex(8), self._clock(), _FORCE_EVERY)
