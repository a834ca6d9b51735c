"""Sending: batches, what comes of each message, and a hand on the brake."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field, replace
from datetime import timedelta

import pytest

from bot.jobs import scheduler
from bot.jobs.courier import Courier, Pace, Step
from config.settings import Settings
from handlers.context import House
from records import campaigns, notices, recipients, subscriptions, windows
from records.followers import Follower
from records.notices import State
from records.recipients import Progress
from records.staff import Role
from records.windows import Opening
from tests.bot.jobs.process import Sent
from tests.conftest import Clock
from tests.office import LINGCHUAN, a_follower, an_account, an_approved_notice

PACE = Pace(batch=3, every=0, lease=timedelta(seconds=60))
SENT = Sent()
HELD = Sent("waiting", "", 45015, "48小时内没有发过消息")
QUOTA = Sent("waiting", "customer_service", 45009, "今天的接口次数已用完")
ON_ITS_WAY = Sent("waiting", "customer_service", 0, "正在发送")
UNCERTIFIED = Sent("failed", "customer_service", 48001, "公众号没有这个接口的权限")
GONE = Sent("gone", "customer_service", 43004, "未关注")
FAILED = Sent("failed", "template", 40037, "模板不对")


@dataclass
class Chat:
    """Workers' phones: what arrived, and what WeChat answers for whom."""

    answers: dict[str, Sent | Exception] = field(default_factory=dict)
    arrived: list[tuple[str, str]] = field(default_factory=list)
    texts: set[str] = field(default_factory=set)

    async def send_notice(self, openid: str, text: str, key: str) -> Sent:
        answer = self.answers.get(openid, SENT)
        if isinstance(answer, Exception):
            raise answer
        self.arrived.append((openid, key))
        self.texts.add(text)
        return answer


async def ten_followers(house: House) -> None:
    async with house.database.unit() as session:
        for number in range(10):
            await a_follower(session, f"w{number}", house.clock(), region=LINGCHUAN)


async def a_running_notice(house: House, **changes: object) -> tuple[int, int]:
    async with house.database.unit() as session:
        await an_approved_notice(session, house.clock(), **changes)
        [running] = await campaigns.due(session, house.clock())
    return running


async def to_the_end(courier: Courier, notice_id: int, run: int) -> None:
    while await courier.batch(notice_id, run) is Step.MORE:
        pass


async def progress(house: House, notice_id: int) -> Progress:
    async with house.database.unit() as session:
        return (await recipients.progress(session, notice_id))[notice_id]


async def state(house: House, notice_id: int) -> str:
    async with house.database.unit() as session:
        return (await notices.get(session, notice_id)).state


async def test_everybody_gets_it_and_the_notice_is_done(house: House) -> None:
    await ten_followers(house)
    notice_id, run = await a_running_notice(house)
    chat = Chat()
    await to_the_end(Courier(house, chat, PACE), notice_id, run)
    assert sorted(openid for openid, _ in chat.arrived) == [f"w{number}" for number in range(10)]
    assert chat.texts == {
        "【培训通知】附城镇电工班12月1日开班\n20个名额，免费。想报名回复“报名”。\n不想再收，回复“退订通知”。"
    }
    assert (await progress(house, notice_id)).percent == 100
    assert await state(house, notice_id) == State.SENT


async def test_what_came_of_each_message_is_written_down(house: House) -> None:
    await ten_followers(house)
    notice_id, run = await a_running_notice(house)
    await to_the_end(Courier(house, Chat({"w1": HELD, "w2": GONE, "w3": FAILED}), PACE), notice_id, run)
    found = await progress(house, notice_id)
    assert (found.sent, found.held, found.gone, found.failed, found.left) == (7, 1, 1, 1, 0)
    assert found.channels == {"customer_service": 7}


async def test_pause_stops_after_the_batch_in_hand_and_resume_goes_on(house: House) -> None:
    await ten_followers(house)
    notice_id, run = await a_running_notice(house)
    chat = Chat()
    courier = Courier(house, chat, PACE)
    await courier.batch(notice_id, run)
    async with house.database.unit() as session:
        boss = await an_account(session, "boss", Role.PUBLISHER, now=house.clock())
        await notices.pause(session, await notices.get(session, notice_id), boss, house.clock())
    assert await courier.batch(notice_id, run) is Step.OVER
    assert len(chat.arrived) == 3
    async with house.database.unit() as session:
        await notices.resume(session, await notices.get(session, notice_id), boss, house.clock())
        [(_, later)] = await campaigns.due(session, house.clock())
    assert await courier.batch(notice_id, run) is Step.OVER  # the old run has nothing more to say
    await to_the_end(courier, notice_id, later)
    assert len(chat.arrived) == len(set(chat.arrived)) == 10


async def test_cancel_leaves_the_rest_alone(house: House) -> None:
    await ten_followers(house)
    notice_id, run = await a_running_notice(house)
    chat = Chat()
    courier = Courier(house, chat, PACE)
    await courier.batch(notice_id, run)
    async with house.database.unit() as session:
        boss = await an_account(session, "boss", Role.PUBLISHER, now=house.clock())
        await notices.cancel(session, await notices.get(session, notice_id), boss, house.clock())
    await to_the_end(courier, notice_id, run)
    assert len(chat.arrived) == 3
    assert (await progress(house, notice_id)).left == 7


async def test_who_stops_or_leaves_meanwhile_gets_nothing(house: House) -> None:
    await ten_followers(house)
    notice_id, run = await a_running_notice(house)
    async with house.database.unit() as session:
        await subscriptions.turn(session, "w4", None, False, house.clock())
        (await session.get_one(Follower, "w5")).subscribed = False
    chat = Chat()
    await to_the_end(Courier(house, chat, PACE), notice_id, run)
    assert {"w4", "w5"}.isdisjoint(openid for openid, _ in chat.arrived)
    assert (await progress(house, notice_id)).gone == 2


async def test_a_held_message_arrives_after_the_worker_has_spoken(house: House, clock: Clock) -> None:
    await ten_followers(house)
    notice_id, run = await a_running_notice(house)
    chat = Chat({"w1": HELD, "w2": HELD})
    await to_the_end(Courier(house, chat, PACE), notice_id, run)
    chat.answers.clear()
    clock.move(hours=3)
    async with house.database.unit() as session:
        await windows.grant(session, {("w1", Opening.MESSAGE): clock()})
        [(_, later)] = await campaigns.due(session, clock())
    chat.arrived.clear()
    await to_the_end(Courier(house, chat, PACE), notice_id, later)
    assert [openid for openid, _ in chat.arrived] == ["w1"]
    assert (await progress(house, notice_id)).held == 1


@pytest.mark.parametrize(
    "answer, wait",
    [
        (QUOTA, timedelta(hours=14, minutes=1)),  # to midnight: it is ten in the morning
        (UNCERTIFIED, timedelta(minutes=10)),
        (ON_ITS_WAY, timedelta(minutes=1)),
    ],
)
async def test_what_passes_by_itself_is_waited_for(house: House, clock: Clock, answer: Sent, wait: timedelta) -> None:
    await ten_followers(house)
    notice_id, run = await a_running_notice(house)
    chat = Chat({"w7": answer})
    courier = Courier(house, chat, replace(PACE, batch=10))
    await courier.batch(notice_id, run)
    async with house.database.unit() as session:
        assert await recipients.obstacle(session, notice_id, clock()) == answer.reason
        assert await recipients.next_at(session, notice_id, clock(), PACE.lease) == clock() + wait
    assert (await progress(house, notice_id)).left == 1
    chat.answers.clear()
    if wait > timedelta(minutes=5):
        assert await courier.batch(notice_id, run) is Step.OVER  # this run rests; a later one takes it up
    clock.now += wait + timedelta(minutes=3)
    async with house.database.unit() as session:
        [(_, later)] = await campaigns.due(session, clock())
    assert later == run + 1
    await to_the_end(courier, notice_id, later)
    assert (await progress(house, notice_id)).sent == 10


async def test_no_outcome_is_tried_again_under_the_same_key_and_given_up_in_the_end(house: House, clock: Clock) -> None:
    await ten_followers(house)
    notice_id, run = await a_running_notice(house)
    chat = Chat({"w1": ConnectionResetError(), "w2": TimeoutError()})
    courier = Courier(house, chat, replace(PACE, batch=10))
    await courier.batch(notice_id, run)
    assert (await progress(house, notice_id)).left == 2
    del chat.answers["w2"]
    clock.move(seconds=30)
    await courier.batch(notice_id, run)
    assert (await progress(house, notice_id)).left == 2  # their lease still runs
    clock.move(seconds=31)
    await courier.batch(notice_id, run)
    assert (await progress(house, notice_id)).sent == 9
    for _ in range(4):
        clock.move(seconds=61)
        await courier.batch(notice_id, run)
    assert (await progress(house, notice_id)).failed == 1


async def test_a_notice_waits_for_its_time(house: House, clock: Clock) -> None:
    await ten_followers(house)
    async with house.database.unit() as session:
        await an_approved_notice(session, clock(), send_at=clock() + timedelta(hours=1))
        assert await campaigns.due(session, clock()) == []
        clock.move(hours=1)
        assert await campaigns.due(session, clock()) == [(1, 1)]
        assert (await recipients.progress(session, 1))[1].total == 10


async def test_a_run_that_fell_silent_gets_a_successor(house: House, clock: Clock) -> None:
    await ten_followers(house)
    notice_id, run = await a_running_notice(house)
    async with house.database.unit() as session:
        clock.move(minutes=1)
        assert await campaigns.due(session, clock()) == [(notice_id, run)]
        clock.move(minutes=2)
        assert await campaigns.due(session, clock()) == [(notice_id, run + 1)]


async def test_the_scheduler_sends_what_is_due_and_stops_cleanly(house: House) -> None:
    await ten_followers(house)
    chat = Chat()
    await scheduler.start(house, chat, PACE)
    async with house.database.unit() as session:
        await an_approved_notice(session, house.clock())
    scheduler.wake()
    async with asyncio.timeout(60):
        while await state(house, 1) != State.SENT:
            await asyncio.sleep(0.01)
    await scheduler.stop()
    assert len(chat.arrived) == len(set(chat.arrived)) == 10


@pytest.mark.parametrize(
    "given, expected",
    [
        ({"database_url": "postgresql+asyncpg://u:p@db:5432/skill"}, "postgresql://u:p@db:5432/skill"),
        ({"database_url": "sqlite+aiosqlite:////srv/office/skillpass.db"}, "sqlite:////srv/office/skillpass-jobs.db"),
        ({"database_url": "sqlite+aiosqlite:///a.db", "jobs_url": "sqlite:////srv/jobs.db"}, "sqlite:////srv/jobs.db"),
    ],
)
def test_jobs_live_beside_the_records(given: dict[str, str], expected: str) -> None:
    assert scheduler.jobs_url(Settings(**given)) == expected  # type: ignore[arg-type]
