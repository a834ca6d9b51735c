"""What the worker says about notices."""

from __future__ import annotations

import pytest

from handlers.context import House
from handlers.notices import SKILL, named
from records import campaigns, subscriptions
from records.subscriptions import Topic
from tests.conftest import Clock
from tests.handlers.skills import say
from tests.office import LINGCHUAN, a_follower, an_approved_notice


async def wanted(house: House) -> list[Topic]:
    async with house.database.unit() as session:
        return await subscriptions.wanted(session, "worker")


async def test_stopping_everything(house: House) -> None:
    reply = await say(SKILL, house, "退订通知")
    assert reply.text == "已退订，以后不再给您推送通知，您问的问题照常回答。\n想再收，回复“订阅通知”。"
    assert await wanted(house) == []


async def test_stopping_one_topic_names_what_is_left(house: House) -> None:
    reply = await say(SKILL, house, "退订招聘通知")
    assert reply.text.startswith("已退订招聘通知。培训、政策、补贴的通知还会发给您。")
    assert await wanted(house) == [Topic.TRAINING, Topic.POLICY, Topic.SUBSIDY]


async def test_the_words_of_the_reply_work_as_commands(house: House) -> None:
    await say(SKILL, house, "退订招聘通知")
    await say(SKILL, house, "订阅招聘通知")
    assert await wanted(house) == list(Topic)
    await say(SKILL, house, "退订通知")
    assert "培训、政策、补贴、招聘的通知都会发给您" in (await say(SKILL, house, "订阅通知")).text
    assert await wanted(house) == list(Topic)


async def test_one_topic_after_stopping_all(house: House) -> None:
    await say(SKILL, house, "退订通知")
    reply = await say(SKILL, house, "有新班告诉我")
    assert reply.text.startswith("订好了：有培训方面的消息就发给您。")
    assert await wanted(house) == [Topic.TRAINING]


@pytest.mark.parametrize(
    "text, topic",
    [
        ("订阅培训班", Topic.TRAINING),
        ("有补贴了通知我", Topic.SUBSIDY),
        ("有招工的告诉我", Topic.JOBS),
        ("有新政策通知我", Topic.POLICY),
        ("退订通知", None),
    ],
)
def test_topics_by_the_words_people_use(text: str, topic: Topic | None) -> None:
    assert named(text) is topic


async def test_no_notice_yet(house: House) -> None:
    assert "最近没有发给您的通知" in (await say(SKILL, house, "最近通知")).text


async def test_the_latest_in_full_and_the_earlier_by_title(house: House, clock: Clock) -> None:
    async with house.database.unit() as session:
        await a_follower(session, "worker", clock(), region=LINGCHUAN)
        for title in ("礼义镇月嫂班", "附城镇电工班"):
            await an_approved_notice(session, clock(), title=title)
            await campaigns.due(session, clock())
            clock.move(days=1)
    reply = await say(SKILL, house, "看看最近的通知")
    assert reply.text == (
        "11月21日【培训通知】附城镇电工班\n20个名额，免费。想报名回复“报名”。\n再早的：\n11月20日【培训】礼义镇月嫂班"
    )
