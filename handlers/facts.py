"""Facts that show somebody is there: what each shows, whether it holds, and when several hold together."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from handlers import geofence
from handlers.message import Place
from records import codes, scans
from records.classes import Factor
from records.codes import Fit
from records.enrolments import Seat
from records.marks import Side
from records.proofs import Proof
from records.sessions import OUT_AFTER
from records.vault import Vault

FACT_HOLDS = timedelta(minutes=2)
GUESSES_HOLD = timedelta(minutes=10)
MOST_GUESSES = 5  # wrong codes of one trainee in GUESSES_HOLD

_SHOWS = {
    Factor.TEXT: frozenset({Factor.TEXT}),
    Factor.CODE: frozenset({Factor.CODE, Factor.TEXT}),
    Factor.QR: frozenset({Factor.QR, Factor.CODE, Factor.TEXT}),
    Factor.PLACE: frozenset({Factor.PLACE, Factor.TEXT}),
    Factor.PAPER: frozenset({Factor.PAPER, Factor.TEXT}),
    Factor.TEACHER: frozenset(Factor),  # answers for it: nothing else is asked
}


class Problem(StrEnum):
    """Why a fact was not taken, or what stands in the way of the mark."""

    NONE = ""
    OUTSIDE = "outside"
    INACCURATE = "inaccurate"
    WRONG = "wrong"
    STALE = "stale"  # a code or QR code that was right a while ago
    GUESSING = "guessing"  # too many wrong codes: no code is taken for a while
    EARLY = "early"
    OVER = "over"
    CANCELLED = "cancelled"
    NOT_IN = "not_in"  # signs out and never signed in
    ABSENT = "absent"  # the trainer entered that he is not there


@dataclass(frozen=True)
class Offer:
    """One fact that a trainee offers; its caller answers for the times, which no phone may state on its own."""

    factor: Factor
    at: datetime  # when the trainee acted, by WeChat's clock or ours
    received_at: datetime
    channel: str  # chat, page, trainer
    message_id: str  # natural key: the same offer again changes nothing
    place: Place | None = None  # GCJ-02
    code: str = ""  # the six digits; for a QR code its token, or the ticket that was given for it
    device: str = ""  # blind index of what marks the phone
    network: str = ""  # blind index of the address it came from


@dataclass(frozen=True)
class Judged:
    """What a fact is worth."""

    problem: Problem
    distance: int | None = None  # metres from the venue


def judge(vault: Vault, seat: Seat, offer: Offer, side: Side, earlier: Sequence[Proof]) -> Judged:
    """Does this fact hold for this session now? `earlier` is what the trainee offered in the last GUESSES_HOLD."""
    if problem := _outside_window(seat, offer.at, side):
        return Judged(problem)
    if offer.factor is Factor.PLACE:
        return _judge_place(seat, offer.place)
    if offer.factor is Factor.CODE:
        return Judged(_judge_code(vault, seat, offer, earlier))
    if offer.factor is Factor.QR:
        fit = scans.judge(vault, offer.code, seat.session.id, seat.enrolment.person_id, offer.at)
        return Judged(_OF_FIT[fit])
    return Judged(Problem.NONE)


def fitting(vault: Vault, found: Sequence[Seat], code: str, place: Place | None, at: datetime) -> Sequence[Seat]:
    """Of several sessions those that a code or a place belongs to; all of them where it does not tell."""
    if len(found) < 2:
        return found
    if code:
        return [seat for seat in found if codes.judge(vault, seat.session, code, at) is not Fit.WRONG] or found
    if place:
        return [seat for seat in found if _judge_place(seat, place).problem is Problem.NONE] or found
    return found


def serves(factor: Factor, needs: frozenset[Factor]) -> bool:
    """Does this kind of fact show anything that is asked for?"""
    return not needs or bool(_SHOWS[factor] & needs)


def missing(needs: frozenset[Factor], facts: Iterable[Proof], at: datetime) -> frozenset[Factor]:
    """What is asked for and not shown by the facts that hold at a moment."""
    return needs.difference(*(_SHOWS[Factor(fact.factor)] for fact in facts if _holds(fact, at)))


def together(needs: frozenset[Factor], facts: Sequence[Proof]) -> tuple[datetime, list[Proof]] | None:
    """The first moment at which facts that hold show all that is asked for, and those facts; None where there is none.

    It does not matter in which order they reached us.
    """
    for last in sorted(facts, key=lambda fact: fact.at):
        holding = [fact for fact in facts if _holds(fact, last.at)]
        if holding and not missing(needs, holding, last.at):
            return last.at, _telling(needs, holding)
    return None


def ways(facts: Iterable[Proof]) -> str:
    """code+place: the factors that a mark stands on."""
    told = {Factor(fact.factor) for fact in facts}
    return "+".join(factor for factor in Factor if factor in told)


def _telling(needs: frozenset[Factor], holding: Sequence[Proof]) -> list[Proof]:
    """Those facts that are needed; where one alone shows all, only that one."""
    whole = [fact for fact in holding if needs <= _SHOWS[Factor(fact.factor)]]
    return whole[:1] or [fact for fact in holding if _SHOWS[Factor(fact.factor)] & needs]


def _holds(fact: Proof, at: datetime) -> bool:
    held = scans.TICKET_HOLDS if fact.factor == Factor.QR else FACT_HOLDS
    return fact.taken and fact.at <= at <= fact.at + held


def _outside_window(seat: Seat, at: datetime, side: Side) -> Problem:
    sitting = seat.session
    opens, closes = (sitting.opens_at, sitting.ends_at)
    if side is Side.OUT:
        opens, closes = sitting.starts_at, sitting.ends_at + OUT_AFTER
    if sitting.cancelled_at is not None:
        return Problem.CANCELLED
    if at < opens:
        return Problem.EARLY
    return Problem.OVER if at > closes else Problem.NONE


def _judge_place(seat: Seat, place: Place | None) -> Judged:
    if place is None:
        return Judged(Problem.INACCURATE)
    venue = seat.training_class
    away = round(geofence.metres(place, venue.latitude, venue.longitude))
    if geofence.is_vague(place, venue.latitude, venue.longitude, venue.radius):
        return Judged(Problem.INACCURATE, away)
    inside = geofence.is_inside(place, venue.latitude, venue.longitude, venue.radius)
    return Judged(Problem.NONE if inside else Problem.OUTSIDE, away)


def _judge_code(vault: Vault, seat: Seat, offer: Offer, earlier: Sequence[Proof]) -> Problem:
    since = offer.at - GUESSES_HOLD
    if (
        sum(fact.why == Problem.WRONG and fact.factor == Factor.CODE and fact.at > since for fact in earlier)
        >= MOST_GUESSES
    ):
        return Problem.GUESSING
    return _OF_FIT[codes.judge(vault, seat.session, offer.code, offer.at)]


_OF_FIT = {Fit.RIGHT: Problem.NONE, Fit.STALE: Problem.STALE, Fit.WRONG: Problem.WRONG}
