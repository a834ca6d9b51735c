"""Changes of group: who joins one on what proof and who leaves; what stood before is kept in the audit log."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from records import audit, people
from records.audit import Event
from records.errors import Refused
from records.people import Membership, Person

REGISTRY = "县劳动力档案"  # the proof where a sheet names none


@dataclass(frozen=True)
class Change:
    """One membership as it should stand."""

    group: str
    proof: str
    since: date
    until: date | None


def due(
    held: Iterable[Membership], groups: Collection[str], proof: str, since: date | None, today: date
) -> list[Change]:
    """What must change so that a person belongs to these groups, and to those that he only stated; none where it holds."""
    standing = {member.group: member for member in held}
    joined = [change for group in groups if (change := _joined(group, standing.get(group), proof, since, today))]
    begins = since or today
    left = [
        Change(member.group, member.proof, member.since, ends)
        for member in standing.values()
        if groups and member.group not in groups and member.proof != people.STATED
        if (ends := max(member.since, begins - timedelta(days=1))) and (member.until is None or member.until > ends)
    ]
    return joined + left


def _joined(group: str, member: Membership | None, proof: str, since: date | None, today: date) -> Change | None:
    if member is None:
        return Change(group, proof or REGISTRY, since or today, None)
    kept = REGISTRY if member.proof == people.STATED else member.proof
    has_ended = member.until is not None and member.until < today
    begins = since or (today if has_ended else member.since)
    change = Change(group, proof or kept, begins, None)
    return None if (change.proof, begins, None) == (member.proof, member.since, member.until) else change


async def put(
    session: AsyncSession, person: Person, change: Change, member: Membership | None, actor: str, now: datetime
) -> None:
    """Write one change down; where something stood before, the audit log keeps it."""
    if member is None:
        session.add(Membership(**joining(person.id, change)))
        return
    details = replace_with(change, member)
    await audit.append(session, Event.PERSON_GROUP_CHANGE, actor, person.thing, now, **details)


def joining(person_id: int, change: Change) -> dict[str, Any]:
    """The row of a new membership."""
    given = {"group": change.group, "proof": change.proof, "since": change.since, "until": change.until}
    return {"person_id": person_id, **given}


def replace_with(change: Change, member: Membership) -> dict[str, Any]:
    """Let a membership stand as a change says; gives what the audit log must keep of it."""
    before = {"proof": member.proof, "since": member.since.isoformat(), "until": _iso(member.until)}
    member.proof, member.since, member.until = change.proof, change.since, change.until
    after = {"proof": change.proof, "since": change.since.isoformat(), "until": _iso(change.until)}
    return {"group": change.group, "before": before, "after": after}


async def join(
    session: AsyncSession, person: Person, group: str, proof: str, since: date, actor: str, now: datetime
) -> None:
    """Take a person into a group on a proof; Refused where he is in it already on the same."""
    await session.refresh(person, with_for_update=True)  # two clerks may add the same group at once
    member = await _of(session, person, group)
    change = Change(group, proof, since, None)
    if member and (member.proof, member.since, member.until) == (proof, since, None):
        raise Refused(f"已经在“{group}”里了，依据和日期都一样，没有变化。")
    if member is None:
        details = {"group": group, "after": {"proof": proof, "since": since.isoformat(), "until": None}}
        await audit.append(session, Event.PERSON_GROUP_CHANGE, actor, person.thing, now, **details)
    await put(session, person, change, member, actor, now)


async def end(session: AsyncSession, person: Person, group: str, until: date, actor: str, now: datetime) -> None:
    """Let a membership end on a day; Refused where he is not in the group, or the day comes before it began."""
    await session.refresh(person, with_for_update=True)
    member = await _of(session, person, group)
    if member is None or (member.until is not None and member.until <= until):
        raise Refused(f"没有在“{group}”里，或已经结束了，请刷新看看。")
    if until < member.since:
        raise Refused(f"“{group}”从{member.since:%Y-%m-%d}开始，结束日期不能更早。")
    await put(session, person, Change(group, member.proof, member.since, until), member, actor, now)


async def all_of(session: AsyncSession, person: Person) -> list[Membership]:
    """Every group a person is or was in, the latest first."""
    mine = select(Membership).where(Membership.person_id == person.id)
    return list(await session.scalars(mine.order_by(Membership.since.desc(), Membership.id.desc())))


async def _of(session: AsyncSession, person: Person, group: str) -> Membership | None:
    mine = select(Membership).where(Membership.person_id == person.id, Membership.group == group)
    return (await session.scalars(mine)).one_or_none()


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None
