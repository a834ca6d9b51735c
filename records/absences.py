"""Absences: who stood on an earlier sheet of the registry and does not on a new one, for the office to decide."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    Select,
    String,
    UniqueConstraint,
    and_,
    func,
    insert,
    literal,
    select,
)
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, aliased, mapped_column

from records import audit
from records.audience import place
from records.audit import Event
from records.database import Base, Moment
from records.errors import Refused
from records.people import Person, Source
from records.registry_listings import Listing
from records.registry_runs import RegistryRun
from records.staff import Role, Staff

JUDGES = (Role.CLERK, Role.REVIEWER, Role.APPROVER, Role.ADMIN)
_ROUND = timedelta(days=7)  # sheets that are taken in within these days belong together: towns send theirs apart


class Verdict(StrEnum):
    """Why somebody does not stand on the sheet any more."""

    MOVED = "moved"
    DIED = "died"
    STAYS = "stays"  # the sheet left him out by mistake


VERDICT_NAMES = {Verdict.MOVED: "迁走了", Verdict.DIED: "去世了", Verdict.STAYS: "还在，表漏了"}
_GONE = (Verdict.MOVED, Verdict.DIED)


class Absence(Base):
    """One person missing from one sheet; `verdict` is empty until the office decides."""

    __tablename__ = "registry_absences"
    __table_args__ = (
        UniqueConstraint("run_id", "person_id"),
        CheckConstraint("verdict in ('moved', 'died', 'stays')", name="verdict"),
        CheckConstraint("(verdict is null) = (decided_at is null)", name="decided_at_a_moment"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    run_id: Mapped[int] = mapped_column(ForeignKey("registry_runs.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    verdict: Mapped[str | None] = mapped_column(String(16))
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    decided_at: Mapped[datetime | None] = mapped_column(Moment)


async def find(session: AsyncSession, run: RegistryRun) -> None:
    """Write down who is missing from a sheet that is wholly taken in: only in towns that it names somebody of.

    Nobody is missing who stood on a sheet of the last days, or of whom the office knows that he is gone.
    """
    before, named = aliased(RegistryRun), aliased(Person)
    towns = (
        select(named.region, named.town)
        .join(Listing, Listing.person_id == named.id)
        .where(Listing.run_id == run.id)
        .distinct()
        .subquery()
    )
    is_gone = select(Absence.id).where(
        Absence.person_id == Person.id, Absence.verdict.in_(_GONE), Absence.run_id > Listing.run_id
    )
    missing = (
        select(literal(run.id), Person.id)
        .join(Listing, Listing.person_id == Person.id)
        .join(before, before.id == Listing.run_id)
        .join(towns, and_(towns.c.region == Person.region, towns.c.town == Person.town))
        .where(
            Person.source == Source.REGISTRY,
            Listing.run_id < run.id,
            before.started_at < run.started_at - _ROUND,
            ~is_gone.exists(),
        )
        .order_by(Person.id)
    )
    await session.execute(insert(Absence).from_select(["run_id", "person_id"], missing))


async def count(session: AsyncSession, run: RegistryRun) -> tuple[int, int]:
    """How many are missing from a run's sheet, and how many of those nobody has decided on."""
    rows = _of(run).with_only_columns(func.count(), func.count(Absence.verdict))
    missing, decided = (await session.execute(rows)).one()
    return missing, missing - decided


async def listed(
    session: AsyncSession, run: RegistryRun, *, is_open: bool, offset: int = 0, most: int = 50
) -> tuple[Sequence[tuple[Absence, Person]], int]:
    """One page of who is missing from a run's sheet, or only of the undecided, and the number of all."""
    which = _of(run)
    if is_open:
        which = which.where(Absence.verdict.is_(None))
    total = (await session.scalars(which.with_only_columns(func.count()))).one()
    rows = await session.execute(which.order_by(Person.town, Person.id).offset(offset).limit(most))
    return [(absence, person) for absence, person in rows.tuples()], total


async def judge(session: AsyncSession, absence_id: int, verdict: Verdict, account: Staff, now: datetime) -> Person:
    """Decide on somebody who is missing; another decision later replaces it, the same one changes nothing."""
    if not account.holds(*JUDGES):
        raise Refused("您的账号不能核实档案里少了的人。")
    mine = select(Absence, Person).join(Person, Person.id == Absence.person_id)
    found = await session.execute(
        mine.where(Absence.id == absence_id, Person.region.startswith(place(account.region))).with_for_update(
            of=Absence
        )
    )
    if (row := found.one_or_none()) is None:
        raise Refused("没有这条记录，或者不是您这个地方的，请刷新看看。")
    absence, person = row.tuple()
    if absence.verdict != verdict:
        before, absence.verdict = absence.verdict, verdict
        absence.decided_by, absence.decided_at = account.id, now
        told = {"run": absence.run_id, "before": before, "after": verdict.value}
        await audit.append(session, Event.PERSON_ABSENCE_JUDGE, account.actor, person.thing, now, **told)
    return person


async def last_of(session: AsyncSession, person: Person) -> Absence | None:
    """The last sheet that a person is missing from, if none named him since."""
    mine = (
        select(Absence)
        .join(Listing, Listing.person_id == Absence.person_id)
        .where(Absence.person_id == person.id, Listing.run_id < Absence.run_id)
    )
    return (await session.scalars(mine.order_by(Absence.run_id.desc()).limit(1))).one_or_none()


def _of(run: RegistryRun) -> Select[Absence, Person]:
    """Who is missing from a run's sheet and stood on none since."""
    return (
        select(Absence, Person)
        .join(Person, Person.id == Absence.person_id)
        .join(Listing, Listing.person_id == Person.id)
        .where(Absence.run_id == run.id, Listing.run_id < run.id)
    )
