"""Watches for check-ins by somebody who may not be there: kept for staff with the evidence, never in a trainee's way."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from records import audit, register, sightings, traces, trainers
from records.audit import Event
from records.classes import TrainingClass
from records.enrolments import Enrolment, Seat
from records.errors import Refused
from records.people import Person
from records.proofs import Proof
from records.sessions import Session
from records.sightings import Sighting
from records.signs import signs
from records.staff import Role, Staff
from records.suspicions import Finding, Sign, Suspicion
from records.traces import Fact

_JUDGES = (Role.CLERK, Role.REVIEWER, Role.APPROVER)
_OWN = frozenset({"chat", "page"})  # a trainer or a sheet of paper answers for what comes another way


@dataclass(frozen=True)
class Worth:
    """A suspicion in the list, with whom and what it is about."""

    suspicion: Suspicion
    person: Person
    training_class: TrainingClass
    session: Session


async def look(session: AsyncSession, seat: Seat, proof: Proof) -> list[Suspicion]:
    """Look for signs in what has just been offered; gives those that are new or have grown."""
    if proof.channel not in _OWN:
        return []
    # Two phones in the same second do not see each other's proofs before they are committed: each waits here for the
    # one before. The same lock keeps one row a sign.
    await register.alone(session, seat.session)
    new = Fact.of(proof)
    facts = await traces.at_about_this_time(session, seat, proof)
    others = await traces.of_others_on_this_phone(session, seat, proof)
    seen = [
        *sightings.shared_phone(others, new, await traces.days_shared(session, seat) if others else 0),
        *sightings.code_outside(seat.training_class, facts, new),
        *sightings.shared_code(seat.training_class, facts, new),
        *sightings.jump(await traces.places_today(session, seat, proof), new),
        *sightings.burst(facts, new, await _usual(session, seat, facts, new)),
    ]
    return await _keep(session, seat.session, seen, proof.received_at)


async def open_ones(session: AsyncSession, account: Staff) -> list[Worth]:
    """What nobody has looked at yet in the account's region, the highest score first; Refused for a trainer."""
    _require(account, *trainers.OFFICE)
    rows = await session.execute(
        select(Suspicion, Person, TrainingClass, Session)
        .join(Session, Session.id == Suspicion.session_id)
        .join(TrainingClass, TrainingClass.id == Session.class_id)
        .join(Enrolment, Enrolment.id == Suspicion.enrolment_id)
        .join(Person, Person.id == Enrolment.person_id)
        .where(Suspicion.finding == Finding.OPEN, trainers.visible(account))
        .order_by(Suspicion.score.desc(), Suspicion.seen_at, Suspicion.id)
    )
    return [Worth(*row) for row in rows]


async def judge(
    session: AsyncSession, suspicion: Suspicion, account: Staff, finding: Finding, remark: str, now: datetime
) -> None:
    """Write down what staff made of a suspicion, once; Refused where somebody did before, or without a reason."""
    _require(account, *_JUDGES)
    if finding is Finding.OPEN:
        raise ValueError("a finding is harmless or confirmed")
    if finding is Finding.CONFIRMED and not remark.strip():
        raise Refused("认定属实要写明怎么核实的，请填一句再提交。")
    training_class, _ = await trainers.session_for(session, suspicion.session_id, account)
    # Two members of staff at once: the second waits here and finds it judged.
    await session.refresh(suspicion, with_for_update=True)
    if suspicion.finding != Finding.OPEN:
        raise Refused("这条刚有同事看过并写了结论，请刷新页面。")
    suspicion.finding, suspicion.remark = finding, remark.strip()
    suspicion.found_by, suspicion.found_at = account.id, now
    details = {"suspicion": suspicion.id, "sign": suspicion.sign, "finding": finding, "remark": suspicion.remark}
    await audit.append(session, Event.CLASS_SIGN_JUDGE, account.actor, training_class.thing, now, **details)


async def _usual(session: AsyncSession, seat: Seat, facts: Sequence[Fact], new: Fact) -> float | None:
    """How usual this network is for the class; asked only where enough came through it at once."""
    if signs().burst.score(len(sightings.in_one_second(facts, new))) is None:
        return None
    return await traces.part_through_network(session, seat, new.network)


async def _keep(session: AsyncSession, sitting: Session, seen: Sequence[Sighting], now: datetime) -> list[Suspicion]:
    """One row a session, trainee and sign: evidence is added, the score only rises; what was judged stays as it was."""
    if not seen:
        return []
    about = Suspicion.enrolment_id.in_({each.enrolment_id for each in seen})
    rows = await session.scalars(select(Suspicion).where(Suspicion.session_id == sitting.id, about))
    kept = {(row.enrolment_id, Sign(row.sign)): row for row in rows}
    for each in seen:
        key = each.enrolment_id, each.sign
        if key not in kept:
            kept[key] = Suspicion(
                session_id=sitting.id, enrolment_id=each.enrolment_id, sign=each.sign, score=each.score,
                evidence=each.evidence, seen_at=now, finding=Finding.OPEN,
            )  # fmt: skip
        elif kept[key].finding == Finding.OPEN:
            kept[key].evidence = _grown(kept[key], each)
            kept[key].score = max(kept[key].score, each.score)
    found = [kept[key] for key in dict.fromkeys((each.enrolment_id, each.sign) for each in seen)]
    session.add_all(found)
    await session.flush()
    return found


def _grown(kept: Suspicion, seen: Sighting) -> dict[str, Any]:
    """All that was seen; the numbers are those of what weighs most."""
    first, second = (kept.evidence, seen.evidence) if seen.score >= kept.score else (seen.evidence, kept.evidence)
    lists = {name: sorted({*first[name], *second[name]}) for name in ("proofs", "with") if name in second}
    return first | second | lists


def _require(account: Staff, *roles: Role) -> None:
    if not account.active or not account.holds(*roles):
        raise Refused("您的账号没有查看签到疑点的权限，请找管理员。")
