"""Talking to a worker from the desk."""

from __future__ import annotations

import pytest

from handlers.context import House
from records import questions, staff, tickets
from records.followers import Follower
from records.staff import Role
from tests.bot.console.conftest import Browser, Chat, Desk
from tests.bot.jobs.process import Sent
from tests.conftest import Clock
from tests.office import a_follower, a_person, an_account


@pytest.fixture
async def zhang(desk: Desk, house: House, clock: Clock) -> Browser:
    """A clerk; 李*英 has asked the bot something and then for a person."""
    async with house.database.unit() as session:
        await a_follower(session, "worker", clock(), await a_person(session, clock()))
        questions.log(session, "worker", "焊工补多少", "最高5000元。", "ask", "answer", clock())
        clock.move(minutes=1)
        ticket, _ = await tickets.open_for(session, "worker", clock())
        await tickets.worker_says(session, ticket, "m1", "我的补贴没到。我的号是140524196805010021", clock())
    browser = await desk()
    await browser.sign_in("zhang")
    return browser


async def test_the_list_shows_who_waits_and_what_for(zhang: Browser) -> None:
    page = await zhang.open("/staff/tickets")
    assert "李*英" in page.text
    assert "等人接" in page.text
    assert "1405**********0021" in page.text
    assert "140524196805010021" not in page.html


async def test_an_empty_list_is_good_news(desk: Desk) -> None:
    browser = await desk()
    await browser.sign_in("zhang")
    assert "没有人在等" in (await browser.open("/staff/tickets")).text


async def test_the_reply_arrives_in_the_chat_and_the_bot_falls_silent(zhang: Browser, chat: Chat, house: House) -> None:
    page = await zhang.open("/staff/tickets/1")
    assert page.text.index("焊工补多少") < page.text.index("最高5000元") < page.text.index("我的补贴没到")
    page = await zhang.send("/staff/tickets/1/reply", text="您好，我看了，明天到账。", key=page.value("key"))
    assert chat.sent == [("worker", "人社·张：您好，我看了，明天到账。")]
    assert "对话中" in page.text
    assert "没送到" not in page.text
    async with house.database.unit() as session:
        assert (await session.get_one(Follower, "worker")).ticket_id == 1


async def test_pressing_send_twice_sends_once(zhang: Browser, chat: Chat) -> None:
    key = (await zhang.open("/staff/tickets/1")).value("key")
    for _ in range(2):
        await zhang.send("/staff/tickets/1/reply", text="您好", key=key)
    assert len(chat.sent) == 1


async def test_a_reply_that_did_not_arrive_is_kept_and_marked(zhang: Browser, chat: Chat) -> None:
    chat.answer = Sent("failed", "", 45015, "他超过48小时没说话了")
    page = await zhang.send("/staff/tickets/1/reply", text="您好", key="k")
    assert "您好" in page.text
    assert "没送到：他超过48小时没说话了" in page.text


@pytest.mark.parametrize("text, said", [("  ", "还没写回复内容"), ("长" * 501, "一次最多500个字，现在501个")])
async def test_a_reply_that_cannot_go_comes_back(zhang: Browser, chat: Chat, text: str, said: str) -> None:
    page = await zhang.send("/staff/tickets/1/reply", text=text, key="k")
    assert page.status == 422
    assert said in page.text
    assert text.strip() in page.html
    assert chat.sent == []


async def test_closing_gives_the_talk_back_to_the_bot(zhang: Browser, chat: Chat, house: House) -> None:
    await zhang.open("/staff/tickets/1")
    await zhang.send("/staff/tickets/1/take")
    page = await zhang.send("/staff/tickets/1/close")
    assert "对话已结束" in page.text
    assert "最近结束的" in page.text
    assert chat.sent == [("worker", "工作人员结束了这次对话，我接着为您服务，有事直接说。")]
    async with house.database.unit() as session:
        assert (await session.get_one(Follower, "worker")).ticket_id is None


async def test_only_who_answers_workers_reads_their_talks(desk: Desk, house: House) -> None:
    async with house.database.unit() as session:
        await an_account(session, "teacher", Role.TRAINER, now=house.clock())
        assert await staff.by_login(session, "teacher")
    browser = await desk()
    await browser.sign_in("teacher")
    for path in ("/staff/tickets", "/staff/tickets/1", "/staff/tickets/1/talk"):
        page = await browser.open(path)
        assert page.status == 403
        assert "没有“回复群众”的权限" in page.text
