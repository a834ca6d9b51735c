"""Handing over to a person, waiting, talking, and coming back to the bot."""

from __future__ import annotations

from datetime import datetime

import pytest

from config.settings import CHINA
from handlers.context import House
from handlers.dispatch import handle
from handlers.hours import is_open
from handlers.message import Kind, Outcome
from handlers.person import SKILL
from knowledge.workdays import is_working_day
from records import tickets
from records.staff import Role
from tests.conftest import Clock
from tests.handlers.skills import a_message, say, step
from tests.office import an_account


async def taken(house: House) -> None:
    """A member of staff takes the worker's ticket."""
    async with house.database.unit() as session:
        ticket = await tickets.current(session, "worker")
        assert ticket is not None
        await tickets.take(
            session, ticket, await an_account(session, "z", Role.CLERK, now=house.clock()), house.clock()
        )


async def lines(house: House) -> list[str]:
    async with house.database.unit() as session:
        ticket = await tickets.current(session, "worker")
        return [line.text for line in await tickets.talk(session, ticket)] if ticket else []


async def test_the_worker_hears_how_many_are_before_him_and_when(house: House) -> None:
    for openid in ("first", "second"):
        await say(SKILL, house, "转人工", openid)
    reply = await say(SKILL, house, "你说的不对我要找真人")
    assert reply.text == ("已转给工作人员，前面有2位，一般30分钟内回复。\n您先把情况说一句，他们能看到我们刚才的对话。")
    assert reply.outcome is Outcome.DONE


async def test_after_hours_he_hears_when_somebody_is_there(house: House, clock: Clock) -> None:
    clock.move(hours=9)
    reply = await say(SKILL, house, "人工")
    assert "现在是下班时间，工作日8:00—18:00按顺序回复；急事请上班时间打12333。" in reply.text
    assert "30分钟" not in reply.text


async def test_asking_again_keeps_the_place_in_the_line(house: House) -> None:
    await say(SKILL, house, "人工")
    assert (await say(SKILL, house, "人工")).text.startswith("您已经在排队了，前面没有人排队")


async def test_what_he_tells_while_waiting_is_in_the_ticket(house: House) -> None:
    await say(SKILL, house, "人工")
    reply = await step(SKILL, house, "describe", "我上个月考的中级工，补贴没到")
    assert reply is not None
    assert reply.text.startswith("记下了")
    assert await lines(house) == ["我上个月考的中级工，补贴没到"]


async def test_a_command_while_waiting_is_still_a_command(house: House) -> None:
    await say(SKILL, house, "人工")
    assert await step(SKILL, house, "describe", "退订通知") is None
    assert await lines(house) == []


@pytest.mark.parametrize(
    "kind, text, written",
    [
        (Kind.TEXT, "那要等几天", "那要等几天"),
        (Kind.VOICE, "", "［语音，没有识别出文字］"),
        (Kind.IMAGE, "", "［图片］"),
        (Kind.TEXT, "我的号是140524196805010021", "我的号是1405**********0021"),
    ],
)
async def test_while_a_person_talks_the_bot_is_silent(house: House, kind: Kind, text: str, written: str) -> None:
    await say(SKILL, house, "人工")
    await taken(house)
    reply = await step(SKILL, house, "say", text, kind)
    assert reply is not None
    assert reply.text == ""
    assert await lines(house) == [written]


@pytest.mark.parametrize(
    "kind, text", [(Kind.TEXT, "签到"), (Kind.TEXT, "482913"), (Kind.LOCATION, ""), (Kind.SCAN, "")]
)
async def test_signing_in_for_class_stays_with_the_bot(house: House, kind: Kind, text: str) -> None:
    await say(SKILL, house, "人工")
    await taken(house)
    assert await step(SKILL, house, "say", text, kind) is None


async def test_the_bot_stays_silent_for_hours_until_the_talk_is_closed(house: House, clock: Clock) -> None:
    async def answer(text: str) -> str:
        return (await handle(a_message(house, text), house)).text

    assert "已转给工作人员" in await answer("人工")
    await taken(house)
    assert await answer("焊工培训补多少") == ""
    clock.move(hours=3)
    assert await answer("还在吗") == ""
    assert await lines(house) == ["焊工培训补多少", "还在吗"]
    async with house.database.unit() as session:
        ticket = await tickets.current(session, "worker")
        assert ticket is not None
        await tickets.close(session, ticket, "staff:1", clock())
    assert await answer("公积金咋提出来") != ""


async def test_before_anybody_took_it_the_bot_goes_on_answering(house: House) -> None:
    await say(SKILL, house, "人工")
    assert await step(SKILL, house, "say", "焊工补多少") is None


async def test_the_worker_can_end_it(house: House) -> None:
    await say(SKILL, house, "人工")
    await taken(house)
    reply = await step(SKILL, house, "say", "结束")
    assert reply is not None
    assert reply.text.startswith("好的，这次人工对话结束了。")
    assert "现在没有转人工的对话" in (await say(SKILL, house, "结束")).text


@pytest.mark.parametrize(
    "moment, there",
    [
        (datetime(2026, 11, 20, 8, 0, tzinfo=CHINA), True),  # Friday
        (datetime(2026, 11, 20, 7, 59, tzinfo=CHINA), False),
        (datetime(2026, 11, 20, 18, 0, tzinfo=CHINA), False),
        (datetime(2026, 11, 21, 10, 0, tzinfo=CHINA), False),  # Saturday
        (datetime(2026, 10, 1, 10, 0, tzinfo=CHINA), False),  # National Day, a Thursday
        (datetime(2026, 10, 10, 10, 0, tzinfo=CHINA), True),  # a Saturday worked in its stead
    ],
)
def test_office_hours(moment: datetime, there: bool) -> None:
    assert is_open(moment) is there


def test_a_year_without_a_published_calendar_has_plain_weeks_without_the_days_that_are_off_by_law() -> None:
    assert is_working_day(datetime(2049, 10, 8, tzinfo=CHINA).date())
    assert not is_working_day(datetime(2049, 10, 9, tzinfo=CHINA).date())
    assert not is_working_day(datetime(2049, 10, 1, tzinfo=CHINA).date())
