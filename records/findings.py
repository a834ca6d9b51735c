"""Findings: suspicions with whom they are about and the facts that show them, open or judged."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from records.classes import TrainingClass
from records.enrolments import Enrolment
from records.errors import Refused
from records.people import Person
from records.proofs import Proof
from records.sessions import Session
from records.staff import Staff
from records.suspicions import Finding, Suspicion
from records.trainers import OFFICE, session_for, visible
from records.watching import Worth

FINDING_NAMES = {Finding.OPEN: "还没看", Finding.HARMLESS: "没问题", Finding.CONFIRMED: "属实"}


@dataclass(frozen=True)
class Shown:
    """A suspicion with what shows it."""

    worth: Worth
    facts: Sequence[Proof]  # by time
    names: Mapping[int, str]  # masked, by enrolment, of everybody in it


async def listed(
    session: AsyncSession, account: Staff, finding: Finding, sign: str, sitting: int | None, offset: int, most: int
) -> tuple[Sequence[Shown], int]:
    """A page of an account's region: open ones by score, judged ones the latest first; and the number of all."""
    if not account.holds(*OFFICE):
        raise Refused("这一页给县人社局的同事看，您的账号看不了。")
    wanted = (
        select(Suspicion, Person, TrainingClass, Session)
        .join(Session, Session.id == Suspicion.session_id)
        .join(TrainingClass, TrainingClass.id == Session.class_id)
        .join(Enrolment, Enrolment.id == Suspicion.enrolment_id)
        .join(Person, Person.id == Enrolment.person_id)
        .where(visible(account), Suspicion.finding == finding)
    )
    if sign:
        wanted = wanted.where(Suspicion.sign == sign)
    if sitting is not None:
        wanted = wanted.where(Suspicion.session_id == sitting)
    keys = wanted.with_only_columns(Suspicion.id).subquery()
    total = (await session.execute(select(func.count()).select_from(keys))).scalar_one()
    by_score = Suspicion.score.desc(), Suspicion.seen_at, Suspicion.id
    order = by_score if finding is Finding.OPEN else (Suspicion.found_at.desc(), Suspicion.id)
    rows = await session.execute(wanted.order_by(*order).offset(offset).limit(most))
    return await _with_facts(session, [Worth(*row) for row in rows]), total


async def one(session: AsyncSession, suspicion_id: int, account: Staff) -> Suspicion:
    """The suspicion with this key; Refused for another place's account."""
    found = await session.get(Suspicion, suspicion_id)
    if found is None:
        raise Refused("没有这一条，请从列表里点进去。")
    await session_for(session, found.session_id, account)
    return found


async def of_session(session: AsyncSession, sitting: Session) -> Sequence[Suspicion]:
    """Every suspicion of one session, the highest score first."""
    mine = select(Suspicion).where(Suspicion.session_id == sitting.id)
    return (await session.scalars(mine.order_by(Suspicion.score.desc(), Suspicion.id))).all()


async def _with_facts(session: AsyncSession, found: Sequence[Worth]) -> list[Shown]:
    """Two queries, however many there are."""
    keys = {key for each in found for key in each.suspicion.evidence["proofs"]}
    facts = {fact.id: fact for fact in await session.scalars(select(Proof).where(Proof.id.in_(keys)))}
    names = dict((await session.execute(_names({fact.enrolment_id for fact in facts.values()}))).tuples().all())
    return [
        Shown(each, sorted((facts[key] for key in each.suspicion.evidence["proofs"]), key=_when), names)
        for each in found
    ]


def _when(fact: Proof) -> tuple[datetime, int]:
    return fact.at, fact.id


def _names(enrolments: set[int]) -> Select[int, str]:
    named = select(Enrolment.id, Person.name_masked).join(Person, Person.id == Enrolment.person_id)
    return named.where(Enrolment.id.in_(enrolments))
