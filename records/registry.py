"""The labour registry taken in: rows of a county's sheet, matched with the cards that are there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from config.settings import CHINA
from records import audit, group_changes, masking, people
from records.audit import Event
from records.group_changes import Change
from records.id_number import IdNumber
from records.people import Membership, Person, Source
from records.registry_runs import RegistryRun

BATCH = 1000  # rows in one transaction
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
    rows = [line.row for line in lines if line.row]
    index = session.info["vault"].index
    cards = await _cards(session, [index(row.number.value) for row in rows])
    members = await _members(session, cards)
    faults = [fault for line in lines for fault in line.faults]
    added: list[tuple[Person, list[Change]]] = []
    today = now.astimezone(CHINA).date()
    for row in rows:
        person = cards.get(index(row.number.value))
        held = members.get(person.id, []) if person else []
        changes = group_changes.due(held, row.groups, row.proof, row.since, today)
        if person is None:
            run.added += 1
            if not run.is_trial:
                added.append((_new(session, row, now), changes))
        elif not people.is_named(session, person, row.name):
            faults.append(Fault(row.where, "姓名", masking.name(row.name), f"这个身份证号登记的是{person.name_masked}"))
        else:
            await _renew(session, run, person, row, held, changes, now)
    await session.flush()
    for person, changes in added:
        for change in changes:
            await group_changes.put(session, person, change, None, actor(run), now)
    run.done += len(lines)
    run.faults = [*run.faults, *map(asdict, faults)][:MOST_FAULTS]


def actor(run: RegistryRun) -> str:
    """How the audit log names who started a run."""
    return f"staff:{run.started_by}" if run.started_by else "command line"


async def _cards(session: AsyncSession, indexes: Sequence[str]) -> dict[str, Person]:
    found = await session.scalars(select(Person).where(Person.id_index.in_(indexes)).with_for_update())
    return {person.id_index: person for person in found}


async def _members(session: AsyncSession, cards: dict[str, Person]) -> dict[int, list[Membership]]:
    members: dict[int, list[Membership]] = {}
    keys = [person.id for person in cards.values()]
    for member in await session.scalars(select(Membership).where(Membership.person_id.in_(keys))):
        members.setdefault(member.person_id, []).append(member)
    return members


def _new(session: AsyncSession, row: Row, now: datetime) -> Person:
    vault, number = session.info["vault"], row.number.value
    person = Person(
        name_sealed=vault.seal(row.name),
        name_masked=masking.name(row.name),
        id_sealed=vault.seal(number),
        id_index=vault.index(number),
        id_masked=masking.id_number(number),
        phone_sealed=vault.seal(row.phone) if row.phone else None,
        region=row.region,
        town=row.town,
        born=row.number.birthday,
        source=Source.REGISTRY,
        created_at=now,
    )
    session.add(person)
    return person


async def _renew(
    session: AsyncSession,
    run: RegistryRun,
    person: Person,
    row: Row,
    held: Sequence[Membership],
    changes: Sequence[Change],
    now: datetime,
) -> None:
    """Bring a card that is there up to the sheet; what the sheet leaves empty stays."""
    vault, is_match = session.info["vault"], person.source == Source.SELF
    phone = vault.open(person.phone_sealed) if person.phone_sealed else ""
    wanted = (row.phone or phone, row.town or person.town, row.region)
    is_changed = bool(changes) or wanted != (phone, person.town, person.region)
    run.matched += is_match
    run.changed += is_changed and not is_match
    run.same += not is_changed and not is_match
    if run.is_trial:
        return
    if wanted[0] != phone:
        person.phone_sealed = vault.seal(wanted[0])
    person.town, person.region = wanted[1:]
    if is_match:
        person.source = Source.REGISTRY
        await audit.append(session, Event.PERSON_CARD_CONFIRM, actor(run), person.thing, now, run=run.id)
    standing = {member.group: member for member in held}
    for change in changes:
        await group_changes.put(session, person, change, standing.get(change.group), actor(run), now)
