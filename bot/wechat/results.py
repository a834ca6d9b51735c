"""What WeChat reports outside a talk: consents given and withdrawn, what became of a push, a follower who left."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from bot.wechat.ledger import Ledger
from handlers.message import Message
from records import consents, receipts, windows
from records.database import Database

_ANSWERS = {"accept": True, "reject": False}
_NOT_COUNTS = {"event", "msg_id"}


class Results:
    """Writes such reports down; the same report again changes nothing. Raises RecordsUnavailable."""

    def __init__(self, database: Database, ledger: Ledger, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._ledger = ledger
        self._clock = clock

    async def record(self, message: Message) -> None:
        """Write down a report of the kind DELIVERY."""
        async with self._database.unit() as session:
            await self._database.alone(session, message.openid)
            if "items" in message.details:
                await self._subscription(session, message)
            elif number := message.details.get("msg_id", ""):
                counts = {
                    name: int(n) for name, n in message.details.items() if name not in _NOT_COUNTS and _is_count(n)
                }
                await self._receipt(session, message, number, message.key, counts)

    async def leave(self, openid: str) -> None:
        """Forget the windows and consents of a follower who has left."""
        self._ledger.forget(openid)
        async with self._database.unit() as session:
            await windows.shut(session, openid)
            await consents.forget(session, openid)

    async def _subscription(self, session: AsyncSession, message: Message) -> None:
        for item in json.loads(message.details["items"]):
            template, answer = item.get("TemplateId", "")[:64], _ANSWERS.get(item.get("SubscribeStatusString", ""))
            if template and answer is not None:
                await consents.learn(session, message.openid, template, answer, message.sent_at)
            if number := item.get("MsgID", ""):
                await self._receipt(session, message, number, item.get("ErrorStatus", ""), {})

    async def _receipt(
        self, session: AsyncSession, message: Message, number: str, status: str, counts: dict[str, int]
    ) -> None:
        event = message.details["event"][:40]
        await receipts.keep(session, number[:32], event, message.openid, status, counts, self._clock())


def _is_count(value: str) -> bool:
    return value.isascii() and value.isdigit() and len(value) < 10
