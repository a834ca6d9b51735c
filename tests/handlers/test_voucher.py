"""A worker's voucher: under a document that goes on, within the limits, once however often it is asked for."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from handlers.context import House
from handlers.dispatch import handle
from handlers.message import Message, Outcome, Reply
from records import people, voucher_desk
from records.classes import TrainingClass
from records.database import Database
from records.extensions import Extension
from records.institutions import Institution
from records.people import Membership
from records.voucher_states import State
from records.vouchers import Voucher
from tests.conftest import Clock
from tests.handlers.skills import a_message
from tests.seeds import Worker, a_policy_that_goes_on, a_worker_of_the_registry

LINGCHUAN = "140524"


@pytest.fixture
async def office(either: Database, shipped: House, clock: Clock) -> AsyncIterator[House]:
    """陵川's office, whose document goes on by the word of two people."""
    async with either.unit() as session:
        await a_policy_that_goes_on(session, clock(), "lingchuan-2020-62")
    return replace(shipped, database=either, clock=clock)


@pytest.fixture
async def li(office: House, clock: Clock) -> Worker:
    """李秀英 of 陵川's registry, bound to her phone."""
    async with office.database.unit() as session:
        worker = await a_worker_of_the_registry(session, clock(), region=LINGCHUAN)
    await says(office, "实名")
    await says(office, f"李秀英 {worker.id_number}")
    return worker


async def says(house: House, text: str) -> Reply:
    return await handle(a_message(house, text), house)


async def held(house: House) -> list[Voucher]:
    async with house.database.unit() as session:
        return list(await session.scalars(select(Voucher).order_by(Voucher.id)))


async def moved(house: House, *states: State) -> None:
    """Carry the latest voucher on."""
    async with house.database.unit() as session:
        voucher = (await session.scalars(select(Voucher).order_by(Voucher.id.desc()).limit(1))).one()
        for state in states:
            certificate = "晋焊-001" if state is State.CERTIFIED else None
            await voucher_desk.move(session, voucher, state, "staff:1", house.clock(), certificate=certificate)


async def test_the_talk_leads_from_the_name_to_the_voucher(office: House, clock: Clock) -> None:
    async with office.database.unit() as session:
        worker = await a_worker_of_the_registry(session, clock(), region=LINGCHUAN)
        school = Institution(name="鑫达职校", region=LINGCHUAN, address="附城", occupations=["焊工"])
        session.add(school)
        await session.flush()
        session.add(
            TrainingClass(
                institution_id=school.id,
                name="焊工3班",
                occupation="焊工",
                region=LINGCHUAN,
                venue="实训楼",
                latitude=35.7,
                longitude=113.2,
                starts=clock().date() + timedelta(days=3),
                days=25,
            )
        )
    assert (await says(office, "我想领培训券")).outcome is Outcome.ASK
    # Where nobody said a place, the registry's card tells it.
    asked = await says(office, f"李秀英 {worker.id_number}")
    assert "农村转移就业劳动者”。今年已用培训0次，还可3次。想学什么？" in asked.text
    reply = await says(office, "焊工")
    (voucher,) = await held(office)
    assert reply.text.startswith(f"可以领。券号 {voucher.number}，陵川焊工，有效到2027年2月18日，只能本人用")
    for told in (
        "鑫达职校 11月23日开班",
        "已延续执行到2027年11月20日（县人社局会议纪要）",
        "依据：陵政办发〔2020〕62号 五（二）",
    ):
        assert told in reply.text
    assert voucher.extension_id is not None
    assert voucher.state == State.ISSUED


async def test_nothing_is_issued_when_the_extension_has_ended(office: House, li: Worker) -> None:
    async with office.database.unit() as session:
        for extension in await session.scalars(select(Extension)):
            extension.until = date(2026, 11, 19)
    reply = await says(office, "领焊工券")
    assert "现在发不了券" in reply.text
    assert await held(office) == []


async def test_an_extension_that_nobody_approved_does_not_count(office: House, li: Worker) -> None:
    async with office.database.unit() as session:
        for extension in await session.scalars(select(Extension)):
            extension.approved_by = extension.approved_at = None
    assert "现在发不了券" in (await says(office, "领焊工券")).text


async def test_the_same_message_thrice_is_one_voucher_and_one_reply(office: House, li: Worker) -> None:
    message = a_message(office, "领焊工券")
    replies = [await handle(message, office) for _ in range(3)]
    assert len(await held(office)) == 1
    assert replies[0] == replies[1] == replies[2]


async def test_twenty_taps_at_once_are_one_voucher(office: House, li: Worker) -> None:
    taps: list[Message] = [a_message(office, "领焊工券") for _ in range(20)]
    replies = await asyncio.gather(*(handle(tap, office) for tap in taps))
    assert [reply.outcome for reply in replies].count(Outcome.DONE) == 1
    assert len(await held(office)) == 1


async def test_the_level_is_asked_where_the_occupation_was_learnt_before(office: House, li: Worker) -> None:
    await says(office, "领初级工焊工券")
    await moved(office, State.REGISTERED, State.TRAINING, State.ASSESSED, State.CERTIFIED)
    assert "哪一级" in (await says(office, "领焊工券")).text
    again = await says(office, "初级工")
    assert again.outcome is Outcome.REFUSED
    assert "同一年里同工种同等级只能享受一回" in again.text
    await says(office, "领焊工券")
    assert (await says(office, "中级工")).outcome is Outcome.DONE


async def test_the_registry_may_not_know_every_group(office: House, li: Worker, clock: Clock) -> None:
    async with office.database.unit() as session:
        for member in await session.scalars(select(Membership)):
            member.group = "企业职工"
    assert "哪种情况" in (await says(office, "领电工券")).text
    reply = await says(office, "我是退伍兵")
    assert reply.outcome is Outcome.DONE
    assert "退役军人”的证明" in reply.text
    async with office.database.unit() as session:
        groups = await people.groups_of(session, li.person, clock().date())
    assert {(member.group, member.proof) for member in groups} == {
        ("企业职工", "村委会证明"),
        ("退役军人", people.STATED),
    }


async def test_a_voucher_in_use_cannot_be_given_back_by_chat(office: House, li: Worker) -> None:
    await says(office, "领焊工券")
    await moved(office, State.REGISTERED)
    assert "先跟老师说退班" in (await says(office, "退券")).text
    assert "已报到" in (await says(office, "我的券")).text


async def test_what_has_expired_no_longer_shows_as_usable(office: House, li: Worker, clock: Clock) -> None:
    await says(office, "领焊工券")
    clock.move(days=91)
    assert "没有在用的券" in (await says(office, "我的券")).text
    assert [voucher.state for voucher in await held(office)] == [State.EXPIRED]


async def test_erasing_gives_the_unused_voucher_back(office: House, li: Worker) -> None:
    await says(office, "领焊工券")
    assert "没用的1张券会退掉" in (await says(office, "删除我的信息")).text
    await says(office, "1")
    assert [voucher.state for voucher in await held(office)] == [State.WITHDRAWN]
