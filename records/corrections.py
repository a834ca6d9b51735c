"""Corrections in the records: drafted by one person, approved by another, in force until they are taken back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum

from sqlalchemy import JSON, CheckConstraint, ForeignKey, String, Text, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from records import audit, edition
from records.audit import Event
from records.database import Base, Moment
from records.errors import Refused
from records.staff import Role, Staff


class State(StrEnum):
    """Where a correction stands."""

    DRAFT = "draft"
    LIVE = "live"
    REVERTED = "reverted"


class Correction(Base):
    """One version over a shipped answer."""

    __tablename__ = "corrections"
    __table_args__ = (
        CheckConstraint("approved_by is null or approved_by <> drafted_by", name="second_person"),
        CheckConstraint("(approved_by is null) = (approved_at is null)", name="approved_when"),
        CheckConstraint("reverted_at is null or approved_at is not null", name="reverted_after_approved"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    policy_id: Mapped[str] = mapped_column(String(64), index=True)
    topic: Mapped[str] = mapped_column(String(64))  # empty: a new one
    asked: Mapped[list[str]] = mapped_column(JSON)
    say: Mapped[str] = mapped_column(Text)
    then: Mapped[str] = mapped_column(Text)
    at: Mapped[str] = mapped_column(String(64))
    drafted_by: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    drafted_at: Mapped[datetime] = mapped_column(Moment)
    approved_by: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    approved_at: Mapped[datetime | None] = mapped_column(Moment)
    reverted_by: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    reverted_at: Mapped[datetime | None] = mapped_column(Moment)

    @property
    def state(self) -> State:
        """Where it stands."""
        if self.reverted_at is not None:
            return State.REVERTED
        return State.DRAFT if self.approved_at is None else State.LIVE

    @property
    def thing(self) -> str:
        """How the audit log names it."""
        return f"correction:{self.id}"


async def draft(
    session: AsyncSession,
    *,
    policy_id: str,
    topic: str,
    asked: Sequence[str],
    say: str,
    then: str,
    at: str,
    by: Staff,
    now: datetime,
) -> Correction:
    """Write a correction down; Refused without a question, or with neither an answer nor a topic to teach it to."""
    questions = [question.strip() for question in asked if question.strip()]
    if not questions:
        raise Refused("要写明工人是怎么问的。")
    if not say.strip() and not topic:
        raise Refused("要么写答案，要么写它该归到哪个已有的话题。")
    if say.strip() and not at.strip():
        raise Refused("答案要写明出自文件哪一节。")
    if set("{}") & set(say + then):
        raise Refused("答案里不要用花括号。")
    correction = Correction(
        policy_id=policy_id,
        topic=topic,
        asked=questions,
        say=say.strip(),
        then=then.strip(),
        at=at.strip(),
        drafted_by=by.id,
        drafted_at=now,
    )
    session.add(correction)
    await session.flush()
    await audit.append(session, Event.CORRECTION_DRAFT, by.actor, correction.thing, now, policy=policy_id, topic=topic)
    return correction


async def get(session: AsyncSession, id: int) -> Correction:
    """One correction; Refused where there is none of that number."""
    found = await session.get(Correction, id)
    if found is None:
        raise Refused(f"没有{id}号更正。")
    return found


async def approve(session: AsyncSession, correction: Correction, by: Staff, now: datetime) -> None:
    """Put a correction into force; Refused for the one who drafted it and for an account that may not approve."""
    await session.refresh(correction, with_for_update=True)
    if correction.state is not State.DRAFT:
        raise Refused("这条更正已经批准过了。")
    if correction.drafted_by == by.id:
        raise Refused("自己写的更正要由另一个人批准。")
    if not by.holds(Role.APPROVER):
        raise Refused("批准更正要有“批准”角色。")
    correction.approved_by, correction.approved_at = by.id, now
    await edition.renewed(session)
    await audit.append(session, Event.CORRECTION_APPROVE, by.actor, correction.thing, now)


async def revert(session: AsyncSession, correction: Correction, by: Staff, now: datetime) -> None:
    """Take a correction back: what was said before is said again. Refused unless it is in force."""
    await session.refresh(correction, with_for_update=True)
    if correction.state is not State.LIVE:
        raise Refused("只有生效的更正才能撤回。")
    if not by.holds(Role.APPROVER):
        raise Refused("撤回更正要有“批准”角色。")
    correction.reverted_by, correction.reverted_at = by.id, now
    await edition.renewed(session)
    await audit.append(session, Event.CORRECTION_REVERT, by.actor, correction.thing, now)


async def every(session: AsyncSession) -> Sequence[Correction]:
    """All corrections, the latest first."""
    return (await session.scalars(select(Correction).order_by(Correction.id.desc()))).all()


async def in_force(session: AsyncSession) -> Sequence[Correction]:
    """Those that count now, in the order in which they were drafted."""
    live = select(Correction).where(Correction.approved_at.is_not(None), Correction.reverted_at.is_(None))
    return (await session.scalars(live.order_by(Correction.id))).all()
