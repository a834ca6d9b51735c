"""Spot checks: which sessions somebody of the office should visit today, and what he counted there."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from records import audit, board, register
from records.audit import Event
from records.board import Row, Stage, Wanted
from records.classes import TrainingClass
from records.enrolments import Enrolment, Seating
from records.errors import Refused
from records.institutions import Standing
from records.marks import THERE, Mark, Side
from records.sessions import Session
from records.spot_checks import SpotCheck
from records.staff import Role, Staff
from records.suspicions import Finding, Suspicion
from records.trainers import session_for, visible

VISITORS = (Role.CLERK, Role.REVIEWER, Role.APPROVER)
LONGEST_REMARK = 300
MOST = 500  # people in a hall
_HIGH = 50  # the score from which a sign is worth a visit
_ONE_IN, _LEAST = 10, 2  # of a county's sessions of a day that are drawn
_KEPT_OPEN = timedelta(hours=12)  # after the end: who was in a hall without reception writes it down later


class Why(StrEnum):
    """Why a session is on the list."""

    SIGNS = "signs"
    WARNED = "warned"
    DRAWN = "drawn"


WHY_NAMES = {Why.SIGNS: "有情况要看", Why.WARNED: "机构已警示", Why.DRAWN: "随机抽到"}


@dataclass(frozen=True)
class Visit:
    """A session to visit."""

    row: Row
    whys: Sequence[Why]
    checks: int  # that were made there already


@dataclass(frozen=True)
class Visits:
    """The list of a day."""

    visits: Sequence[Visit]
    drawn: int
    sessions: int  # from which they were drawn


@dataclass(frozen=True)
class Made:
    """A check that was made."""

    check: SpotCheck
    training_class: TrainingClass
    sitting: Session

    @property
    def difference(self) -> int:
        """Counted less registered: below 0, people were missing."""
        return self.check.counted - self.check.registered


async def of_day(session: AsyncSession, account: Staff, day: date, now: datetime) -> Visits:
    """Sessions with high signs, of warned institutions, and some that are drawn by lot, the same for everybody all day."""
    rows = await board.of_day(session, account, day, now, Wanted())
    drawn, high = _drawn(session, rows, day), await _with_high_signs(session, [row.sitting.id for row in rows])
    checks = await _checked(session, [row.sitting.id for row in rows])
    visits = []
    for row in rows:
        reasons = {
            Why.SIGNS: row.sitting.id in high,
            Why.WARNED: row.institution.standing == Standing.WARNED,
            Why.DRAWN: row.sitting.id in drawn,
        }
        if whys := [why for why, holds in reasons.items() if holds]:
            visits.append(Visit(row, whys, checks.get(row.sitting.id, 0)))
    return Visits(visits, len(drawn), len(rows))


async def enter(
    session: AsyncSession, sitting: Session, counted: int, at: datetime, remark: str, account: Staff, now: datetime
) -> SpotCheck:
    """Write down how many were counted at a moment, beside what the register said then; twice the same is one check.

    Refused for a moment at which the session was not on, or one that is to come.
    """
    if not account.holds(*VISITORS):
        raise Refused("抽查由经办、审核或批准的同事填，请找他们。")
    training_class, _ = await session_for(session, sitting.id, account)
    _hold_on(sitting, at, now)
    # The button may be tapped twice: the second waits here and finds what the first has written.
    await register.alone(session, sitting)
    same = SpotCheck.session_id == sitting.id, SpotCheck.by == account.id, SpotCheck.at == at
    if earlier := (await session.scalars(select(SpotCheck).where(*same))).one_or_none():
        if earlier.counted != counted:
            raise Refused(f"您这一分钟已经记过{earlier.counted}人。再数了一遍，请换成再数的时间。")
        return earlier
    registered = await registered_at(session, sitting, at)
    check = SpotCheck(
        session_id=sitting.id, counted=counted, registered=registered, remark=remark.strip(), by=account.id, at=at
    )
    session.add(check)
    await session.flush()
    details = {"check": check.id, "counted": counted, "registered": registered}
    event = Event.CLASS_SPOT_CHECK
    await audit.append(session, event, account.actor, training_class.thing, now, sitting=sitting.id, **details)
    return check


def is_open(sitting: Session, now: datetime) -> bool:
    """May what was counted at a session be written down now?"""
    return sitting.cancelled_at is None and sitting.opens_at <= now <= sitting.ends_at + _KEPT_OPEN


async def registered_at(session: AsyncSession, sitting: Session, at: datetime) -> int:
    """How many were there and had not signed out, by what had reached the register at a moment."""
    rows = await session.scalars(
        select(Mark)
        .join(Enrolment, Enrolment.id == Mark.enrolment_id)
        .where(Mark.session_id == sitting.id, Mark.received_at <= at, Enrolment.seating == Seating.SEATED)
        .order_by(Mark.number)
    )
    held = {(mark.enrolment_id, Side(mark.side)): mark for mark in rows}
    out = {enrolment for enrolment, side in held if side is Side.OUT}
    return sum(
        side is Side.IN and mark.status in THERE and enrolment not in out for (enrolment, side), mark in held.items()
    )


async def made(session: AsyncSession, account: Staff, offset: int, most: int) -> tuple[Sequence[Made], int]:
    """A page of the checks of an account's region, the latest first, and the number of all."""
    mine = (
        select(SpotCheck, TrainingClass, Session)
        .join(Session, Session.id == SpotCheck.session_id)
        .join(TrainingClass, TrainingClass.id == Session.class_id)
        .where(visible(account))
    )
    total = (await session.execute(select(func.count()).select_from(mine.subquery(name="checks")))).scalar_one()
    rows = await session.execute(mine.order_by(SpotCheck.at.desc(), SpotCheck.id.desc()).offset(offset).limit(most))
    return [Made(*row) for row in rows], total


async def at_session(session: AsyncSession, sitting: Session) -> Sequence[SpotCheck]:
    """The checks that were made at one session, in order."""
    mine = select(SpotCheck).where(SpotCheck.session_id == sitting.id)
    return (await session.scalars(mine.order_by(SpotCheck.at, SpotCheck.id))).all()


def _drawn(session: AsyncSession, rows: Sequence[Row], day: date) -> set[int]:
    """By lot in each county: the order comes from the day and the session under a key, so that nobody can choose it.

    A session that is cancelled stays in, or the others' lots would change in the course of the day.
    """
    vault, counties = session.info["vault"], defaultdict[str, list[int]](list)
    for row in rows:
        counties[row.training_class.region].append(row.sitting.id)
    drawn = set[int]()
    for sittings in counties.values():
        most = max(_LEAST, -(-len(sittings) // _ONE_IN))
        drawn |= set(sorted(sittings, key=lambda sitting: vault.index(f"spot check {day} {sitting}"))[:most])
    return drawn


async def _with_high_signs(session: AsyncSession, sittings: Sequence[int]) -> set[int]:
    high = select(Suspicion.session_id).where(
        Suspicion.session_id.in_(sittings), Suspicion.finding == Finding.OPEN, Suspicion.score >= _HIGH
    )
    return set(await session.scalars(high.distinct()))


async def _checked(session: AsyncSession, sittings: Sequence[int]) -> dict[int, int]:
    rows = select(SpotCheck.session_id, func.count()).where(SpotCheck.session_id.in_(sittings))
    return dict((await session.execute(rows.group_by(SpotCheck.session_id))).tuples().all())


def _hold_on(sitting: Session, at: datetime, now: datetime) -> None:
    if at > now:
        raise Refused("数人的时间还没到，请填已经过了的时间。")
    if board.stage(sitting, at) is not Stage.OPEN:
        raise Refused("那个时间这节课没在上，请填上课时间里的一个时间。")
    if not is_open(sitting, now):
        raise Refused("这节课过去半天以上了，当场数的人数要当天记。")
