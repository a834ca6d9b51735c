"""A hall to teach in: a school with its trainer, a class in session, trainees with names and phones."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import count

from sqlalchemy.ext.asyncio import AsyncSession

from config.settings import CHINA
from records import excusing, people, register, seats
from records.classes import Factor, TrainingClass
from records.enrolments import Enrolment
from records.excuses import Excuse, Wish
from records.followers import Follower
from records.id_number import read
from records.marks import Mark, Status
from records.people import Source
from records.register import Entry
from records.sessions import Part, Session
from records.staff import Staff
from records.timetable import Sitting
from tests.office import a_follower
from tests.schools import GUXIAN, a_school, a_trainer
from tests.seeds import an_id_number

NAMES = ("李秀英", "王建国", "张桂兰", "赵小军")
_serials = count(300)


@dataclass(frozen=True)
class Hall:
    """A class in session with everybody in it; enrolments and phones in the order of the names."""

    trainer: Staff
    training_class: TrainingClass
    sitting: Session
    enrolments: Sequence[Enrolment]
    phones: Sequence[Follower]

    @property
    def found(self) -> Sitting:
        """The class and its session."""
        return self.training_class, self.sitting

    @property
    def address(self) -> str:
        """The session's page."""
        return f"/teach/sessions/{self.sitting.id}"

    async def asks(self, session: AsyncSession, number: int, wish: Wish, reason: str, now: datetime) -> Excuse:
        """Let a trainee ask for leave, or for a missed check-in to be made up."""
        seat = await seats.at(session, self.enrolments[number].person_id, self.sitting.id)
        assert seat is not None
        return await excusing.ask(session, seat, wish, reason, now)

    def call(self, number: int, status: str = "present") -> str:
        """What the button of a trainee sends."""
        return f"{self.enrolments[number].id}:{status}"

    async def came(self, session: AsyncSession, number: int, at: datetime) -> Mark:
        """Let a trainee check in with the code."""
        entry = Entry(Status.PRESENT, "code", at, at, "worker", f"hall-{self.enrolments[number].id}")
        return (await register.enter(session, self.sitting, self.enrolments[number], entry))[0]


async def a_hall(
    session: AsyncSession, now: datetime, names: Sequence[str] = NAMES, login: str = "feng", **changes: object
) -> Hall:
    """焊工3班 of a school of 古县: its session begins in ten minutes and takes three hours; the code is asked for."""
    school = await a_school(session)
    trainer = await a_trainer(session, school, now, login=login)
    today = now.astimezone(CHINA).date()
    given = {
        "name": "焊工3班", "occupation": "焊工", "region": GUXIAN, "venue": "实训楼201", "latitude": 36.2668,
        "longitude": 111.9201, "starts": today, "days": 25, "factors": [Factor.CODE], "teachers": ["冯老师"],
    }  # fmt: skip
    training_class = TrainingClass(institution_id=school.id, **(given | changes))
    session.add(training_class)
    await session.flush()
    starts = now + timedelta(minutes=10)
    sitting = Session(
        class_id=training_class.id, day=today, part=Part.MORNING, starts_at=starts, ends_at=starts + timedelta(hours=3)
    )
    session.add(sitting)
    await session.flush()
    enrolments, phones = [], []
    for name in names:
        number = read(an_id_number(serial=next(_serials)), today)
        person = await people.register(session, name, number, GUXIAN, Source.REGISTRY, now)
        enrolments.append(Enrolment(class_id=training_class.id, person_id=person.id, enrolled_at=now))
        phones.append(await a_follower(session, f"phone-{person.id}", now, person))
    session.add_all(enrolments)
    await session.flush()
    return Hall(trainer, training_class, sitting, enrolments, phones)
