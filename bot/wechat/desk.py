"""The desk: each message is answered once, in its turn and in time, whatever happens behind it."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import replace

import structlog

from bot.wechat import metrics, phrases
from bot.wechat.debts import Debts
from bot.wechat.lines import Lines
from bot.wechat.outbound import Outbound
from bot.wechat.results import Results
from bot.wechat.trouble import shown
from handlers.context import House
from handlers.message import Kind, Message, Reply
from records.errors import RecordsUnavailable
from records.spool import Spool

_log = structlog.get_logger()
_REMEMBERED = 2048  # answered messages whose repeats need not ask the database
_EVERY = 2.0  # seconds between looks at what is owed
_GRACE = 5.0  # seconds for what is at work when the process ends
# These ask for nothing; least of all may a phone's own report of its place disturb a talk.
_IDLE = {Kind.OTHER, Kind.VIEW, Kind.PASSING_LOCATION}
_UNSPOKEN = _IDLE | {Kind.DELIVERY, Kind.UNSUBSCRIBE}

Handle = Callable[[Message], Awaitable[Reply]]


class Desk:
    """Handles messages of one process; repeats across processes are told apart by the database."""

    def __init__(self, house: House, outbound: Outbound, handle: Handle) -> None:
        self._house = house
        self._outbound = outbound
        self._handle = handle
        self._lines = Lines()
        self._results = Results(house.database, outbound.ledger, house.clock)
        spool = Spool(house.settings.spool, house.database.vault)
        self._debts = Debts(spool, self._process, self._lines, outbound, house.clock)
        self._asked: OrderedDict[str, asyncio.Task[Reply]] = OrderedDict()
        self._running: set[asyncio.Task[object]] = set()  # strong references: the loop itself keeps none
        self._loops: list[asyncio.Task[None]] = []

    def start(self) -> None:
        """Begin to pay what is owed, also from before a restart."""
        self._loops = [asyncio.create_task(self._replay()), asyncio.create_task(self._outbound.ledger.run())]

    async def stop(self) -> None:
        """Finish what is at work, for a few seconds; what is not done then is owed or will be sent again by WeChat."""
        for loop in self._loops:
            loop.cancel()
        if self._running:
            await asyncio.wait(self._running, timeout=_GRACE)
        for task in self._running:
            task.cancel()
        await asyncio.gather(*self._loops, *self._running, return_exceptions=True)
        try:
            await self._outbound.ledger.flush()
        except RecordsUnavailable as error:
            _log.warning("windows not written down", error=str(error))

    async def answer(self, message: Message) -> Reply:
        """The reply to a message, or within `reply_seconds` the word that it will follow."""
        if message.kind in _IDLE:
            return phrases.NOTHING
        task = self._task(message)
        await asyncio.wait({task}, timeout=self._house.settings.reply_seconds)
        reply = task.result() if task.done() else await self._promise(message, task)
        return phrases.NOTHING if message.kind in _UNSPOKEN else reply

    def _task(self, message: Message) -> asyncio.Task[Reply]:
        """The work on a message; a repeat joins the first."""
        if known := self._asked.get(message.id):
            metrics.REPEATS.inc()
            return known
        self._outbound.ledger.note(message)
        task = asyncio.create_task(self._work(message))
        self._keep(task)
        self._asked[message.id] = task
        while len(self._asked) > _REMEMBERED and next(iter(self._asked.values())).done():
            self._asked.popitem(last=False)
        return task

    async def _work(self, message: Message) -> Reply:
        """Answer in turn; every way this can fail ends in a sentence for the worker."""
        async with self._lines.turn(message.openid):
            try:
                earlier = [] if message.kind in _UNSPOKEN else await self._debts.settle(message)
                if earlier and message.text.strip() == phrases.ASKS_FOR_RESULT:
                    return replace(phrases.WAIT, text="\n\n".join(earlier))
                reply = await self._process(message)
                await self._debts.answered(message)
            except RecordsUnavailable as error:
                _log.warning("records unavailable, message kept", message=message.id, error=type(error).__name__)
                return await self._spooled(message)
            except Exception as error:
                _log.error("message failed", message=message.id, kind=message.kind, **shown(error))
                self._asked.pop(message.id, None)  # nothing was committed, so a repeat may try again
                return phrases.SORRY
            return phrases.after(earlier, reply)

    async def _process(self, message: Message) -> Reply:
        """What a message does, done once however often it is called."""
        if message.kind is Kind.DELIVERY:
            await self._results.record(message)
            return phrases.NOTHING
        reply = await self._handle(message)
        if message.kind is Kind.UNSUBSCRIBE:
            await self._results.leave(message.openid)
            await self._debts.forget(message.openid)
            return phrases.NOTHING
        return reply

    async def _spooled(self, message: Message) -> Reply:
        try:
            await self._debts.owe(message)
        except OSError as error:
            _log.error("spool cannot be written", **shown(error))
            self._asked.pop(message.id, None)
            return phrases.NOT_KEPT
        return phrases.KEPT

    async def _promise(self, message: Message, task: asyncio.Task[Reply]) -> Reply:
        """Too late for a reply: owe it, so that not even a kill loses it, and let it follow."""
        if self._debts.take_in_hand(message):
            await self._spooled(message)
            self._keep(asyncio.create_task(self._follow(message, task)))
        return phrases.WAIT if self._outbound.can_push else phrases.WAIT_AND_ASK

    async def _follow(self, message: Message, task: asyncio.Task[Reply]) -> None:
        reply = await task
        if reply is phrases.KEPT or not self._outbound.can_push:
            self._debts.put_down(message)
            return
        try:
            await self._debts.pay(message, reply)
        except RecordsUnavailable as error:
            _log.warning("late answer still owed", message=message.id, error=str(error))

    async def _replay(self) -> None:
        while True:
            try:
                if self._debts.are_any and await self._house.database.is_ready():
                    await self._debts.replay()
            except RecordsUnavailable as error:
                _log.warning("owed answers wait for the database", error=str(error))
            except Exception as error:
                _log.error("owed answers could not be paid", **shown(error))
            await asyncio.sleep(_EVERY)

    def follow_up(self, message: Message, texts: list[str]) -> None:
        """Send the rest of a reply that was too long for one."""
        self._keep(asyncio.create_task(self._rest(message, texts)))

    async def _rest(self, message: Message, texts: list[str]) -> None:
        try:
            sent = await self._outbound.send_text(message.openid, "\n".join(texts), f"rest:{message.id}")
        except RecordsUnavailable as error:
            _log.warning("rest of a reply not sent", message=message.id, error=str(error))
            return
        if sent.status != "sent":
            _log.warning("rest of a reply not sent", message=message.id, reason=sent.reason)

    def _keep(self, task: asyncio.Task[object] | asyncio.Task[Reply] | asyncio.Task[None]) -> None:
        self._running.add(task)
        task.add_done_callback(self._running.discard)
