"""Presence: takes the facts a trainee offers, from chat and page alike, and enters the mark once they suffice."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from config.settings import CHINA
from handlers import facts
from handlers.facts import GUESSES_HOLD, Judged, Offer, Problem
from records import enrolments, proofs, register, seats, watching
from records.classes import Factor
from records.enrolments import Seat
from records.marks import THERE, Mark, Side, Status
from records.proofs import Proof
from records.register import Entry
from records.sessions import LATE_AFTER, OUT_BEFORE
from records.standing import Standing
from records.standing import standing as standing_of

__all__ = ["Offer", "Presence", "Problem", "offer", "sign_out"]

_CAME_AFTER_ALL = "请了假又来了，本人签到"
_LEFT_LATER = "回来后再次签退，以最后一次为准"


@dataclass(frozen=True)
class Presence:
    """Where a trainee stands at a session after what he offered."""

    seat: Seat
    side: Side
    mark: Mark | None = None  # the one that holds
    is_new: bool = False  # this offer brought it
    missing: frozenset[Factor] = frozenset()  # what is still asked for
    problem: Problem = Problem.NONE  # why this offer did not help
    distance: int | None = None  # metres from the venue, of a place that was offered
    standing: Standing | None = None  # once he is signed in
    later: Seat | None = None  # his next session today that he has to sign in to
    missed: Seat | None = None  # an earlier one of today that he did not sign in to

    @property
    def is_there(self) -> bool:
        """Signed in, or on the other side signed out."""
        return self.mark is not None and (self.side is Side.OUT or Status(self.mark.status) in THERE)


async def offer(session: AsyncSession, seat: Seat, offered: Offer) -> Presence:
    """Take one fact for signing in; what is there together with it makes one mark, however often it is offered."""
    return await _take(session, seat, offered, Side.IN)


async def sign_out(session: AsyncSession, seat: Seat, offered: Offer) -> Presence:
    """Take one fact for signing out, which takes as much as signing in; before the end it is leaving early."""
    return await _take(session, seat, offered, Side.OUT)


async def _take(session: AsyncSession, seat: Seat, offered: Offer, side: Side) -> Presence:
    # The code may come by chat and the place by the page at once: the second waits here and then sees the first.
    await enrolments.in_turn(session, seat.enrolment)
    earlier = await proofs.since(session, seat.session.id, seat.enrolment.id, offered.at - GUESSES_HOLD)
    proof, judged = await _keep(session, seat, offered, side, earlier)
    held = await register.latest(session, seat.session, seat.enrolment, side)
    presence = Presence(seat, side, held, problem=judged.problem, distance=judged.distance)
    if side is Side.OUT and not await _is_signed_in(session, seat):
        return replace(presence, problem=Problem.NOT_IN)
    if not facts.serves(offered.factor, seat.training_class.needs):
        presence = replace(presence, problem=Problem.NONE)
    presence = await _enter(session, presence, [*earlier, proof], offered)
    return await _with_the_day(session, presence, offered.at) if presence.is_there else presence


async def _keep(
    session: AsyncSession, seat: Seat, offered: Offer, side: Side, earlier: list[Proof]
) -> tuple[Proof, Judged]:
    """Write the fact down with what became of it; one that came before is there already."""
    for proof in earlier:
        if (proof.message_id, proof.factor) == (offered.message_id, offered.factor):
            return proof, Judged(Problem(proof.why), proof.distance)
    judged = facts.judge(session.info["vault"], seat, offered, side, earlier)
    place = (
        offered.place if judged.distance is not None else None
    )  # where somebody is outside class is not our business
    proof = Proof(
        enrolment_id=seat.enrolment.id,
        session_id=seat.session.id,
        factor=offered.factor,
        at=offered.at,
        received_at=offered.received_at,
        taken=judged.problem is Problem.NONE,
        why=judged.problem,
        latitude=place.latitude if place else None,
        longitude=place.longitude if place else None,
        accuracy=place.accuracy if place else None,
        distance=judged.distance,
        channel=offered.channel,
        device=offered.device,
        network=offered.network,
        message_id=offered.message_id,
    )
    session.add(proof)
    await session.flush()
    await watching.look(session, seat, proof)
    return proof, judged


async def _enter(session: AsyncSession, presence: Presence, offered: list[Proof], now: Offer) -> Presence:
    """Enter the mark if all that the class asks for is there together; else say what is missing."""
    held, needs = presence.mark, presence.seat.training_class.needs
    if held is not None and held.status == Status.ABSENT:
        return replace(presence, problem=Problem.ABSENT)
    if held is not None and (now.at <= held.at or not _may_be_replaced(held)):
        return replace(presence, problem=Problem.NONE)
    fresh = [fact for fact in offered if fact.taken and (held is None or fact.at > held.at)]
    found = facts.together(needs, fresh)
    if found is None:
        return replace(presence, missing=facts.missing(needs, fresh, now.at))
    mark, is_new = await _write(session, presence, *found, now)
    return replace(presence, mark=mark, is_new=is_new, problem=Problem.NONE)


async def _write(
    session: AsyncSession, presence: Presence, at: datetime, telling: list[Proof], now: Offer
) -> tuple[Mark, bool]:
    seat, held = presence.seat, presence.mark
    status, received_at = _status(seat, presence.side, at), max(fact.received_at for fact in telling)
    entry = Entry(status, facts.ways(telling), at, received_at, "worker", now.message_id)
    if held is None:
        return await register.enter(session, seat.session, seat.enrolment, entry)
    why = _LEFT_LATER if presence.side is Side.OUT else _CAME_AFTER_ALL
    return await register.correct(session, held, entry, why), True


def _may_be_replaced(mark: Mark) -> bool:
    """Leave gives way when the trainee comes after all, and his own leaving early to his leaving later."""
    return mark.status == Status.LEAVE or (mark.status == Status.EARLY and mark.actor == "worker")


def _status(seat: Seat, side: Side, at: datetime) -> Status:
    if side is Side.OUT:
        return Status.EARLY if at < seat.session.ends_at - OUT_BEFORE else Status.OUT
    return Status.LATE if at > seat.session.starts_at + LATE_AFTER else Status.PRESENT


async def _is_signed_in(session: AsyncSession, seat: Seat) -> bool:
    mark = await register.latest(session, seat.session, seat.enrolment, Side.IN)
    return mark is not None and Status(mark.status) in THERE


async def _with_the_day(session: AsyncSession, presence: Presence, now: datetime) -> Presence:
    """How far he has come, and what else there is today."""
    seat = presence.seat
    standing = await standing_of(session, seat.enrolment, now, now.astimezone(CHINA).date())
    todays = await seats.on(session, seat.enrolment.person_id, seat.session.day)
    others = [each for each in todays if each.session.id != seat.session.id and each.session.cancelled_at is None]
    marks = await register.holding(
        session, *(each.session.id for each in others), of=[each.enrolment.id for each in others]
    )
    unsigned = [each for each in others if (each.session.id, each.enrolment.id, Side.IN) not in marks]
    later = next((each for each in unsigned if each.session.starts_at > seat.session.starts_at), None)
    missed = next((each for each in unsigned if each.session.ends_at < now), None)
    return replace(presence, standing=standing, later=later, missed=missed)
