"""The courier: takes a notice's recipients in batches and hands each one's message over once."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from enum import StrEnum
from typing import Protocol

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from bot.wechat import codes
from bot.wechat.codes import Treat
from config.settings import CHINA
from handlers.context import House
from records import campaigns, recipients
from records.notices import Notice
from records.recipients import Delivery, Recipient
from records.subscriptions import Topic

_log = structlog.get_logger()
_PATIENCE = timedelta(seconds=70)  # how long a run stays although nobody can be sent to
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
    def code(self) -> int:
        """WeChat's error code; 0 for none."""

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
            if not taken and await self._is_at_rest(session, notice, now):
                return Step.OVER
        results = await asyncio.gather(*(self._send(each, notice.text) for each in taken), return_exceptions=True)
        for result in results:
            if result is not None:
                raise result
        return Step.MORE

    async def _is_at_rest(self, session: AsyncSession, notice: Notice, now: datetime) -> bool:
        """Is there nothing to do for this run any more: all is known, or nobody can be sent to for a while?"""
        upcoming = await recipients.next_at(session, notice.id, now, self._pace.lease)
        if upcoming is None:
            campaigns.finish(notice, now)
        elif upcoming > now + _PATIENCE:
            campaigns.rest(notice, upcoming)
        else:
            return False
        return True

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
        now = self._house.clock()
        async with self._house.database.unit() as session:
            if until := again_at(sent, now):
                await recipients.postpone(session, recipient.id, until, sent.reason, now)
                return
            how = _OUTCOMES[sent.status]
            code = sent.code or None
            await recipients.settle(
                session, recipient.id, how, now, channel=sent.channel, code=code, reason=sent.reason
            )


def again_at(sent: Sent, now: datetime) -> datetime | None:
    """When to try again, where what was in the way passes by itself or the office can mend it; None otherwise."""
    treat = codes.of(sent.code).treat
    if sent.status != "sent" and treat in {Treat.CONFIG, Treat.TOKEN}:
        return now + timedelta(minutes=10)
    if sent.status != "waiting":
        return None
    if treat is Treat.DAY:
        return datetime.combine(now.astimezone(CHINA).date() + timedelta(days=1), time(0, 1), CHINA)
    if treat is Treat.BUSY:
        return now + timedelta(minutes=5)
    return now + timedelta(minutes=1) if treat in {Treat.MINUTE, Treat.OK} else None
