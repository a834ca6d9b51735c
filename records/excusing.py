"""Leave and made-up check-ins: a trainee asks, the trainer of the class decides, the register follows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from records import audit, enrolments, nudging, register
from records.audit import Event
from records.class_states import ClassState
from records.classes import Factor, TrainingClass
from records.enrolments import Enrolment, Seat
from records.errors import Refused
from records.excuses import WISH_NAMES, Decision, Excuse, Wish
from records.marks import THERE, Mark, Side, Status
from records.people import Person
from records.register import Entry
from records.sessions import PART_NAMES, Session
from records.staff import Staff
from records.trainers import hold_trainer

MAKE_UP_WITHIN = timedelta(days=3)  # of the end of a session
LONGEST_REASON = 200
_ENTERED = {Wish.LEAVE: Status.LEAVE, Wish.MAKE_UP: Status.MADE_UP}
_OF_USE = timedelta(days=2)  # so long it is worth telling how a wish was decided
_COUNTS = (Decision.ASKED, Decision.APPROVED)


@dataclass(frozen=True)
class Waiting:
    """A wish that the trainer has to decide."""

    excuse: Excuse
    enrolment: Enrolment
    person: Person
    session: Session


async def ask(session: AsyncSession, seat: Seat, wish: Wish, reason: str, now: datetime) -> Excuse:
    """Write a wish down for the trainer; asked again it is the same one with a new reason. Refused where it cannot be."""
    # Two wishes sent at once would each see the last check-in that may still be made up: the second waits here.
    await enrolments.in_turn(session, seat.enrolment)
    excuse = await _of(session, seat, wish)
    if excuse is not None and excuse.decision == Decision.APPROVED:
        return excuse
    if not reason.strip():
        raise Refused(f"{WISH_NAMES[wish]}要写一句原因，老师好批。")
    if excuse is not None and excuse.decision == Decision.ASKED:
        excuse.reason = reason.strip()[:LONGEST_REASON]
        return excuse
    await _hold_possible(session, seat, wish, now)
    if excuse is None:
        excuse = Excuse(enrolment_id=seat.enrolment.id, session_id=seat.session.id, wish=wish)
        session.add(excuse)
    excuse.reason, excuse.asked_at = reason.strip()[:LONGEST_REASON], now
    excuse.decision, excuse.decided_at, excuse.decided_by, excuse.remark = Decision.ASKED, None, None, ""
    await session.flush()
    return excuse


async def approve(session: AsyncSession, excuse: Excuse, account: Staff, now: datetime) -> Mark:
    """Grant a wish and enter it; Refused for another school's trainer, over the limit, or when it is decided."""
    seat = await _begin(session, excuse, account)
    held = await register.latest(session, seat.session, seat.enrolment, Side.IN)
    if held is not None and Status(held.status) in THERE:
        raise Refused("他这节课已经有签到记录了，不用再批，点“不同意”就行。")
    if seat.session.cancelled_at is not None:
        raise Refused("这节课已经取消了，不用批。")
    if excuse.wish == Wish.MAKE_UP and await _count(session, seat.enrolment, Decision.APPROVED) >= _most(seat):
        raise Refused(f"这个班每人最多补签{_most(seat)}次，他已经用完了。")
    at = excuse.asked_at
    entry = Entry(_ENTERED[Wish(excuse.wish)], Factor.TEACHER, at, at, account.actor, f"excuse:{excuse.id}")
    if held is None:
        mark, _ = await register.enter(session, seat.session, seat.enrolment, entry)
    else:
        mark = await register.correct(session, held, entry, f"{WISH_NAMES[Wish(excuse.wish)]}：{excuse.reason}"[:200])
    await _decide(session, excuse, seat, Decision.APPROVED, account, "", now)
    return mark


async def refuse(session: AsyncSession, excuse: Excuse, account: Staff, remark: str, now: datetime) -> None:
    """Turn a wish down, with a sentence for the trainee; Refused without one, or when it is decided."""
    seat = await _begin(session, excuse, account)
    if not remark.strip():
        raise Refused("不同意要写一句原因，学员看得到。")
    await _decide(session, excuse, seat, Decision.REFUSED, account, remark.strip()[:LONGEST_REASON], now)


async def waiting(session: AsyncSession, class_id: int) -> Sequence[Waiting]:
    """What a class's trainer has to decide, the longest waiting first."""
    rows = await session.execute(
        select(Excuse, Enrolment, Person, Session)
        .join(Enrolment, Enrolment.id == Excuse.enrolment_id)
        .join(Person, Person.id == Enrolment.person_id)
        .join(Session, Session.id == Excuse.session_id)
        .where(Enrolment.class_id == class_id, Excuse.decision == Decision.ASKED)
        .order_by(Excuse.asked_at, Excuse.id)
    )
    return [Waiting(*row) for row in rows]


async def left(session: AsyncSession, enrolment: Enrolment) -> int:
    """How many check-ins a trainee may still ask to make up; those not decided yet count as used."""
    training_class = await session.get_one(TrainingClass, enrolment.class_id)
    return max(training_class.made_up_most - await _count(session, enrolment, *_COUNTS), 0)


async def _hold_possible(session: AsyncSession, seat: Seat, wish: Wish, now: datetime) -> None:
    sitting, part = seat.session, f"{seat.session.day.month}月{seat.session.day.day}日{PART_NAMES[seat.session.part]}"
    held = await register.latest(session, sitting, seat.enrolment, Side.IN)
    if sitting.cancelled_at is not None:
        raise Refused(f"{part}取消了，不用{WISH_NAMES[wish]}。")
    if held is not None and Status(held.status) in THERE:
        raise Refused(f"{part}您已经签到了，不用{WISH_NAMES[wish]}。")
    if wish is Wish.LEAVE and now > sitting.ends_at:
        raise Refused(f"{part}已经下课了，请假要在下课前说。确实到了没签上，回复“补签”。")
    if wish is Wish.LEAVE and held is not None and held.status == Status.LEAVE:
        raise Refused(f"{part}老师已经记了请假，不用再请。")
    if wish is Wish.MAKE_UP and now < sitting.starts_at:
        raise Refused(f"{part}还没上课，到时候回复“签到”就行。")
    if wish is Wish.MAKE_UP and now > sitting.ends_at + MAKE_UP_WITHIN:
        raise Refused(f"{part}已经过了{MAKE_UP_WITHIN.days}天，补不了了。有特殊情况请当面找老师。")
    if wish is Wish.MAKE_UP and not await left(session, seat.enrolment):
        raise Refused(f"这个班每人最多补签{_most(seat)}次，您已经用完了。有特殊情况请当面找老师。")


async def _begin(session: AsyncSession, excuse: Excuse, account: Staff) -> Seat:
    """The seat that a wish is about, held until the end: two trainers may decide at once, or two wishes of one trainee."""
    enrolment = await session.get_one(Enrolment, excuse.enrolment_id)
    await enrolments.in_turn(session, enrolment)
    await session.refresh(excuse)
    training_class = await session.get_one(TrainingClass, enrolment.class_id)
    hold_trainer(training_class, account)
    if excuse.decision != Decision.ASKED:
        raise Refused("这条申请已经有人处理过了，请刷新看看。")
    if training_class.state not in (ClassState.APPROVED, ClassState.ENDED):
        raise Refused("这个班的考勤已经上交，不能再改。")
    return Seat(enrolment, training_class, await session.get_one(Session, excuse.session_id))


async def _decide(
    session: AsyncSession, excuse: Excuse, seat: Seat, decision: Decision, account: Staff, remark: str, now: datetime
) -> None:
    excuse.decision, excuse.decided_at, excuse.decided_by, excuse.remark = decision, now, account.id, remark
    details = {"wish": excuse.wish, "decision": decision, "sitting": seat.session.id}
    await audit.append(session, Event.EXCUSE_DECIDE, account.actor, seat.enrolment.thing, now, **details)
    key = f"excuse:{excuse.id}:{int(excuse.asked_at.timestamp())}"  # asked again after a refusal it is told again
    await nudging.put(session, key, seat.enrolment.person_id, _told(excuse, seat), now, now + _OF_USE)


async def _of(session: AsyncSession, seat: Seat, wish: Wish) -> Excuse | None:
    mine = Excuse.enrolment_id == seat.enrolment.id, Excuse.session_id == seat.session.id, Excuse.wish == wish
    return (await session.scalars(select(Excuse).where(*mine))).one_or_none()


async def _count(session: AsyncSession, enrolment: Enrolment, *decisions: Decision) -> int:
    made_up = Excuse.enrolment_id == enrolment.id, Excuse.wish == Wish.MAKE_UP, Excuse.decision.in_(decisions)
    return await session.scalar(select(func.count()).select_from(Excuse).where(*made_up)) or 0


def _told(excuse: Excuse, seat: Seat) -> str:
    """What the trainee reads: 请假批了：11月24日下午课，不算缺勤。"""
    what = f"{seat.session.day.month}月{seat.session.day.day}日{PART_NAMES[seat.session.part]}"
    name = WISH_NAMES[Wish(excuse.wish)]
    if excuse.decision == Decision.APPROVED:
        return f"{name}批了：{what}，{'不算缺勤' if excuse.wish == Wish.LEAVE else '已记为出勤'}。"
    return f"{name}没批：{what}。老师说：{excuse.remark}"


def _most(seat: Seat) -> int:
    return seat.training_class.made_up_most
