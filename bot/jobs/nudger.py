"""The nudger: puts the reminders that are due and hands single messages over, each once."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta

import structlog

from bot.jobs.courier import Outbound, Sent, again_at
from handlers.context import House
from records import nudging, reminders, voucher_reminders, work_questions
from records.nudging import Due

_log = structlog.get_logger()
_AGAIN = timedelta(minutes=10)  # until a closed way is tried once more
LEASE = timedelta(seconds=60)  # how long a nudge is left to the process that took it


class Nudger:
    """Sends for one process."""

    def __init__(self, house: House, outbound: Outbound, batch: int = 20) -> None:
        self._house = house
        self._outbound = outbound
        self._batch = batch
        self._turn = asyncio.Lock()
        self._stopped = False

    async def remind(self) -> None:
        """Put the reminders that are due now."""
        async with self._house.database.unit() as session:
            now = self._house.clock()
            await reminders.evening(session, now)
            await reminders.opening(session, now)
            await voucher_reminders.remind(session, now)
            settings = self._house.settings
            await work_questions.ask(session, settings.employment_every_weeks, settings.employment_months, now)

    async def batch(self) -> bool:
        """Send the next nudges that are due; True when more may wait."""
        async with self._turn:
            return not self._stopped and await self._next()

    async def stop(self) -> None:
        """Finish the batch in hand and take no other."""
        self._stopped = True
        async with self._turn:
            pass

    async def _next(self) -> bool:
        async with self._house.database.unit() as session:
            taken = await nudging.due(session, self._batch, self._house.clock(), LEASE)
            is_more = await nudging.is_any_due(session, self._house.clock())
        results = await asyncio.gather(*(self._send(each) for each in taken), return_exceptions=True)
        for result in results:
            if result is not None:
                raise result
        return is_more

    async def _send(self, nudge: Due) -> None:
        """Hand one over and write down at once what came of it; without an outcome it comes again under its key."""
        try:
            sent = await self._outbound.send_notice(nudge.openid, nudge.text, f"nudge:{nudge.key}")
        except (OSError, TimeoutError) as error:
            _log.warning("nudge without an outcome", key=nudge.key, error=repr(error))
            return
        await self._write_down(nudge, sent, self._house.clock())

    async def _write_down(self, nudge: Due, sent: Sent, now: datetime) -> None:
        later = again_at(sent, now) or (now + _AGAIN if sent.status == "waiting" else None)
        async with self._house.database.unit() as session:
            if later:
                await nudging.postpone(session, nudge.key, later)
            else:
                await nudging.settle(session, nudge.key, sent.status, now)
