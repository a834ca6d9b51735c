"""Held seats: one seat kept for a person for a day, taken up by signing up, or given back when the day is over."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from config.settings import CHINA
from records import enrolling, nudging, queues, seats, ties
from records.audit import Event
from records.class_states import ClassState
from records.classes import TrainingClass
from records.enrolments import Enrolment, Seating
from records.errors import Refused
from records.overlaps import overlap, told
from records.people import Person
from records.vouchers import Voucher

HOLD = timedelta(hours=24)


async def hold(
    session: AsyncSession, training_class: TrainingClass, person: Person, voucher: Voucher, now: datetime
) -> Enrolment:
    """Keep a seat for a person for a day, but not into the first day of class; a seat held before is given up for it.

    Asked for again the seat stays held as long as it was. Refused where the class is full, has begun, or may not be
    joined with the voucher.
    """
    before = await seats.held(session, person.id)
    other = before[1] if before and before[1].id != training_class.id else None
    await enrolling.alone(session, training_class, person.id, besides=other)
    enrolment = await enrolling.of(session, training_class, person)
    if enrolment is not None and (enrolment.is_in or enrolment.is_kept(now)):
        return enrolment
    until = await _until(session, training_class, person, voucher, now)
    if before is not None and other is not None:
        await enrolling.release(session, other, before[0], "换占别的班", now)
    enrolment = enrolment or Enrolment(class_id=training_class.id, person_id=person.id)
    enrolment.seating, enrolment.held_until, enrolment.voucher_id = Seating.HELD, until, voucher.id
    enrolment.enrolled_at = await queues.turn(session, training_class, now)
    enrolment.left_at, enrolment.left_why = None, ""
    session.add(enrolment)
    await session.flush()
    await enrolling.note(session, Event.CLASS_SEAT_HOLD, enrolment, enrolling.WORKER, now, until=until.isoformat())
    return enrolment


async def let_go(session: AsyncSession, enrolment: Enrolment, training_class: TrainingClass, now: datetime) -> None:
    """Give a held seat back before its time; one that was taken up or given back meanwhile stays as it is."""
    await enrolling.alone(session, training_class, enrolment.person_id)
    await enrolling.release(session, training_class, enrolment, "本人不占了", now)


async def lapse_next(session: AsyncSession, now: datetime) -> bool:
    """Give back the seats of one class whose time is over and tell their people; False when there are none."""
    over = Enrolment.seating == Seating.HELD, Enrolment.held_until <= now
    first = select(Enrolment.class_id).where(*over).order_by(Enrolment.class_id).limit(1)
    class_id = (await session.scalars(first)).one_or_none()
    if class_id is None:
        return False
    training_class = await session.get_one(TrainingClass, class_id)
    await enrolling.alone(session, training_class)
    mine = select(Enrolment).where(Enrolment.class_id == class_id, *over).order_by(Enrolment.id)
    for enrolment in (await session.scalars(mine.execution_options(populate_existing=True))).all():
        await _tell(session, training_class, enrolment, now)
        await enrolling.give_up(session, training_class, enrolment, "占座到时间没报名", now, "jobs")
    return True


async def _until(
    session: AsyncSession, training_class: TrainingClass, person: Person, voucher: Voucher, now: datetime
) -> datetime:
    """How long a seat may be held; Refused with the reason where none may be."""
    enrolling.hold_open(training_class, now, enrolling.WORKER)
    begins = datetime.combine(training_class.starts, time(), CHINA)
    if begins <= now:
        raise Refused(f"{training_class.name}已经开课，不能占座。要上，回复“报{training_class.name}”。")
    if clash := await overlap(session, training_class, person.id, now):
        raise Refused(f"{told(clash)}，和{training_class.name}时间撞上了。")
    await ties.hold_fit(session, person.id, training_class, voucher, now)
    if await queues.taken(session, training_class) >= training_class.capacity:
        name = training_class.name
        raise Refused(f"{name}刚刚坐满了。要排候补，回复“报{name}”；看别的班，回复“有什么培训”。")
    return min(now + HOLD, begins)


async def _tell(session: AsyncSession, training_class: TrainingClass, enrolment: Enrolment, now: datetime) -> None:
    """Who lost a seat hears it by day, as long as the class can be joined."""
    begins = datetime.combine(training_class.starts, time(), CHINA)
    if training_class.state != ClassState.APPROVED or begins <= now or enrolment.held_until is None:
        return
    said = f"给您占的{training_class.name}的座到时间了，已经放开。还想上，回复“报{training_class.name}”。"
    key = f"lapsed:{enrolment.id}:{int(enrolment.held_until.timestamp())}"
    await nudging.put(session, key, enrolment.person_id, said, nudging.by_day(now), begins)
