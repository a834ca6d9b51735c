"""A class that was taught: its school's trainer, the office that looks on, trainees, sessions that are over."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import count

from sqlalchemy.ext.asyncio import AsyncSession

from config.settings import CHINA
from records import people, register, voucher_desk
from records.classes import TrainingClass
from records.enrolments import Enrolment
from records.id_number import read
from records.institutions import Institution
from records.marks import Mark, Status
from records.people import Person, Source
from records.register import Entry
from records.sessions import Part, Session
from records.staff import Role, Staff
from records.voucher_desk import Grant
from records.vouchers import Voucher
from tests.office import an_account
from tests.seeds import an_id_number

GUXIAN = "141025"
NAMES = ("李秀英", "王建国", "张桂兰", "赵小军", "刘玉芳", "陈志强")
PARTS = (Part.MORNING, Part.AFTERNOON)
_numbers = count(1)


@dataclass(frozen=True)
class Taught:
    """A class with everybody who has to do with it."""

    training_class: TrainingClass
    sittings: list[Session]
    enrolments: list[Enrolment]
    persons: list[Person]
    trainer: Staff
    clerk: Staff
    approver: Staff


async def a_taught_class(
    session: AsyncSession,
    now: datetime,
    *,
    trainees: int = 3,
    days: int = 2,
    sign_out: bool = False,
    name: str = "焊工3班",
) -> Taught:
    """A welders' class of 古县 whose last session ended two hours ago, as it were; nobody has a mark yet."""
    number = next(_numbers)
    school = Institution(name=f"鑫达职校{number}", region=GUXIAN, address="古县城关", occupations=["焊工"])
    session.add(school)
    await session.flush()
    trainer = await an_account(session, f"trainer{number}", Role.TRAINER, now=now, name="韩师傅", region=GUXIAN)
    trainer.institution_id = school.id
    clerk = await an_account(session, f"clerk{number}", Role.CLERK, now=now, name="张晓梅", region=GUXIAN)
    approver = await an_account(session, f"approver{number}", Role.APPROVER, now=now, name="李建军", region=GUXIAN)
    first = now.astimezone(CHINA).date() - timedelta(days=days)
    welders = TrainingClass(
        institution_id=school.id, name=name, occupation="焊工", region=GUXIAN, venue="实训楼201", latitude=36.2668,
        longitude=111.9201, starts=first, days=days, sign_out=sign_out, capacity=60,
    )  # fmt: skip
    session.add(welders)
    await session.flush()
    sittings = [_a_session(welders, now, days - day, part) for day in range(days) for part in PARTS]
    persons = [await a_trainee(session, number * 10 + place, now) for place in range(trainees)]
    enrolments = [Enrolment(class_id=welders.id, person_id=person.id, enrolled_at=now) for person in persons]
    session.add_all([*sittings, *enrolments])
    await session.flush()
    return Taught(welders, sittings, enrolments, persons, trainer, clerk, approver)


async def renewed(session: AsyncSession, taught: Taught) -> Taught:
    """The same class as another unit reads it."""
    for each in (taught.training_class, *taught.sittings, *taught.enrolments, *taught.persons):
        session.add(each)
        await session.refresh(each)
    return taught


async def a_trainee(session: AsyncSession, serial: int, now: datetime) -> Person:
    """A person of the registry; the serial makes his name and number."""
    number = read(an_id_number(serial=serial % 1000, county=f"1410{25 + serial // 1000}"), now.date())
    name = NAMES[serial % len(NAMES)]
    return await people.register(session, name, number, GUXIAN, Source.REGISTRY, now, phone=f"138{serial:08d}")


async def a_mark(
    session: AsyncSession, taught: Taught, sitting: int, trainee: int, status: Status, now: datetime
) -> Mark:
    """One trainee's mark at one session."""
    entry = Entry(status, "teacher", now, now, taught.trainer.actor, f"mark:{sitting}:{trainee}")
    mark, _ = await register.enter(session, taught.sittings[sitting], taught.enrolments[trainee], entry)
    return mark


async def all_marks(session: AsyncSession, taught: Taught, now: datetime) -> None:
    """Everybody was there, always."""
    for sitting in range(len(taught.sittings)):
        for trainee in range(len(taught.enrolments)):
            await a_mark(session, taught, sitting, trainee, Status.PRESENT, now)


async def a_voucher(session: AsyncSession, person: Person, now: datetime, occupation: str = "焊工") -> Voucher:
    """A voucher of 古县 that its person may use."""
    grant = Grant("guxian-2024-15", "order_training", occupation, GUXIAN, "GX")
    return await voucher_desk.issue(session, person, grant, now, "worker")


def _a_session(training_class: TrainingClass, now: datetime, days_ago: int, part: Part) -> Session:
    day = now.astimezone(CHINA).date() - timedelta(days=days_ago)
    begins = datetime.combine(day, datetime.min.time(), CHINA) + timedelta(hours=8 if part is Part.MORNING else 14)
    return Session(
        class_id=training_class.id, day=day, part=part, starts_at=begins, ends_at=begins + timedelta(hours=3)
    )
