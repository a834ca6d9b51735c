"""Kept replies: a repeat gets the same one, and they are not kept for ever."""

from __future__ import annotations

from datetime import timedelta

from records import inbox
from records.database import Database
from tests.conftest import Clock


async def test_a_repeat_finds_the_reply_until_it_is_old(either: Database, clock: Clock) -> None:
    async with either.unit() as session:
        inbox.keep(session, "message-1", "worker", {"text": "签到成功"}, clock())
    async with either.unit() as session:
        assert await inbox.reply_to(session, "message-1") == {"text": "签到成功"}
        await inbox.forget_before(session, clock() - timedelta(days=3))
        assert await inbox.reply_to(session, "message-1") is not None
        clock.move(days=4)
        await inbox.forget_before(session, clock() - timedelta(days=3))
        session.expunge_all()
        assert await inbox.reply_to(session, "message-1") is None
