"""Answers that are owed: to messages that took too long or met no database. Each is paid, also after a restart."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Awaitable, Callable
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

import structlog

from bot.wechat import metrics
from bot.wechat.lines import Lines
from bot.wechat.outbound import Outbound
from bot.wechat.phrases import SORRY
from bot.wechat.trouble import shown
from handlers.message import Kind, Message, Place, Reply
from records.errors import RecordsUnavailable
from records.spool import Debt, Spool

_log = structlog.get_logger()
_STALE = timedelta(hours=48)  # no way leads to the worker any more, and the answer is of no use
_PATIENCE = timedelta(minutes=1)  # between two tries to hand over one answer
_AT_ONCE = 8  # workers

Process = Callable[[Message], Awaitable[Reply]]


class Debts:
    """The owed answers of all processes that share one spool."""

    def __init__(
        self, spool: Spool, process: Process, lines: Lines, outbound: Outbound, clock: Callable[[], datetime]
    ) -> None:
        self._spool = spool
        self._process = process
        self._lines = lines
        self._outbound = outbound
        self._clock = clock
        self._in_hand: set[str] = set()  # messages that this process is at work on or is handing over
        self._not_before: dict[str, datetime] = {}

    @property
    def are_any(self) -> bool:
        """Is anything owed?"""
        owed = len(self._spool.owed())
        metrics.OWED.set(owed)
        return owed > 0

    async def owe(self, message: Message) -> None:
        """Write down that a message must be answered; OSError if even the file cannot be written."""
        await asyncio.to_thread(self._spool.owe, message.id, message.openid, _kept(message), self._clock())

    def take_in_hand(self, message: Message) -> bool:
        """This process answers this message itself; False if it did so already."""
        if message.id in self._in_hand:
            return False
        self._in_hand.add(message.id)
        return True

    def put_down(self, message: Message) -> None:
        """Leave it to the replay."""
        self._in_hand.discard(message.id)

    async def pay(self, message: Message, reply: Reply) -> None:
        """Hand an owed answer over by customer-service message; what cannot go stays owed."""
        try:
            status = "sent"
            if reply.text:
                sent = await self._outbound.send_text(message.openid, reply.text, f"late:{message.id}")
                status = sent.status
            if status in {"sent", "gone"}:
                await self._strike(message.id)
            else:
                self._not_before[message.id] = self._clock() + _PATIENCE
            metrics.LATE.labels(status).inc()
        finally:
            self.put_down(message)

    async def settle(self, message: Message) -> list[str]:
        """The answers still owed to a worker who has just written again: they go in front of the next one."""
        texts = []
        for debt in self._free(message.openid):
            if debt.key == message.id:
                continue  # it is this message, come again; its own reply is under way
            reply = await self._answer(debt)
            if reply.text:
                texts.append(reply.text)
            await self._strike(debt.key)
        return texts

    async def answered(self, message: Message) -> None:
        """A message that was owed an answer has come again and gets it now."""
        if any(debt.key == message.id for debt in self._free(message.openid)):
            await self._strike(message.id)

    async def forget(self, openid: str) -> None:
        """A follower has left: nothing is owed to him."""
        for debt in self._spool.owed(openid):
            await self._strike(debt.key)

    async def replay(self) -> None:
        """Answer what is owed and due, each worker's in order; RecordsUnavailable when the database is gone."""
        for debt in self._free():
            if self._clock() - debt.at > _STALE:
                _log.warning("owed answer given up", message=debt.key)
                await self._strike(debt.key)
        due = [debt for debt in self._free() if self._not_before.get(debt.key, self._clock()) <= self._clock()]
        by_worker = itertools.groupby(sorted(due, key=lambda debt: debt.openid), key=lambda debt: debt.openid)
        gate = asyncio.Semaphore(_AT_ONCE)
        work = [self._replay_of(openid, [debt.key for debt in group], gate) for openid, group in by_worker]
        for outcome in await asyncio.gather(*work, return_exceptions=True):
            if isinstance(outcome, BaseException):
                raise outcome

    async def _replay_of(self, openid: str, keys: list[str], gate: asyncio.Semaphore) -> None:
        async with gate:
            for key in keys:
                message = reply = None
                async with self._lines.turn(openid):
                    # It may have been settled while we stood in line.
                    if debt := next((debt for debt in self._free(openid) if debt.key == key), None):
                        reply = await self._answer(debt)
                        message = _message(self._spool.message(debt))
                        if key not in self._not_before:
                            # The process that took it in may have died before it wrote the window down.
                            self._outbound.ledger.note(message, debt.at)
                        self.take_in_hand(message)
                if message and reply:
                    await self.pay(message, reply)

    async def _answer(self, debt: Debt) -> Reply:
        """Handle the message; it is handled once, so that one handled before gets its reply again."""
        try:
            return await self._process(_message(self._spool.message(debt)))
        except RecordsUnavailable:
            raise
        except Exception as error:
            _log.error("owed message failed", message=debt.key, **shown(error))
            return SORRY

    def _free(self, openid: str | None = None) -> list[Debt]:
        return [debt for debt in self._spool.owed(openid) if debt.key not in self._in_hand]

    async def _strike(self, key: str) -> None:
        self._not_before.pop(key, None)
        await asyncio.to_thread(self._spool.pay, key)


def _kept(message: Message) -> dict[str, Any]:
    return {**asdict(message), "sent_at": message.sent_at.isoformat()}


def _message(kept: dict[str, Any]) -> Message:
    place = Place(**kept["place"]) if kept["place"] else None
    sent_at = datetime.fromisoformat(kept["sent_at"])
    return Message(**{**kept, "kind": Kind(kept["kind"]), "sent_at": sent_at, "place": place})
