"""Which certificates there are: of a class, of a person, of a place, and one with its file for who may see it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, false, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from records.audience import place
from records.certificates import Certificate
from records.classes import TrainingClass
from records.enrolments import Enrolment
from records.errors import Refused
from records.people import Person
from records.staff import Staff
from records.trainers import OFFICE


@dataclass(frozen=True)
class Wanted:
    """What a list is narrowed to; empty does not narrow."""

    kind: str = ""
    skill: str = ""
    words: str = ""  # in the number, the occupation or the masked name


@dataclass(frozen=True)
class Held:
    """A certificate with its holder, and the class that led to it where there is one."""

    certificate: Certificate
    person: Person
    training_class: TrainingClass | None


async def of_class(session: AsyncSession, training_class: TrainingClass) -> dict[int, Certificate]:
    """The certificates that a class led to, by enrolment."""
    mine = select(Certificate).join(Enrolment, Enrolment.id == Certificate.enrolment_id)
    found = await session.scalars(mine.where(Enrolment.class_id == training_class.id).order_by(Certificate.id))
    return {each.enrolment_id: each for each in found if each.enrolment_id is not None}


async def of_person(session: AsyncSession, person: Person) -> list[Certificate]:
    """A person's certificates, the one that was issued first on top."""
    mine = select(Certificate).where(Certificate.person_id == person.id)
    return list(await session.scalars(mine.order_by(Certificate.issued_on, Certificate.id)))


async def certificate_for(session: AsyncSession, certificate_id: int, account: Staff) -> Held:
    """The certificate with this key; Refused for an account that it is no business of."""
    rows = await session.execute(_held().where(Certificate.id == certificate_id, _visible(account)))
    if (row := rows.one_or_none()) is None:
        raise Refused("没有这本证书，或者它不归您管。请从证书列表里点进去。")
    return Held(*row)


async def search(
    session: AsyncSession, account: Staff, wanted: Wanted, offset: int, most: int
) -> tuple[Sequence[Held], int]:
    """One page of the certificates found, the last entered first, and the number of all."""
    matching = _matching(account, wanted)
    counted = select(func.count()).select_from(_held().where(*matching).subquery())
    rows = _held().where(*matching).order_by(Certificate.id.desc()).offset(offset).limit(most)
    return [Held(*row) for row in await session.execute(rows)], (await session.scalars(counted)).one()


def _held() -> Select[Certificate, Person, TrainingClass]:
    return (
        select(Certificate, Person, TrainingClass)
        .join(Person, Person.id == Certificate.person_id)
        .outerjoin(Enrolment, Enrolment.id == Certificate.enrolment_id)
        .outerjoin(TrainingClass, TrainingClass.id == Enrolment.class_id)
    )


def _visible(account: Staff) -> ColumnElement[bool]:
    """The office sees its place's people and classes, a trainer his institution's classes."""
    if account.institution_id is None and account.holds(*OFFICE):
        here = place(account.region)
        return or_(Person.region.startswith(here), TrainingClass.region.startswith(here))
    return TrainingClass.institution_id == account.institution_id if account.institution_id else false()


def _matching(account: Staff, wanted: Wanted) -> list[ColumnElement[bool]]:
    conditions = [_visible(account)]
    if wanted.kind:
        conditions.append(Certificate.kind == wanted.kind)
    if wanted.skill:
        conditions.append(Certificate.skill == wanted.skill)
    if words := wanted.words.strip():
        columns = Certificate.number, Certificate.occupation, Person.name_masked
        plain = words.upper().replace(" ", "")
        conditions.append(or_(*(column.contains(plain, autoescape=True) for column in columns)))
    return conditions
