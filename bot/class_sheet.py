"""A class on one sheet: all that its institution and the office look at before they decide."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from bot.calendars import Month, months
from bot.web.deeds import Deed, deeds
from config.settings import CHINA
from handlers import placement, subsidised
from handlers.context import House
from handlers.placement import Placement
from handlers.subsidised import Subsidy
from knowledge import workdays
from records import audit, clashes, employing, layouts, plans, seats, staff
from records.class_states import CLASS_STATE_NAMES, ClassState
from records.classes import FACTOR_NAMES, Factor, TrainingClass
from records.enrolments import Enrolment
from records.institutions import Institution
from records.people import Person
from records.plans import Element
from records.sessions import Session

STEPS = ["草稿", "待审批", "已批准", "结业", "上交"]
_STEP = {
    ClassState.DRAFT: 0,
    ClassState.RETURNED: 0,
    ClassState.SUBMITTED: 1,
    ClassState.APPROVED: 2,
    ClassState.ENDED: 3,
    ClassState.HANDED_IN: len(STEPS),
}
_TONES = {
    ClassState.SUBMITTED: "warn",
    ClassState.RETURNED: "warn",
    ClassState.APPROVED: "good",
    ClassState.ENDED: "info",
    ClassState.HANDED_IN: "info",
}
DEEDS = {
    "class:plan:draft": "写计划",
    "class:plan:revise": "改计划",
    "class:plan:submit": "提交审批",
    "class:plan:approve": "批准开班",
    "class:capacity:set": "改名额",
    "class:plan:return": "退回",
    "class:plan:cancel": "取消",
    "class:timetable:lay": "排课程表",
    "class:session:move": "改课",
    "class:session:cancel": "取消一节课",
    "class:register:anchor": "封存考勤",
}
_BEFORE_IT_IS_TAUGHT = (ClassState.DRAFT, ClassState.RETURNED, ClassState.SUBMITTED)


@dataclass(frozen=True)
class Sheet:
    """Everything about one class, as both sides see it."""

    training_class: TrainingClass
    institution: Institution
    sittings: Sequence[Session]
    months: Sequence[Month]
    roster: Sequence[tuple[Enrolment, Person]]
    elements: Sequence[Element]  # what the office needs before it approves
    warnings: Sequence[str]
    subsidy: Subsidy | None
    subsidy_standing: str
    placement: Placement | None  # how many found work, once it is over
    trail: Sequence[Deed]

    @property
    def step(self) -> int | None:
        """The number of the step at which the class stands; None for one that was given up."""
        return _STEP.get(ClassState(self.training_class.state))

    @property
    def is_complete(self) -> bool:
        """Is everything there that the office needs?"""
        return all(each.is_there for each in self.elements)

    @property
    def held(self) -> list[Session]:
        """The sessions that were not cancelled."""
        return [each for each in self.sittings if each.cancelled_at is None]

    @property
    def factors(self) -> str:
        """6位签到码＋现场位置"""
        return "＋".join(FACTOR_NAMES[Factor(each)] for each in self.training_class.factors)


def state(value: str) -> str:
    """待审批"""
    return CLASS_STATE_NAMES[ClassState(value)]


def tone(value: str) -> str:
    """The colour of a class's state: amber where somebody must act, green while it may be taught."""
    return _TONES.get(ClassState(value), "quiet")


async def sheet(session: AsyncSession, house: House, training_class: TrainingClass, now: datetime) -> Sheet:
    """Gather the sheet of a class."""
    today = now.astimezone(CHINA).date()
    sittings = await layouts.of_class(session, training_class.id)
    subsidy = subsidised.subsidised(
        house.shelf, training_class.region, training_class.occupation, training_class.days, today
    )
    is_planned = training_class.state in _BEFORE_IT_IS_TAUGHT
    return Sheet(
        training_class=training_class,
        institution=await session.get_one(Institution, training_class.institution_id),
        sittings=sittings,
        months=months(sittings, today),
        roster=await seats.roster(session, training_class.id),
        elements=await plans.elements(session, training_class) if is_planned else [],
        warnings=await _warnings(session, training_class, sittings) if is_planned else [],
        subsidy=subsidy,
        subsidy_standing=await subsidised.standing(session, subsidy, today) if subsidy else "",
        placement=await _placement(session, house, training_class),
        trail=await _trail(session, training_class, sittings),
    )


async def _placement(session: AsyncSession, house: House, training_class: TrainingClass) -> Placement | None:
    if training_class.state not in employing.TAUGHT:
        return None
    return placement.placement(house.shelf, training_class, await employing.count(session, training_class))


async def _warnings(session: AsyncSession, training_class: TrainingClass, sittings: Sequence[Session]) -> list[str]:
    unknown = workdays.unpublished(sitting.day for sitting in sittings)
    years = [f"{year}年的放假安排还没公布，除了固定的节日都按平常的周排，公布后请再看一遍。" for year in unknown]
    return years + [f"{clash.said}，请看看要不要错开。" for clash in await clashes.of(session, training_class)]


async def _trail(session: AsyncSession, training_class: TrainingClass, sittings: Sequence[Session]) -> list[Deed]:
    entries = await audit.history(session, training_class.thing, *(sitting.thing for sitting in sittings))
    return deeds([entry for entry in entries if entry.event in DEEDS], await staff.names(session), DEEDS)
