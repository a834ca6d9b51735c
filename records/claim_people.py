"""The trainees of a class as a claim sees them: what was attended, the voucher, the result, the certificate, work."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from records import register, seats
from records.certificates import Certificate
from records.classes import TrainingClass
from records.employments import Employment, Work
from records.enrolments import Enrolment
from records.marks import THERE, Mark, Side, Status
from records.people import Person
from records.results import Outcome, Result
from records.sessions import Session
from records.standing import tally
from records.vouchers import Voucher


@dataclass(frozen=True)
class Taught:
    """One trainee of a class."""

    person: Person
    enrolment: Enrolment
    voucher: Voucher | None
    certificate: Certificate | None
    days: int  # training days on which he was at every session that was held
    attended: int  # sessions
    due: int  # sessions held without those he had leave for
    passed: bool | None  # the assessment; None: no result yet
    employed: bool  # proven
    repeats: bool  # learnt the same occupation and level before in the same year


async def of_class(session: AsyncSession, training_class: TrainingClass, now: datetime) -> list[Taught]:
    """Everybody with a seat, in the order they came; a handful of statements whatever their number."""
    roster = await seats.roster(session, training_class.id)
    keys = [enrolment.id for enrolment, _ in roster]
    sittings = await _held(session, training_class, now)
    marks = await register.holding(session, *(sitting.id for sitting in sittings))
    results = {r.enrolment_id: r for r in await session.scalars(select(Result).where(Result.enrolment_id.in_(keys)))}
    work = {
        e.enrolment_id: e for e in await session.scalars(select(Employment).where(Employment.enrolment_id.in_(keys)))
    }
    vouchers = await _vouchers(session, [enrolment.voucher_id for enrolment, _ in roster])
    certificates = {
        c.enrolment_id: c for c in await session.scalars(select(Certificate).where(Certificate.enrolment_id.in_(keys)))
    }
    again = await _again(session, training_class, [person.id for _, person in roster])
    taught = []
    for enrolment, person in roster:
        counted = tally(training_class, sittings, marks, enrolment.id, 0, now)
        result, employment = results.get(enrolment.id), work.get(enrolment.id)
        taught.append(
            Taught(
                person=person,
                enrolment=enrolment,
                voucher=vouchers.get(enrolment.voucher_id or 0),
                certificate=certificates.get(enrolment.id),
                days=_full_days(sittings, marks, enrolment.id),
                attended=counted.attended,
                due=counted.held - counted.leave,
                passed=None if result is None else result.outcome == Outcome.PASSED,
                employed=employment is not None and employment.state == Work.PROVEN,
                repeats=person.id in again,
            )
        )
    return taught


async def _held(session: AsyncSession, training_class: TrainingClass, now: datetime) -> Sequence[Session]:
    mine = Session.class_id == training_class.id, Session.cancelled_at.is_(None), Session.starts_at <= now
    return (await session.scalars(select(Session).where(*mine).order_by(Session.starts_at))).all()


def _full_days(sittings: Sequence[Session], marks: Mapping[tuple[int, int, Side], Mark], enrolment_id: int) -> int:
    there: dict[date, bool] = defaultdict(lambda: True)
    for sitting in sittings:
        mark = marks.get((sitting.id, enrolment_id, Side.IN))
        there[sitting.day] &= mark is not None and Status(mark.status) in THERE
    return sum(there.values())


async def _vouchers(session: AsyncSession, keys: Sequence[int | None]) -> dict[int, Voucher]:
    found = await session.scalars(select(Voucher).where(Voucher.id.in_([key for key in keys if key])))
    return {voucher.id: voucher for voucher in found}


async def _again(session: AsyncSession, training_class: TrainingClass, person_ids: Sequence[int]) -> set[int]:
    """Who had a seat in an earlier class of the same occupation and level in the same year."""
    year = training_class.starts.year
    earlier = (
        select(Enrolment.person_id)
        .join(TrainingClass, TrainingClass.id == Enrolment.class_id)
        .where(
            Enrolment.person_id.in_(person_ids),
            Enrolment.seating == "seated",
            TrainingClass.id != training_class.id,
            TrainingClass.occupation == training_class.occupation,
            TrainingClass.level.is_not_distinct_from(training_class.level),
            TrainingClass.state != "cancelled",
            TrainingClass.starts.between(date(year, 1, 1), training_class.starts),
        )
    )
    return set(await session.scalars(earlier))
