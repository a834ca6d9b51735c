"""A hall to test with: a class of so many trainees and its sessions, the first of them today, and nobody's mark yet."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from itertools import count

from sqlalchemy.ext.asyncio import AsyncSession

from config.settings import CHINA
from records import register
from records.classes import TrainingClass
from records.enrolments import Enrolment, Seat
from records.institutions import Institution
from records.marks import Mark, Status
from records.people import Person
from records.register import Entry
from records.sessions import Part, Session
from tests.office import a_person

GUXIAN = "141025"
_BEGINS = {Part.MORNING: time(10), Part.AFTERNOON: time(14)}  # the tests' clock stands at ten
_numbers = count(1)


@dataclass(frozen=True)
class Hall:
    """A class with its sessions and trainees, in order."""

    training_class: TrainingClass
    sittings: list[Session]
    enrolments: list[Enrolment]

    def seat(self, trainee: int, sitting: int = 0) -> Seat:
        """One trainee's seat at one session."""
        return Seat(self.enrolments[trainee], self.training_class, self.sittings[sitting])


async def a_hall(
    session: AsyncSession,
    now: datetime,
    *,
    trainees: int = 3,
    days: int = 1,
    people: list[Person] | None = None,
    **changes: object,
) -> Hall:
    """Welders of 古县, morning and afternoon, within 200 metres of the workshop."""
    number = next(_numbers)
    school = Institution(name=f"鑫达职校第{number}分校", region=GUXIAN, address="古县城关", occupations=["焊工"])
    session.add(school)
    await session.flush()
    today = now.astimezone(CHINA).date()
    given = {"name": "焊工3班", "latitude": 36.2668, "longitude": 111.9201, "days": days, "starts": today}
    welders = TrainingClass(
        institution_id=school.id, occupation="焊工", region=GUXIAN, venue="实训楼201", **(given | changes)
    )
    session.add(welders)
    await session.flush()
    came = people or [await a_person(session, now, region=GUXIAN) for _ in range(trainees)]
    enrolments = [Enrolment(class_id=welders.id, person_id=person.id, enrolled_at=now) for person in came]
    sittings = [a_sitting(welders, day, part) for day in range(days) for part in _BEGINS]
    session.add_all([*enrolments, *sittings])
    await session.flush()
    return Hall(welders, sittings, enrolments)


def a_sitting(training_class: TrainingClass, number: int, part: Part) -> Session:
    """Three hours of the so-manieth day, counted from 0."""
    day = training_class.starts + timedelta(days=number)
    begins = datetime.combine(day, _BEGINS[part], CHINA)
    return Session(
        class_id=training_class.id, day=day, part=part, starts_at=begins, ends_at=begins + timedelta(hours=3)
    )


def an_entry(status: Status, now: datetime, actor: str = "worker", key: str = "m-1") -> Entry:
    """What is entered for somebody who sent the code and his place."""
    return Entry(status, "code+place", now, now, actor, key)


async def a_mark(
    session: AsyncSession, hall: Hall, trainee: int, status: Status, now: datetime, sitting: int = 0
) -> Mark:
    """One trainee's mark at one session."""
    seat = hall.seat(trainee, sitting)
    told = an_entry(status, now, key=f"{status}-{seat.session.id}-{seat.enrolment.id}")
    return (await register.enter(session, seat.session, seat.enrolment, told))[0]
