"""The sessions of a class laid out over its days."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import pairwise

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from config.settings import CHINA
from records import audit, class_news
from records.audit import Event
from records.class_states import CLASS_STATE_NAMES, OPEN_TO_CHANGE, ClassState
from records.classes import TrainingClass
from records.errors import Refused
from records.excuses import Excuse
from records.marks import Mark
from records.proofs import Proof
from records.sessions import PART_NAMES, Part, Session
from records.staff import Staff
from records.trainers import hold_trainer

LONGEST = timedelta(hours=6)
OPEN = (*OPEN_TO_CHANGE, ClassState.APPROVED)
_NOON, _EVENING = time(12, 30), time(18)


@dataclass(frozen=True)
class Hours:
    """From when until when a part of the day is taught, local time."""

    starts: time
    ends: time

    def on(self, day: date) -> tuple[datetime, datetime]:
        """The two moments on a day in China."""
        return datetime.combine(day, self.starts, CHINA), datetime.combine(day, self.ends, CHINA)


async def of_class(session: AsyncSession, class_id: int) -> Sequence[Session]:
    """A class's sessions in order, also those cancelled."""
    mine = select(Session).where(Session.class_id == class_id)
    return (await session.scalars(mine.order_by(Session.starts_at, Session.id))).all()


async def lay_out(
    session: AsyncSession,
    training_class: TrainingClass,
    days: Sequence[date],
    parts: Mapping[Part, Hours],
    account: Staff,
    now: datetime,
) -> Sequence[Session]:
    """Give a class its sessions on these days; until the first begins it may be done again, and then replaces them.

    What is over or stands in the register stays. Refused for hours that cannot be, and once the class has begun.
    """
    hold_trainer(training_class, account)
    await session.refresh(training_class, with_for_update={"key_share": True})
    laid = await of_class(session, training_class.id)
    _may_lay(training_class, laid, days, now)
    _check_hours(parts)
    tied = await _tied(session, training_class)
    wanted = {(day, part): hours.on(day) for day in sorted(days) for part, hours in parts.items()}
    for sitting in laid:
        span = wanted.pop((sitting.day, Part(sitting.part)), None)
        if sitting.id in tied or sitting.starts_at <= now:
            continue
        if span is None:
            await session.delete(sitting)
        else:
            sitting.starts_at, sitting.ends_at = span
            sitting.cancelled_at, sitting.cancelled_why = None, ""
    session.add_all(
        Session(class_id=training_class.id, day=day, part=part, starts_at=span[0], ends_at=span[1])
        for (day, part), span in wanted.items()
    )
    training_class.starts, training_class.days = min(days), len(set(days))
    details = {"days": len(set(days)), "first": str(min(days)), "last": str(max(days)), "a_day": len(parts)}
    await audit.append(session, Event.CLASS_TIMETABLE_LAY, account.actor, training_class.thing, now, **details)
    await _tell(session, training_class, now)
    return await of_class(session, training_class.id)


def part_of(start: time) -> Part:
    """The part of the day in which a session that starts then is."""
    return Part.MORNING if start < _NOON else Part.AFTERNOON if start < _EVENING else Part.EVENING


def check_span(start: datetime, end: datetime) -> None:
    """Refused unless a session begins before it ends, on one day, and is not too long."""
    if not timedelta(0) < end - start <= LONGEST or end.date() != start.date():
        hours = int(LONGEST.total_seconds() // 3600)
        raise Refused(f"一节课要在同一天、先上后下、不超过{hours}小时，您填的是{start:%H:%M}到{end:%H:%M}。")


def _may_lay(training_class: TrainingClass, laid: Sequence[Session], days: Sequence[date], now: datetime) -> None:
    if training_class.state not in OPEN:
        raise Refused(f"这个班现在是“{CLASS_STATE_NAMES[training_class.state]}”，课程表不能再排。")
    if not days or min(days) < now.astimezone(CHINA).date():
        raise Refused("排课要从今天或以后的日子开始，请改开课日期。")
    if training_class.state != ClassState.APPROVED:
        return
    if any(sitting.opens_at <= now for sitting in laid):
        raise Refused("这个班已经开课，不能整个重排，请一节一节改期。")
    if len(set(days)) != training_class.days:
        raise Refused(f"批准的是{training_class.days}天，您排了{len(set(days))}天，请排够一样的天数。")


def _check_hours(parts: Mapping[Part, Hours]) -> None:
    if not parts:
        raise Refused("请选每天上哪几节课：上午、下午或晚上。")
    ordered = sorted(parts.items(), key=lambda each: each[1].starts)
    for part, hours in ordered:
        check_span(*hours.on(date(2000, 1, 1)))
        if part_of(hours.starts) != part:
            raise Refused(f"{PART_NAMES[part]}的开始时间是{hours.starts:%H:%M}，对不上，请改时间或换一节。")
    for (_, earlier), (part, later) in pairwise(ordered):
        if later.starts < earlier.ends:
            raise Refused(f"{PART_NAMES[part]}在前一节下课（{earlier.ends:%H:%M}）之前就开始了，请错开。")


async def _tied(session: AsyncSession, training_class: TrainingClass) -> set[int]:
    """The sessions that something was written about: a mark, a fact that was offered, a wish."""
    mine = select(Session.id).where(Session.class_id == training_class.id).scalar_subquery()
    kinds = (Mark.session_id, Proof.session_id, Excuse.session_id)
    return {row for kind in kinds for row in await session.scalars(select(kind).where(kind.in_(mine)).distinct())}


async def _tell(session: AsyncSession, training_class: TrainingClass, now: datetime) -> None:
    if training_class.state != ClassState.APPROVED:
        return
    first = (await of_class(session, training_class.id))[0].starts_at.astimezone(CHINA)
    said = f"{training_class.name}的课程表改了，第一节课是{first.month}月{first.day}日{first:%H:%M}，在{training_class.venue}。"
    await class_news.tell(session, training_class, f"laid:{now:%m%d%H%M}", said, now)
