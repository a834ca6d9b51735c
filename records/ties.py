"""Ties: the voucher with which a trainee joins a class, from sign-up until the institution verifies it there."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from config.settings import CHINA
from records import voucher_desk, vouchers
from records.class_states import ClassState
from records.classes import TrainingClass
from records.enrolments import Enrolment, Seating
from records.errors import Refused
from records.people import Person
from records.voucher_states import SHOWN, State
from records.vouchers import Voucher, day

_VERIFIED = frozenset({State.REGISTERED, State.TRAINING})


async def tie(
    session: AsyncSession, enrolment: Enrolment, training_class: TrainingClass, voucher: Voucher, now: datetime
) -> None:
    """Tie a voucher to somebody's enrolment; the voucher stays as it is. Refused where it does not serve there."""
    if voucher.id == enrolment.voucher_id:
        return
    await hold_fit(session, enrolment.person_id, training_class, voucher, now)
    before = await session.get(Voucher, enrolment.voucher_id) if enrolment.voucher_id else None
    if before is not None and before.state in _VERIFIED:
        raise Refused(f"报这个班用的是券{before.number}，已经报到，不能再换一张。")
    enrolment.voucher_id = voucher.id


async def hold_fit(
    session: AsyncSession, person_id: int, training_class: TrainingClass, voucher: Voucher, now: datetime
) -> None:
    """Refused with the reason where a voucher does not serve for a person in a class."""
    if why := await unfit(session, person_id, training_class, voucher, now):
        raise Refused(why)


async def fitting(
    session: AsyncSession, training_class: TrainingClass, person: Person, now: datetime
) -> Voucher | None:
    """The voucher of a person that serves for a class, if he holds one."""
    for voucher in await vouchers.in_states(session, person, frozenset({State.ISSUED})):
        if not await unfit(session, person.id, training_class, voucher, now):
            return voucher
    return None


async def give_back(session: AsyncSession, enrolment: Enrolment, actor: str, now: datetime) -> None:
    """Who left keeps a voucher that nobody has verified yet; one that was verified in class goes back."""
    voucher = await session.get(Voucher, enrolment.voucher_id) if enrolment.voucher_id else None
    if voucher is not None and voucher.state in _VERIFIED:
        await voucher_desk.move(session, voucher, State.WITHDRAWN, actor, now, "退班")


async def unfit(
    session: AsyncSession, person_id: int, training_class: TrainingClass, voucher: Voucher, now: datetime
) -> str:
    """Why a voucher does not serve for somebody in a class; empty where it does."""
    if voucher.person_id != person_id:
        return f"券{voucher.number}不是本人的，券只能本人用。"
    if voucher.state != State.ISSUED:
        return f"券{voucher.number}现在是“{SHOWN[State(voucher.state)]}”，报名要用还没用过的券。"
    if voucher.occupation != training_class.occupation:
        return f"券{voucher.number}是{voucher.occupation}的，这个班教{training_class.occupation}，要用{training_class.occupation}的券。"
    if voucher.level and training_class.level and voucher.level != training_class.level:
        return (
            f"券{voucher.number}是{voucher.level}的，这个班是{training_class.level}，要用{training_class.level}的券。"
        )
    if voucher.expires_on < _used_from(training_class, now):
        return f"券{voucher.number}{day(voucher.expires_on)}就到期，等不到这个班开课，请换一个班，或重新领券。"
    if other := await _tied_elsewhere(session, training_class, voucher):
        return f"券{voucher.number}已经用来报了{other.name}，一张券只能报一个班。先退出那个班再报。"
    return ""


def _used_from(training_class: TrainingClass, now: datetime) -> date:
    return max(training_class.starts, now.astimezone(CHINA).date())


async def _tied_elsewhere(
    session: AsyncSession, training_class: TrainingClass, voucher: Voucher
) -> TrainingClass | None:
    tied = (
        select(TrainingClass)
        .join(Enrolment, Enrolment.class_id == TrainingClass.id)
        .where(
            Enrolment.voucher_id == voucher.id,
            Enrolment.seating.in_((Seating.SEATED, Seating.WAITING)),  # one that is held binds to nothing
            TrainingClass.id != training_class.id,
            TrainingClass.state != ClassState.CANCELLED,
        )
    )
    return (await session.scalars(tied.limit(1))).one_or_none()
