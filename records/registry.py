"""The labour registry taken in: rows of a county's sheet, matched with the cards that are there."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime

from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncSession

from config.settings import CHINA
from records import audit, group_changes, masking, people, registry_listings
from records.audit import Act, Event
from records.id_number import IdNumber
from records.people import Membership, Person, Source
from records.registry_runs import RegistryRun

BATCH = 250  # rows in one transaction: about a twentieth of a second, for which the chat waits
MOST_FAULTS = 2000  # kept of one run; the rest is counted


@dataclass(frozen=True)
class Row:
    """One person as a sheet names him, checked as far as the sheet alone allows."""

    where: str  # 第3行
    name: str
    number: IdNumber
    region: str
    phone: str = ""
    town: str = ""
    groups: tuple[str, ...] = ()
    proof: str = ""
    since: date | None = None


@dataclass(frozen=True)
class Fault:
    """What is wrong with a row; personal data in it is masked."""

    row: str
    column: str
    came: str
    expected: str


@dataclass(frozen=True)
class Line:
    """One row of a sheet: the person, or why he cannot be taken in."""

    row: Row | None
    faults: tuple[Fault, ...] = ()


async def take_in(session: AsyncSession, run: RegistryRun, lines: Sequence[Line], now: datetime) -> None:
    """Take one batch in and count it; a trial only counts. A row that is in already changes nothing.

    The caller holds the run's row. Somebody may register himself between our look and our write: the unique
    ID number then stops the batch, and it is done again from the start.
    """
    index = session.info["vault"].index
    rows = {index(line.row.number.value): line.row for line in lines if line.row}
    cards = await _cards(session, rows)
    members = await _members(session, cards)
    faults = [fault for line in lines for fault in line.faults]
    today = now.astimezone(CHINA).date()
    new, acts, named = [], [], []
    for key, row in rows.items():
        if (person := cards.get(key)) is None:
            new.append(row)
        elif not people.is_named(session, person, row.name):
            faults.append(Fault(row.where, "姓名", masking.name(row.name), f"这个身份证号登记的是{person.name_masked}"))
        else:
            acts += _renew(session, run, person, row, members.get(person.id, []), today)
            named.append(person.id)
    run.added += len(new)
    run.done += len(lines)
    if faults and len(run.faults) < MOST_FAULTS:
        run.faults = [*run.faults, *map(asdict, faults)][:MOST_FAULTS]
    if run.is_trial:
        return
    named += await _add(session, new, today, now)
    await registry_listings.enter(session, run, named)
    await audit.append_all(session, acts, actor(run), now)


def actor(run: RegistryRun) -> str:
    """How the audit log names who started a run."""
    return f"staff:{run.started_by}" if run.started_by else "command line"


async def _cards(session: AsyncSession, indexes: Collection[str]) -> dict[str, Person]:
    found = await session.scalars(
        select(Person).where(Person.id_index.in_(indexes)).order_by(Person.id).with_for_update()
    )
    return {person.id_index: person for person in found}


async def _members(session: AsyncSession, cards: dict[str, Person]) -> dict[int, list[Membership]]:
    members: dict[int, list[Membership]] = {}
    keys = [person.id for person in cards.values()]
    for member in await session.scalars(select(Membership).where(Membership.person_id.in_(keys))):
        members.setdefault(member.person_id, []).append(member)
    return members


async def _add(session: AsyncSession, rows: Sequence[Row], today: date, now: datetime) -> Sequence[int]:
    """Open the cards of new people with their groups, in two statements; gives the cards' keys."""
    if not rows:
        return []
    vault = session.info["vault"]
    cards = [
        people.sealed(vault, row.name, row.number, row.phone)
        | {"region": row.region, "town": row.town, "source": Source.REGISTRY, "created_at": now}
        for row in rows
    ]
    keys = (await session.scalars(insert(Person).returning(Person.id, sort_by_parameter_order=True), cards)).all()
    joined = [
        group_changes.joining(key, change)
        for key, row in zip(keys, rows, strict=True)
        for change in group_changes.due([], row.groups, row.proof, row.since, today)
    ]
    if joined:
        await session.execute(insert(Membership), joined)
    return keys


def _renew(
    session: AsyncSession, run: RegistryRun, person: Person, row: Row, held: Sequence[Membership], today: date
) -> list[Act]:
    """Bring a card that is there up to the sheet, what the sheet leaves empty stays; gives what is to be audited."""
    vault, is_match = session.info["vault"], person.source == Source.SELF
    phone = vault.open(person.phone_sealed) if person.phone_sealed else ""
    changes = group_changes.due(held, row.groups, row.proof, row.since, today)
    wanted = (row.phone or phone, row.town or person.town, row.region)
    is_changed = bool(changes) or wanted != (phone, person.town, person.region)
    run.matched += is_match
    run.changed += is_changed and not is_match
    run.same += not is_changed and not is_match
    if run.is_trial:
        return []
    if wanted[0] != phone:
        for column, value in people.phone_sealed(vault, wanted[0]).items():
            setattr(person, column, value)
    person.town, person.region = wanted[1:]
    acts = []
    if is_match:
        person.source = Source.REGISTRY
        acts.append(Act(Event.PERSON_CARD_CONFIRM, person.thing, {"run": run.id}))
    standing = {member.group: member for member in held}
    for change in changes:
        if member := standing.get(change.group):
            acts.append(Act(Event.PERSON_GROUP_CHANGE, person.thing, group_changes.replace_with(change, member)))
        else:
            session.add(Membership(**group_changes.joining(person.id, change)))
    return acts
