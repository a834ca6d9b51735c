"""Dossiers: all that the records hold of one session, trainee by trainee, for who looks into it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from records import audit, findings, register, rolls, spotting
from records.audit import Event
from records.classes import TrainingClass
from records.evidence import Evidence
from records.marks import Mark
from records.proofs import Proof
from records.rolls import Line
from records.sessions import Session
from records.spot_checks import SpotCheck
from records.suspicions import Suspicion


@dataclass(frozen=True)
class Trainee:
    """One line of the roll, with the place that was offered last and what waits for a look."""

    line: Line
    place: Proof | None
    signs: int


@dataclass(frozen=True)
class Change:
    """A mark that stands in place of another."""

    before: Mark
    mark: Mark
    line: Line | None  # None where the trainee has left the class


@dataclass(frozen=True)
class Dossier:
    """One session."""

    trainees: Sequence[Trainee]
    changes: Sequence[Change]
    evidence: Sequence[Evidence]
    suspicions: Sequence[Suspicion]
    checks: Sequence[SpotCheck]
    marks: int  # lines of its register
    fault: str  # what is wrong with the register; empty where it holds


async def of(session: AsyncSession, training_class: TrainingClass, sitting: Session) -> Dossier:
    """Everything about one session; as many queries for sixty trainees as for one."""
    lines, places = (await rolls.of(session, sitting)).lines, await _places(session, sitting)
    suspicions = await findings.of_session(session, sitting)
    waiting = [each.enrolment_id for each in suspicions if each.found_at is None]
    marks = (await session.scalars(select(Mark).where(Mark.session_id == sitting.id).order_by(Mark.number))).all()
    return Dossier(
        [Trainee(each, places.get(each.enrolment.id), waiting.count(each.enrolment.id)) for each in lines],
        _changes(marks, lines),
        (await session.scalars(select(Evidence).where(Evidence.session_id == sitting.id).order_by(Evidence.id))).all(),
        suspicions,
        await spotting.at_session(session, sitting),
        len(marks),
        await register.fault(session, sitting.id, await _anchors(session, training_class, sitting)),
    )


def _changes(marks: Sequence[Mark], lines: Sequence[Line]) -> list[Change]:
    by_key, by_enrolment = {mark.id: mark for mark in marks}, {line.enrolment.id: line for line in lines}
    return [Change(by_key[mark.corrects], mark, by_enrolment.get(mark.enrolment_id)) for mark in marks if mark.corrects]


async def _places(session: AsyncSession, sitting: Session) -> dict[int, Proof]:
    """The last place that each trainee offered; one inside the fence goes before any outside."""
    offered = select(Proof).where(Proof.session_id == sitting.id, Proof.distance.is_not(None))
    return {proof.enrolment_id: proof for proof in await session.scalars(offered.order_by(Proof.taken, Proof.at))}


async def _anchors(session: AsyncSession, training_class: TrainingClass, sitting: Session) -> list[tuple[int, str]]:
    history = await audit.history(session, training_class.thing)
    anchors = (entry.details["sessions"] for entry in history if entry.event == Event.CLASS_REGISTER_ANCHOR)
    return [tuple(told[str(sitting.id)]) for told in anchors if str(sitting.id) in told]
