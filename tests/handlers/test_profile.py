"""Tying an account to a person: only one's own card, sealed while it waits, masked wherever it is shown or logged."""

from __future__ import annotations

import json

import pytest
from sqlalchemy import select

from handlers.context import House
from handlers.dispatch import handle
from handlers.message import Kind, Outcome, Reply
from records import followers, questions, tickets
from records.followers import Follower
from records.inbox import Handled
from records.questions import Question
from tests.conftest import Clock
from tests.handlers.skills import a_message
from tests.seeds import Worker, a_worker_of_the_registry, an_id_number


@pytest.fixture
async def li(house: House, clock: Clock) -> Worker:
    """李秀英 of the registry."""
    async with house.database.unit() as session:
        return await a_worker_of_the_registry(session, clock())


async def says(house: House, text: str, openid: str = "worker", kind: Kind = Kind.TEXT) -> Reply:
    return await handle(a_message(house, text, kind, openid), house)


async def bound_to(house: House, openid: str = "worker") -> int | None:
    async with house.database.unit() as session:
        return (await session.get_one(Follower, openid)).person_id


async def test_the_registry_knows_the_worker(house: House, li: Worker) -> None:
    await says(house, "实名")
    reply = await says(house, f"李秀英 {li.id_number}")
    assert reply.text.startswith(f"核对上了：{li.person.shown}，县劳动力档案里登记为“农村转移就业劳动者”。")
    assert await bound_to(house) == li.person.id


async def test_a_card_bound_elsewhere_is_refused_and_a_person_offered(house: House, li: Worker) -> None:
    for openid in ("worker", "second phone"):
        await says(house, "实名", openid)
        reply = await says(house, f"李秀英 {li.id_number}", openid)
    assert reply.outcome is Outcome.REFUSED
    assert "另一个微信" in reply.text
    assert "人工" in reply.text
    assert await bound_to(house, "second phone") is None


async def test_somebody_elses_number_is_not_bound_under_another_name(house: House, li: Worker) -> None:
    await says(house, "实名")
    wrong = await says(house, f"王小红 {li.id_number}")
    assert wrong.outcome is Outcome.REFUSED
    assert "李" not in wrong.text
    assert await bound_to(house) is None
    assert (await says(house, f"李秀英 {li.id_number}")).outcome is Outcome.DONE


async def test_names_cannot_be_guessed_for_a_number(house: House, li: Worker, clock: Clock) -> None:
    for name in ("王一", "张二", "刘三", "陈四", "杨五"):
        await says(house, "实名")
        await says(house, f"{name} {li.id_number}")
    await says(house, "实名")
    assert "明天再试" in (await says(house, f"李秀英 {li.id_number}")).text
    clock.move(days=1, minutes=1)
    await says(house, "实名")
    assert (await says(house, f"李秀英 {li.id_number}")).outcome is Outcome.DONE


@pytest.mark.parametrize(
    "told", ["{name} {number}", "{number}，{name}", "我叫{name}身份证号{spaced}", "姓名：{name}\n身份证：{number}"]
)
async def test_no_number_is_stored_in_clear_while_one_is_told(house: House, told: str) -> None:
    number = an_id_number(serial=55)
    text = told.format(name="张建国", number=number, spaced=f"{number[:6]} {number[6:14]} {number[14:]}")
    await says(house, text)
    assert "张*国" in (await says(house, "同意")).text
    async with house.database.unit() as session:
        talks = [follower.talk for follower in await session.scalars(select(Follower))]
        log = [(question.asked, question.answered) for question in await session.scalars(select(Question))]
        replies = [handled.reply for handled in await session.scalars(select(Handled))]
    stored = json.dumps([talks, log, replies], ensure_ascii=False)
    assert number not in stored.replace(" ", "")
    assert number[6:14] not in stored
    assert "建国" not in stored


async def test_a_half_told_number_waits_sealed(house: House) -> None:
    number = an_id_number(serial=56)
    await says(house, "实名")
    await says(house, number)
    async with house.database.unit() as session:
        talk = json.dumps((await session.get_one(Follower, "worker")).talk)
    assert number[6:14] not in talk
    assert "登记好了" in (await says(house, "张建国")).text


async def test_the_name_on_its_own_is_asked_only_of_somebody_who_registers(house: House) -> None:
    await says(house, "实名")
    assert "身份证号" in (await says(house, "欧阳娜娜")).text
    await says(house, "算了")
    assert (await says(house, "欧阳娜娜")).intent.startswith("ask")


async def test_an_open_question_is_no_name(house: House) -> None:
    await says(house, "实名")
    assert (await says(house, "要什么材料")).intent.startswith("ask")


async def test_who_unfollows_is_untied_and_gets_no_reply(house: House, li: Worker, clock: Clock) -> None:
    await says(house, "实名")
    await says(house, f"李秀英 {li.id_number}")
    await says(house, "人工")
    reply = await says(house, "", kind=Kind.UNSUBSCRIBE)
    assert reply.text == ""
    async with house.database.unit() as session:
        follower = await followers.meet(session, "worker", clock())
        assert (follower.person_id, follower.subscribed, follower.talk["pending"]) == (None, False, None)
        assert await tickets.current(session, "worker") is None
        assert await questions.times(session, "worker", "profile.bind", clock.now.replace(year=2000)) == 0


async def test_the_self_registered_who_moves_has_his_card_moved(house: House) -> None:
    await says(house, f"张建国 {an_id_number(serial=57)}")
    await says(house, "同意")
    await says(house, "我是陵川的")
    assert "陵川县" in (await says(house, "我的信息")).text
