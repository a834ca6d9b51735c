"""What an end-to-end test finds in the county: a worker of the registry, a class in session, a policy in force."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import count

from sqlalchemy.ext.asyncio import AsyncSession

from config.settings import CHINA
from records import extensions, people
from records.classes import TrainingClass
from records.enrolments import Enrolment, Seat
from records.id_number import check_character, read
from records.institutions import Institution
from records.people import Person, Source
from records.sessions import Part, Session
from records.staff import Role
from tests.office import an_account

_schools = count(1)


@dataclass(frozen=True)
class Worker:
    """A person with the number that only a test may know."""

    person: Person
    id_number: str


def an_id_number(born: date = date(1988, 5, 6), serial: int = 12, county: str = "141025") -> str:
    """A valid ID number of nobody."""
    first17 = f"{county}{born:%Y%m%d}{serial:03d}"
    return first17 + check_character(first17)


async def a_worker_of_the_registry(
    session: AsyncSession, now: datetime, name: str = "李秀英", region: str = "141025", serial: int = 12
) -> Worker:
    """A farm worker whom the county's registry knows."""
    number = read(an_id_number(serial=serial), now.date())
    person = await people.register(session, name, number, region, Source.REGISTRY, now)
    await people.join(session, person, "农村转移就业劳动者", "村委会证明", date(2024, 1, 1))
    return Worker(person, number.value)


async def a_policy_that_goes_on(session: AsyncSession, now: datetime, policy_id: str = "guxian-2024-15") -> None:
    """An approved extension, so that vouchers can be issued."""
    clerk = await an_account(session, "clerk-extends", Role.CLERK, now=now)
    approver = await an_account(session, "approver-extends", Role.APPROVER, now=now)
    until = now.date() + timedelta(days=365)
    extension = await extensions.record(session, policy_id, "新方案未出台", "县人社局会议纪要", until, clerk, now)
    await extensions.approve(session, extension, approver, now)


async def a_class_in_session(session: AsyncSession, worker: Worker, now: datetime) -> Seat:
    """A welders' class that asks for code and place, with this worker in it; its session begins in ten minutes."""
    school = Institution(name="鑫达职校", region="141025", address="古县城关", occupations=["焊工"])
    session.add(school)
    await session.flush()
    today = now.astimezone(CHINA).date()
    welders = TrainingClass(
        institution_id=school.id, name="焊工3班", occupation="焊工", region="141025", venue="实训楼201",
        latitude=36.2668, longitude=111.9201, starts=today, days=25,
    )  # fmt: skip
    session.add(welders)
    await session.flush()
    sitting = Session(
        class_id=welders.id, day=today, part=Part.MORNING,
        starts_at=now + timedelta(minutes=10), ends_at=now + timedelta(hours=3),
    )  # fmt: skip
    enrolment = Enrolment(class_id=welders.id, person_id=worker.person.id, enrolled_at=now)
    session.add_all([sitting, enrolment])
    await session.flush()
    return Seat(enrolment, welders, sitting)


async def a_class_of(
    session: AsyncSession, now: datetime, name: str = "焊工3班", region: str = "141025"
) -> TrainingClass:
    """A class of an institution of its own that begins today, without sessions."""
    school = Institution(name=f"学校{next(_schools)}", region=region, address="城关", occupations=["焊工"])
    session.add(school)
    await session.flush()
    made = TrainingClass(
        institution_id=school.id, name=name, occupation="焊工", region=region, venue="实训楼201",
        latitude=36.2668, longitude=111.9201, starts=now.astimezone(CHINA).date(), days=25,
    )  # fmt: skip
    session.add(made)
    await session.flush()
    return made
