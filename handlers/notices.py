"""Notices the worker gets: which he wants, which he stops, and the latest again."""

from __future__ import annotations

import re

from config.settings import CHINA
from handlers.context import Context, Skill, done, say
from handlers.message import Message, Reply
from intents.understanding import Meaning
from records import notices, subscriptions
from records.notices import Notice
from records.subscriptions import Topic

# How people name a topic, tried in this order: 招聘 before 培训, since “培训班招聘” is about jobs.
_NAMED = {
    Topic.JOBS: re.compile("招聘|招工|招人|用工|岗位|工作|活儿?"),
    Topic.SUBSIDY: re.compile("补贴|发钱|领钱"),
    Topic.POLICY: re.compile("政策|文件|新规"),
    Topic.TRAINING: re.compile("培训|班|课|学习"),
}


async def subscribe(message: Message, meaning: Meaning, context: Context) -> Reply:
    """“订阅培训通知”, “有班了告诉我”: one topic, or everything."""
    topic = named(meaning.text)
    await subscriptions.turn(context.session, message.openid, topic, True, context.now)
    if topic is None:
        return done(f"订好了：{_all()}的通知都会发给您。\n不想收了，回复“退订通知”。", "notices.subscribe")
    return done(f"订好了：有{topic}方面的消息就发给您。\n不想收了，回复“退订{topic}通知”。", "notices.subscribe")


async def stop(message: Message, meaning: Meaning, context: Context) -> Reply:
    """“退订通知”, “退订招聘通知”: from the next notice on."""
    topic = named(meaning.text)
    await subscriptions.turn(context.session, message.openid, topic, False, context.now)
    left = await subscriptions.wanted(context.session, message.openid)
    if not left:
        return done("已退订，以后不再给您推送通知，您问的问题照常回答。\n想再收，回复“订阅通知”。", "notices.stop")
    return done(
        f"已退订{topic}通知。{'、'.join(left)}的通知还会发给您。\n"
        f"都不要，回复“退订通知”；想再收，回复“订阅{topic}通知”。",
        "notices.stop",
    )


async def last(message: Message, meaning: Meaning, context: Context) -> Reply:
    """“最近通知”: the latest in full, two more by their titles."""
    found = await notices.latest_for(context.session, message.openid, 3)
    if not found:
        return say("最近没有发给您的通知。\n想知道有没有班，回复“看有没有班”。", "notices.last")
    newest, *older = found
    lines = [f"{_day(newest)}【{newest.topic}通知】{newest.title}", newest.body]
    if older:
        lines += ["再早的："] + [f"{_day(notice)}【{notice.topic}】{notice.title}" for notice in older]
    return say("\n".join(lines), "notices.last")


def named(text: str) -> Topic | None:
    """The topic that a text names; None where it means all of them."""
    return next((topic for topic, words in _NAMED.items() if words.search(text)), None)


def _all() -> str:
    return "、".join(Topic)


def _day(notice: Notice) -> str:
    at = (notice.begun_at or notice.written_at).astimezone(CHINA)
    return f"{at.month}月{at.day}日"


SKILL = Skill("notices", {"notices.subscribe": subscribe, "notices.stop": stop, "notices.last": last})
