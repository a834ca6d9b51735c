"""Finding classes: those an account may see, by state, institution, occupation and place, a page at a time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from records.audience import place
from records.class_states import ClassState
from records.classes import TrainingClass
from records.enrolments import Enrolment, Seating
from records.institutions import Institution
from records.staff import Staff
from records.trainers import OFFICE, visible


@dataclass(frozen=True)
class Wanted:
    """What classes are looked for; what is left empty does not narrow."""

    state: str = ""
    institution: int | None = None
    occupation: str = ""
    region: str = ""
    words: str = ""  # of the name


@dataclass(frozen=True)
class Found:
    """A class with whose it is and how many have a seat in it."""

    training_class: TrainingClass
    institution: Institution
    seated: int


async def search(
    session: AsyncSession, account: Staff, wanted: Wanted, offset: int, most: int
) -> tuple[Sequence[Found], int]:
    """One page of the classes found, the latest to begin first, and the number of all."""
    matching = _matching(account, wanted)
    total = (await session.scalars(select(func.count()).select_from(TrainingClass).where(*matching))).one()
    rows = _with_seats().where(*matching).order_by(TrainingClass.starts.desc(), TrainingClass.id.desc())
    return await _found(session, rows.offset(offset).limit(most)), total


async def to_judge(session: AsyncSession, account: Staff) -> Sequence[Found]:
    """The classes that wait for the office's approval, who has waited longest first."""
    waiting = _matching(account, Wanted(state=ClassState.SUBMITTED))
    return await _found(session, _with_seats().where(*waiting).order_by(TrainingClass.submitted_at, TrainingClass.id))


async def occupations(session: AsyncSession, account: Staff) -> list[str]:
    """The occupations of the classes that an account may see."""
    rows = select(TrainingClass.occupation).where(*_matching(account, Wanted())).distinct()
    return list(await session.scalars(rows.order_by(TrainingClass.occupation)))


async def regions(session: AsyncSession, account: Staff) -> list[str]:
    """The places of the classes that an account may see."""
    rows = select(TrainingClass.region).where(*_matching(account, Wanted())).distinct()
    return list(await session.scalars(rows.order_by(TrainingClass.region)))


def _matching(account: Staff, wanted: Wanted) -> list[ColumnElement[bool]]:
    conditions = [visible(account)]
    if account.holds(*OFFICE):  # a draft is nobody's business but its institution's
        is_own = TrainingClass.institution_id == account.institution_id
        conditions.append(or_(TrainingClass.state != ClassState.DRAFT, is_own))
    if wanted.state:
        conditions.append(TrainingClass.state == wanted.state)
    if wanted.institution is not None:
        conditions.append(TrainingClass.institution_id == wanted.institution)
    if wanted.occupation:
        conditions.append(TrainingClass.occupation == wanted.occupation)
    if wanted.region:
        conditions.append(TrainingClass.region.startswith(place(wanted.region)))
    if wanted.words:
        conditions.append(TrainingClass.name.contains(wanted.words, autoescape=True))
    return conditions


def _with_seats() -> Select[Any]:
    seated = (
        select(func.count())
        .where(Enrolment.class_id == TrainingClass.id, Enrolment.seating == Seating.SEATED)
        .scalar_subquery()
    )
    return select(TrainingClass, Institution, seated).join(Institution, Institution.id == TrainingClass.institution_id)


async def _found(session: AsyncSession, rows: Select[Any]) -> Sequence[Found]:
    return [Found(*row) for row in await session.execute(rows)]
