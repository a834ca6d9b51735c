"""Single messages: each reaches its worker once, waits for a way to him, and is let go when it is of no more use."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.jobs import scheduler
from bot.jobs.nudger import Nudger
from handlers.context import House
from records import enrolling, nudging, reminders
from records.database import Database
from records.nudges import Nudge
from records.sessions import Part, Session
from tests.bot.jobs.test_courier import GONE, HELD, PACE, SENT, UNCERTIFIED, Chat
from tests.bot.town import Phone, town
from tests.classes import an_open_class, seated
from tests.conftest import Clock
from tests.records.test_reminders import EVE, follows
from tests.seeds import a_worker_of_the_registry


@pytest.fixture
def office(either: Database, shipped: House, clock: Clock) -> House:
    return replace(shipped, database=either, clock=clock)


async def nudged(house: House, number: int, hours: float = 1) -> None:
    """So many workers who are to be told something, w0 and so on."""
    async with house.database.unit() as session:
        rows = await seated(session, await an_open_class(session), number, house.clock())
        for count, row in enumerate(rows):
            await follows(session, f"w{count}", row, house.clock())
            until = house.clock() + timedelta(hours=hours)
            await nudging.put(session, f"k{count}", row.person_id, f"第{count}条", house.clock(), until)


async def outcomes(house: House) -> dict[str, str]:
    async with house.database.unit() as session:
        return {nudge.key: nudge.outcome for nudge in await session.scalars(select(Nudge))}


async def to_the_end(nudger: Nudger) -> None:
    while await nudger.batch():
        pass


async def test_everybody_is_told_once(office: House) -> None:
    await nudged(office, 7)
    chat = Chat()
    await to_the_end(Nudger(office, chat, batch=3))
    await to_the_end(Nudger(office, chat, batch=3))
    assert sorted(chat.arrived) == [(f"w{number}", f"nudge:k{number}") for number in range(7)]
    assert set((await outcomes(office)).values()) == {"sent"}


async def test_two_processes_share_the_line(office: House) -> None:
    await nudged(office, 30)
    chat = Chat()
    await asyncio.gather(*(to_the_end(Nudger(office, chat, batch=4)) for _ in range(3)))
    await to_the_end(Nudger(office, chat))
    assert len(chat.arrived) == len(set(chat.arrived)) == 30


async def test_who_cannot_be_reached_now_is_tried_again_until_it_is_too_late(office: House, clock: Clock) -> None:
    await nudged(office, 3)
    chat = Chat({"w0": HELD, "w1": HELD, "w2": UNCERTIFIED})
    nudger = Nudger(office, chat)
    await to_the_end(nudger)
    assert await outcomes(office) == {"k0": "waiting", "k1": "waiting", "k2": "waiting"}
    clock.move(minutes=11)
    chat.answers = {"w1": HELD}
    await to_the_end(nudger)
    assert await outcomes(office) == {"k0": "sent", "k1": "waiting", "k2": "sent"}
    clock.move(hours=1)
    chat.answers = {"w1": SENT}
    await to_the_end(nudger)
    assert (await outcomes(office))["k1"] == "late"


async def test_without_an_answer_it_is_offered_again_under_the_same_key(office: House, clock: Clock) -> None:
    await nudged(office, 2)
    chat = Chat({"w0": TimeoutError(), "w1": GONE})
    nudger = Nudger(office, chat)
    await to_the_end(nudger)
    assert await outcomes(office) == {"k0": "", "k1": "gone"}
    chat.answers = {}
    await to_the_end(nudger)
    assert (await outcomes(office))["k0"] == ""  # its lease still runs
    clock.move(seconds=61)
    await to_the_end(nudger)
    assert chat.arrived == [("w1", "nudge:k1"), ("w0", "nudge:k0")]


async def test_after_stopping_nothing_more_is_taken(office: House) -> None:
    await nudged(office, 2)
    chat = Chat()
    nudger = Nudger(office, chat)
    await nudger.stop()
    await to_the_end(nudger)
    assert chat.arrived == []


async def test_the_scheduler_reminds_the_evening_before_whatever_else_fails(
    house: House, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fails(session: AsyncSession, now: datetime) -> None:
        raise ArithmeticError("a job of another kind")

    monkeypatch.setattr(scheduler, "_KEEPING", (fails,))
    async with house.database.unit() as session:
        rows = await seated(session, await an_open_class(session), 25, clock())
        for count, row in enumerate(rows):
            await follows(session, f"w{count}", row, clock())
    clock.now = EVE
    chat = Chat()
    await scheduler.start(house, chat, PACE)
    async with asyncio.timeout(60):
        while len(chat.arrived) < 25:
            await asyncio.sleep(0.01)
    await scheduler.stop()
    assert len(chat.arrived) == len(set(chat.arrived)) == 25
    assert {text.partition("，")[0] for text in chat.texts} == {"明天8:30 焊工3班上午课、14:00 下午课"}


async def test_a_cancelled_session_and_the_open_check_in_arrive_on_the_phone(house: House, clock: Clock) -> None:
    async with house.database.unit() as session:
        worker = await a_worker_of_the_registry(session, clock(), region="140524")
        welders = await an_open_class(session, starts=clock().date(), parts=(Part.AFTERNOON,))
        await enrolling.enrol(session, welders, worker.person, None, clock(), "worker")
        today = (await session.scalars(select(Session).order_by(Session.starts_at).limit(1))).one()
    async with town(house, clock, jobs=True) as phone:
        assert "核对上了" in await phone.says(f"实名 李秀英 {worker.id_number}") + await phone.says("同意")
        async with house.database.unit() as session:
            today = await session.merge(today)
            today.cancelled_at, today.cancelled_why = clock(), "停电"
            await reminders.changed(session, today, clock())
        scheduler.wake()
        await shown(phone, "下午课取消了：停电")
        clock.move(days=1, hours=3.5)  # half past one in the afternoon of the next day
        scheduler.wake()
        await shown(phone, "现在可以签到了")
        assert (await phone.shows()).count("下午课") == 2


async def shown(phone: Phone, text: str) -> None:
    async with asyncio.timeout(60):
        while text not in await phone.shows():
            await asyncio.sleep(0.05)
