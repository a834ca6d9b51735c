"""A worker proves his work himself: one paper, for each of his classes that it still counts for."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from records import employing
from records.classes import TrainingClass
from records.employing import Job
from records.employments import Work, WorkProof
from records.enrolments import Enrolment
from records.errors import Refused
from records.files import StoredFile
from records.people import Person


async def waiting(
    session: AsyncSession, person: Person, months: int, now: datetime
) -> Sequence[tuple[Enrolment, TrainingClass]]:
    """The person's classes for which his work is not proven yet, the latest first."""
    open_ = await employing.open_of(session, person, months, now)
    known = {each.id: await employing.of_one(session, each) for each, _ in open_}
    return [row for row in open_ if (it := known[row[0].id]) is None or it.state != Work.PROVEN]


async def hand_up(
    session: AsyncSession,
    person: Person | None,
    proof: WorkProof,
    kept: StoredFile,
    job: Job,
    months: int,
    now: datetime,
) -> None:
    """Keep a proof for all of them, held in the order of their keys; Refused where none waits for one."""
    mine = await waiting(session, person, months, now) if person else []
    if not mine:
        raise Refused("您没有等着就业证明的班，或者已经证实过了。")
    for enrolment, _ in sorted(mine, key=lambda row: row[0].id):
        await employing.hand_up(session, enrolment, proof, kept.id, job, None, now)
