"""Vouchers (电子券): one person, one occupation and level, never anybody else's; with all that happened to them."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    DDL,
    CheckConstraint,
    ColumnElement,
    ForeignKey,
    Index,
    String,
    UniqueConstraint,
    func,
    or_,
    select,
    text,
)
from sqlalchemy.event import listen
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.schema import ExecutableDDLElement

from records import people, voucher_number
from records.database import Base, Moment
from records.people import Person
from records.voucher_states import CERTIFIED, MOVES, OPEN, UNUSED, State


def _listed(states: frozenset[State]) -> str:
    return ", ".join(f"'{state}'" for state in sorted(states))


_MAY_BE_UNUSED = UNUSED | {State.EXPIRED, State.WITHDRAWN}
_IS_OPEN = text(f"state in ({_listed(OPEN)})")
_LEGAL = ", ".join(f"'{before}>{to}'" for to, move in MOVES.items() for before in sorted(move.after))


class Voucher(Base):
    """One voucher; its person never changes, and one person has one open voucher an occupation and level."""

    __tablename__ = "vouchers"
    __table_args__ = (
        CheckConstraint(f"state in ({_listed(frozenset(State))})", name="state"),
        CheckConstraint("expires_on > issued_on", name="expires_later"),
        CheckConstraint(f"state in ({_listed(_MAY_BE_UNUSED)}) or used_on is not null", name="used"),
        CheckConstraint(f"state not in ({_listed(CERTIFIED)}) or certificate is not null", name="certified"),
        Index(
            "uq_vouchers_one_open",
            "person_id",
            "occupation",
            "level",
            unique=True,
            sqlite_where=_IS_OPEN,
            postgresql_where=_IS_OPEN,
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(String(14), unique=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    policy_id: Mapped[str] = mapped_column(String(64))
    scheme_id: Mapped[str] = mapped_column(String(64))
    extension_id: Mapped[int | None] = mapped_column(ForeignKey("extensions.id"))  # by which the document still held
    occupation: Mapped[str] = mapped_column(String(40))
    level: Mapped[str] = mapped_column(String(16), default="")  # empty: none was asked for
    region: Mapped[str] = mapped_column(String(6), index=True)
    state: Mapped[State] = mapped_column(String(16), index=True)
    issued_on: Mapped[date]
    expires_on: Mapped[date] = mapped_column(index=True)  # the last day
    used_on: Mapped[date | None]  # the day it took up one of the year's trainings
    certificate: Mapped[str | None] = mapped_column(String(64))  # number of the certificate it led to

    @property
    def thing(self) -> str:
        """How the audit log names it."""
        return f"voucher:{self.id}"


class VoucherEvent(Base):
    """One move of a voucher; append-only, in one order, and only between states that may follow each other."""

    __tablename__ = "voucher_events"
    __table_args__ = (
        UniqueConstraint("voucher_id", "number"),
        CheckConstraint(f"before is null or before || '>' || after in ({_LEGAL})", name="legal_move"),
        CheckConstraint(f"(number = 1) = (before is null and after = '{State.APPLIED}')", name="begins_applied"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    voucher_id: Mapped[int] = mapped_column(ForeignKey("vouchers.id"))
    number: Mapped[int]
    before: Mapped[State | None] = mapped_column(String(16))
    after: Mapped[State] = mapped_column(String(16))
    at: Mapped[datetime] = mapped_column(Moment)
    actor: Mapped[str] = mapped_column(String(80))  # worker, staff:3, jobs
    reason: Mapped[str] = mapped_column(String(200), default="")


async def by_number(session: AsyncSession, number: str) -> Voucher | None:
    """The voucher of a number as it was typed; ValueError where it cannot be one."""
    wanted = Voucher.number == voucher_number.read(number)
    return (await session.scalars(select(Voucher).where(wanted))).one_or_none()


async def of(session: AsyncSession, person: Person) -> list[Voucher]:
    """All vouchers of a person, the latest first."""
    return await in_states(session, person, frozenset(State))


async def open_of(session: AsyncSession, person: Person) -> list[Voucher]:
    """A person's vouchers on the way to a certificate, the latest first."""
    return await in_states(session, person, OPEN)


async def open_like(session: AsyncSession, person: Person, occupation: str, level: str) -> Voucher | None:
    """The open voucher of a person for an occupation and level."""
    return next(
        (v for v in await open_of(session, person) if v.occupation == occupation and v.level == level),
        None,
    )


async def history(session: AsyncSession, voucher: Voucher) -> list[VoucherEvent]:
    """What happened to a voucher, oldest first."""
    return list(await session.scalars(select(VoucherEvent).where(events_of(voucher)).order_by(VoucherEvent.number)))


async def used_in(session: AsyncSession, person: Person, year: int) -> int:
    """How many trainings a person used in a year; a class that was left before its assessment does not count."""
    counted = select(func.count()).where(
        Voucher.person_id == person.id,
        Voucher.state != State.WITHDRAWN,
        Voucher.used_on.between(date(year, 1, 1), date(year, 12, 31)),
    )
    return (await session.execute(counted)).scalar_one()


async def had(
    session: AsyncSession, person: Person, occupation: str, level: str | None = None, year: int | None = None
) -> bool:
    """Did a person use a voucher for an occupation before, at a level, in a year?"""
    which: list[ColumnElement[bool]] = [
        Voucher.person_id == person.id,
        Voucher.occupation == occupation,
        Voucher.used_on.is_not(None),
        Voucher.state != State.WITHDRAWN,
    ]
    if level:
        which.append(or_(Voucher.level == level, Voucher.level == ""))
    if year is not None:
        which.append(Voucher.used_on.between(date(year, 1, 1), date(year, 12, 31)))
    return (await session.execute(select(func.count()).where(*which))).scalar_one() > 0


async def facts_of(session: AsyncSession, person: Person, today: date) -> dict[str, Any]:
    """What the records know of a person for conditions of schemes, as plain values under the names of facts.yaml."""
    facts: dict[str, Any] = {
        "age": person.age(today),
        "trainings_this_year": await used_in(session, person, today.year),
        "voucher": bool(await open_of(session, person)),
    }
    if groups := [member.group for member in await people.groups_of(session, person, today)]:
        facts["group"] = groups
    return facts


def day(value: date) -> str:
    """2027年2月18日"""
    return f"{value.year}年{value.month}月{value.day}日"


def events_of(voucher: Voucher) -> ColumnElement[bool]:
    """Condition on events: of this voucher."""
    return VoucherEvent.voucher_id == voucher.id


async def in_states(session: AsyncSession, person: Person, states: frozenset[State]) -> list[Voucher]:
    """A person's vouchers in some states, the latest first."""
    found = await session.scalars(
        select(Voucher).where(Voucher.person_id == person.id, Voucher.state.in_(states)).order_by(Voucher.id.desc())
    )
    return list(found)


# Held for everybody who reaches the database, also past this program: what happened is not rewritten, a voucher does
# not disappear and never passes to another person. Migrations carry the same.
_FORBIDDEN = {
    "voucher_events_no_change": ("before update on voucher_events", "voucher_events is append-only"),
    "voucher_events_no_delete": ("before delete on voucher_events", "voucher_events is append-only"),
    "vouchers_no_delete": ("before delete on vouchers", "vouchers are kept"),
    "vouchers_no_transfer": ("before update of person_id on vouchers", "a voucher is not transferable"),
}


def triggers(dialect: str) -> list[str]:
    """The statements that make the triggers on SQLite or PostgreSQL."""
    if dialect == "sqlite":
        return [
            f"create trigger {name} {when} begin select raise(abort, '{why}'); end"
            for name, (when, why) in _FORBIDDEN.items()
        ]
    made = []
    for name, (when, why) in _FORBIDDEN.items():
        raised = f"$$ begin raise exception '{why}'; end $$"
        made.append(f"create or replace function {name}() returns trigger language plpgsql as {raised}")
        made.append(f"create trigger {name} {when} for each row execute function {name}()")
    return made


for _dialect in ("sqlite", "postgresql"):
    for _statement in triggers(_dialect):
        _trigger: ExecutableDDLElement = DDL(_statement)  # type: ignore[no-untyped-call]
        listen(VoucherEvent.__table__, "after_create", _trigger.execute_if(dialect=_dialect))
