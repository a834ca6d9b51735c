"""Asking after class whether somebody has found work: a while after its end, and again until it is known."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from config.settings import CHINA
from records import nudging
from records.classes import TrainingClass
from records.employing import TAUGHT
from records.employments import Employment, Work
from records.enrolments import Enrolment, Seating
from records.followers import Follower
from records.subscriptions import Topic, wants

FIRST = timedelta(days=7)  # after the class's end
_OPEN = (Work.UNKNOWN, Work.LOOKING, Work.REFUTED)
_HOURS = time(9), time(20)  # in China
_MONTH = timedelta(days=31)
_STANDS = timedelta(days=3)  # a question is of use
_AT_ONCE = 200


async def ask(session: AsyncSession, weeks: int, months: int, now: datetime) -> int:
    """Ask, by day, who follows and of whom it is not known; returns how many were asked."""
    if not _HOURS[0] <= now.astimezone(CHINA).time() < _HOURS[1]:
        return 0
    again = now - timedelta(weeks=weeks)
    rows = await session.execute(
        select(Enrolment, TrainingClass)
        .join(TrainingClass, TrainingClass.id == Enrolment.class_id)
        .join(Follower, Follower.person_id == Enrolment.person_id)
        .outerjoin(Employment, Employment.enrolment_id == Enrolment.id)
        .where(
            Enrolment.seating == Seating.SEATED,
            TrainingClass.state.in_(TAUGHT),
            TrainingClass.ended_at <= now - FIRST,
            TrainingClass.ended_at > now - months * _MONTH,
            Follower.subscribed,
            wants(Topic.TRAINING),
            or_(Employment.state.is_(None), Employment.state.in_(_OPEN)),
            or_(Employment.asked_at.is_(None), Employment.asked_at <= again),
            or_(Employment.told_at.is_(None), Employment.told_at <= again),
        )
        .order_by(Enrolment.id)
        .limit(_AT_ONCE)
        .with_for_update(of=Enrolment, key_share=True, skip_locked=True)
    )
    asked = 0
    for enrolment, training_class in rows.all():
        asked += await _ask(session, enrolment, training_class, again, now)
    return asked


async def _ask(
    session: AsyncSession, enrolment: Enrolment, training_class: TrainingClass, again: datetime, now: datetime
) -> bool:
    # Another process may have asked between the look and the lock: what is known is read anew.
    employment = await session.get(Employment, enrolment.id, populate_existing=True)
    if employment is None:
        employment = Employment(enrolment_id=enrolment.id, state=Work.UNKNOWN, employer="", asked=0, remark="")
        session.add(employment)
    if employment.asked_at is not None and employment.asked_at > again:
        return False
    employment.asked, employment.asked_at = employment.asked + 1, now
    said = f"{training_class.name}结业了，找到活了没有？回复数字：1 找到了　2 还在找　3 自己干"
    key, until = f"work:{enrolment.id}:{employment.asked}", now + _STANDS
    await nudging.put(session, key, enrolment.person_id, said, now, until, {"what": "work"})
    await session.flush()
    return True
