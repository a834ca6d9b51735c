"""The roll of a session: who should be there, who is, who is excused and who is missing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from records import register, seats
from records.enrolments import Enrolment, Seating
from records.marks import THERE, Mark, Side, Status
from records.people import Person
from records.sessions import Session


@dataclass(frozen=True)
class Line:
    """One trainee of a session, with the marks that hold."""

    enrolment: Enrolment
    person: Person
    came: Mark | None
    left: Mark | None

    @property
    def is_there(self) -> bool:
        """Does he count as there?"""
        return self.came is not None and self.came.status in THERE

    @property
    def is_excused(self) -> bool:
        """Is he on leave?"""
        return self.came is not None and self.came.status == Status.LEAVE


@dataclass(frozen=True)
class Roll:
    """Everybody of a session, in the order of the roster."""

    lines: Sequence[Line]

    @property
    def here(self) -> list[Line]:
        """Who is there, the last who came first."""
        return sorted((line for line in self.lines if line.is_there), key=_came, reverse=True)

    @property
    def excused(self) -> list[Line]:
        """Who is on leave."""
        return [line for line in self.lines if line.is_excused]

    @property
    def missing(self) -> list[Line]:
        """Who is neither there nor excused."""
        return [line for line in self.lines if not line.is_there and not line.is_excused]

    @property
    def late(self) -> int:
        """How many came late."""
        return sum(line.came is not None and line.came.status == Status.LATE for line in self.lines)

    @property
    def unsigned(self) -> list[Line]:
        """Who is there and has not signed out; those whose check-in was made up need not."""
        return [line for line in self.here if line.left is None and line.came and line.came.status != Status.MADE_UP]


@dataclass(frozen=True)
class Count:
    """How many came to a session, of how many who should."""

    here: int = 0
    due: int = 0


async def of(session: AsyncSession, sitting: Session) -> Roll:
    """The roll of one session."""
    marks = await register.holding(session, sitting.id)
    return Roll(
        [
            Line(
                enrolment,
                person,
                marks.get((sitting.id, enrolment.id, Side.IN)),
                marks.get((sitting.id, enrolment.id, Side.OUT)),
            )
            for enrolment, person in await seats.roster(session, sitting.class_id)
        ]
    )


async def counts(session: AsyncSession, sittings: Sequence[Session]) -> dict[int, Count]:
    """How many came to each of several sessions, by session; two queries however many there are."""
    mine = Enrolment.class_id.in_({sitting.class_id for sitting in sittings}), Enrolment.seating == Seating.SEATED
    seated = select(Enrolment.class_id, func.count()).where(*mine).group_by(Enrolment.class_id)
    due = {row[0]: row[1] for row in await session.execute(seated)}
    sitting_ids = [sitting.id for sitting in sittings]
    corrected = select(Mark.corrects).where(Mark.session_id.in_(sitting_ids), Mark.corrects.is_not(None))
    there = (
        select(Mark.session_id, func.count())
        .join(Enrolment, Enrolment.id == Mark.enrolment_id)
        .where(
            Mark.session_id.in_(sitting_ids),
            Mark.status.in_(THERE),
            Mark.id.not_in(corrected),
            Enrolment.seating == Seating.SEATED,
        )
        .group_by(Mark.session_id)
    )
    here = {row[0]: row[1] for row in await session.execute(there)}
    return {each.id: Count(here.get(each.id, 0), due.get(each.class_id, 0)) for each in sittings}


def _came(line: Line) -> tuple[float, int]:
    return (line.came.at.timestamp(), line.came.number) if line.came else (0.0, 0)
