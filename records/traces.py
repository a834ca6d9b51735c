"""Traces: what else is known of a phone, a network, a trainee and a session at the moment a fact is offered."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import and_, bindparam, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from records.classes import Factor
from records.codes import STEP
from records.enrolments import Enrolment, Seat
from records.proofs import Proof
from records.sessions import Session
from records.signs import signs
from records.suspicions import Sign, Suspicion


@dataclass(frozen=True, slots=True)
class Fact:
    """What is needed of a proof to compare it with others."""

    id: int
    enrolment_id: int
    session_id: int
    factor: Factor
    at: datetime
    taken: bool
    distance: int | None  # metres from the venue
    accuracy: float | None  # metres
    latitude: float | None
    longitude: float | None
    network: str

    @classmethod
    def of(cls, proof: Proof) -> Fact:
        """That of one proof."""
        return cls(*(getattr(proof, name) for name in cls.__slots__))


_COLUMNS = [getattr(Proof, name) for name in Fact.__slots__]
_AT_ABOUT = select(*_COLUMNS).where(
    Proof.session_id == bindparam("session"), Proof.at.between(bindparam("since"), bindparam("until"))
)
_OF_OTHERS = (
    select(*_COLUMNS)
    .join(Enrolment, Enrolment.id == Proof.enrolment_id)
    .where(
        Proof.device == bindparam("device"),
        Proof.taken,
        Proof.at >= bindparam("since"),
        Enrolment.person_id != bindparam("person"),
    )
)


async def at_about_this_time(session: AsyncSession, seat: Seat, proof: Proof) -> list[Fact]:
    """What was offered for this session within two or three minutes of a proof, by anybody."""
    near = timedelta(seconds=STEP + 2 * signs().code_outside.seconds)
    about = {"session": seat.session.id, "since": proof.at - near, "until": proof.at + near}
    rows = await session.execute(_AT_ABOUT, about)
    return [Fact(*row) for row in rows]


async def places_today(session: AsyncSession, seat: Seat, proof: Proof) -> list[Fact]:
    """Where else this person was on the session's day, in all classes, by time."""
    if proof.latitude is None:
        return []
    rows = await session.execute(
        select(*_COLUMNS)
        .join(Enrolment, Enrolment.id == Proof.enrolment_id)
        .join(Session, and_(Session.id == Proof.session_id, Session.class_id == Enrolment.class_id))
        .where(
            Enrolment.person_id == seat.enrolment.person_id,
            Session.day == seat.session.day,
            Proof.latitude.is_not(None),
            Proof.id != proof.id,
        )
        .order_by(Proof.at, Proof.id)
    )
    return [Fact(*row) for row in rows]


async def of_others_on_this_phone(session: AsyncSession, seat: Seat, proof: Proof) -> list[Fact]:
    """What the same phone offered for other people in the last days, as far as it was taken."""
    if not proof.device or not proof.taken:
        return []
    since = proof.at - timedelta(days=signs().shared_phone.days)
    others = {"device": proof.device, "since": since, "person": seat.enrolment.person_id}
    rows = await session.execute(_OF_OTHERS, others)
    return [Fact(*row) for row in rows]


async def days_shared(session: AsyncSession, seat: Seat) -> int:
    """On how many days, this one counted, a phone served this trainee and others in the same session."""
    rows = await session.execute(
        select(Session.day, Suspicion.evidence)
        .join(Session, Session.id == Suspicion.session_id)
        .where(Suspicion.enrolment_id == seat.enrolment.id, Suspicion.sign == Sign.SHARED_PHONE)
    )
    return len({seat.session.day, *(day for day, evidence in rows if evidence["days"])})


async def part_through_network(session: AsyncSession, seat: Seat, network: str) -> float | None:
    """What part of the class's trainees came through a network at the last sessions; None where none is known."""
    before = (
        select(Session.id)
        .where(Session.class_id == seat.session.class_id, Session.starts_at < seat.session.starts_at)
        .order_by(Session.starts_at.desc())
        .limit(signs().burst.sessions)
    )
    trainees = func.count(Proof.enrolment_id.distinct())
    came = select(trainees, trainees.filter(Proof.network == network)).where(
        Proof.session_id.in_(before), Proof.network != "", Proof.taken
    )
    everybody, through_it = (await session.execute(came)).one()
    return through_it / everybody if everybody else None
