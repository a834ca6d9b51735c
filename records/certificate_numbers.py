"""Numbers of certificates: each is somebody's once, and one that holds an ID number is never kept open."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from config.settings import CHINA
from records.certificates import SEAL, Certificate
from records.errors import Refused
from records.people import Person

_IDENTITY = re.compile(r"(T?)(\d{17}[\dX])")


def kept(session: AsyncSession, person: Person, number: str, what: str) -> str:
    """The number as it is kept; Refused where it holds an ID number that is not the holder's.

    An ID number is masked. As it stands on all his certificates of such a kind, `what` (kind and occupation) tells
    them apart.
    """
    if (match := _IDENTITY.fullmatch(number)) is None:
        return number
    vault = session.info["vault"]
    if vault.index(match[2]) != person.id_index:
        raise Refused(f"证号里的身份证号不是{person.name_masked}的，请核对是不是他的证。")
    return f"{match[1]}{person.id_masked}{SEAL}{vault.index(f'{number}/{what}')[:16]}"


async def called(session: AsyncSession, number: str) -> list[Certificate]:
    """The certificates that bear a number, capitals, nothing between; of one that is an ID number there may be several."""
    if (match := _IDENTITY.fullmatch(number)) is None:
        return list(await session.scalars(select(Certificate).where(Certificate.number == number)))
    index = session.info["vault"].index(match[2])
    rows = select(Certificate, Person).join(Person, Person.id == Certificate.person_id).where(Person.id_index == index)
    return [
        each
        for each, person in await session.execute(rows.order_by(Certificate.id))
        if each.number == kept(session, person, number, f"{each.kind}/{each.occupation}")
    ]


async def hold_free(session: AsyncSession, number: str) -> None:
    """Refused where somebody has a certificate of this number, saying who and since when."""
    rows = await session.execute(
        select(Certificate, Person).join(Person, Person.id == Certificate.person_id).where(Certificate.number == number)
    )
    if (row := rows.one_or_none()) is None:
        return
    there, holder = row
    raise Refused(
        f"编号{there.shown}在{day(there.entered_at.astimezone(CHINA).date())}已经登记给{holder.shown}了"
        f"（{there.occupation}{there.level}，{day(there.issued_on)}发证），一个编号只能用一次，请核对。"
    )


@asynccontextmanager
async def taking(session: AsyncSession, number: str) -> AsyncIterator[None]:
    """What is changed inside takes the number; Refused where somebody else took it in the same moment."""
    try:
        # Two people may be given one number at once: both looked and saw nobody, the index lets one through.
        async with session.begin_nested():
            yield
            await session.flush()
    except IntegrityError as error:
        raise Refused(f"编号{number.partition(SEAL)[0]}刚被登记给别人了，请刷新再看。") from error


def day(value: date) -> str:
    """2026年11月21日"""
    return f"{value.year}年{value.month}月{value.day}日"
