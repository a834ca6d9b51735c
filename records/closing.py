"""Closing a class: the end of teaching, then the hand-in, after which attendance, results and roster are final."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from config.settings import CHINA
from records import assessing, audit, excusing, register, seats, voucher_desk
from records.audit import Event
from records.class_states import ClassState, check
from records.classes import TrainingClass
from records.enrolments import Enrolment
from records.errors import Refused
from records.excuses import WISH_NAMES, Decision, Wish
from records.paper_sheets import PaperSheet
from records.results import Outcome
from records.sessions import OUT_AFTER, PART_NAMES, Part, Session
from records.staff import Staff
from records.summaries import summary
from records.trainers import hold_trainer
from records.voucher_states import State
from records.vouchers import Voucher

_NAMED = 3  # of what is open, so many are named
_TO_ASSESSED = {State.REGISTERED: (State.TRAINING, State.ASSESSED), State.TRAINING: (State.ASSESSED,)}


async def before_end(session: AsyncSession, training_class: TrainingClass, now: datetime) -> list[str]:
    """What stands in the way of ending a class: sessions that are not over, wishes nobody decided; one sentence each."""
    sittings = await _held(session, training_class)
    if not sittings:
        return ["这个班还没有排课，上完课才能结业。"]
    open_ones = [sitting for sitting in sittings if not _is_over(training_class, sitting, now)]
    found = [f"还有{len(open_ones)}节课没结束：{_listed(open_ones)}。不上的课请先取消。"] if open_ones else []
    return found + await _wishes(session, training_class)


async def end(session: AsyncSession, training_class: TrainingClass, account: Staff, now: datetime) -> None:
    """End the teaching: results may be entered from now on. Refused with what is still open."""
    hold_trainer(training_class, account)
    await session.refresh(training_class, with_for_update={"key_share": True})  # the button may be tapped twice
    check(ClassState(training_class.state), ClassState.ENDED)
    if found := await before_end(session, training_class, now):
        raise Refused("现在还不能结业。" + "".join(found))
    training_class.state, training_class.ended_at = ClassState.ENDED, now
    await audit.append(session, Event.CLASS_TEACHING_END, account.actor, training_class.thing, now)


async def before_hand_in(session: AsyncSession, training_class: TrainingClass) -> list[str]:
    """What stands in the way of the hand-in: wishes and sheets nobody decided, results that lack; one sentence each."""
    found = await _wishes(session, training_class)
    if sheets := await _sheets(session, training_class):
        found.append(f"有{len(sheets)}份纸质签到表县人社局还没批：{_listed(sheets)}。批完才能上交。")
    results = await assessing.of_class(session, training_class)
    roster = await seats.roster(session, training_class.id)
    if lacking := [person for enrolment, person in roster if enrolment.id not in results]:
        names = "、".join(person.name_masked for person in lacking[:_NAMED]) + _more(lacking)
        found.append(f"还有{len(lacking)}人没有成绩：{names}。没参加评价的也要登记“未参加”。")
    return found if roster else [*found, "名册是空的，没有可以上交的。要撤销这个班请联系县人社局。"]


async def hand_in(session: AsyncSession, training_class: TrainingClass, account: Staff, now: datetime) -> None:
    """Hand the class in: vouchers of who was assessed move on, the register is anchored, and nothing changes any more."""
    hold_trainer(training_class, account)
    await session.refresh(training_class, with_for_update={"key_share": True})
    # A mark may be entered at this moment: it waits for its session, and is refused once this is committed.
    mine = select(Session.id).where(Session.class_id == training_class.id).order_by(Session.id)
    await session.execute(mine.with_for_update(key_share=True))
    check(ClassState(training_class.state), ClassState.HANDED_IN)
    if found := await before_hand_in(session, training_class):
        raise Refused("现在还不能上交。" + "".join(found))
    await _carry_vouchers(session, training_class, account, now)
    await register.anchor(session, training_class, account.actor, now)
    handed = await summary(session, training_class, now, now.astimezone(CHINA).date())
    training_class.state, training_class.handed_in_at = ClassState.HANDED_IN, now
    event = Event.CLASS_TEACHING_HAND_IN
    await audit.append(session, event, account.actor, training_class.thing, now, **handed.figures)


async def _carry_vouchers(session: AsyncSession, training_class: TrainingClass, account: Staff, now: datetime) -> None:
    """Only now, as a voucher never goes back and a result may be corrected until the hand-in."""
    results = await assessing.of_class(session, training_class)
    rows = await session.execute(
        select(Enrolment.id, Voucher)
        .join(Voucher, Voucher.id == Enrolment.voucher_id)
        .where(Enrolment.class_id == training_class.id, Voucher.state.in_(_TO_ASSESSED))
        .order_by(Voucher.id)
    )
    for enrolment_id, voucher in rows.all():
        result = results.get(enrolment_id)
        if result is None or result.outcome == Outcome.ABSENT:
            continue
        for state in _TO_ASSESSED[State(voucher.state)]:
            await voucher_desk.move(session, voucher, state, account.actor, now, f"班级上交：{training_class.name}")


async def _held(session: AsyncSession, training_class: TrainingClass) -> Sequence[Session]:
    mine = select(Session).where(Session.class_id == training_class.id, Session.cancelled_at.is_(None))
    return (await session.scalars(mine.order_by(Session.starts_at))).all()


def _is_over(training_class: TrainingClass, sitting: Session, now: datetime) -> bool:
    return now > (sitting.ends_at + OUT_AFTER if training_class.sign_out else sitting.ends_at)


async def _wishes(session: AsyncSession, training_class: TrainingClass) -> list[str]:
    found = [
        f"{each.person.name_masked}{_named(each.session)}的{WISH_NAMES[Wish(each.excuse.wish)]}"
        for each in await excusing.waiting(session, training_class.id)
    ]
    return [f"还有{len(found)}个请假或补签没批：{'、'.join(found[:_NAMED])}{_more(found)}。"] if found else []


async def _sheets(session: AsyncSession, training_class: TrainingClass) -> Sequence[Session]:
    waiting = (
        select(Session)
        .join(PaperSheet, PaperSheet.session_id == Session.id)
        .where(Session.class_id == training_class.id, PaperSheet.decision == Decision.ASKED)
    )
    return (await session.scalars(waiting.order_by(Session.starts_at))).all()


def _listed(sittings: Sequence[Session]) -> str:
    return "、".join(_named(sitting) for sitting in sittings[:_NAMED]) + _more(sittings)


def _named(sitting: Session) -> str:
    return f"{sitting.day.month}月{sitting.day.day}日{PART_NAMES[Part(sitting.part)]}"


def _more(found: Sequence[object]) -> str:
    return "等" if len(found) > _NAMED else ""
