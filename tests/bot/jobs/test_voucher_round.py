"""A voucher round from its approval to its last voucher: everybody is asked once, and the last voucher goes to one."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest
from sqlalchemy import select

from bot.jobs.nudger import Nudger
from handlers.context import House
from handlers.dispatch import handle
from handlers.message import Kind, Message, Reply
from records.database import Database
from records.rounds import Answer, Round, RoundAnswer
from records.vouchers import Voucher
from tests.bot.jobs.test_courier import Chat
from tests.classes import LINGCHUAN, somebody
from tests.conftest import Clock
from tests.office import a_follower
from tests.rounds import a_round
from tests.seeds import a_policy_that_goes_on


@pytest.fixture
def office(either: Database, shipped: House, clock: Clock) -> House:
    return replace(shipped, database=either, clock=clock)


async def test_all_are_asked_once_and_the_last_voucher_goes_to_one(office: House) -> None:
    async with office.database.unit() as session:
        await a_policy_that_goes_on(session, office.clock(), "lingchuan-2020-62")
        for number in range(4):
            await a_follower(session, f"w{number}", office.clock(), await somebody(session, office.clock()))
        await a_round(session, LINGCHUAN, {"most": 1}, office.clock())
    chat = Chat()
    assert await Nudger(office, chat, batch=3).batch()  # then this process ends, and another goes on
    while await Nudger(office, chat, batch=3).batch():
        pass
    assert sorted(openid for openid, _ in chat.arrived) == ["w0", "w1", "w2", "w3"]

    replies = await asyncio.gather(*(_says(office, f"w{number}", "1") for number in range(4)))
    assert sorted(reply.outcome for reply in replies) == ["done", "refused", "refused", "refused"]
    again = await asyncio.gather(*(_says(office, f"w{number}", "1") for number in range(4)))
    assert [reply.text for reply in again] == [reply.text for reply in replies]  # the same messages, once more
    async with office.database.unit() as session:
        assert len((await session.scalars(select(Voucher))).all()) == 1
        assert (await session.scalars(select(Round.issued))).one() == 1
        states = sorted(await session.scalars(select(RoundAnswer.state)))
        assert states == [Answer.ISSUED, *[Answer.REFUSED] * 3]


async def _says(office: House, openid: str, text: str) -> Reply:
    return await handle(Message(f"{openid}-{text}", openid, Kind.TEXT, office.clock(), text), office)
