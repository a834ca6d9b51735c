"""What a worker's message opens for us, noted at once and written down in groups: one transaction a second, not a message."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime

import structlog

from handlers.message import Kind, Message
from records import windows
from records.database import Database
from records.errors import RecordsUnavailable
from records.windows import Opening

_log = structlog.get_logger()
_EVERY = 1.0  # seconds
_TAPS = {Kind.SUBSCRIBE, Kind.SCAN, Kind.CLICK}
_MESSAGES = {Kind.TEXT, Kind.VOICE, Kind.LOCATION, Kind.IMAGE, Kind.VIDEO, Kind.LINK, Kind.FILE}


class Ledger:
    """The customer-service windows of all followers, as far as this process has heard of them."""

    def __init__(self, database: Database, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._clock = clock
        self._noted: dict[tuple[str, Opening], datetime] = {}
        self._writing = asyncio.Lock()

    def note(self, message: Message, at: datetime | None = None) -> None:
        """A message has come in, now or then: it may open a window. A tapped item of a message menu counts as a tap."""
        if message.kind in _TAPS or "menu" in message.details:
            self._noted[message.openid, Opening.TAP] = at or self._clock()
        elif message.kind in _MESSAGES:
            self._noted[message.openid, Opening.MESSAGE] = at or self._clock()

    def forget(self, openid: str) -> None:
        """A follower has left."""
        for opening in Opening:
            self._noted.pop((openid, opening), None)

    async def flush(self) -> None:
        """Write down what was noted; RecordsUnavailable when the database is gone, and then nothing is forgotten."""
        async with self._writing:
            if not self._noted:
                return
            noted, self._noted = self._noted, {}
            try:
                async with self._database.unit() as session:
                    await windows.grant(session, noted)
            except BaseException:
                self._noted = {**noted, **self._noted}
                raise

    async def run(self) -> None:
        """Write down once a second, for ever."""
        while True:
            await asyncio.sleep(_EVERY)
            try:
                await self.flush()
            except RecordsUnavailable as error:
                _log.warning("windows not written down yet", error=str(error))
