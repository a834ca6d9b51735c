"""Vacancies: classes that can be joined, with the seats that are left."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import ColumnElement, Select, case, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from records.audience import place
from records.class_states import ClassState
from records.classes import TrainingClass
from records.enrolments import TAKING, Enrolment, Seating
from records.institutions import Institution

JOINS_WITHIN = timedelta(days=3)  # after the first day: who comes later has missed too much


@dataclass(frozen=True)
class Vacancy:
    """A class that is open to all, who teaches it, and how full it is."""

    training_class: TrainingClass
    institution: Institution
    seated: int  # seats that are gone, also those held for somebody
    waiting: int

    @property
    def free(self) -> int:
        """Seats that are left; none while others wait for one."""
        return 0 if self.waiting else max(self.training_class.capacity - self.seated, 0)


async def vacancies(
    session: AsyncSession,
    today: date,
    *,
    regions: Sequence[str] = (),
    occupations: Sequence[str] = (),
    since: date | None = None,
    until: date | None = None,
) -> list[Vacancy]:
    """Approved classes that can be joined on a day, full ones too, those that begin first in front.

    `regions` is a place and those above it; also counted are the places below the first. Empty or None is any.
    """
    wanted: list[ColumnElement[bool]] = [TrainingClass.starts >= (today - JOINS_WITHIN if since is None else since)]
    if until is not None:
        wanted.append(TrainingClass.starts <= until)
    if regions:
        below = TrainingClass.region.startswith(place(regions[0]))
        wanted.append(or_(TrainingClass.region.in_(regions), below))
    if occupations:
        wanted.append(TrainingClass.occupation.in_(occupations))
    open_ = TrainingClass.state == ClassState.APPROVED, TrainingClass.starts >= today - JOINS_WITHIN
    rows = await session.execute(_counted().where(*open_, *wanted))
    return [Vacancy(*row) for row in rows]


async def vacancy(session: AsyncSession, class_id: int) -> Vacancy | None:
    """One class, whatever its state."""
    row = (await session.execute(_counted().where(TrainingClass.id == class_id))).one_or_none()
    return Vacancy(*row) if row else None


def _counted() -> Select[TrainingClass, Institution, int, int]:
    def number(*seatings: Seating) -> ColumnElement[int]:
        return func.coalesce(func.sum(case((Enrolment.seating.in_(seatings), 1), else_=0)), 0)

    return (
        select(TrainingClass, Institution, number(*TAKING), number(Seating.WAITING))
        .join(Institution, Institution.id == TrainingClass.institution_id)
        .outerjoin(Enrolment, Enrolment.class_id == TrainingClass.id)
        .group_by(TrainingClass.id, Institution.id)
        .order_by(TrainingClass.starts, TrainingClass.id)
    )
