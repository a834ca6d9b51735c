"""Tickets: one at a time for each worker, in line, taken by a person, closed once."""

from __future__ import annotations

import pytest
from sqlalchemy import insert
from sqlalchemy.exc import IntegrityError

from records import questions, tickets
from records.database import Database
from records.errors import Refused
from records.followers import Follower
from records.staff import Role
from records.tickets import Speaker, Stage, Ticket
from tests.conftest import Clock
from tests.office import a_follower, an_account


async def test_a_worker_has_one_open_ticket(either: Database, clock: Clock) -> None:
    async with either.unit() as session:
        await a_follower(session, "worker", clock())
        first, new = await tickets.open_for(session, "worker", clock())
        again, still_new = await tickets.open_for(session, "worker", clock())
        assert (first.id, new, still_new) == (again.id, True, False)
    with pytest.raises(IntegrityError):
        async with either.unit() as session:
            await session.execute(insert(Ticket).values(openid="worker", stage=Stage.OPEN, opened_at=clock()))


async def test_the_line_counts_only_who_waits(either: Database, clock: Clock) -> None:
    async with either.unit() as session:
        zhang = await an_account(session, "zhang", Role.CLERK, now=clock())
        opened = []
        for openid in ("first", "second", "third"):
            await a_follower(session, openid, clock())
            opened.append((await tickets.open_for(session, openid, clock()))[0])
        assert [await tickets.ahead(session, ticket) for ticket in opened] == [0, 1, 2]
        await tickets.take(session, opened[0], zhang, clock())
        assert await tickets.ahead(session, opened[2]) == 1


async def test_taking_silences_the_bot_and_closing_gives_it_back(either: Database, clock: Clock) -> None:
    async with either.unit() as session:
        zhang = await an_account(session, "zhang", Role.CLERK, now=clock())
        follower = await a_follower(session, "worker", clock())
        ticket, _ = await tickets.open_for(session, "worker", clock())
        await tickets.take(session, ticket, zhang, clock())
        assert follower.ticket_id == ticket.id
        await tickets.close(session, ticket, zhang.actor, clock())
        await tickets.close(session, ticket, zhang.actor, clock())
        assert follower.ticket_id is None
        assert await tickets.current(session, "worker") is None
        with pytest.raises(Refused, match="已经结束"):
            await tickets.take(session, ticket, zhang, clock())


async def test_the_talk_is_read_in_order_with_what_the_bot_said_before(either: Database, clock: Clock) -> None:
    async with either.unit() as session:
        zhang = await an_account(session, "zhang", Role.CLERK, now=clock())
        await a_follower(session, "worker", clock())
        questions.log(session, "worker", "上周问的", "上周答的", "ask", "answer", clock())
        clock.move(days=7)
        questions.log(session, "worker", "焊工补多少", "最高5000元", "ask", "answer", clock())
        clock.move(minutes=1)
        questions.log(session, "worker", "人工", "已转给工作人员", "person.ask", "done", clock())
        ticket, _ = await tickets.open_for(session, "worker", clock())
        clock.move(minutes=1)
        await tickets.worker_says(session, ticket, "m1", "我的号是140524196805010021", clock())
        clock.move(minutes=1)
        await tickets.reply(session, ticket, zhang, "r1", "我看看", clock())
        said = [(line.speaker, line.text) for line in await tickets.talk(session, ticket)]
    assert said == [
        (Speaker.WORKER, "焊工补多少"),
        (Speaker.BOT, "最高5000元"),
        (Speaker.WORKER, "我的号是1405**********0021"),
        (Speaker.STAFF, "我看看"),
    ]


async def test_the_same_reply_is_written_once(either: Database, clock: Clock) -> None:
    async with either.unit() as session:
        zhang = await an_account(session, "zhang", Role.CLERK, now=clock())
        await a_follower(session, "worker", clock())
        ticket, _ = await tickets.open_for(session, "worker", clock())
        assert await tickets.reply(session, ticket, zhang, "r1", "您好", clock()) is not None
        assert await tickets.reply(session, ticket, zhang, "r1", "您好", clock()) is None


async def test_erasing_the_follower_erases_the_talk(either: Database, clock: Clock) -> None:
    async with either.unit() as session:
        follower = await a_follower(session, "worker", clock())
        ticket, _ = await tickets.open_for(session, "worker", clock())
        await tickets.worker_says(session, ticket, "m1", "你好", clock())
        await session.delete(follower)
    async with either.unit() as session:
        assert await session.get(Follower, "worker") is None
        assert await tickets.waiting(session) == []
