"""The classes of the made-up county: one in session, some to come, one that waits for the office, one that has ended."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.county import plan
from config.settings import CHINA
from records import excusing, planning, register
from records.class_states import ClassState
from records.classes import TrainingClass
from records.enrolments import Enrolment, Seat
from records.excuses import Wish
from records.institutions import Institution
from records.marks import Side, Status
from records.people import Person
from records.register import Entry
from records.sessions import Part, Session
from records.staff import Staff

_STARTS = {Part.MORNING: time(8, 30), Part.AFTERNOON: time(14), Part.EVENING: time(19)}
_LASTS = timedelta(hours=3)
_DAILY = (Part.MORNING, Part.AFTERNOON)
_IN_A_QUARTER = timedelta(minutes=15)
_CAME, _CAME_LATE = 0.93, 0.06
_OF_THE_SEED = {"institution", "starts_in", "trainees", "state"}  # what is no column of a class


async def open_all(
    session: AsyncSession,
    registry: Sequence[Person],
    institutions: Sequence[Institution],
    accounts: Mapping[str, Staff],
    now: datetime,
) -> None:
    """Open every class with its sessions and trainees, and bring each to where it stands."""
    made = plan()["classes"]
    classes = [_class(each, institutions, accounts, now) for each in made]
    session.add_all(classes)
    await session.flush()
    others = iter(registry[len(plan()["phones"]) :])
    for number, (each, told) in enumerate(zip(classes, made, strict=True)):
        days = [each.starts + timedelta(days=number) for number in range(each.days)]
        session.add_all(_sitting(each, day, part) for day in days for part in _DAILY)
        desk = [person for person, phone in zip(registry, plan()["phones"], strict=False) if phone.get("in_class")]
        await _enrol(session, each, desk if number == 0 else [], others, told.get("trainees", 0), now)
        await _teach_so_far(session, each, now)
        if told.get("state") == ClassState.SUBMITTED:
            await planning.submit(session, each, accounts["trainer"], now - timedelta(hours=3))
    await _ask(session, classes[0], now)


async def in_session(session: AsyncSession, now: datetime) -> tuple[TrainingClass, Session]:
    """The demo's class under way, and its sitting in which one can check in now, made if need be whatever the hour."""
    named = select(TrainingClass).where(TrainingClass.name == plan()["classes"][0]["name"])
    training_class = (await session.scalars(named.order_by(TrainingClass.id).limit(1))).one()
    part, ends_at = _part_of(now)
    mine = Session.class_id == training_class.id, Session.day == _day(now), Session.part == part
    sitting = (await session.scalars(select(Session).where(*mine))).one_or_none()
    if sitting is None:
        starts_at = ends_at - _IN_A_QUARTER
        sitting = Session(class_id=training_class.id, day=_day(now), part=part, starts_at=starts_at, ends_at=ends_at)
        session.add(sitting)
    if not sitting.is_open(now):
        soon = now.replace(minute=now.minute // 5 * 5, second=0, microsecond=0) + _IN_A_QUARTER
        sitting.starts_at, sitting.ends_at = min(soon, ends_at - timedelta(minutes=1)), ends_at
    await session.flush()
    return training_class, sitting


def _day(now: datetime) -> date:
    return now.astimezone(CHINA).date()


def _part_of(now: datetime) -> tuple[Part, datetime]:
    """The part of the day it is, and when that part ends."""
    local = now.astimezone(CHINA)
    for part, ends in ((Part.MORNING, time(12)), (Part.AFTERNOON, time(18))):
        if local.time() < ends:
            return part, datetime.combine(local.date(), ends, CHINA)
    return Part.EVENING, datetime.combine(local.date(), time(23, 59, 59), CHINA)


def _class(
    made: Mapping[str, Any], institutions: Sequence[Institution], accounts: Mapping[str, Staff], now: datetime
) -> TrainingClass:
    where, state = institutions[made["institution"]], ClassState(made.get("state", ClassState.APPROVED))
    told = {name: value for name, value in made.items() if name not in _OF_THE_SEED}
    starts = _day(now) + timedelta(days=made["starts_in"])
    written = datetime.combine(starts, _STARTS[Part.MORNING], CHINA) - timedelta(days=14)
    training_class = TrainingClass(
        institution_id=where.id, region=where.region, starts=starts, written_by=_writer(where, accounts), **told
    )
    if state is ClassState.SUBMITTED:
        training_class.state = ClassState.DRAFT  # until its roster is there and it is handed in
        return training_class
    training_class.state, training_class.submitted_at = state, min(written, now)
    training_class.approved_by, training_class.approved_at = accounts["approver"].id, min(written, now)
    if state is ClassState.ENDED:
        training_class.ended_at = datetime.combine(starts + timedelta(days=made["days"] - 1), time(17, 10), CHINA)
    return training_class


def _writer(where: Institution, accounts: Mapping[str, Staff]) -> int | None:
    """Who wrote the plan: the trainer, where it is his institution."""
    trainer = accounts["trainer"]
    return trainer.id if trainer.institution_id == where.id else None


def _sitting(training_class: TrainingClass, day: date, part: Part) -> Session:
    starts = datetime.combine(day, _STARTS[part], CHINA)
    return Session(class_id=training_class.id, day=day, part=part, starts_at=starts, ends_at=starts + _LASTS)


async def _enrol(
    session: AsyncSession,
    training_class: TrainingClass,
    desk: Sequence[Person],
    others: Iterator[Person],
    count: int,
    now: datetime,
) -> None:
    """Who has a phone on the desk, and so many others of the place, nobody twice."""
    nearby = (person for person in others if person.region == training_class.region)
    trainees = [*desk, *(person for _, person in zip(range(count), nearby, strict=False))]
    since = datetime.combine(training_class.starts, time(9), CHINA) - timedelta(days=3)
    session.add_all(
        Enrolment(class_id=training_class.id, person_id=person.id, enrolled_at=min(since, now)) for person in trainees
    )
    await session.flush()


async def _teach_so_far(session: AsyncSession, training_class: TrainingClass, now: datetime) -> None:
    """Who came to the sittings that are over."""
    dice = random.Random(2026)
    mine = select(Enrolment).where(Enrolment.class_id == training_class.id).order_by(Enrolment.id)
    enrolments = (await session.scalars(mine)).all()
    past = select(Session).where(Session.class_id == training_class.id, Session.ends_at < now).order_by(Session.id)
    for sitting in await session.scalars(past):
        came = [(enrolment, _entry(enrolment, sitting, dice)) for enrolment in enrolments if dice.random() < _CAME]
        await register.enter_all(session, sitting, came)


def _entry(enrolment: Enrolment, sitting: Session, dice: random.Random) -> Entry:
    late = dice.random() < _CAME_LATE
    at = sitting.starts_at + timedelta(minutes=dice.uniform(6, 25) if late else dice.uniform(-25, 4))
    status = Status.LATE if late else Status.PRESENT
    return Entry(status, "code+place", at, at, "worker", f"demo-{enrolment.id}-{sitting.id}")


async def _ask(session: AsyncSession, training_class: TrainingClass, now: datetime) -> None:
    """What waits for the trainer: leave in the days to come, and a check-in of yesterday that was missed."""
    mine = select(Enrolment).where(Enrolment.class_id == training_class.id).order_by(Enrolment.id.desc())
    free = list((await session.scalars(mine)).all())
    for number, told in enumerate(plan()["wishes"]):
        day = _day(now) + timedelta(days=told["days_ahead"])
        on = Session.class_id == training_class.id, Session.day == day
        for sitting in (await session.scalars(select(Session).where(*on).order_by(Session.starts_at))).all():
            marks = await register.holding(session, sitting.id)
            unmarked = (each for each in free if (sitting.id, each.id, Side.IN) not in marks)
            if enrolment := next(unmarked, None):
                seat, asked = Seat(enrolment, training_class, sitting), now - timedelta(minutes=50 - 10 * number)
                await excusing.ask(session, seat, Wish(told["wish"]), told["reason"], asked)
                free.remove(enrolment)
                break
