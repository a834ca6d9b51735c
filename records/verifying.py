"""Verifying a voucher in class: whose it is, whether it serves there, and the move to 已报到."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from records import audit, guessing, ties, voucher_desk, voucher_number, vouchers
from records.audit import Event
from records.class_states import ClassState, hold_unfinished
from records.classes import TrainingClass
from records.enrolments import Enrolment, Seating
from records.errors import Refused
from records.guesses import Kind, Way
from records.guessing import Guesser
from records.people import Person
from records.staff import Staff
from records.trainers import hold_trainer
from records.voucher_states import State
from records.vouchers import Voucher


@dataclass(frozen=True)
class Looked:
    """What was found under a number: a voucher of a trainee of the class, or why none of it serves."""

    problem: str = ""
    voucher: Voucher | None = None
    person: Person | None = None
    is_verified: bool = False  # in this class, before


async def look(
    session: AsyncSession, training_class: TrainingClass, number: str, account: Staff, now: datetime
) -> Looked:
    """Look a number up for a class; one that belongs to nobody there is kept and counted. Refused after too many.

    The caller lets one try of an account in at a time (Database.alone, under `guesser(account).key`), and commits.
    """
    _hold_taught(training_class, account)
    await guessing.hold(session, guesser(account), now)
    try:
        voucher = await vouchers.by_number(session, number)
    except ValueError as error:
        return Looked(str(error))
    enrolment = await _seat_of(session, training_class, voucher) if voucher else None
    if voucher is None or enrolment is None:
        tried = voucher_number.read(number)
        await guessing.miss(session, guesser(account), tried, now, exists=voucher is not None)
        return Looked(f"券{tried}不是这个班学员的。请对照本人手机上的券再看一遍；人不在名册的，先把人加进来。")
    person = await session.get_one(Person, voucher.person_id)
    if _is_verified(voucher, enrolment):
        return Looked("", voucher, person, is_verified=True)
    why = (
        "" if voucher.id == enrolment.voucher_id else await ties.unfit(session, person.id, training_class, voucher, now)
    )
    return Looked(why, voucher, person)


async def verify(
    session: AsyncSession, training_class: TrainingClass, voucher: Voucher, account: Staff, now: datetime
) -> bool:
    """Tie a voucher to its owner's seat and move it to 已报到; False where that was done before. Refused where it may not be."""
    _hold_taught(training_class, account)
    # The hand-in, or the owner leaving the class, may come at this moment: whoever is second sees the other's work.
    await session.refresh(training_class, with_for_update={"key_share": True})
    _hold_taught(training_class, account)
    enrolment = await _seat_of(session, training_class, voucher)
    if enrolment is None:
        raise Refused("券的主人不在这个班的名册里了，请刷新看看。")
    # Two schools may verify one voucher at once: the second waits here and finds it used.
    await session.refresh(voucher, with_for_update=True)
    if _is_verified(voucher, enrolment):
        return False
    await ties.tie(session, enrolment, training_class, voucher, now)
    await voucher_desk.move(
        session, voucher, State.REGISTERED, account.actor, now, f"报到：{training_class.name}"[:200]
    )
    event = Event.VOUCHER_CLASS_VERIFY
    await audit.append(session, event, account.actor, enrolment.thing, now, voucher=voucher.number)
    return True


async def of_class(session: AsyncSession, training_class: TrainingClass) -> dict[int, Voucher]:
    """The vouchers that trainees of a class joined with, by enrolment."""
    tied = select(Enrolment.id, Voucher).join(Voucher, Voucher.id == Enrolment.voucher_id)
    rows = await session.execute(tied.where(Enrolment.class_id == training_class.id))
    return {row[0]: row[1] for row in rows}


def guesser(account: Staff) -> Guesser:
    """An account that tries numbers of vouchers."""
    return Guesser(Kind.VOUCHER, Way.STAFF, str(account.id))


async def _seat_of(session: AsyncSession, training_class: TrainingClass, voucher: Voucher) -> Enrolment | None:
    mine = (
        Enrolment.class_id == training_class.id,
        Enrolment.person_id == voucher.person_id,
        Enrolment.seating == Seating.SEATED,
    )
    return (await session.scalars(select(Enrolment).where(*mine))).one_or_none()


def _is_verified(voucher: Voucher, enrolment: Enrolment) -> bool:
    return voucher.used_on is not None and enrolment.voucher_id == voucher.id


def _hold_taught(training_class: TrainingClass, account: Staff) -> None:
    hold_trainer(training_class, account)
    hold_unfinished(training_class.state)
    if training_class.state not in (ClassState.APPROVED, ClassState.ENDED):
        raise Refused("这个班还没批准或已取消，不能核验券。")
