"""Finding vouchers: those of an account's place, by what is known of them, a page at a time, and one with its class."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from records import voucher_paths
from records.audience import place
from records.classes import TrainingClass
from records.enrolments import Enrolment
from records.errors import Refused
from records.institutions import Institution
from records.people import Person
from records.staff import Staff
from records.voucher_states import UNUSED
from records.vouchers import Voucher

_ID_NUMBER = re.compile(r"\d{17}[\dX]")
_NUMBER = re.compile(r"[A-Z0-9-]{4,14}")


@dataclass(frozen=True)
class Wanted:
    """What vouchers are looked for; what is left empty does not narrow."""

    state: str = ""
    occupation: str = ""
    region: str = ""
    period: str = ""  # 2026 or 2026-11, of the day of issue
    institution: int | None = None
    training_class: int | None = None
    classless: bool = False
    reached: str = ""  # a stage of voucher_paths
    stop: str = ""  # a Stop of voucher_paths
    expires_by: date | None = None  # unused, and its last day is this one or before
    words: str = ""  # of the number, the whole ID number, or the masked name


@dataclass(frozen=True)
class Held:
    """A voucher with its holder, and the class it was used for last where there is one."""

    voucher: Voucher
    person: Person
    enrolment: Enrolment | None
    training_class: TrainingClass | None
    institution: Institution | None
    stop: str


async def search(
    session: AsyncSession, account: Staff, wanted: Wanted, offset: int, most: int
) -> tuple[Sequence[Held], int]:
    """One page of the vouchers found, the latest first or those that expire first, and the number of all."""
    conditions = matching(session, account, wanted)
    total = (await session.scalars(voucher_paths.with_class(func.count()).where(*conditions))).one()
    order = Voucher.expires_on.asc() if wanted.expires_by else Voucher.id.desc()
    rows = _held().where(*conditions).order_by(order, Voucher.id.desc()).offset(offset).limit(most)
    return [Held(*row) for row in await session.execute(rows)], total


async def voucher_for(session: AsyncSession, voucher_id: int, account: Staff) -> Held:
    """The voucher with this key; Refused for an account of another place."""
    rows = await session.execute(_held().where(Voucher.id == voucher_id, visible(account)))
    if (row := rows.one_or_none()) is None:
        raise Refused("没有这张券，或者它不归您管。请从券的列表里点进去。")
    return Held(*row)


async def occupations(session: AsyncSession, account: Staff) -> list[str]:
    """The occupations of the vouchers that an account may see."""
    rows = select(Voucher.occupation).where(visible(account)).distinct()
    return list(await session.scalars(rows.order_by(Voucher.occupation)))


async def regions(session: AsyncSession, account: Staff) -> list[str]:
    """The places of the vouchers that an account may see."""
    rows = select(Voucher.region).where(visible(account)).distinct()
    return list(await session.scalars(rows.order_by(Voucher.region)))


async def months(session: AsyncSession, account: Staff) -> list[str]:
    """The months in which those vouchers were issued, the latest first."""
    month = voucher_paths.month()
    return list(await session.scalars(select(month).where(visible(account)).distinct().order_by(month.desc())))


async def institutions(session: AsyncSession, account: Staff) -> Sequence[Institution]:
    """The institutions at which those vouchers are used."""
    used_at = voucher_paths.with_class(Institution.id).where(visible(account))
    rows = select(Institution).where(Institution.id.in_(used_at)).order_by(Institution.name)
    return (await session.scalars(rows)).all()


def visible(account: Staff) -> ColumnElement[bool]:
    """Condition on vouchers: those of the account's place."""
    return Voucher.region.startswith(place(account.region))


def matching(session: AsyncSession, account: Staff, wanted: Wanted) -> list[ColumnElement[bool]]:
    """The conditions on the rows of `voucher_paths.with_class`."""
    conditions = [visible(account)]
    if wanted.state:
        conditions.append(Voucher.state == wanted.state)
    if wanted.occupation:
        conditions.append(Voucher.occupation == wanted.occupation)
    if wanted.region:
        conditions.append(Voucher.region.startswith(place(wanted.region), autoescape=True))
    if wanted.period:
        conditions.append(voucher_paths.month().startswith(wanted.period, autoescape=True))
    if wanted.institution is not None:
        conditions.append(TrainingClass.institution_id == wanted.institution)
    if wanted.training_class is not None:
        conditions.append(TrainingClass.id == wanted.training_class)
    if wanted.classless:
        conditions.append(TrainingClass.id.is_(None))
    if wanted.reached:
        conditions.append(voucher_paths.reached(wanted.reached))
    if wanted.stop:
        conditions.append(voucher_paths.stop() == wanted.stop)
    if wanted.expires_by is not None:
        conditions += [Voucher.state.in_(UNUSED), Voucher.expires_on <= wanted.expires_by]
    if words := wanted.words.strip().upper().replace(" ", ""):
        conditions.append(_named(session, words))
    return conditions


def _named(session: AsyncSession, words: str) -> ColumnElement[bool]:
    """An ID number is looked up whole by its blind index; a voucher's may lack its dashes."""
    if _ID_NUMBER.fullmatch(words):
        index: str = session.info["vault"].index(words)
        return Person.id_index == index
    by_name: ColumnElement[bool] = Person.name_masked.contains(words, autoescape=True)
    if not _NUMBER.fullmatch(words):
        return by_name
    plain = func.replace(Voucher.number, "-", "")
    return or_(plain.contains(words.replace("-", ""), autoescape=True), by_name)


def _held() -> Select[Any]:
    return voucher_paths.with_class(
        Voucher, Person, Enrolment, TrainingClass, Institution, voucher_paths.stop().label("stop")
    )
