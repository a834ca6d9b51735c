"""What stands between a worker and a class, each in one sentence; nothing listed means that he may enrol."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy.ext.asyncio import AsyncSession

from config.settings import CHINA
from handlers import entitlement, wording
from handlers.entitlement import Option
from handlers.message import Citation
from knowledge.conditions import Check
from knowledge.shelf import Shelf
from records import enrolling
from records.classes import TrainingClass
from records.overlaps import overlap, told
from records.people import Person, Source

UNREGISTERED = "您不在县劳动力档案里，公费班要先登记。回复“人工”，工作人员核对身份证后给您登记。"


async def obstacles(
    session: AsyncSession, shelf: Shelf, training_class: TrainingClass, person: Person, now: datetime
) -> list[str]:
    """Why a person may not join a class, as the registry, his trainings and the documents in force there say.

    What only he can tell, as his group, is asked when he applies for a voucher. Who is in the class already may stay.
    """
    enrolment = await enrolling.of(session, training_class, person)
    if enrolment is not None and enrolment.is_in:
        return []
    found = [] if person.source == Source.REGISTRY else [UNREGISTERED]
    if other := await overlap(session, training_class, person.id, now):
        found.append(f"{told(other)}，和这个班时间撞上了。")
    today = now.astimezone(CHINA).date()
    if (option := await _option(session, shelf, training_class, person, today)) is not None:
        found += [_said(option, check) for check in option.obstacles if check.fact != "group"]
    return found


async def _option(
    session: AsyncSession, shelf: Shelf, training_class: TrainingClass, person: Person, today: date
) -> Option | None:
    """The scheme that would pay for him in this class, as a voucher is screened."""
    level = {"level": training_class.level} if training_class.level else {}
    held = await entitlement.grounds(session, shelf, training_class.region, today)
    found = await entitlement.options(session, held, person, today, training_class.occupation, level)
    return found[0] if found else None


def _said(option: Option, check: Check) -> str:
    """一年一般不超过3次：今年3次已用满，明年1月1日起重新算。依据：…"""
    why = "：".join(part for part in (check.say, check.gap or check.lack) if part)
    return f"{why}。{wording.basis([Citation(option.ground.policy.name, check.at)])}"
