"""How far a trainee has come: sessions held, attended, late, excused, and which training day it is."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from records import register
from records.classes import TrainingClass
from records.enrolments import Enrolment
from records.marks import THERE, Mark, Side, Status
from records.sessions import Session


@dataclass(frozen=True)
class Standing:
    """A trainee's attendance up to a moment."""

    held: int  # sessions that have begun, without those cancelled
    attended: int
    late: int
    early: int
    made_up: int
    leave: int
    unsigned: int  # came and did not sign out where that is asked for: not counted as attended
    day: int  # the how-manieth training day it is
    days: int

    @property
    def absent(self) -> int:
        """Sessions held without him and without an excuse."""
        return self.held - self.attended - self.leave - self.unsigned

    @property
    def rate(self) -> float:
        """Attended of those held without leave, 0 to 1; 1 before the first."""
        due = self.held - self.leave
        return self.attended / due if due else 1.0


async def standing(session: AsyncSession, enrolment: Enrolment, now: datetime, today: date) -> Standing:
    """One trainee's."""
    return (
        await standings(session, await session.get_one(TrainingClass, enrolment.class_id), [enrolment], now, today)
    )[enrolment.id]


async def standings(
    session: AsyncSession, training_class: TrainingClass, enrolments: Sequence[Enrolment], now: datetime, today: date
) -> dict[int, Standing]:
    """Those of several trainees of one class, by enrolment."""
    planned = select(Session).where(Session.class_id == training_class.id, Session.cancelled_at.is_(None))
    sittings = (await session.scalars(planned.order_by(Session.starts_at))).all()
    held = [sitting for sitting in sittings if sitting.starts_at <= now or sitting.is_open(now)]
    marks = await register.holding(session, *(sitting.id for sitting in held), of=[each.id for each in enrolments])
    day = len({sitting.day for sitting in sittings if sitting.day <= today})
    return {each.id: tally(training_class, held, marks, each.id, day, now) for each in enrolments}


def tally(
    training_class: TrainingClass,
    sittings: Iterable[Session],
    marks: Mapping[tuple[int, int, Side], Mark],
    enrolment_id: int,
    day: int,
    now: datetime,
) -> Standing:
    """Count one trainee's marks of some sessions; one that is still open counts as held once he is there or it began."""
    counts = dict.fromkeys(("held", "attended", "late", "early", "made_up", "leave", "unsigned"), 0)
    for sitting in sittings:
        came = marks.get((sitting.id, enrolment_id, Side.IN))
        left = marks.get((sitting.id, enrolment_id, Side.OUT))
        status = Status(came.status) if came else None
        if status is None and sitting.starts_at > now:
            continue
        counts["held"] += 1
        counts["leave"] += status is Status.LEAVE
        if status not in THERE:
            continue
        counts["late"] += status is Status.LATE
        counts["made_up"] += status is Status.MADE_UP
        counts["early"] += left is not None and left.status == Status.EARLY
        must_sign_out = training_class.sign_out and status is not Status.MADE_UP and not sitting.is_open_to_leave(now)
        counts["unsigned" if must_sign_out and left is None else "attended"] += 1
    return Standing(**counts, day=day, days=training_class.days)
