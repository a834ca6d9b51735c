"""Classes that can be joined, to test with: approved, with their sessions, and people who come."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from itertools import count

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from config.settings import CHINA
from records import enrolling, voucher_desk
from records.classes import TrainingClass
from records.enrolments import Enrolment
from records.institutions import Institution
from records.people import Person
from records.sessions import Part, Session
from records.voucher_desk import Grant
from records.vouchers import Voucher
from tests.seeds import a_worker_of_the_registry

LINGCHUAN = "140524"
STARTS = date(2026, 12, 1)
_HOURS = {Part.MORNING: time(8, 30), Part.AFTERNOON: time(14)}
_serials = count(100)


async def an_open_class(
    session: AsyncSession, name: str = "焊工3班", parts: tuple[Part, ...] = tuple(_HOURS), **changes: object
) -> TrainingClass:
    """Welders of 陵川 for twenty days from the first of December, morning and afternoon."""
    school = (await session.scalars(select(Institution).where(Institution.name == "鑫达职校"))).one_or_none()
    if school is None:
        school = Institution(
            name="鑫达职校", region=LINGCHUAN, address="附城镇", phone="19900009001", occupations=["焊工", "电工"]
        )
        session.add(school)
        await session.flush()
    given = {
        "occupation": "焊工", "level": None, "region": LINGCHUAN, "venue": "实训楼201", "latitude": 35.7752,
        "longitude": 113.2790, "starts": STARTS, "days": 20, "capacity": 40, "teachers": ["冯老师"],
    }  # fmt: skip
    training_class = TrainingClass(institution_id=school.id, name=name, **(given | changes))
    session.add(training_class)
    await session.flush()
    days = [training_class.starts + timedelta(days=number) for number in range(training_class.days)]
    session.add_all(a_sitting(training_class, day, part) for day in days for part in parts)
    await session.flush()
    return training_class


def a_sitting(training_class: TrainingClass, day: date, part: Part) -> Session:
    """Three hours from the usual time on."""
    starts = datetime.combine(day, _HOURS[part], CHINA)
    return Session(
        class_id=training_class.id, day=day, part=part, starts_at=starts, ends_at=starts + timedelta(hours=3)
    )


async def somebody(session: AsyncSession, now: datetime) -> Person:
    """Another person of 陵川's registry."""
    return (await a_worker_of_the_registry(session, now, region=LINGCHUAN, serial=next(_serials))).person


async def a_voucher(
    session: AsyncSession, person: Person, now: datetime, occupation: str = "焊工", level: str = ""
) -> Voucher:
    """A voucher that was issued to a person."""
    scheme = {"焊工": "brand_welder"}.get(occupation, "order_training")
    grant = Grant("lingchuan-2020-62", scheme, occupation, LINGCHUAN, "LC", level=level, most_a_year=3)
    return await voucher_desk.issue(session, person, grant, now, "worker")


async def seated(session: AsyncSession, training_class: TrainingClass, number: int, now: datetime) -> list[Enrolment]:
    """So many people with a seat, or in the queue once it is full."""
    people = [await somebody(session, now) for _ in range(number)]
    return [await enrolling.enrol(session, training_class, person, None, now, "worker") for person in people]
