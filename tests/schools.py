"""A training school to test with: its trainers, its plans, a class that lacks nothing."""

from __future__ import annotations

from datetime import date, datetime, time
from itertools import count

from sqlalchemy.ext.asyncio import AsyncSession

from handlers import training_days
from handlers.training_days import Pace
from records import layouts, planning
from records.classes import Factor, TrainingClass
from records.enrolments import Enrolment
from records.institutions import Institution
from records.layouts import Hours
from records.plans import Plan
from records.sessions import Part
from records.staff import Role, Staff
from tests.office import a_person, an_account

GUXIAN = "141025"
STARTS = date(2026, 12, 1)  # a Tuesday
HOURS = {Part.MORNING: Hours(time(8, 30), time(11, 30)), Part.AFTERNOON: Hours(time(14), time(17))}
_numbers = count(1)


async def a_school(session: AsyncSession, name: str = "", **changes: object) -> Institution:
    """A school of 古县 that may teach welders and electricians."""
    given = {"region": GUXIAN, "address": "古县岳阳镇", "occupations": ["焊工", "电工"]}
    school = Institution(name=name or f"鑫达职校{next(_numbers)}", **(given | changes))
    session.add(school)
    await session.flush()
    return school


async def a_trainer(
    session: AsyncSession, school: Institution, now: datetime, login: str = "", name: str = ""
) -> Staff:
    """An account of the school's trainer."""
    number = next(_numbers)
    account = await an_account(
        session, login or f"trainer{number}", Role.TRAINER, now=now, name=name or "冯老师", region=school.region
    )
    account.institution_id = school.id
    await session.flush()
    return account


def a_plan(**changes: object) -> Plan:
    """Welders for 25 days from the first of December, with everything that the office wants."""
    given: dict[str, object] = {
        "name": "焊工5班",
        "occupation": "焊工",
        "level": "初级工",
        "region": GUXIAN,
        "venue": "实训楼201",
        "latitude": 36.2668,
        "longitude": 111.9201,
        "starts": STARTS,
        "days": 25,
        "capacity": 40,
        "factors": (Factor.CODE, Factor.PLACE),
        "teachers": ("冯老师", "李老师"),
        "plan": "前10天安全和基本操作，后15天平焊、立焊实训。",
        "resources": "《焊工（初级）》教材，焊机20台。",
        "assessment_plan": "理论占40%，实操占60%，双60分合格。",
    }
    return Plan(**(given | changes))  # type: ignore[arg-type]


async def a_laid_out_class(session: AsyncSession, account: Staff, now: datetime, **changes: object) -> TrainingClass:
    """A draft with its timetable, taught on working days."""
    plan = a_plan(**changes)
    training_class = await planning.draft(session, plan, account, now)
    days = training_days.pick(plan.starts, plan.days, Pace.WORKDAYS)
    await layouts.lay_out(session, training_class, days, HOURS, account, now)
    return training_class


async def a_trainee_of(session: AsyncSession, training_class: TrainingClass, now: datetime) -> Enrolment:
    """Somebody with a seat in the class."""
    person = await a_person(session, now, region=training_class.region)
    enrolment = Enrolment(class_id=training_class.id, person_id=person.id, enrolled_at=now)
    session.add(enrolment)
    await session.flush()
    return enrolment


async def a_submitted_class(session: AsyncSession, account: Staff, now: datetime, **changes: object) -> TrainingClass:
    """A class that lacks nothing and waits for the office."""
    training_class = await a_laid_out_class(session, account, now, **changes)
    await a_trainee_of(session, training_class, now)
    await planning.submit(session, training_class, account, now)
    return training_class


async def an_approved_class(session: AsyncSession, account: Staff, now: datetime, **changes: object) -> TrainingClass:
    """A class that may be taught."""
    training_class = await a_submitted_class(session, account, now, **changes)
    approver = await an_account(session, f"approver{next(_numbers)}", Role.APPROVER, now=now, region=GUXIAN)
    await planning.approve(session, training_class, approver, now)
    return training_class
