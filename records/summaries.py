"""The summary of a class: what its hand-in states, in figures."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from records import assessing, seats, standing
from records.classes import TrainingClass
from records.enrolments import Enrolment, Seating
from records.marks import Mark
from records.results import Outcome
from records.sessions import Session
from records.vouchers import Voucher


@dataclass(frozen=True)
class Summary:
    """What became of a class."""

    trainees: int
    days: int
    sessions: int
    due: int  # attendances, without leave
    attended: int
    leave: int
    absent: int
    outcomes: dict[Outcome, int]
    unmarked: Sequence[Session]  # held, and nobody has a mark
    unverified: int  # trainees without a voucher that was verified here

    @property
    def rate(self) -> float:
        """Attended of those due, 0 to 1."""
        return self.attended / self.due if self.due else 1.0

    @property
    def passed(self) -> int:
        """Trainees who passed."""
        return self.outcomes.get(Outcome.PASSED, 0)

    @property
    def ungraded(self) -> int:
        """Trainees without a result."""
        return self.trainees - sum(self.outcomes.values())

    @property
    def figures(self) -> dict[str, int]:
        """As the audit log keeps it."""
        names = ("trainees", "days", "sessions", "due", "attended", "leave", "absent", "passed")
        return {name: getattr(self, name) for name in names}


async def summary(session: AsyncSession, training_class: TrainingClass, now: datetime, today: date) -> Summary:
    """The summary as it stands at a moment."""
    mine = Session.class_id == training_class.id, Session.cancelled_at.is_(None), Session.starts_at <= now
    sittings = (await session.scalars(select(Session).where(*mine).order_by(Session.starts_at))).all()
    enrolments = [enrolment for enrolment, _ in await seats.roster(session, training_class.id)]
    standings = (await standing.standings(session, training_class, enrolments, now, today)).values()
    results = await assessing.of_class(session, training_class)
    seated = {enrolment.id for enrolment in enrolments}
    marked = set(await session.scalars(select(Mark.session_id).where(Mark.session_id.in_([s.id for s in sittings]))))
    return Summary(
        trainees=len(enrolments),
        days=len({sitting.day for sitting in sittings}),
        sessions=len(sittings),
        due=sum(each.held - each.leave for each in standings),
        attended=sum(each.attended for each in standings),
        leave=sum(each.leave for each in standings),
        absent=sum(each.absent + each.unsigned for each in standings),
        outcomes=Counter(Outcome(result.outcome) for key, result in results.items() if key in seated),
        unmarked=[sitting for sitting in sittings if sitting.id not in marked],
        unverified=len(enrolments) - await _verified(session, training_class),
    )


async def _verified(session: AsyncSession, training_class: TrainingClass) -> int:
    used = (
        select(func.count())
        .select_from(Enrolment)
        .join(Voucher, Voucher.id == Enrolment.voucher_id)
        .where(
            Enrolment.class_id == training_class.id,
            Enrolment.seating == Seating.SEATED,
            Voucher.used_on.is_not(None),
        )
    )
    return (await session.execute(used)).scalar_one()
