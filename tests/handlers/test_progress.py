"""“我的补贴到哪了”: what a worker is told at each step of his own claim, and what reaches him unasked."""

from __future__ import annotations

from datetime import date, timedelta

from sqlalchemy import select

from config.settings import CHINA
from handlers import dispatch, procedure
from handlers.context import House
from handlers.message import Kind, Message, Outcome
from records import budgeting, claim_desk, claim_drafts, noticing, paying
from records.claim_drafts import Application, Line
from records.claims import Claim
from records.noticing import Posting
from records.nudges import Nudge
from records.people import Person
from records.staff import Role, Staff
from tests.bot.jobs.test_photographer import Camera, Photographer
from tests.conftest import Clock
from tests.office import LINGCHUAN, a_follower, a_person, an_account

OPENID = "oWorker"


async def asks(house: House, text: str, number: int) -> str:
    message = Message(f"m{number}", OPENID, Kind.TEXT, house.clock(), text=text)
    reply = await dispatch.handle(message, house)
    assert reply.outcome in {Outcome.ANSWER, Outcome.DONE}
    return reply.text


async def test_each_step_is_told_when_asked_and_when_it_happens(house: House, clock: Clock) -> None:
    policy = next(each for each in house.shelf.policies if each.id == "lingchuan-2020-62")
    async with house.database.unit() as session:
        person = await a_person(session, clock())
        await a_follower(session, OPENID, clock(), person)
        office = {role: await an_account(session, role, role, now=clock()) for role in Role}
        await budgeting.set_to(
            session, LINGCHUAN, policy.id, "worker_upgrade", 2026, 1_000_000, office[Role.APPROVER], clock()
        )
    assert "还没有申领记录" in await asks(house, "我的补贴", 0)
    assert "现在没有正在公示的补贴" in await asks(house, "我有异议", 40)

    claim = await _applied(house, person, clock)
    assert "职工技能提升补贴1500元：已提交，等初审。最晚2027年1月20日前付。" in await asks(house, "我的补贴到哪了", 1)

    await _do(house, claim, office, clock, "review")
    assert "等另一个人复核" in await asks(house, "补贴进度", 2)
    await _do(house, claim, office, clock, "approve")

    async with house.database.unit() as session:
        held = await session.get_one(Claim, claim.id)
        told = procedure.notice(house.shelf, house.settings, policy, clock().astimezone(CHINA).date())
        assert (told.rule.value, told.rule.said_by) == (7, procedure.OWN_RULE)
        posting = Posting(told.starts, told.term.until)
        assert posting == Posting(date(2026, 11, 23), date(2026, 12, 1))
        await noticing.publish(session, held, office[Role.PUBLISHER], posting, held.version, clock())
    assert "2026年11月23日起公示7个工作日" in await asks(house, "我的补贴", 3)
    clock.move(days=5)
    assert "在公示，第3个工作日（共7个），到2026年12月1日没有人提异议就付款" in await asks(house, "我的补贴", 4)
    assert f"异议 {claim.number} 我没参加" in await asks(house, "我有异议", 41)

    clock.move(days=7)
    async with house.database.unit() as session:
        assert [each.id for each in await noticing.clear_due(session, clock())] == [claim.id]
    assert "等付款" in await asks(house, "我的补贴", 5)
    async with house.database.unit() as session:
        held = await session.get_one(Claim, claim.id)
        today = clock().astimezone(CHINA).date()
        assert await paying.pay(session, held, held.fen, "HD-77", today, office[Role.CLERK], clock())
        assert not await paying.pay(session, held, held.fen, "HD-77", today, office[Role.CLERK], clock())
    assert "2026年12月2日已付" in await asks(house, "我的补贴", 6)

    async with house.database.unit() as session:
        nudges = list(await session.scalars(select(Nudge.text).order_by(Nudge.due_at, Nudge.key)))
    assert [text[:12] for text in nudges] and any("1500元已经付了" in text for text in nudges)
    assert any("开始公示，到12月01日" in text for text in nudges)


async def test_who_was_not_there_objects_and_nothing_is_paid_until_it_is_answered(house: House, clock: Clock) -> None:
    async with house.database.unit() as session:
        person = await a_person(session, clock())
        await a_follower(session, OPENID, clock(), person)
        office = {role: await an_account(session, role, role, now=clock()) for role in Role}
        await budgeting.set_to(
            session, LINGCHUAN, "lingchuan-2020-62", "worker_upgrade", 2026, 1_000_000, office[Role.APPROVER], clock()
        )
    claim = await _applied(house, person, clock)
    await _do(house, claim, office, clock, "review")
    await _do(house, claim, office, clock, "approve")
    async with house.database.unit() as session:
        held = await session.get_one(Claim, claim.id)
        today = clock().astimezone(CHINA).date()
        posting = Posting(today, today + timedelta(days=6))
        await noticing.publish(session, held, office[Role.PUBLISHER], posting, held.version, clock())
    told = await asks(house, f"异议 {claim.number} 这个人没交过失业保险", 1)
    assert "回执号YY" in told and "照片" in told
    photo = Message("photo", OPENID, Kind.IMAGE, clock(), media="m1")
    assert "放好了：异议的照片" in (await dispatch.handle(photo, house)).text
    await Photographer(house, Camera()).batch()
    assert "正在核实" in await asks(house, "我的异议", 2)
    clock.move(days=10)
    async with house.database.unit() as session:
        assert await noticing.clear_due(session, clock()) == []
        (objection,) = await noticing.of(session, claim)
        assert objection.said == "这个人没交过失业保险"
        assert objection.file_id is not None
        await noticing.answer(session, objection, office[Role.REVIEWER], False, "查过系统，交满了", clock())
        assert [each.id for each in await noticing.clear_due(session, clock())] == [claim.id]
        (news,) = await session.scalars(select(Nudge.text).where(Nudge.key.startswith("objection:")))
    assert "核实过，不属实。查过系统，交满了" in news
    assert "核实过，不属实。查过系统，交满了" in await asks(house, "我的异议", 3)


async def _applied(house: House, person: Person, clock: Clock) -> Claim:
    line = Line(f"worker_upgrade:C{person.id}:1", 150_000, "1500元", person_id=person.id)
    application = Application(
        LINGCHUAN, "lingchuan-2020-62", "worker_upgrade", "worker", "李*英", [line], person_id=person.id, pay_months=2
    )
    async with house.database.unit() as session:
        claim = await claim_drafts.make(session, application, "worker", "form-1", clock())
        again = await claim_drafts.make(session, application, "worker", "form-1", clock())
        assert claim.id == again.id
        await claim_desk.submit(session, claim, None, claim.version, clock())
    return claim


async def _do(house: House, claim: Claim, office: dict[Role, Staff], clock: Clock, step: str) -> None:
    async with house.database.unit() as session:
        held = await session.get_one(Claim, claim.id)
        if step == "review":
            await claim_desk.review(session, held, office[Role.REVIEWER], held.version, clock())
        else:
            await claim_desk.approve(session, held, office[Role.APPROVER], held.version, clock())
