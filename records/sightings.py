"""Sightings: what looks odd among the facts that trainees of one session offered at about the same time."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from records import ground
from records.classes import Factor, TrainingClass
from records.codes import STEP
from records.signs import signs
from records.suspicions import Sign
from records.traces import Fact

_SECOND = timedelta(seconds=1)
_CODES = frozenset({Factor.CODE, Factor.QR})


@dataclass(frozen=True)
class Sighting:
    """A sign about one trainee, with what shows it."""

    sign: Sign
    enrolment_id: int
    score: int
    evidence: dict[str, Any]


def shared_phone(others: Sequence[Fact], new: Fact, days: int) -> list[Sighting]:
    """Other people whom this phone checked in: in the same session it tells on each of them, elsewhere little on one."""
    words = signs().shared_phone
    here = [other for other in others if other.session_id == new.session_id]
    if not here:
        return [_sharing(new.enrolment_id, [new, *others], words.elsewhere, 0)] if others else []
    if (score := words.score(days)) is None:
        return []
    together = [new, *here]
    return [_sharing(each, together, score, days) for each in sorted({fact.enrolment_id for fact in together})]


def code_outside(training_class: TrainingClass, facts: Sequence[Fact], new: Fact) -> list[Sighting]:
    """A trainee's right codes of this moment, each with a place outside the fence nearest to it in time."""
    found = []
    for code in _codes_at_this_moment(facts, new):
        if place := _place_well_outside(training_class, facts, code):
            score = signs().code_outside.score(_beyond(training_class, place)) or 1
            seconds = round(abs(place.at - code.at).total_seconds())
            evidence = {"metres": place.distance, "radius": training_class.radius, "seconds": seconds}
            proofs = sorted((code.id, place.id))
            found.append(Sighting(Sign.CODE_OUTSIDE, new.enrolment_id, score, {"proofs": proofs} | evidence))
    return found


def shared_code(training_class: TrainingClass, facts: Sequence[Fact], new: Fact) -> list[Sighting]:
    """The half-minutes in which this trainee used a code: who was outside, where the first to use it was."""
    steps = {_step(code.at) for code in _codes_at_this_moment(facts, new)}
    return [sighting for step in sorted(steps) for sighting in _shared_in(training_class, facts, step)]


def burst(facts: Iterable[Fact], new: Fact, usual: float | None) -> list[Sighting]:
    """Everybody who checked in within a second of a new fact, from the same network.

    `usual` is the part of the class's trainees that came through it before; None where there is nothing to compare.
    """
    together = in_one_second(facts, new)
    score, words = signs().burst.score(len(together)), signs().burst
    if score is None or (usual is not None and usual >= words.usual):
        return []
    who = sorted({fact.enrolment_id for fact in together})
    return [
        Sighting(
            Sign.BURST,
            each,
            words.untried if usual is None else score,
            {"proofs": sorted(fact.id for fact in together), "with": _others(who, each), "count": len(who)},
        )
        for each in who
    ]


def in_one_second(facts: Iterable[Fact], new: Fact) -> list[Fact]:
    """The first fact of each trainee that was taken within a second of a new one from the same network."""
    if not new.network or not new.taken:
        return []
    same = (fact for fact in facts if fact.taken and fact.network == new.network)
    return _first_of_each(fact for fact in same if abs(fact.at - new.at) < _SECOND)


def jump(places: Sequence[Fact], new: Fact) -> list[Sighting]:
    """This place and the one before or after it, too far apart for the time between them."""
    if new.latitude is None:
        return []
    before = [place for place in places if place.at <= new.at][-1:]
    after = [place for place in places if place.at > new.at][:1]
    return [sighting for other in (*before, *after) if (sighting := _jump_between(new, other))]


def _jump_between(new: Fact, other: Fact) -> Sighting | None:
    between = ground.metres(*_point(new), *_point(other))
    seconds = max(1.0, abs(new.at - other.at).total_seconds())
    score = _score_of_a_jump(between - _doubt(new) - _doubt(other), seconds)
    if score is None:
        return None
    evidence = {"metres": round(between), "seconds": round(seconds), "kmh": round(between / seconds * 3.6)}
    proofs = sorted((new.id, other.id))
    return Sighting(Sign.JUMP, new.enrolment_id, score, {"proofs": proofs} | evidence)


def _score_of_a_jump(metres: float, seconds: float) -> int | None:
    words = signs().jump
    if metres < words.metres:
        return None
    hop = words.hop if metres >= words.hop_metres and seconds <= words.hop_seconds else None
    return words.score(metres / seconds * 3.6) or hop


def _shared_in(training_class: TrainingClass, facts: Sequence[Fact], step: int) -> list[Sighting]:
    uses = _first_of_each(fact for fact in facts if _is_code(fact) and _step(fact.at) == step)
    outside = {use.enrolment_id: place for use in uses if (place := _place_well_outside(training_class, facts, use))}
    score, followers = signs().shared_code.score(len(outside)), len(uses) - 1
    if score is None or uses[0].enrolment_id not in outside or followers < signs().shared_code.followers:
        return []
    found = []
    for use in (use for use in uses if use.enrolment_id in outside):
        proofs = sorted({uses[0].id, use.id, outside[use.enrolment_id].id})
        evidence = {"with": _others(outside, use.enrolment_id), "followers": followers, "outside": len(outside)}
        found.append(Sighting(Sign.SHARED_CODE, use.enrolment_id, score, {"proofs": proofs} | evidence))
    return found


def _codes_at_this_moment(facts: Iterable[Fact], new: Fact) -> list[Fact]:
    """This trainee's right codes near a fact of his in time."""
    most = timedelta(seconds=signs().code_outside.seconds)
    mine = (fact for fact in facts if fact.enrolment_id == new.enrolment_id and _is_code(fact))
    return [code for code in mine if abs(code.at - new.at) <= most]


def _place_well_outside(training_class: TrainingClass, facts: Iterable[Fact], code: Fact) -> Fact | None:
    """The place nearest in time to a code, if outside: who walks in and sends his place again was inside by then."""
    most = timedelta(seconds=signs().code_outside.seconds)
    mine = (fact for fact in facts if fact.enrolment_id == code.enrolment_id and fact.distance is not None)
    near = (fact for fact in mine if abs(fact.at - code.at) <= most)
    place = min(near, key=lambda fact: abs(fact.at - code.at), default=None)
    return place if place and signs().code_outside.score(_beyond(training_class, place)) else None


def _beyond(training_class: TrainingClass, place: Fact) -> float:
    """Metres beyond the fence, the doubt of the measurement counted for the trainee."""
    return float(place.distance or 0) - training_class.radius - _doubt(place)


def _doubt(place: Fact) -> float:
    return ground.UNSTATED if place.accuracy is None else max(float(place.accuracy), 0.0)


def _point(place: Fact) -> tuple[float, float]:
    assert place.latitude is not None and place.longitude is not None, "only places are compared"
    return place.latitude, place.longitude


def _first_of_each(facts: Iterable[Fact]) -> list[Fact]:
    """Each trainee's first, by time."""
    first: dict[int, Fact] = {}
    for fact in sorted(facts, key=lambda fact: (fact.at, fact.id)):
        first.setdefault(fact.enrolment_id, fact)
    return list(first.values())


def _is_code(fact: Fact) -> bool:
    return fact.taken and fact.factor in _CODES


def _step(at: datetime) -> int:
    return int(at.timestamp()) // STEP


def _sharing(enrolment_id: int, together: Sequence[Fact], score: int, days: int) -> Sighting:
    others = _others((fact.enrolment_id for fact in together), enrolment_id)
    proofs = sorted({fact.id for fact in together})
    evidence = {"proofs": proofs, "with": others, "others": len(others), "days": days}
    return Sighting(Sign.SHARED_PHONE, enrolment_id, score, evidence)


def _others(who: Iterable[int], me: int) -> list[int]:
    return sorted(set(who) - {me})
