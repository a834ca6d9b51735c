"""People: one card each (一人一卡), their data encrypted, found again by a blind index."""

from __future__ import annotations

import re
import unicodedata
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Select, String, UniqueConstraint, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from records import masking
from records.database import Base, Moment
from records.errors import Refused
from records.followers import Follower
from records.id_number import IdNumber
from records.vault import Vault

STATED = "本人申报"  # the proof of a group that somebody only says he belongs to; shown in class
_MIDDLE_DOTS = re.compile(r"[·•・‧．.\s]")


class Source(StrEnum):
    """Where a card comes from."""

    REGISTRY = "registry"  # the county's labour registry
    SELF = "self"  # the person's own word; checked against the ID card when he comes to class
    ERASED = "erased"  # nothing of the person is left, only the row that other records point at


class Person(Base):
    """One person of the county's labour registry or one who registered himself."""

    __tablename__ = "people"
    __table_args__ = (CheckConstraint("source in ('registry', 'self', 'erased')", name="source"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    name_sealed: Mapped[str] = mapped_column(String(200))
    name_masked: Mapped[str] = mapped_column(String(40))
    id_sealed: Mapped[str] = mapped_column(String(200))
    id_index: Mapped[str] = mapped_column(String(64), unique=True)
    id_masked: Mapped[str] = mapped_column(String(18))
    phone_sealed: Mapped[str | None] = mapped_column(String(200))
    phone_index: Mapped[str | None] = mapped_column(String(64), index=True)
    region: Mapped[str] = mapped_column(String(6), index=True)  # GB/T 2260
    town: Mapped[str] = mapped_column(String(40), default="")
    born: Mapped[date]
    source: Mapped[str] = mapped_column(String(16))
    consented_at: Mapped[datetime | None] = mapped_column(Moment)
    created_at: Mapped[datetime] = mapped_column(Moment)

    @property
    def thing(self) -> str:
        """How the audit log names it."""
        return f"person:{self.id}"

    @property
    def shown(self) -> str:
        """李*英，1405**********002X"""
        return f"{self.name_masked}，{self.id_masked}"

    def age(self, today: date) -> int:
        """Full years on a day."""
        return today.year - self.born.year - ((today.month, today.day) < (self.born.month, self.born.day))


class Membership(Base):
    """A group that a person belongs to, from a day, on some proof."""

    __tablename__ = "memberships"
    __table_args__ = (UniqueConstraint("person_id", "group"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    group: Mapped[str] = mapped_column(String(40))  # a name of knowledge/groups.yaml
    proof: Mapped[str] = mapped_column(String(80), default="")
    since: Mapped[date]
    until: Mapped[date | None]


async def get(session: AsyncSession, person_id: int) -> Person | None:
    """The person with this key."""
    return await session.get(Person, person_id)


async def by_id_number(session: AsyncSession, value: str) -> Person | None:
    """The person with this ID number."""
    vault = session.info["vault"]
    return (await session.scalars(select(Person).where(Person.id_index == vault.index(value)))).one_or_none()


async def register(
    session: AsyncSession,
    name: str,
    number: IdNumber,
    region: str,
    source: Source,
    now: datetime,
    *,
    phone: str = "",
    town: str = "",
) -> Person:
    """Open a card; Refused when the ID number has one already."""
    if await by_id_number(session, number.value):
        raise Refused(f"身份证号{masking.id_number(number.value)}已经登记过了，一人只有一张卡。")
    vault = session.info["vault"]
    person = Person(**sealed(vault, name, number, phone), region=region, town=town, source=source, created_at=now)
    session.add(person)
    await session.flush()
    return person


def sealed(vault: Vault, name: str, number: IdNumber, phone: str = "") -> dict[str, Any]:
    """The columns of a card that tell who it is: encrypted, masked, and indexed to be found by."""
    return {
        "name_sealed": vault.seal(name),
        "name_masked": masking.name(name),
        "id_sealed": vault.seal(number.value),
        "id_index": vault.index(number.value),
        "id_masked": masking.id_number(number.value),
        "born": number.birthday,
        **phone_sealed(vault, phone),
    }


def phone_sealed(vault: Vault, phone: str) -> dict[str, str | None]:
    """The columns of a phone number; both NULL without one."""
    return {
        "phone_sealed": vault.seal(phone) if phone else None,
        "phone_index": vault.index(phone) if phone else None,
    }


async def by_phone(session: AsyncSession, phone: str) -> Select[Person]:
    """The people of a phone number, to be narrowed; a family may share one."""
    vault = session.info["vault"]
    # Cards from before phones had an index: they get it from whoever looks for one first.
    bare = select(Person).where(Person.phone_index.is_(None), Person.phone_sealed.is_not(None))
    for person in await session.scalars(bare):
        person.phone_index = vault.index(vault.open(person.phone_sealed))
    return select(Person).where(Person.phone_index == vault.index(phone))


def is_named(session: AsyncSession, person: Person, name: str) -> bool:
    """Is this the name on the card? How the dot of a name is written does not matter."""
    return _plain(session.info["vault"].open(person.name_sealed)) == _plain(name)


async def bind(session: AsyncSession, follower: Follower, person: Person, now: datetime) -> None:
    """Tie a WeChat account to a person who consented; Refused where either is tied to another already."""
    # Two accounts may send the same number in the same moment: the second waits here and then sees the first.
    await session.refresh(person, with_for_update=True)
    holder = await bearer(session, person)
    if holder is not None and holder.openid != follower.openid:
        raise Refused("这个身份证号已经绑在另一个微信上了，一人只能绑一个。")
    if follower.person_id not in {None, person.id}:
        raise Refused("这个微信已经绑了另一个人，一个微信只能绑一个人。")
    follower.person_id = person.id
    person.consented_at = now
    await session.flush()


async def bearer(session: AsyncSession, person: Person) -> Follower | None:
    """The WeChat account that is tied to a person."""
    return (await session.scalars(select(Follower).where(Follower.person_id == person.id))).one_or_none()


async def join(
    session: AsyncSession, person: Person, group: str, proof: str, since: date, until: date | None = None
) -> Membership:
    """Write down that a person belongs to a group; a group he is in already keeps its older proof unless it ended."""
    found = await session.scalars(
        select(Membership).where(Membership.person_id == person.id, Membership.group == group)
    )
    member = found.one_or_none()
    if member is None:
        member = Membership(person_id=person.id, group=group, proof=proof, since=since, until=until)
        session.add(member)
    elif member.until is not None and member.until < since:
        member.proof, member.since, member.until = proof, since, until
    await session.flush()
    return member


async def groups_of(session: AsyncSession, person: Person, today: date) -> list[Membership]:
    """The groups that a person belongs to on a day, the oldest first."""
    found = await session.scalars(
        select(Membership)
        .where(
            Membership.person_id == person.id,
            Membership.since <= today,
            or_(Membership.until.is_(None), Membership.until >= today),
        )
        .order_by(Membership.since, Membership.id)
    )
    return list(found)


def _plain(name: str) -> str:
    return _MIDDLE_DOTS.sub("", unicodedata.normalize("NFKC", name))
