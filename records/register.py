"""The attendance register: enters marks once, corrects them by new ones, and proves that none was changed."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import bindparam, func, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from records import audit
from records.audit import Event
from records.class_states import hold_unfinished
from records.classes import TrainingClass
from records.enrolments import Enrolment
from records.errors import Refused
from records.marks import Mark, Side, Status
from records.sessions import Session

GENESIS = "0" * 64
_LATEST = (
    select(Mark)
    .where(
        Mark.session_id == bindparam("session"),
        Mark.enrolment_id == bindparam("enrolment"),
        Mark.side == bindparam("side"),
    )
    .order_by(Mark.number.desc())
    .limit(1)
)
_LAST_NUMBER = (
    select(func.max(Mark.number)).where(Mark.session_id == bindparam("session")).correlate(None).scalar_subquery()
)
_END_OF_CHAIN = (
    select(TrainingClass.state, Mark.number, Mark.hash)
    .join(Session, Session.class_id == TrainingClass.id)
    .outerjoin(Mark, (Mark.session_id == Session.id) & (Mark.number == _LAST_NUMBER))
    .where(Session.id == bindparam("session"))
)


@dataclass(frozen=True)
class Entry:
    """What is to be entered for one trainee at one session."""

    status: Status
    ways: str  # factors joined by “+”
    at: datetime  # when the trainee acted
    received_at: datetime
    actor: str
    message_id: str

    @property
    def side(self) -> Side:
        """Signing in or out."""
        return Side.OUT if self.status in {Status.OUT, Status.EARLY} else Side.IN


async def enter(session: AsyncSession, sitting: Session, enrolment: Enrolment, entry: Entry) -> tuple[Mark, bool]:
    """Enter a mark; one that is there already stays, and False says so."""
    await alone(session, sitting)
    if earlier := await latest(session, sitting, enrolment, entry.side):
        return earlier, False
    return (await _append(session, sitting, [(enrolment, entry)]))[0], True


async def enter_all(session: AsyncSession, sitting: Session, entries: Sequence[tuple[Enrolment, Entry]]) -> list[Mark]:
    """Enter the marks of a whole session, as from paper; trainees who have one already keep it."""
    await alone(session, sitting)
    held = await holding(session, sitting.id)
    return await _append(session, sitting, [e for e in entries if (sitting.id, e[0].id, e[1].side) not in held])


async def correct(session: AsyncSession, mark: Mark, entry: Entry, reason: str) -> Mark:
    """Enter a mark in place of another, with the reason; Refused when that one was corrected meanwhile."""
    sitting = await session.get_one(Session, mark.session_id)
    enrolment = await session.get_one(Enrolment, mark.enrolment_id)
    if not reason.strip():
        raise Refused("改考勤要写原因，请填一句再提交。")
    if entry.side != mark.side:
        raise ValueError(f"a mark for signing {mark.side} cannot be corrected by one for signing {entry.side}")
    await alone(session, sitting)
    holding = await latest(session, sitting, enrolment, mark.side)
    if holding is None or holding.id != mark.id:
        raise Refused("这条考勤刚被别人改过，请刷新看看再改。")
    return (await _append(session, sitting, [(enrolment, entry)], mark.id, reason.strip()))[0]


async def latest(session: AsyncSession, sitting: Session, enrolment: Enrolment, side: Side) -> Mark | None:
    """The mark that holds for a trainee at a session."""
    mine = {"session": sitting.id, "enrolment": enrolment.id, "side": side}
    return (await session.scalars(_LATEST, mine)).one_or_none()


async def holding(session: AsyncSession, *sittings: int, of: Sequence[int] = ()) -> dict[tuple[int, int, Side], Mark]:
    """The marks that hold, by session, enrolment and side: everybody's, or those of some enrolments."""
    wanted = [Mark.session_id.in_(sittings)] + ([Mark.enrolment_id.in_(of)] if of else [])
    rows = await session.scalars(select(Mark).where(*wanted).order_by(Mark.number)) if sittings else ()
    return {(mark.session_id, mark.enrolment_id, Side(mark.side)): mark for mark in rows}


async def history(session: AsyncSession, sitting: Session, enrolment: Enrolment) -> Sequence[Mark]:
    """Every mark of a trainee at a session, oldest first."""
    mine = Mark.session_id == sitting.id, Mark.enrolment_id == enrolment.id
    return (await session.scalars(select(Mark).where(*mine).order_by(Mark.number))).all()


async def anchor(session: AsyncSession, training_class: TrainingClass, actor: str, now: datetime) -> None:
    """Note in the audit log how far each session's chain reaches, so that one that is cut short or redone is found."""
    ends = select(Mark.session_id, func.max(Mark.number)).group_by(Mark.session_id)
    mine = ends.join(Session, Session.id == Mark.session_id).where(Session.class_id == training_class.id)
    marks = await session.execute(
        select(Mark.session_id, Mark.number, Mark.hash)
        .where(tuple_(Mark.session_id, Mark.number).in_(mine))
        .order_by(Mark.session_id)
    )
    chains = {str(sitting): [number, end] for sitting, number, end in marks}
    await audit.append(session, Event.CLASS_REGISTER_ANCHOR, actor, training_class.thing, now, sessions=chains)


async def fault(session: AsyncSession, session_id: int, anchors: Iterable[tuple[int, str]] = ()) -> str:
    """What is wrong with a session's chain, as one sentence; empty where it holds and agrees with its anchors."""
    before = GENESIS
    rows = (await session.scalars(select(Mark).where(Mark.session_id == session_id).order_by(Mark.number))).all()
    for number, mark in enumerate(rows, 1):
        if mark.number != number:
            return f"第{number}条不见了：中间有记录被删"
        if mark.before != before:
            return f"第{number}条与前一条接不上"
        if mark.hash != digest(mark):
            return f"第{number}条的内容与校验值不符：被改过"
        before = mark.hash
    for number, end in anchors:
        if number > len(rows):
            return f"留底时有{number}条，现在只有{len(rows)}条：后面的被删"
        if rows[number - 1].hash != end:
            return f"第{number}条与留底的校验值不符：整本被重写过"
    return ""


def digest(mark: Mark) -> str:
    """SHA-256 of the hash before and the canonical JSON of the mark."""
    row = {
        "session": mark.session_id,
        "number": mark.number,
        "enrolment": mark.enrolment_id,
        "side": str(mark.side),
        "status": str(mark.status),
        "ways": mark.ways,
        "at": mark.at.astimezone(UTC).isoformat(timespec="microseconds"),
        "received_at": mark.received_at.astimezone(UTC).isoformat(timespec="microseconds"),
        "actor": mark.actor,
        "corrects": mark.corrects,
        "reason": mark.reason,
        "message_id": mark.message_id,
    }
    canonical = json.dumps(row, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(f"{mark.before}\n{canonical}".encode()).hexdigest()


async def alone(session: AsyncSession, sitting: Session) -> None:
    """Sixty phones check in to one session at once: each waits here for its number in the chain.

    The lock lets rows that point at the session be written meanwhile: each phone has written its proof by now, and two
    that asked for a full lock would wait for each other for ever.
    """
    if session.get_bind().dialect.name != "postgresql":  # a SQLite unit is alone anyway
        return
    locked = select(Session.cancelled_at).where(Session.id == sitting.id).with_for_update(key_share=True)
    if (await session.scalar(locked)) is not None and sitting.cancelled_at is None:  # while this waited
        raise Refused("这节课刚刚取消了，不用签到。")


async def _append(
    session: AsyncSession,
    sitting: Session,
    entries: Sequence[tuple[Enrolment, Entry]],
    corrects: int | None = None,
    reason: str = "",
) -> list[Mark]:
    state, number, before = (await session.execute(_END_OF_CHAIN, {"session": sitting.id})).one()
    # Asked after the lock: a hand-in of the class holds it until the register is final.
    hold_unfinished(state)
    number, before = number or 0, before or GENESIS
    marks = []
    for enrolment, entry in entries:
        number += 1
        mark = Mark(
            session_id=sitting.id,
            number=number,
            enrolment_id=enrolment.id,
            side=entry.side,
            status=entry.status,
            ways=entry.ways,
            at=entry.at,
            received_at=entry.received_at,
            actor=entry.actor,
            corrects=corrects,
            reason=reason,
            message_id=entry.message_id,
            before=before,
        )
        mark.hash = before = digest(mark)
        marks.append(mark)
    session.add_all(marks)
    await session.flush()
    return marks
