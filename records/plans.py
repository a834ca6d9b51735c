"""A class's plan: what an institution writes, what it must be like, and what is still lacking for the office."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import date, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from records.classes import Factor, TrainingClass
from records.enrolments import Enrolment, Seating
from records.errors import Refused
from records.institutions import STANDING_NAMES, Institution, Standing
from records.sessions import Session

MOST_DAYS = 120
MOST_SEATS = 200
NEAREST, FARTHEST = 50, 2000  # metres of the fence
MOST_MADE_UP = 10
AHEAD = timedelta(days=365)


@dataclass(frozen=True)
class Plan:
    """A class as its institution plans it; the texts at the end may come later, before it is submitted."""

    name: str
    occupation: str
    region: str  # GB/T 2260
    venue: str
    latitude: float  # GCJ-02, degrees
    longitude: float
    starts: date
    days: int
    capacity: int
    factors: tuple[Factor, ...]  # all are asked for
    level: str | None = None
    radius: int = 200  # metres
    sign_out: bool = False
    made_up_most: int = 3
    teachers: tuple[str, ...] = ()
    plan: str = ""
    resources: str = ""
    assessment_plan: str = ""

    @classmethod
    def of(cls, training_class: TrainingClass) -> Plan:
        """The plan of a class as it stands."""
        given = {each.name: getattr(training_class, each.name) for each in fields(cls)}
        factors = tuple(Factor(each) for each in training_class.factors)
        return cls(**given | {"factors": factors, "teachers": tuple(training_class.teachers)})

    def kept(self) -> dict[str, Any]:
        """The columns of the class."""
        return vars(self) | {"factors": list(self.factors), "teachers": list(self.teachers)}

    def check(self, institution: Institution, today: date) -> None:
        """Refused when the institution may not teach this, or a day or a number is out of all reason."""
        may_open(institution, self.occupation)
        if not today <= self.starts <= today + AHEAD:
            raise Refused(f"开课日期要在今天到一年之内，您填的是{_day(self.starts)}，请改一下。")
        for name, value, least, most in (
            ("培训天数", self.days, 1, MOST_DAYS),
            ("名额", self.capacity, 1, MOST_SEATS),
            ("签到范围（米）", self.radius, NEAREST, FARTHEST),
            ("补签次数", self.made_up_most, 0, MOST_MADE_UP),
        ):
            if not least <= value <= most:
                raise Refused(f"{name}要在{least}到{most}之间，您填的是{value}，请改一下。")
        if not self.factors:
            raise Refused("请选学员怎么签到。")


def may_open(institution: Institution, occupation: str) -> None:
    """Refused unless the institution is on the list and the occupation among those it may teach."""
    if institution.standing == Standing.REMOVED:
        raise Refused(f"“{institution.name}”{STANDING_NAMES[Standing.REMOVED]}，不能再开新班。有疑问请找县人社局。")
    if not institution.may_teach(occupation):
        may = "、".join(institution.occupations) or "还没有"
        raise Refused(f"“{institution.name}”没有被允许教{occupation}，现在能教的：{may}。要加工种请找县人社局。")


@dataclass(frozen=True)
class Element:
    """One thing that the office needs for its approval."""

    words: str
    is_there: bool


async def elements(session: AsyncSession, training_class: TrainingClass) -> list[Element]:
    """What the office needs for its approval: 古人社发〔2024〕15号 六（二）, and the days that the plan names."""
    laid = select(func.count(Session.day.distinct())).where(Session.class_id == training_class.id)
    days = (await session.scalars(laid.where(Session.cancelled_at.is_(None)))).one()
    seated = Enrolment.class_id == training_class.id, Enrolment.seating == Seating.SEATED
    roster = (await session.scalars(select(func.count()).where(*seated))).one()
    return [
        Element(f"学员花名册（{f'{roster}人' if roster else '还没有学员'}）", roster > 0),
        Element(f"课程表（计划{training_class.days}天，排了{days}天）", days == training_class.days),
        Element("教学计划", bool(training_class.plan.strip())),
        Element("授课老师", bool(training_class.teachers)),
        Element("教学资源", bool(training_class.resources.strip())),
        Element("考核方案", bool(training_class.assessment_plan.strip())),
    ]


def _day(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"
