"""A county on a training day: classes of good and warned schools, trainees who came, were late, on leave, or not there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from config.settings import CHINA
from records import people, register, watching
from records.classes import Factor
from records.enrolments import Seat
from records.id_number import read
from records.institutions import Institution, Standing
from records.marks import Status
from records.people import Person, Source
from records.proofs import Proof
from records.register import Entry
from records.staff import Role, Staff
from tests.halls import GUXIAN, Hall, a_hall, a_mark, an_entry
from tests.office import an_account
from tests.schools import a_trainer
from tests.seeds import an_id_number

NAMES = (
    "李秀英",
    "王建国",
    "张桂兰",
    "赵小军",
    "刘玉芳",
    "陈志强",
    "杨红梅",
    "周海燕",
    "吴国庆",
    "郑丽华",
    "孙大勇",
    "马春生",
)
ONE_DEGREE = 111_195  # metres to the north


@dataclass(frozen=True)
class County:
    """Three classes of today, and who looks on."""

    welders: Hall  # under way since yesterday, with signs
    nurses: Hall  # of a warned school
    drivers: Hall  # of another county
    clerk: Staff
    approver: Staff
    auditor: Staff
    trainer: Staff
    far: Staff

    @property
    def halls(self) -> list[Hall]:
        """Those of 古县."""
        return [self.welders, self.nurses]


async def a_county(session: AsyncSession, now: datetime) -> County:
    """At 10:00; the morning sessions begin then, those of the welders began yesterday."""
    yesterday = now.astimezone(CHINA).date() - timedelta(days=1)
    persons = [await _somebody(session, name, place, now) for place, name in enumerate(NAMES)]
    welders = await a_hall(session, now, people=persons, days=4, starts=yesterday, teachers=["冯老师"])
    nurses = await a_hall(session, now, trainees=5, name="养老护理员1班")
    nurses.training_class.occupation, nurses.training_class.venue = "养老护理员", "护理实训室"
    drivers = await a_hall(session, now, trainees=2, name="叉车工5班")
    drivers.training_class.region = "140524"
    school = await session.get_one(Institution, nurses.training_class.institution_id)
    school.standing = Standing.WARNED
    await _yesterday(session, welders)
    own = await session.get_one(Institution, welders.training_class.institution_id)
    return County(
        welders,
        nurses,
        drivers,
        await an_account(session, "zhang", Role.CLERK, now=now, name="张晓梅", region=GUXIAN),
        await an_account(session, "li", Role.APPROVER, now=now, name="李建军", region=GUXIAN),
        await an_account(session, "wu", Role.AUDITOR, now=now, name="吴审计", region=GUXIAN),
        await a_trainer(session, own, now, "feng"),
        await an_account(session, "far", Role.CLERK, now=now, name="远方", region="140524"),
    )


async def comes(
    session: AsyncSession,
    hall: Hall,
    trainee: int,
    now: datetime,
    *,
    sitting: int = 0,
    metres: int = 30,
    device: str = "",
) -> None:
    """A trainee offers code and place, and has his mark; the signs are looked for as they are in earnest."""
    seat = hall.seat(trainee, sitting)
    for factor in (Factor.CODE, Factor.PLACE):
        await _offers(session, seat, factor, now, metres if factor is Factor.PLACE else None, device)
    await a_mark(session, hall, trainee, Status.PRESENT, now, sitting)


async def corrected(session: AsyncSession, hall: Hall, trainee: int, to: Status, account: Staff, now: datetime) -> None:
    """The trainer puts a mark of the first session right."""
    seat = hall.seat(trainee)
    mark = await register.latest(session, seat.session, seat.enrolment, an_entry(to, now).side)
    assert mark is not None
    entry = Entry(to, "teacher", now, now, account.actor, f"right-{mark.id}")
    await register.correct(session, mark, entry, "点错了人")


async def _offers(
    session: AsyncSession, seat: Seat, factor: Factor, now: datetime, metres: int | None, device: str
) -> None:
    venue, inside = seat.training_class, metres is None or metres <= seat.training_class.radius
    proof = Proof(
        enrolment_id=seat.enrolment.id, session_id=seat.session.id, factor=factor, at=now, received_at=now,
        taken=inside, why="" if inside else "outside", distance=metres, channel="page",
        latitude=venue.latitude + metres / ONE_DEGREE * 0.8 if metres is not None else None,
        longitude=venue.longitude + metres / ONE_DEGREE * 0.74 if metres is not None else None,
        accuracy=20.0 if metres is not None else None, device=device or f"phone {seat.enrolment.person_id}",
        message_id=f"{factor}-{seat.session.id}-{seat.enrolment.id}",
    )  # fmt: skip
    session.add(proof)
    await session.flush()
    await watching.look(session, seat, proof)


async def _yesterday(session: AsyncSession, hall: Hall) -> None:
    statuses: Sequence[Status] = (
        Status.PRESENT,
        Status.LATE,
        Status.LEAVE,
        Status.PRESENT,
        Status.MADE_UP,
        Status.PRESENT,
    )
    for number, sitting in enumerate(hall.sittings[:2]):
        for trainee in range(len(hall.enrolments) - 1):
            at = sitting.starts_at - timedelta(minutes=5)
            await a_mark(session, hall, trainee, statuses[(trainee + number) % len(statuses)], at, number)


async def _somebody(session: AsyncSession, name: str, serial: int, now: datetime) -> Person:
    number = read(an_id_number(serial=serial + 1, county="140123"), now.date())
    return await people.register(session, name, number, GUXIAN, Source.REGISTRY, now)
