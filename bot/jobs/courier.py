"""The courier: takes a notice's recipients in batches and hands each one's message over once."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Protocol

import structlog

from handlers.context import House
from records import campaigns, recipients
from records.recipients import Delivery, Recipient
from records.subscriptions import Topic

_log = structlog.get_logger()
_OUTCOMES = {"sent": Delivery.SENT, "waiting": Delivery.HELD, "failed": Delivery.FAILED, "gone": Delivery.GONE}


class Sent(Protocol):
    """What came of handing a message over."""

    @property
    def status(self) -> str:
        """sent, waiting (no way to him now), failed, or gone (follows no more)."""

    @property
    def channel(self) -> str:
        """The way it went."""

    @property
    def code(self) -> int | None:
        """The error code of the other side."""

    @property
    def reason(self) -> str:
        """Why it did not go."""


class Outbound(Protocol):
    """The way to a worker's chat."""

    async def send_notice(self, openid: str, text: str, key: str) -> Sent:
        """Hand one message over; the same key again must not reach the worker twice, also after a crash."""


@dataclass(frozen=True)
class Pace:
    """How fast notices go."""

    batch: int = 20  # recipients at a time
    every: float = 1.0  # seconds from one batch to the next, at least
    lease: timedelta = timedelta(seconds=60)  # how long a claim is left to the process that took it


class Step(StrEnum):
    """How a run goes on after a batch."""

    MORE = "more"
    OVER = "over"


class Courier:
    """Sends for one process, at its pace whatever the number of notices."""

    def __init__(self, house: House, outbound: Outbound, pace: Pace) -> None:
        self._house = house
        self._outbound = outbound
        self._pace = pace
        self._turn = asyncio.Lock()
        self._free_at = 0.0
        self._stopped = False

    async def batch(self, notice_id: int, run: int) -> Step:
        """Send to the next recipients; OVER when the notice is paused, cancelled, done or in another run's hands."""
        async with self._turn:
            if not self._stopped:
                return await self._next(notice_id, run)
        # The process is ending. Neither result would be true, so the run is left as a kill would leave it:
        # the next process takes it up.
        return Step(await asyncio.get_running_loop().create_future())

    async def stop(self) -> None:
        """Finish the batch in hand and take no other."""
        self._stopped = True
        async with self._turn:
            pass

    async def _next(self, notice_id: int, run: int) -> Step:
        await self._keep_pace()
        async with self._house.database.unit() as session:
            now = self._house.clock()
            notice = await campaigns.beat(session, notice_id, run, now)
            if notice is None:
                return Step.OVER
            topic = Topic(notice.topic)
            taken = await recipients.claim(session, notice_id, topic, self._pace.batch, now, self._pace.lease)
            if not taken and not await recipients.is_any_left(session, notice_id):
                campaigns.finish(notice, now)
                return Step.OVER
        results = await asyncio.gather(*(self._send(each, notice.text) for each in taken), return_exceptions=True)
        for result in results:
            if result is not None:
                raise result
        return Step.MORE

    async def _keep_pace(self) -> None:
        loop = asyncio.get_running_loop()
        await asyncio.sleep(self._free_at - loop.time())
        self._free_at = loop.time() + self._pace.every

    async def _send(self, recipient: Recipient, text: str) -> None:
        """Hand one message over and write down at once what came of it, so that a crash leaves little in doubt.

        Where nothing came back the claim stands: when its lease is over the message is tried again with its key.
        """
        try:
            sent = await self._outbound.send_notice(recipient.openid, text, recipient.key)
        except (OSError, TimeoutError) as error:
            _log.warning("notice message without an outcome", key=recipient.key, error=repr(error))
            return
        async with self._house.database.unit() as session:
            outcome, now = _OUTCOMES[sent.status], self._house.clock()
            await recipients.settle(
                session, recipient.id, outcome, now, channel=sent.channel, code=sent.code, reason=sent.reason
            )
