"""A class's way to its approval: two houses, no skipped step, and everything that lacks said at once."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import date, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from records import audit, institutes, planning, register, voucher_desk
from records.class_states import ClassState
from records.classes import TrainingClass
from records.database import Database
from records.errors import Refused
from records.institutions import Standing
from records.marks import Status
from records.nudges import Nudge
from records.people import Person
from records.plans import Plan
from records.register import Entry
from records.sessions import Session
from records.staff import Role, Staff
from records.voucher_states import State
from tests.classes import a_voucher
from tests.conftest import Clock
from tests.office import an_account
from tests.schools import (
    GUXIAN,
    a_laid_out_class,
    a_plan,
    a_school,
    a_submitted_class,
    a_trainee_of,
    a_trainer,
    an_approved_class,
)


async def test_a_school_plans_and_the_office_approves(either: Database, clock: Clock) -> None:
    async with either.unit() as session:
        trainer = await a_trainer(session, await a_school(session), clock())
        training_class = await a_laid_out_class(session, trainer, clock())
        await a_trainee_of(session, training_class, clock())
        await planning.submit(session, training_class, trainer, clock())
        li = await an_account(session, "li", Role.REVIEWER, now=clock(), region=GUXIAN)
        await planning.send_back(session, training_class, li, "老师没写资格证号", clock())
        assert training_class.remark == "老师没写资格证号"
        await planning.revise(session, training_class, a_plan(teachers=("冯老师（焊工技师）",)), trainer, clock())
        await planning.submit(session, training_class, trainer, clock())
        await planning.approve(session, training_class, li, clock())
        assert (training_class.state, training_class.approved_by) == (ClassState.APPROVED, li.id)
        acts = [entry.event for entry in await audit.history(session, training_class.thing)]
    assert acts == [
        "class:plan:draft",
        "class:timetable:lay",
        "class:plan:submit",
        "class:plan:return",
        "class:plan:revise",
        "class:plan:submit",
        "class:plan:approve",
    ]


async def test_all_that_lacks_is_said_at_once(either: Database, clock: Clock) -> None:
    async with either.unit() as session:
        trainer = await a_trainer(session, await a_school(session), clock())
        bare = a_plan(teachers=(), plan=" ", resources="", assessment_plan="")
        training_class = await planning.draft(session, bare, trainer, clock())
        with pytest.raises(Refused) as refusal:
            await planning.submit(session, training_class, trainer, clock())
    assert refusal.value.reason.startswith("还差6样：")
    for element in ("花名册", "课程表（计划25天，排了0天）", "教学计划", "授课老师", "教学资源", "考核方案"):
        assert element in refusal.value.reason


@pytest.mark.parametrize(
    "changes, said",
    [
        ({"occupation": "美发师"}, "没有被允许教美发师，现在能教的：焊工、电工"),
        ({"starts": date(2026, 11, 19)}, "开课日期要在今天到一年之内，您填的是2026年11月19日"),
        ({"starts": date(2028, 1, 1)}, "开课日期要在今天到一年之内"),
        ({"days": 0}, "培训天数要在1到120之间，您填的是0"),
        ({"days": 121}, "培训天数要在1到120之间"),
        ({"capacity": 201}, "名额要在1到200之间"),
        ({"radius": 10}, "签到范围（米）要在50到2000之间"),
        ({"factors": ()}, "请选学员怎么签到"),
    ],
)
async def test_a_plan_out_of_reason_is_refused(
    either: Database, clock: Clock, changes: dict[str, object], said: str
) -> None:
    async with either.unit() as session:
        trainer = await a_trainer(session, await a_school(session), clock())
        with pytest.raises(Refused, match=said):
            await planning.draft(session, a_plan(**changes), trainer, clock())


async def test_a_school_off_the_list_opens_no_class(either: Database, clock: Clock) -> None:
    async with either.unit() as session:
        school = await a_school(session)
        trainer = await a_trainer(session, school, clock())
        waiting = await a_submitted_class(session, trainer, clock())
        approver = await an_account(session, "li", Role.APPROVER, now=clock(), region=GUXIAN)
        await institutes.set_standing(session, school, Standing.REMOVED, "虚报学员", approver, clock())
        with pytest.raises(Refused, match="已移出目录，不能再开新班"):
            await planning.draft(session, a_plan(name="焊工6班"), trainer, clock())
        with pytest.raises(Refused, match="已移出目录，不能再开新班"):
            await planning.approve(session, waiting, approver, clock())


async def test_the_same_form_sent_twice_makes_one_class(either: Database, clock: Clock) -> None:
    async with either.unit() as session:
        trainer = await a_trainer(session, await a_school(session), clock())
        first = await planning.draft(session, a_plan(), trainer, clock())
        again = await planning.draft(session, a_plan(), trainer, clock())
        assert again.id == first.id
        with pytest.raises(Refused, match="“焊工5班”12月1日开课的班已经有了"):
            await planning.draft(session, a_plan(capacity=30), trainer, clock())


async def test_two_taps_at_the_same_moment_make_one_class(either: Database, clock: Clock) -> None:
    async with either.unit() as session:
        trainer = await a_trainer(session, await a_school(session), clock())

    async def tap() -> int:
        async with either.unit() as session:
            return (await planning.draft(session, a_plan(), trainer, clock())).id

    assert len(set(await asyncio.gather(*(tap() for _ in range(4))))) == 1


async def test_of_two_colleagues_who_approve_at_once_one_is_told(either: Database, clock: Clock) -> None:
    async with either.unit() as session:
        trainer = await a_trainer(session, await a_school(session), clock())
        class_id = (await a_submitted_class(session, trainer, clock())).id
        both = [await an_account(session, login, Role.APPROVER, now=clock(), region=GUXIAN) for login in ("li", "sun")]

    async def approve(account: Staff) -> str:
        async with either.unit() as session:
            training_class = await session.get_one(TrainingClass, class_id)
            try:
                await planning.approve(session, training_class, account, clock())
            except Refused as refusal:
                return refusal.reason
        return "approved"

    told = sorted(await asyncio.gather(*map(approve, both)))
    assert told == ["approved", "这个班现在是“已批准”，只有待审批的班能批准。"]
    async with either.unit() as session:
        acts = [entry.event for entry in await audit.history(session, f"class:{class_id}")]
    assert acts.count("class:plan:approve") == 1


async def test_nobody_approves_what_he_or_his_school_wrote(either: Database, clock: Clock) -> None:
    async with either.unit() as session:
        school = await a_school(session)
        trainer = await a_trainer(session, school, clock())
        training_class = await a_submitted_class(session, trainer, clock())
        trainer.roles = [Role.TRAINER, Role.APPROVER]
        colleague = await an_account(session, "colleague", Role.REVIEWER, now=clock(), region=GUXIAN)
        colleague.institution_id = school.id
        for account in (trainer, colleague):
            with pytest.raises(Refused, match="不能自己审"):
                await planning.approve(session, training_class, account, clock())
        clerk = await an_account(session, "clerk", Role.CLERK, now=clock(), region=GUXIAN)
        with pytest.raises(Refused, match="审批开班要有“审核”或“批准”角色"):
            await planning.approve(session, training_class, clerk, clock())


Step = Callable[[AsyncSession, TrainingClass, Staff, Staff, Clock], Awaitable[object]]


@pytest.mark.parametrize(
    "step, said",
    [
        (lambda s, c, trainer, li, clock: planning.submit(s, c, trainer, clock()), "只有草稿或退回的班能提交审批"),
        (lambda s, c, trainer, li, clock: planning.approve(s, c, li, clock()), "只有待审批的班能批准"),
        (lambda s, c, trainer, li, clock: planning.send_back(s, c, li, "改", clock()), "只有待审批的班能退回"),
        (lambda s, c, trainer, li, clock: planning.revise(s, c, a_plan(), trainer, clock()), "计划不能再改"),
    ],
)
async def test_an_approved_class_goes_no_step_twice(either: Database, clock: Clock, step: Step, said: str) -> None:
    async with either.unit() as session:
        trainer = await a_trainer(session, await a_school(session), clock())
        training_class = await an_approved_class(session, trainer, clock())
        li = await an_account(session, "li", Role.APPROVER, now=clock(), region=GUXIAN)
        with pytest.raises(Refused, match=said):
            await step(session, training_class, trainer, li, clock)


async def test_a_plan_that_waited_too_long_is_not_approved(either: Database, clock: Clock) -> None:
    async with either.unit() as session:
        trainer = await a_trainer(session, await a_school(session), clock())
        training_class = await a_submitted_class(session, trainer, clock())
        li = await an_account(session, "li", Role.APPROVER, now=clock(), region=GUXIAN)
        clock.move(days=12)
        with pytest.raises(Refused, match="开课日期12月1日已经过了，请退回"):
            await planning.approve(session, training_class, li, clock())


async def test_a_return_and_a_cancellation_need_their_reason(either: Database, clock: Clock) -> None:
    async with either.unit() as session:
        trainer = await a_trainer(session, await a_school(session), clock())
        training_class = await a_submitted_class(session, trainer, clock())
        li = await an_account(session, "li", Role.APPROVER, now=clock(), region=GUXIAN)
        with pytest.raises(Refused, match="退回时请写清"):
            await planning.send_back(session, training_class, li, "  ", clock())
        with pytest.raises(Refused, match="取消要写原因"):
            await planning.cancel(session, training_class, trainer, "", clock())


async def test_who_has_a_seat_is_told_that_the_class_is_cancelled(either: Database, clock: Clock) -> None:
    async with either.unit() as session:
        trainer = await a_trainer(session, await a_school(session), clock())
        training_class = await an_approved_class(session, trainer, clock())
        with pytest.raises(Refused, match="审批开班要有"):
            await planning.cancel(session, training_class, trainer, "人不够", clock())
        li = await an_account(session, "li", Role.APPROVER, now=clock(), region=GUXIAN)
        await planning.cancel(session, training_class, li, "报名的人不够", clock())
        told = (await session.scalars(select(Nudge.text))).all()
    assert len(told) == 1
    assert told[0].startswith("您报名的焊工5班（12月1日开课）取消了：报名的人不够。")


async def test_a_voucher_that_was_verified_for_a_cancelled_class_goes_back(either: Database, clock: Clock) -> None:
    async with either.unit() as session:
        trainer = await a_trainer(session, await a_school(session), clock())
        training_class = await an_approved_class(session, trainer, clock())
        enrolment = await a_trainee_of(session, training_class, clock())
        voucher = await a_voucher(session, await session.get_one(Person, enrolment.person_id), clock())
        enrolment.voucher_id = voucher.id
        await voucher_desk.move(session, voucher, State.REGISTERED, trainer.actor, clock())
        li = await an_account(session, "li", Role.APPROVER, now=clock(), region=GUXIAN)
        await planning.cancel(session, training_class, li, "报名的人不够", clock())
        assert voucher.state == State.WITHDRAWN


async def test_a_class_that_was_taught_is_not_cancelled(either: Database, clock: Clock) -> None:
    async with either.unit() as session:
        trainer = await a_trainer(session, await a_school(session), clock())
        training_class = await an_approved_class(session, trainer, clock())
        enrolment = await a_trainee_of(session, training_class, clock())
        sitting = (await session.scalars(select(Session).order_by(Session.starts_at).limit(1))).one()
        at = sitting.starts_at - timedelta(minutes=5)
        await register.enter(session, sitting, enrolment, Entry(Status.PRESENT, "code", at, at, "worker", "m1"))
        li = await an_account(session, "li", Role.APPROVER, now=clock(), region=GUXIAN)
        with pytest.raises(Refused, match="已经有考勤，不能整班取消"):
            await planning.cancel(session, training_class, li, "人不够", clock())


async def test_an_account_of_no_school_plans_nothing(either: Database, clock: Clock) -> None:
    async with either.unit() as session:
        admin = await an_account(session, "admin", Role.ADMIN, now=clock())
        with pytest.raises(Refused, match="没有挂在培训机构上"):
            await planning.draft(session, a_plan(), admin, clock())
        other = await a_trainer(session, await a_school(session), clock())
        mine = await a_laid_out_class(session, await a_trainer(session, await a_school(session), clock()), clock())
        with pytest.raises(Refused, match="只有这个班所在机构的老师"):
            await planning.revise(session, mine, a_plan(), other, clock())


async def test_a_plan_reads_back_as_it_was_written(either: Database, clock: Clock) -> None:
    async with either.unit() as session:
        trainer = await a_trainer(session, await a_school(session), clock())
        class_id = (await planning.draft(session, a_plan(), trainer, clock())).id
    async with either.unit() as session:
        assert Plan.of(await session.get_one(TrainingClass, class_id)) == a_plan()
