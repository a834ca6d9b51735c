"""A correction is what workers hear as soon as it is approved, and no longer when it is taken back."""

from __future__ import annotations

from dataclasses import replace

import pytest

from handlers import ask, rehearsal
from handlers.context import Context, House
from handlers.house import knowing
from handlers.renewal import as_known, renew
from knowledge.corrections import corrected
from knowledge.library import load
from knowledge.shelf import Shelf
from records import corrections
from records.database import Database
from records.staff import Role
from tests.conftest import Clock
from tests.office import an_account

GUXIAN = "141025"
ASKED = "食堂吃饭公家管不管"


@pytest.fixture
def office(shipped: House, either: Database, clock: Clock) -> House:
    return replace(shipped, database=either, clock=clock)


def told(house: House, asked: str) -> str:
    return ask.respond(house.understanding.read(asked), Context.apart(house, GUXIAN)).text


async def approved(house: House, **words: object) -> int:
    async with house.database.unit() as session:
        clerk = await an_account(session, "clerk", Role.CLERK, now=house.clock())
        other = await an_account(session, "other", Role.APPROVER, now=house.clock())
        given = {"policy_id": "guxian-2024-15", "topic": "", "then": "", "at": "三（一）2", **words}
        made = await corrections.draft(session, **given, by=clerk, now=house.clock())  # type: ignore[arg-type]
        await corrections.approve(session, made, other, house.clock())
        return made.id


async def test_an_approved_answer_is_given_and_a_reverted_one_is_not(office: House) -> None:
    before = told(office, ASKED)
    number = await approved(office, asked=[ASKED, "培训管不管饭"], say="不管饭，自己带。")
    assert await renew(office)
    assert told(office, ASKED).startswith("不管饭，自己带。")
    assert "三（一）2" in told(office, "培训管不管饭")
    assert not await renew(office), "nothing new, nothing rebuilt"
    async with office.database.unit() as session:
        made = await corrections.get(session, number)
        await corrections.revert(
            session, made, await an_account(session, "third", Role.APPROVER, now=office.clock()), office.clock()
        )
    assert await renew(office)
    assert told(office, ASKED) == before


async def test_a_wording_is_taught_to_a_topic_that_there_is(office: House) -> None:
    asked = "念完书那本本啥时候能攥手里头"
    await approved(office, topic="training.limit", asked=[asked], say="", at="")
    await renew(office)
    assert office.chooser.choices  # the new edition is whole
    meaning = office.understanding.read(asked)
    assert office.understanding.nearest(meaning, 1) == ["training.limit"]


def test_a_try_shows_just_the_questions_that_change(shipped: House) -> None:
    kept = corrections.Correction(
        id=1,
        policy_id="guxian-2024-15",
        topic="payment.notice",
        asked=["公示要几天"],
        say="按新办法办。",
        then="",
        at="三（三）",
    )
    after = replace(shipped, knowing=knowing(Shelf(corrected(load(), [as_known(kept)]))))
    found = list(rehearsal.changes(shipped, after, GUXIAN, "payment.notice", ["公示要几天", "焊工补多少"]))
    assert [change.asked for change in found] == ["公示要几天"]
    assert found[0].becomes.startswith("按新办法办。")
