"""“申领补贴”: a worker claims for himself in the chat, is asked what no record knows, and takes it back."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import select

from handlers import certificate_rules
from handlers.context import House
from handlers.dispatch import handle
from handlers.message import Message, Outcome, Reply
from records import claim_papers, people
from records.claim_states import ClaimState
from records.claims import Claim, ClaimLine
from records.class_states import ClassState
from records.database import Database
from records.followers import Follower
from records.people import Person
from records.questions import Question
from records.staff import Role
from tests.certified import a_number, a_paper
from tests.conftest import Clock
from tests.handlers.skills import a_message
from tests.office import LINGCHUAN, a_follower, a_person, an_account
from tests.seeds import a_policy_that_goes_on
from tests.taught import a_taught_class, all_marks

CARD = "6222 0210 0111 6245 702"


@pytest.fixture
async def office(either: Database, shipped: House, clock: Clock) -> House:
    """陵川's office, whose document goes on by the word of two people, and one worker with her phone."""
    async with either.unit() as session:
        await a_policy_that_goes_on(session, clock(), "lingchuan-2020-62")
        person = await a_person(session, clock())
        await a_follower(session, "worker", clock(), person)
    return replace(shipped, database=either, clock=clock)


async def says(house: House, *texts: str) -> Reply:
    """What the last of several messages is answered with."""
    for text in texts:
        reply = await handle(a_message(house, text), house)
    return reply


async def certify(house: House, serial: int, level: str = "高级工", occupation: str = "电工") -> None:
    async with house.database.unit() as session:
        (person,) = await session.scalars(select(Person))
        clerk = await an_account(session, f"clerk-{serial}", Role.CLERK, now=house.clock())
        digit = {"高级工": "3", "中级工": "4", "初级工": "5"}[level]
        paper = a_paper(serial, number=a_number(serial, digit), level=level, occupation=occupation)
        await certificate_rules.enter_apart(session, person, paper, clerk, house.clock())


async def claims(house: House) -> list[Claim]:
    async with house.database.unit() as session:
        return list(await session.scalars(select(Claim).order_by(Claim.id)))


async def test_what_no_record_knows_is_asked_one_thing_at_a_time_and_then_it_is_handed_in(office: House) -> None:
    assert "记录里还没有您的证书" in (await says(office, "申领补贴")).text
    await certify(office, 1)

    assert "失业保险交了多久" in (await says(office, "申领补贴")).text
    assert "岗位技能提升培训" in (await says(office, "14个月")).text
    assert "开户行＋卡号" in (await says(office, "是")).text
    assert "是哪个银行的" in (await says(office, CARD)).text
    asked = await says(office, "陵川农商行")
    assert "参保职工技能提升补贴（电工高级工），2000元" in asked.text and "陵川农商行 ····5702" in asked.text
    assert "五（七）" in {citation.section for citation in asked.citations}

    yes = replace(a_message(office, "1"), id="as long as WeChat's are " * 6)
    first = await handle(yes, office)
    assert first.outcome is Outcome.DONE and "/my/go/" in first.text
    assert await handle(yes, office) == first, "the same message again is the same claim"
    (claim,) = await claims(office)
    assert (claim.state, claim.fen, claim.extension_id is not None) == (ClaimState.SUBMITTED, 200_000, True)
    assert claim.number in first.text
    async with office.database.unit() as session:
        account = claim_papers.account_of(session, claim)
        assert account is not None and account.number == "6222021001116245702"
        (line,) = await session.scalars(select(ClaimLine))
        assert (line.holds, line.facts["insurance_months"], line.facts["upgrade_training"]) == (True, 14, True)

    again = await says(office, "申领补贴")
    assert again.outcome is Outcome.REFUSED and claim.number in again.text


async def test_a_card_number_is_never_kept_open(office: House) -> None:
    await certify(office, 1)
    await says(office, "申领补贴", "满12个月", "是", f"陵川农商行 {CARD}", "1")
    async with office.database.unit() as session:
        kept = [
            *(await session.scalars(select(Question.asked))),
            *map(str, await session.scalars(select(Follower.talk))),
        ]
    assert [text for text in kept if CARD in text or CARD.replace(" ", "") in text] == []


async def test_of_several_certificates_one_is_chosen_and_one_that_was_named_is_not_asked_for(office: House) -> None:
    await certify(office, 1)
    await certify(office, 2, "中级工", "焊工")
    asked = await says(office, "申领补贴")
    assert "1 参保职工技能提升补贴（焊工中级工）" in asked.text and "2 参保职工技能提升补贴（电工高级工）" in asked.text
    assert "（电工高级工）" in (await says(office, "2")).text
    assert "（焊工中级工）" in (await says(office, "我要申领焊工的补贴")).text


async def test_a_question_in_between_loses_nothing_and_digits_that_are_no_card_are_said_to_be(office: House) -> None:
    await certify(office, 1)
    await says(office, "申领补贴", "满12个月")
    between = await says(office, "焊工补贴多少钱？")
    assert between.outcome is Outcome.ASK and "接着刚才的" in between.text and "岗位技能提升培训" in between.text
    assert "卡号要是12到19位数字" in (await says(office, "是", "陵川农商行 62220210")).text
    assert "请核对" in (await says(office, f"陵川农商行 {CARD}")).text
    assert "什么都没有提交" in (await says(office, "2")).text
    assert await claims(office) == []


async def test_what_is_not_met_is_said_and_nothing_is_handed_in(office: House) -> None:
    await certify(office, 1)
    reply = await says(office, "申领补贴", "10个月")
    assert reply.outcome is Outcome.REFUSED and "还差2个月" in reply.text
    vague = await says(office, "申领补贴", "不满12个月")
    assert vague.outcome is Outcome.REFUSED and "还差" not in vague.text.replace("还差一步", "")
    assert (await says(office, "申领补贴", "不清楚")).outcome is Outcome.UNKNOWN
    assert await claims(office) == []


async def test_a_worker_takes_back_his_own_and_nobody_elses(office: House) -> None:
    await certify(office, 1)
    await says(office, "申领补贴", "满12个月", "是", f"陵川农商行 {CARD}", "提交")
    (claim,) = await claims(office)
    async with office.database.unit() as session:
        await a_follower(session, "other", office.clock(), await a_person(session, office.clock()))
    theirs = await handle(a_message(office, f"撤回 {claim.number}", openid="other"), office)
    assert theirs.outcome is Outcome.REFUSED and "没有编号" in theirs.text
    assert "要撤回哪一笔" in (await says(office, "撤回申领")).text
    assert (await says(office, "1")).outcome is Outcome.DONE
    assert [each.state for each in await claims(office)] == [ClaimState.WITHDRAWN]
    assert (await says(office, "申领补贴")).outcome is Outcome.ASK, "what was given up may be claimed again"


async def test_without_a_document_in_force_nobody_is_asked_for_his_card(shipped: House, house: House) -> None:
    async with house.database.unit() as session:
        await a_follower(session, "stranger", house.clock(), region=LINGCHUAN)
    reply = await handle(a_message(house, "申领补贴", openid="stranger"), house)
    assert "2021年12月31日" in reply.text and "身份证" not in reply.text


async def test_a_stranger_is_asked_who_he_is_first(office: House) -> None:
    async with office.database.unit() as session:
        await a_follower(session, "stranger", office.clock(), region=LINGCHUAN)
    first = Message("first", "stranger", a_message(office, "").kind, office.clock(), text="申领补贴")
    assert "申领补贴要先实名" in (await handle(first, office)).text
    told = await handle(a_message(office, "李秀英 140524199003050709", openid="stranger"), office)
    assert "登记好了" in told.text and "记录里还没有您的证书" in told.text


async def test_the_allowance_for_the_days_in_class_is_claimed_by_whom_it_is_for(office: House, clock: Clock) -> None:
    async with office.database.unit() as session:
        taught = await a_taught_class(session, clock(), trainees=2, days=4)
        await all_marks(session, taught, clock())
        taught.training_class.region = LINGCHUAN
        taught.training_class.state, taught.training_class.ended_at = ClassState.ENDED, clock()
        for openid, person in zip(("poor", "other"), taught.persons, strict=True):
            person.region = LINGCHUAN
            await a_follower(session, openid, clock(), person)
        await people.join(session, taught.persons[0], "建档立卡贫困劳动力", "乡村振兴局名单", date(2024, 1, 1))
    theirs = await handle(a_message(office, "申领生活费补贴", openid="other"), office)
    assert theirs.outcome is Outcome.REFUSED and "只给贫困劳动力" in theirs.text
    assert "开户行＋卡号" in (await handle(a_message(office, "申领生活费补贴", openid="poor"), office)).text
    asked = await handle(a_message(office, f"陵川农商行 {CARD}", openid="poor"), office)
    assert "贫困劳动力培训生活费（焊工3班）" in asked.text and "×4＝" in asked.text
    assert "班级：焊工3班，上满的4天" in asked.text and "五（十）" in asked.text
    done = await handle(a_message(office, "1", openid="poor"), office)
    assert done.outcome is Outcome.DONE and "等初审" in done.text
    (claim,) = await claims(office)
    assert claim.scheme_id == "living_allowance" and claim.person_id == taught.persons[0].id
    again = await handle(a_message(office, "申领生活费补贴", openid="poor"), office)
    assert again.outcome is Outcome.REFUSED and claim.number in again.text
    assert "还没有上完的班" in (await says(office, "申领生活费补贴")).text
