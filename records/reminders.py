"""What trainees are told about their class unasked: the evening before, when check-in opens, a change, a free seat."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from itertools import groupby
from typing import Any

from sqlalchemy import ColumnElement, Select, String, cast, exists, literal, select
from sqlalchemy.ext.asyncio import AsyncSession

from config.settings import CHINA
from records import nudging
from records.class_states import ClassState
from records.classes import TrainingClass
from records.enrolments import Enrolment, Seat, Seating
from records.followers import Follower
from records.marks import Mark, Side
from records.nudges import Nudge
from records.sessions import OPENS_BEFORE, PART_NAMES, Part, Session
from records.subscriptions import Topic, wants

EVENING = time(19)  # in China
_NIGHT = time(22)
_IS_NEWS = timedelta(minutes=5)  # for so long after check-in opened
_DAY = timedelta(days=1)
# Who has come, or has leave.
_MARKED = exists().where(Mark.session_id == Session.id, Mark.enrolment_id == Enrolment.id, Mark.side == Side.IN)


async def evening(session: AsyncSession, now: datetime) -> None:
    """From 19:00 to 22:00 tell everybody with a class tomorrow when and where: one nudge a person and day."""
    local = now.astimezone(CHINA)
    if not EVENING <= local.time() < _NIGHT:
        return
    tomorrow = local.date() + _DAY
    told = exists().where(Nudge.key == _key("eve", Enrolment.person_id, literal(tomorrow.isoformat())))
    rows = await session.execute(_who_listens(Session.day == tomorrow, ~told, ~_MARKED))
    by_person = groupby((Seat(*row) for row in rows), key=lambda seat: seat.enrolment.person_id)
    until = datetime.combine(local.date(), _NIGHT, CHINA)
    nudges = [_nudge(_eve(person, tomorrow), person, _tomorrow(list(seats)), now, until) for person, seats in by_person]
    await nudging.put_all(session, nudges)


async def opening(session: AsyncSession, now: datetime) -> None:
    """When check-in to a session opens, tell those who have not come yet; of no use a few minutes later."""
    told = exists().where(Nudge.key == _key("open", Session.id, Enrolment.id, Session.day))
    is_open = Session.starts_at > now, Session.starts_at <= now + OPENS_BEFORE
    rows = await session.execute(_who_listens(*is_open, ~told, ~_MARKED))
    seats = [Seat(*row) for row in rows]
    nudges = [_nudge(_opens(seat), seat.enrolment.person_id, _now_open(seat), now, now + _IS_NEWS) for seat in seats]
    await nudging.put_all(session, nudges)


async def changed(session: AsyncSession, sitting: Session, now: datetime) -> None:
    """Tell everybody with a seat at once that a session was moved or cancelled; what was to be said before is taken back."""
    training_class = await session.get_one(TrainingClass, sitting.class_id)
    mine = Enrolment.class_id == sitting.class_id, Enrolment.seating == Seating.SEATED
    enrolments = (await session.scalars(select(Enrolment).where(*mine).order_by(Enrolment.id))).all()
    tomorrow = now.astimezone(CHINA).date() + _DAY
    await nudging.drop(session, [_eve(enrolment.person_id, tomorrow) for enrolment in enrolments])
    await nudging.drop(session, [_opens(Seat(each, training_class, sitting)) for each in enrolments])
    said, until = _change(training_class, sitting), max(sitting.ends_at, now + _DAY)
    key = f"changed:{sitting.id}:{int(now.timestamp())}"
    nudges = [_nudge(f"{key}:{each.id}", each.person_id, said, now, until) for each in enrolments]
    await nudging.put_all(session, nudges)


async def seat_came_free(
    session: AsyncSession, training_class: TrainingClass, enrolment: Enrolment, now: datetime
) -> None:
    """Tell who waited that he has a seat now; who got it at night reads it in the morning."""
    starts = datetime.combine(training_class.starts, time(), CHINA)
    said = (
        f"轮到您了：{training_class.name}空出一个名额，已经给您排上。{_day(training_class.starts)}开课，{training_class.venue}，"
        "带身份证。来不了，回复“退出报名”，让给后面的人。"
    )
    key = f"seat:{enrolment.id}:{int(enrolment.enrolled_at.timestamp())}"
    await nudging.put(session, key, enrolment.person_id, said, nudging.by_day(now), max(starts, now) + _DAY)


def _who_listens(*when: ColumnElement[bool]) -> Select[Enrolment, TrainingClass, Session]:
    """Seats at sessions that are held, of those who follow and have not stopped what is about training."""
    return (
        select(Enrolment, TrainingClass, Session)
        .join(TrainingClass, TrainingClass.id == Enrolment.class_id)
        .join(Session, Session.class_id == TrainingClass.id)
        .join(Follower, Follower.person_id == Enrolment.person_id)
        .where(
            Enrolment.seating == Seating.SEATED,
            TrainingClass.state == ClassState.APPROVED,
            Session.cancelled_at.is_(None),
            Follower.subscribed,
            wants(Topic.TRAINING),
            *when,
        )
        .order_by(Enrolment.person_id, Session.starts_at)
    )


def _nudge(key: str, person_id: int, text: str, due_at: datetime, until: datetime) -> dict[str, Any]:
    return {"key": key, "person_id": person_id, "text": text, "due_at": due_at, "until": until}


def _key(kind: str, *parts: Any) -> ColumnElement[str]:
    """The key of a nudge as the database puts it together."""
    key: ColumnElement[str] = literal(kind)
    for part in parts:
        key = key + ":" + cast(part, String)
    return key


def _eve(person_id: int, day: date) -> str:
    return f"eve:{person_id}:{day}"


def _opens(seat: Seat) -> str:
    return f"open:{seat.session.id}:{seat.enrolment.id}:{seat.session.day}"


def _tomorrow(seats: list[Seat]) -> str:
    """明天8:30 焊工3班上午课、14:00 下午课，实训楼201，带身份证。"""
    classes = groupby(seats, key=lambda seat: seat.training_class)
    told = "；".join(_at_class(training_class, mine) for training_class, mine in classes)
    return f"明天{told}，带身份证。来不了，回复“请假”。"


def _at_class(training_class: TrainingClass, seats: Iterable[Seat]) -> str:
    first, *others = (f"{_hour(seat.session)} %s{PART_NAMES[Part(seat.session.part)]}" for seat in seats)
    return "、".join([first % training_class.name, *(other % "" for other in others)]) + f"，{training_class.venue}"


def _now_open(seat: Seat) -> str:
    return f"{_named(seat.training_class, seat.session)}{_hour(seat.session)}开始，现在可以签到了：到了教室回复“签到”。"


def _change(training_class: TrainingClass, sitting: Session) -> str:
    named = f"{training_class.name}{_day(sitting.day)}{PART_NAMES[Part(sitting.part)]}"
    if sitting.cancelled_at is not None:
        return f"{named}取消了：{sitting.cancelled_why.rstrip('。')}。这节不用来，不算缺勤。"
    return f"改时间了：{_named(training_class, sitting)}改在{_day(sitting.day)}{_hour(sitting)}，{training_class.venue}，原来的时间不上了。"


def _named(training_class: TrainingClass, sitting: Session) -> str:
    return f"{training_class.name}{PART_NAMES[Part(sitting.part)]}"


def _day(day: date) -> str:
    return f"{day.month}月{day.day}日"


def _hour(sitting: Session) -> str:
    local = sitting.starts_at.astimezone(CHINA)
    return f"{local.hour}:{local:%M}"
