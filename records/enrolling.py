"""Enrolling: a seat in a class or a place in its queue, and a seat that is left goes to the first who waits."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from config.settings import CHINA
from records import audit, queues, seats, ties
from records.audit import Event
from records.class_states import CLASS_STATE_NAMES, OPEN_TO_CHANGE, ClassState
from records.classes import TrainingClass
from records.enrolments import Enrolment, Seating
from records.errors import Refused
from records.overlaps import overlap, told
from records.people import Person
from records.reminders import seat_came_free
from records.vacancies import JOINS_WITHIN
from records.vouchers import Voucher

WORKER = "worker"  # the actor of what people do themselves
_OPEN_TO_STAFF = OPEN_TO_CHANGE | {ClassState.APPROVED}  # a class is approved with its roster


async def enrol(
    session: AsyncSession,
    training_class: TrainingClass,
    person: Person,
    voucher: Voucher | None,
    now: datetime,
    actor: str,
) -> Enrolment:
    """Give a person a seat, or a place in the queue of a full class; who is in it already keeps his row.

    The voucher is only tied here; the institution verifies it in class. A seat that is held for him elsewhere is given
    up. Refused with the reason where it may not be.
    """
    held = await seats.held(session, person.id) if actor == WORKER else None
    other_class = held[1] if held and held[1].id != training_class.id else None
    await alone(session, training_class, person.id, besides=other_class)
    enrolment = await of(session, training_class, person)
    if enrolment is not None and enrolment.is_in:
        if voucher is not None:
            await ties.tie(session, enrolment, training_class, voucher, now)
        return enrolment
    hold_open(training_class, now, actor)
    if other := await overlap(session, training_class, person.id, now):
        raise Refused(f"{told(other)}，时间撞上了，同一时间只能上一个班。")
    if voucher is not None:
        await ties.hold_fit(session, person.id, training_class, voucher, now)
    turn = await queues.turn(session, training_class, now)
    enrolment = enrolment or Enrolment(class_id=training_class.id, person_id=person.id)
    enrolment.seating = Seating.SEATED if enrolment.is_kept(now) else Seating.WAITING
    enrolment.enrolled_at, enrolment.held_until = turn, None
    enrolment.left_at, enrolment.left_why, enrolment.voucher_id = None, "", voucher.id if voucher else None
    session.add(enrolment)
    moved = await queues.fill(session, training_class, now)
    await note(session, Event.CLASS_SEAT_TAKE, enrolment, actor, now)
    await _tell(session, training_class, [each for each in moved if each is not enrolment], now)
    if held is not None and other_class is not None:
        await release(session, other_class, held[0], "报了别的班", now)
    return enrolment


async def leave(session: AsyncSession, enrolment: Enrolment, why: str, now: datetime, actor: str) -> Enrolment | None:
    """Give a seat or a place in the queue up; returns who moved up to it, if anybody waited.

    Who has left already has left. A voucher that was verified for the class goes back, and does not count as used.
    Refused to a worker with a seat once the class has begun, and to everybody once it has ended.
    """
    training_class = await session.get_one(TrainingClass, enrolment.class_id)
    await alone(session, training_class, enrolment.person_id)
    await session.refresh(enrolment)
    if enrolment.seating == Seating.LEFT:
        return None
    _hold_changeable(training_class, enrolment, now, actor)
    if not why.strip():
        raise Refused("退班要写原因，请填一句再提交。")
    moved = await give_up(session, training_class, enrolment, why.strip()[:200], now, actor)
    return moved[0] if moved else None


async def give_up(
    session: AsyncSession, training_class: TrainingClass, enrolment: Enrolment, why: str, now: datetime, actor: str
) -> Sequence[Enrolment]:
    """Let go of a seat whatever the state of the class, which is held already (`alone`); returns who moved up."""
    enrolment.seating, enrolment.left_at, enrolment.left_why = Seating.LEFT, now, why
    enrolment.held_until = None
    await ties.give_back(session, enrolment, actor, now)
    await note(session, Event.CLASS_SEAT_LEAVE, enrolment, actor, now, reason=enrolment.left_why)
    return await move_up(session, training_class, now)


async def release(
    session: AsyncSession, training_class: TrainingClass, held: Enrolment, why: str, now: datetime
) -> None:
    """Give a held seat up; one that was taken up or given back meanwhile stays as it is."""
    await session.refresh(held)
    if held.seating == Seating.HELD:
        await give_up(session, training_class, held, why, now, WORKER)


async def move_up(session: AsyncSession, training_class: TrainingClass, now: datetime) -> Sequence[Enrolment]:
    """Seat who waits while there are seats, and tell him; the class is held already (`alone`)."""
    if training_class.state not in _OPEN_TO_STAFF:
        return []
    moved = await queues.fill(session, training_class, now)
    await _tell(session, training_class, moved, now)
    return moved


async def of(session: AsyncSession, training_class: TrainingClass, person: Person) -> Enrolment | None:
    """A person's row in a class, as it is now."""
    mine = Enrolment.class_id == training_class.id, Enrolment.person_id == person.id
    found = await session.scalars(select(Enrolment).where(*mine).execution_options(populate_existing=True))
    return found.one_or_none()


async def alone(
    session: AsyncSession, training_class: TrainingClass, *person_ids: int, besides: TrainingClass | None = None
) -> None:
    """Keep the class, then all whom this unit may seat, in one order for everybody so that nobody waits in a circle.

    Two classes may want to seat one person at the same moment, where their times clash: the second waits here. Who
    seats several names them all at once, before the first; who changes from one class to another names both.
    """
    classes = sorted({training_class, besides or training_class}, key=lambda each: each.id)
    for each in classes:
        await session.refresh(each, with_for_update={"key_share": True})
    waiting = select(Enrolment.person_id).where(
        Enrolment.class_id.in_([each.id for each in classes]), Enrolment.seating == Seating.WAITING
    )
    people = select(Person.id).where(or_(Person.id.in_(person_ids), Person.id.in_(waiting))).order_by(Person.id)
    await session.execute(people.with_for_update(key_share=True))


def hold_open(training_class: TrainingClass, now: datetime, actor: str) -> None:
    """Refused with the reason where nobody can join the class now."""
    open_ = {ClassState.APPROVED} if actor == WORKER else _OPEN_TO_STAFF
    if training_class.state not in open_:
        raise Refused(f"{training_class.name}现在是“{CLASS_STATE_NAMES[training_class.state]}”，不能报名。")
    if now.astimezone(CHINA).date() > training_class.starts + JOINS_WITHIN:
        begun = f"{training_class.starts.month}月{training_class.starts.day}日"
        raise Refused(f"{training_class.name}{begun}就开课了，开课{JOINS_WITHIN.days}天以后不能再加人，请看别的班。")


def _hold_changeable(training_class: TrainingClass, enrolment: Enrolment, now: datetime, actor: str) -> None:
    if training_class.state not in _OPEN_TO_STAFF:
        raise Refused(f"{training_class.name}现在是“{CLASS_STATE_NAMES[training_class.state]}”，花名册不能再改。")
    has_begun = now.astimezone(CHINA).date() >= training_class.starts
    if actor == WORKER and has_begun and enrolment.seating == Seating.SEATED:
        raise Refused(f"{training_class.name}已经开课，退班请跟老师说；有事来不了，回复“请假”。")


async def note(
    session: AsyncSession, event: Event, enrolment: Enrolment, actor: str, now: datetime, **more: object
) -> None:
    """Audit what happened to a seat."""
    await audit.append(
        session,
        event,
        actor,
        enrolment.thing,
        now,
        training_class=enrolment.class_id,
        seating=enrolment.seating,
        **more,
    )


async def _tell(
    session: AsyncSession, training_class: TrainingClass, moved: Sequence[Enrolment], now: datetime
) -> None:
    for enrolment in moved:
        await note(session, Event.CLASS_SEAT_MOVE_UP, enrolment, "queue", now)
        if training_class.state == ClassState.APPROVED:
            await seat_came_free(session, training_class, enrolment, now)
