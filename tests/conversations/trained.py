"""A trainer before his talk begins: his account, his phone, and his trainees, as the talk's YAML tells."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from itertools import count

from sqlalchemy.ext.asyncio import AsyncSession

from config.settings import CHINA
from records import excusing, people, register
from records.classes import TrainingClass
from records.enrolments import Enrolment, Seat
from records.excuses import Wish
from records.followers import Follower
from records.id_number import read
from records.institutions import Institution
from records.marks import Status
from records.people import Source
from records.register import Entry
from records.sessions import Session
from tests.schools import a_trainer
from tests.seeds import an_id_number

_WISHES = {"请假": Wish.LEAVE, "补签": Wish.MAKE_UP}
_serials = count(600)


async def teach(
    session: AsyncSession,
    school: Institution,
    follower: Follower,
    trainees: Mapping[str, list[str]],
    classes: Mapping[str, TrainingClass],
    sessions: Mapping[str, list[Session]],
    now: datetime,
) -> None:
    """The follower is the school's trainer; 张三, 张三 到8:26 and 张三 请假：孩子病了 sit in his classes."""
    trainer = await a_trainer(session, school, now)
    follower.person_id, follower.staff_id = None, trainer.id
    for name, lines in trainees.items():
        for line in lines:
            await _seat(session, line, classes[name], sessions[name], now)


async def _seat(
    session: AsyncSession, line: str, training_class: TrainingClass, sittings: list[Session], now: datetime
) -> None:
    name, _, told = line.partition(" ")
    number = read(an_id_number(serial=next(_serials)), now.date())
    person = await people.register(session, name, number, training_class.region, Source.REGISTRY, now)
    enrolment = Enrolment(class_id=training_class.id, person_id=person.id, enrolled_at=now)
    session.add(enrolment)
    await session.flush()
    if told.startswith("到"):
        at = datetime.fromisoformat(f"{sittings[0].day} {told[1:]:0>5}").replace(tzinfo=CHINA)
        entry = Entry(Status.PRESENT, "qr", at, at, "worker", f"talk-{enrolment.id}")
        await register.enter(session, sittings[0], enrolment, entry)
    elif told:
        wish, _, reason = told.partition("：")
        seat = Seat(enrolment, training_class, sittings[0])
        await excusing.ask(session, seat, _WISHES[wish], reason, now)
