"""Puts the made-up county into the records: workers, classes, staff, and a class that is always in session."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.county import Worker, phones, plan, workers
from config.settings import CHINA
from records import extensions, id_number, masking, register, staff
from records.classes import TrainingClass
from records.database import Database
from records.enrolments import Enrolment
from records.followers import Follower
from records.institutions import Institution
from records.marks import Status
from records.people import Membership, Person, Source
from records.register import Entry
from records.sessions import Part, Session
from records.staff import Role
from records.vault import Vault

_STARTS = {Part.MORNING: time(8, 30), Part.AFTERNOON: time(14), Part.EVENING: time(19)}
_LASTS = timedelta(hours=3)
_DAILY = (Part.MORNING, Part.AFTERNOON)
_IN_A_QUARTER = timedelta(minutes=15)
_CAME, _CAME_LATE = 0.93, 0.06


async def fill(database: Database, password: str, now: datetime) -> None:
    """Fill an empty database, all or nothing; one that is filled stays as it is."""
    async with database.unit() as session:
        if (await session.scalars(select(Institution.id).limit(1))).first() is not None:
            return
        registry = await _register(session, now)
        classes = await _open_classes(session, now)
        _follow(session, registry, now)
        await _enrol(session, registry, classes, now)
        await _teach_so_far(session, classes[0], now)
        await _employ(session, password, now)


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


async def _register(session: AsyncSession, now: datetime) -> list[Person]:
    """The registry in two statements: a demo should not keep anybody waiting."""
    registry = [_card(worker, session.info["vault"], now) for worker in workers()]
    session.add_all(registry)
    await session.flush()
    since = date(now.year, 1, 1)
    for worker, person in zip(workers(), registry, strict=True):
        if worker.group:
            session.add(Membership(person_id=person.id, group=worker.group, proof="县劳动力档案", since=since))
    return registry


def _card(worker: Worker, vault: Vault, now: datetime) -> Person:
    number = id_number.read(worker.id_number, _day(now))
    return Person(
        name_sealed=vault.seal(worker.name),
        name_masked=masking.name(worker.name),
        id_sealed=vault.seal(number.value),
        id_index=vault.index(number.value),
        id_masked=masking.id_number(number.value),
        phone_sealed=vault.seal(worker.phone),
        region=worker.region,
        town=worker.town,
        born=number.birthday,
        source=Source.REGISTRY,
        created_at=now,
    )


async def _open_classes(session: AsyncSession, now: datetime) -> list[TrainingClass]:
    made, today = plan(), _day(now)
    institutions = [Institution(**each) for each in made["institutions"]]
    session.add_all(institutions)
    await session.flush()
    classes = [_class(each, institutions, today) for each in made["classes"]]
    session.add_all(classes)
    await session.flush()
    for each in classes:
        days = [each.starts + timedelta(days=number) for number in range(each.days)]
        session.add_all(_sitting(each, day, part) for day in days for part in _DAILY)
    return classes


def _class(made: Mapping[str, Any], institutions: Sequence[Institution], today: date) -> TrainingClass:
    where = institutions[made["institution"]]
    told = {name: value for name, value in made.items() if name not in {"institution", "starts_in"}}
    starts = today + timedelta(days=made["starts_in"])
    return TrainingClass(institution_id=where.id, region=where.region, starts=starts, **told)


def _sitting(training_class: TrainingClass, day: date, part: Part) -> Session:
    starts = datetime.combine(day, _STARTS[part], CHINA)
    return Session(class_id=training_class.id, day=day, part=part, starts_at=starts, ends_at=starts + _LASTS)


def _follow(session: AsyncSession, registry: Sequence[Person], now: datetime) -> None:
    dice, by_worker = random.Random(15), dict(zip(workers(), registry, strict=True))
    for phone in phones():
        seen = now - timedelta(hours=dice.uniform(1, 240))
        region = phone.worker.region
        follower = Follower(openid=phone.openid, region=region, first_seen=seen, last_seen=seen, talk={})
        if phone.is_known:
            person = by_worker[phone.worker]
            follower.person_id, person.consented_at = person.id, seen
        session.add(follower)


async def _enrol(
    session: AsyncSession, registry: Sequence[Person], classes: Sequence[TrainingClass], now: datetime
) -> None:
    made, desk = plan(), plan()["phones"]
    trainees = [person for person, phone in zip(registry, desk, strict=False) if phone.get("in_class")]
    trainees += [person for person in registry[len(desk) :] if person.region == classes[0].region][: made["trainees"]]
    for person in trainees:
        session.add(Enrolment(class_id=classes[0].id, person_id=person.id, enrolled_at=now - timedelta(days=8)))
    await session.flush()


async def _teach_so_far(session: AsyncSession, training_class: TrainingClass, now: datetime) -> None:
    """Who came to the sittings of the past days."""
    dice, today = random.Random(2026), _day(now)
    mine = select(Enrolment).where(Enrolment.class_id == training_class.id).order_by(Enrolment.id)
    enrolments = (await session.scalars(mine)).all()
    past = select(Session).where(Session.class_id == training_class.id, Session.day < today).order_by(Session.id)
    for sitting in await session.scalars(past):
        came = [(enrolment, _entry(enrolment, sitting, dice)) for enrolment in enrolments if dice.random() < _CAME]
        await register.enter_all(session, sitting, came)


def _entry(enrolment: Enrolment, sitting: Session, dice: random.Random) -> Entry:
    late = dice.random() < _CAME_LATE
    at = sitting.starts_at + timedelta(minutes=dice.uniform(6, 25) if late else dice.uniform(-25, 4))
    status = Status.LATE if late else Status.PRESENT
    return Entry(status, "code+place", at, at, "worker", f"demo-{enrolment.id}-{sitting.id}")


async def _employ(session: AsyncSession, password: str, now: datetime) -> None:
    """Open the accounts; one of them records that the county's plan goes on, another approves."""
    made, region = plan(), next(iter(plan()["places"]))
    accounts = {}
    for each in made["staff"]:
        roles = {Role(role) for role in each["roles"]}
        accounts[each["login"]] = await staff.add(
            session, each["name"], each["login"], password, roles, region, now, by="demo"
        )
    told, until = made["extension"], date(now.year + 1, 12, 31)
    extension = await extensions.record(
        session, told["policy"], told["reason"], told["basis"], until, accounts["clerk"], now
    )
    await extensions.approve(session, extension, accounts["approver"], now)
