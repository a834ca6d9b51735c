"""Reminders of a voucher that nobody has used: after a month, and 14 and 3 days before its last day, with classes that fit."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from sqlalchemy import ColumnElement, Label, SQLColumnExpression, String, and_, cast, exists, func, literal, or_
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from config.settings import CHINA
from records import nudging, voucher_paths
from records.class_states import ClassState
from records.classes import TrainingClass
from records.followers import Follower
from records.nudges import Nudge
from records.people import Person
from records.subscriptions import Topic, wants
from records.vacancies import Vacancy, vacancies
from records.voucher_paths import Stop
from records.voucher_states import State
from records.vouchers import Voucher, day

_MORNING, _EVENING = time(9), time(20)  # in China; between them people are reminded
_IDLE, _SOON, _LAST = timedelta(days=30), timedelta(days=14), timedelta(days=3)
_DAY = timedelta(days=1)
_BATCH = 100  # vouchers of one look
_OFFERED = 3
SEATS = "seats"  # what such a reminder asks: which of the classes a seat is to be held in
_PREFECTURE = 4  # digits of a code that name the city: so far people go for a class


class Kind(StrEnum):
    """Which reminder; each is sent once for a voucher."""

    IDLE = "idle"  # a month old, no class yet, and there is one
    SOON = "soon"
    LAST = "last"


Row = tuple[Voucher, Person, TrainingClass | None, str]


def keys(voucher: Voucher) -> list[str]:
    """The keys of a voucher's reminders."""
    return [_key(voucher, kind) for kind in Kind]


async def remind(session: AsyncSession, now: datetime) -> None:
    """By day put the reminders that are due, of those who follow and have not stopped what is about training."""
    local = now.astimezone(CHINA)
    if not _MORNING <= local.time() < _EVENING:
        return
    today, open_ = local.date(), dict[tuple[str, str], list[Vacancy]]()
    for kind in Kind:
        for voucher, person, mine, stop in await _due(session, kind, today):
            city = voucher.region[:_PREFECTURE] + "00"
            if (city, voucher.occupation) not in open_:
                found = await vacancies(session, today, regions=[city], occupations=[voucher.occupation])
                open_[city, voucher.occupation] = found
            until, asks = datetime.combine(_of_use(voucher, kind), time(), CHINA), None
            if stop == Stop.COMING and mine is not None:
                said = _bring_it(voucher, mine)
            elif free := _free(open_[city, voucher.occupation], voucher, person, mine, today):
                asks = {"what": SEATS, "voucher": voucher.id, "classes": [each.training_class.id for each in free]}
                said = _offer(voucher, free)
            else:
                said = _full(voucher, _fitting(open_[city, voucher.occupation], voucher, person, mine))
            await nudging.put(session, _key(voucher, kind), person.id, said, now, until, asks)


async def _due(session: AsyncSession, kind: Kind, today: date) -> Sequence[Row]:
    """The next vouchers to remind of, those that expire first in front."""
    stop: Label[str] = voucher_paths.stop().label("stop")
    told = exists().where(Nudge.key == literal("voucher:") + cast(Voucher.id, String) + f":{kind}")
    listens = exists().where(Follower.person_id == Voucher.person_id, Follower.subscribed, wants(Topic.TRAINING))
    when = {
        Kind.IDLE: and_(
            Voucher.issued_on <= today - _IDLE,
            Voucher.expires_on > today + _SOON,
            stop.in_(voucher_paths.UNENROLLED),
            _has_classes(today),
        ),
        Kind.SOON: Voucher.expires_on.between(today + _LAST + _DAY, today + _SOON),
        Kind.LAST: Voucher.expires_on.between(today, today + _LAST),
    }
    rows = voucher_paths.with_class(Voucher, Person, TrainingClass, stop)
    due = rows.where(Voucher.state == State.ISSUED, when[kind], ~told, listens)
    return [row._tuple() for row in await session.execute(due.order_by(Voucher.expires_on, Voucher.id).limit(_BATCH))]


def _has_classes(today: date) -> ColumnElement[bool]:
    other = aliased(TrainingClass)

    def city(code: SQLColumnExpression[str]) -> ColumnElement[str]:
        return func.substr(code, 1, _PREFECTURE)

    return exists().where(
        other.state == ClassState.APPROVED,
        other.starts.between(today, Voucher.expires_on),
        city(other.region) == city(Voucher.region),
        other.occupation == Voucher.occupation,
        or_(Voucher.level == "", other.level.is_(None), other.level == Voucher.level),
    )


def _fitting(
    found: Sequence[Vacancy], voucher: Voucher, person: Person, mine: TrainingClass | None
) -> Sequence[Vacancy]:
    """Classes for a voucher but the one it waits for: with free seats first, then of the person's own place, then the soonest."""
    fit = [
        each
        for each in found
        if each.training_class.starts <= voucher.expires_on
        and (not voucher.level or each.training_class.level in (None, voucher.level))
        and (mine is None or each.training_class.id != mine.id)
    ]
    fit.sort(key=lambda each: (not each.free, each.training_class.region != person.region, each.training_class.starts))
    return fit[:_OFFERED]


def _free(
    found: Sequence[Vacancy], voucher: Voucher, person: Person, mine: TrainingClass | None, today: date
) -> Sequence[Vacancy]:
    """Those of them in which a seat can be held."""
    fit = _fitting(found, voucher, person, mine)
    return [each for each in fit if each.free and each.training_class.starts > today]


def _of_use(voucher: Voucher, kind: Kind) -> date:
    """The day from which a reminder says nothing true, or the next one says it."""
    return voucher.expires_on - {Kind.IDLE: _SOON, Kind.SOON: _LAST, Kind.LAST: -_DAY}[kind]


def _bring_it(voucher: Voucher, mine: TrainingClass) -> str:
    return (
        f"您的{voucher.occupation}券有效到{day(voucher.expires_on)}，到班上报到才算用上。您报了{mine.name}，"
        f"{_short(mine.starts)}开课，{mine.venue}。报到时把券{voucher.number}给老师看。"
    )


def _offer(voucher: Voucher, free: Sequence[Vacancy]) -> str:
    lines = [_line(number, each) for number, each in enumerate(free, 1)]
    then = "回复数字就给您占座一天，定下了再报名。"
    return "\n".join([f"{_head(voucher)}这些班能用它：", *lines, then])


def _full(voucher: Voucher, fitting: Sequence[Vacancy]) -> str:
    if not fitting:
        return f"{_head(voucher)}到期前没有别的{voucher.occupation}班。过期不占今年的次数，开了班可以再领。想看别的班，回复“有什么培训”。"
    lines = [_line("·", each) for each in fitting]
    then = f"想排候补，回复“报”和班名，比如“报{fitting[0].training_class.name}”。"
    return "\n".join([f"{_head(voucher)}能用它的班眼下都满了：", *lines, then])


def _head(voucher: Voucher) -> str:
    return f"您的{voucher.occupation}券还没用，有效到{day(voucher.expires_on)}。"


def _line(number: int | str, vacancy: Vacancy) -> str:
    """1. 焊工3班，12月1日开课，鑫达职校，还有5个名额"""
    each = vacancy.training_class
    mark = f"{number}." if isinstance(number, int) else number
    seats = f"还有{vacancy.free}个名额" if vacancy.free else "满了，可以排候补"
    return f"{mark} {each.name}，{_short(each.starts)}开课，{vacancy.institution.name}，{seats}"


def _key(voucher: Voucher, kind: Kind) -> str:
    return f"{voucher.thing}:{kind}"


def _short(value: date) -> str:
    return f"{value.month}月{value.day}日"
