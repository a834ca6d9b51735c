"""What the records know of a worker is not asked again, and counts."""

from __future__ import annotations

from dataclasses import replace

import pytest

from handlers.context import House
from handlers.dispatch import handle
from handlers.message import Outcome, Reply
from records.database import Database
from tests.conftest import Clock
from tests.handlers.skills import a_message
from tests.seeds import a_policy_that_goes_on, a_worker_of_the_registry

LINGCHUAN = "140524"


@pytest.fixture
async def office(either: Database, shipped: House, clock: Clock) -> House:
    """陵川's office with 李秀英 of its registry bound to her phone."""
    house = replace(shipped, database=either, clock=clock)
    async with either.unit() as session:
        await a_policy_that_goes_on(session, clock(), "lingchuan-2020-62")
        worker = await a_worker_of_the_registry(session, clock(), region=LINGCHUAN)
    await says(house, "实名")
    await says(house, f"李秀英 {worker.id_number}")
    return house


async def says(house: House, text: str) -> Reply:
    return await handle(a_message(house, text), house)


async def test_the_group_in_the_registry_is_not_asked_for(office: House) -> None:
    reply = await says(office, "我能领什么")
    assert reply.outcome is Outcome.ASK
    assert "失业保险" in reply.text
    assert "您属于下面哪种情况" not in reply.text


async def test_what_is_told_once_is_kept_until_the_verdict(office: House) -> None:
    await says(office, "我能领什么")
    reply = await says(office, "没交过")
    assert reply.outcome is Outcome.ANSWER
    assert "免费培训" in reply.text
    assert "普惠制" in reply.text  # hers by the group that the registry holds


async def test_a_document_that_goes_on_is_not_said_to_be_over(office: House) -> None:
    await says(office, "我能领什么")
    reply = await says(office, "交了十一个月")
    assert "再交1个月" in reply.text
    assert "起可以申领" in reply.text
    assert "已过" not in reply.text
