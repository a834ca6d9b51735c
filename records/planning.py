"""A class's way to its approval: drafted and mended by its institution, submitted, approved or returned by the office."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import exists, select
from sqlalchemy.ext.asyncio import AsyncSession

from config.settings import CHINA
from records import audit, class_news, class_states, enrolling, institutes, ties
from records.audit import Event
from records.class_states import CLASS_STATE_NAMES, OPEN_TO_CHANGE, ClassState
from records.classes import TrainingClass
from records.enrolments import Enrolment, Seating
from records.errors import Refused
from records.institutions import Institution
from records.marks import Mark
from records.plans import Plan, elements, may_open
from records.sessions import Session
from records.staff import Role, Staff
from records.trainers import hold_trainer

JUDGES = (Role.REVIEWER, Role.APPROVER)
LONGEST_REMARK = 500
_OVER = (ClassState.CANCELLED, ClassState.HANDED_IN)


async def draft(session: AsyncSession, plan: Plan, account: Staff, now: datetime) -> TrainingClass:
    """Write the plan of a new class for the account's institution; the same plan sent twice makes one class."""
    institution = await institutes.own(session, account)
    # A form sent twice arrives twice at the same moment: the second waits here and finds the class of the first.
    await session.refresh(institution, with_for_update=True)
    plan.check(institution, _today(now))
    if namesake := await _namesake(session, institution, plan):
        if namesake.state == ClassState.DRAFT and Plan.of(namesake) == plan:
            return namesake
        raise Refused(f"“{plan.name}”{_day(plan.starts)}开课的班已经有了，请到班级列表里改它，或换个班名。")
    state = ClassState.DRAFT
    training_class = TrainingClass(
        institution_id=institution.id, state=state, written_by=account.id, remark="", **plan.kept()
    )
    session.add(training_class)
    await session.flush()
    await _note(session, Event.CLASS_PLAN_DRAFT, training_class, account, now)
    return training_class


async def revise(
    session: AsyncSession, training_class: TrainingClass, plan: Plan, account: Staff, now: datetime
) -> None:
    """Mend a plan that is not with the office; Refused while it is, and once it was approved."""
    await _hold(session, training_class, account)
    if training_class.state not in OPEN_TO_CHANGE:
        raise Refused(f"这个班现在是“{CLASS_STATE_NAMES[training_class.state]}”，计划不能再改。要改请先让人社局退回。")
    institution = await session.get_one(Institution, training_class.institution_id)
    plan.check(institution, _today(now))
    changed = [name for name, value in plan.kept().items() if getattr(training_class, name) != value]
    for name in changed:
        setattr(training_class, name, plan.kept()[name])
    if changed:
        await _note(session, Event.CLASS_PLAN_REVISE, training_class, account, now, changed=changed)
    if "capacity" in changed:
        await enrolling.alone(session, training_class)
        await enrolling.move_up(session, training_class, now)


async def submit(session: AsyncSession, training_class: TrainingClass, account: Staff, now: datetime) -> None:
    """Hand a plan to the office; Refused with everything that is still lacking, all at once."""
    await _hold(session, training_class, account)
    class_states.check(training_class.state, ClassState.SUBMITTED)
    Plan.of(training_class).check(await session.get_one(Institution, training_class.institution_id), _today(now))
    if lacks := [each.words for each in await elements(session, training_class) if not each.is_there]:
        raise Refused(f"还差{len(lacks)}样：{'、'.join(lacks)}。补齐再提交。")
    training_class.state, training_class.submitted_at = ClassState.SUBMITTED, now
    await _note(session, Event.CLASS_PLAN_SUBMIT, training_class, account, now)


async def approve(session: AsyncSession, training_class: TrainingClass, account: Staff, now: datetime) -> None:
    """Let a class be taught; Refused to who wrote it, to its own institution, and where a colleague was first."""
    await _judge(session, training_class, account)
    class_states.check(training_class.state, ClassState.APPROVED)
    may_open(await session.get_one(Institution, training_class.institution_id), training_class.occupation)
    if training_class.starts < _today(now):
        raise Refused(f"开课日期{_day(training_class.starts)}已经过了，请退回，让机构改日期再报。")
    training_class.state, training_class.remark = ClassState.APPROVED, ""
    training_class.approved_by, training_class.approved_at = account.id, now
    await _note(session, Event.CLASS_PLAN_APPROVE, training_class, account, now)


async def send_back(
    session: AsyncSession, training_class: TrainingClass, account: Staff, remark: str, now: datetime
) -> None:
    """Return a plan with what is to be mended."""
    await _judge(session, training_class, account)
    class_states.check(training_class.state, ClassState.RETURNED)
    training_class.state, training_class.remark = ClassState.RETURNED, _why(remark, "退回时请写清要补什么、改什么。")
    await _note(session, Event.CLASS_PLAN_RETURN, training_class, account, now, remark=training_class.remark)


async def cancel(session: AsyncSession, training_class: TrainingClass, account: Staff, why: str, now: datetime) -> None:
    """Give a class up, give vouchers back and tell its trainees.

    Its institution may until it is approved, the office until it is taught.
    """
    await session.refresh(training_class, with_for_update={"key_share": True})  # it may be approved at this moment
    if not may_withdraw(training_class, account):
        await _judge(session, training_class, account)
    class_states.check(training_class.state, ClassState.CANCELLED)
    if await _was_taught(session, training_class):
        raise Refused("这个班已经有考勤，不能整班取消。请让机构一节节取消后面的课，再办结业。")
    training_class.state, training_class.remark = ClassState.CANCELLED, _why(why, "取消要写原因，学员会看到。")
    await _note(session, Event.CLASS_PLAN_CANCEL, training_class, account, now, reason=training_class.remark)
    for enrolment in await _everybody(session, training_class):
        await ties.give_back(session, enrolment, account.actor, now)
    starts, reason = _day(training_class.starts), training_class.remark
    said = f"您报名的{training_class.name}（{starts}开课）取消了：{reason}。回复“有什么培训”可以另选一个班。"
    await class_news.tell(session, training_class, "cancelled", said, now)


def may_withdraw(training_class: TrainingClass, account: Staff) -> bool:
    """May a trainer give this plan up without the office?"""
    is_own = account.institution_id == training_class.institution_id and account.holds(Role.TRAINER)
    return is_own and training_class.state in OPEN_TO_CHANGE | {ClassState.SUBMITTED}


def may_judge(training_class: TrainingClass, account: Staff) -> bool:
    """May this account decide about the plan? Neither who wrote it nor anybody of its institution."""
    is_own = account.id == training_class.written_by or account.institution_id == training_class.institution_id
    return account.holds(*JUDGES) and not is_own


async def _hold(session: AsyncSession, training_class: TrainingClass, account: Staff) -> None:
    """Keep the class until the unit ends, for a trainer of its institution: two may press a button at once."""
    hold_trainer(training_class, account)
    await session.refresh(training_class, with_for_update={"key_share": True})


async def _judge(session: AsyncSession, training_class: TrainingClass, account: Staff) -> None:
    """Keep the class until the unit ends: of two colleagues who decide at once the second finds it decided."""
    if not account.holds(*JUDGES):
        raise Refused("审批开班要有“审核”或“批准”角色，请找管理员。")
    if not may_judge(training_class, account):
        raise Refused("自己写的或自己机构的班不能自己审，请换一位同事。")
    await session.refresh(training_class, with_for_update={"key_share": True})


async def _namesake(session: AsyncSession, institution: Institution, plan: Plan) -> TrainingClass | None:
    same = select(TrainingClass).where(
        TrainingClass.institution_id == institution.id,
        TrainingClass.name == plan.name,
        TrainingClass.starts == plan.starts,
        TrainingClass.state.not_in(_OVER),
    )
    return (await session.scalars(same.order_by(TrainingClass.id).limit(1))).one_or_none()


async def _everybody(session: AsyncSession, training_class: TrainingClass) -> Sequence[Enrolment]:
    mine = Enrolment.class_id == training_class.id, Enrolment.seating != Seating.LEFT
    return (await session.scalars(select(Enrolment).where(*mine).order_by(Enrolment.id))).all()


async def _was_taught(session: AsyncSession, training_class: TrainingClass) -> bool:
    marked = exists().where(Mark.session_id == Session.id, Session.class_id == training_class.id)
    return bool(await session.scalar(select(marked)))


async def _note(
    session: AsyncSession, event: Event, training_class: TrainingClass, account: Staff, now: datetime, **more: object
) -> None:
    await audit.append(session, event, account.actor, training_class.thing, now, name=training_class.name, **more)


def _why(told: str, otherwise: str) -> str:
    if not told.strip():
        raise Refused(otherwise)
    if len(told.strip()) > LONGEST_REMARK:
        raise Refused(f"原因最多{LONGEST_REMARK}个字，现在{len(told.strip())}个，请写短一些。")
    return told.strip()


def _today(now: datetime) -> date:
    return now.astimezone(CHINA).date()


def _day(day: date) -> str:
    return f"{day.month}月{day.day}日"
