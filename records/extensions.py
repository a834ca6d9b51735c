"""Extensions (延续执行): a document whose period has ended goes on, recorded by one person and approved by another."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, String, Text, func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from config.settings import CHINA
from records import audit
from records.audit import Event
from records.database import Base, Moment
from records.errors import Refused
from records.staff import Role, Staff


class Extension(Base):
    """One decision that a document goes on until a day; it counts once approved."""

    __tablename__ = "extensions"
    __table_args__ = (
        CheckConstraint("approved_by is null or approved_by <> recorded_by", name="second_person"),
        CheckConstraint("(approved_by is null) = (approved_at is null)", name="approved_when"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    policy_id: Mapped[str] = mapped_column(String(64), index=True)
    reason: Mapped[str] = mapped_column(Text)
    basis: Mapped[str] = mapped_column(String(200))  # the paper that says so
    until: Mapped[date]  # the last day
    recorded_by: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    recorded_at: Mapped[datetime] = mapped_column(Moment)
    approved_by: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    approved_at: Mapped[datetime | None] = mapped_column(Moment)

    @property
    def thing(self) -> str:
        """How the audit log names it."""
        return f"extension:{self.id}"


async def record(
    session: AsyncSession, policy_id: str, reason: str, basis: str, until: date, by: Staff, now: datetime
) -> Extension:
    """Write a decision down; Refused without a reason and a basis."""
    if not reason.strip() or not basis.strip():
        raise Refused("延续执行的理由和依据都要填。")
    if until <= now.astimezone(CHINA).date():
        raise Refused(f"延续执行要到今天以后的一天，您填的是{until:%Y-%m-%d}。")
    extension = Extension(
        policy_id=policy_id,
        reason=reason.strip(),
        basis=basis.strip(),
        until=until,
        recorded_by=by.id,
        recorded_at=now,
    )
    session.add(extension)
    await session.flush()
    await audit.append(
        session, Event.POLICY_EXTENSION_RECORD, by.actor, extension.thing, now, policy=policy_id, until=str(until)
    )
    return extension


async def approve(session: AsyncSession, extension: Extension, by: Staff, now: datetime) -> None:
    """Put a decision into force; Refused for the one who recorded it and for an account that may not approve."""
    await session.refresh(extension, with_for_update=True)
    if extension.approved_by is not None:
        raise Refused("这条延续执行已经批准过了。")
    if extension.recorded_by == by.id:
        raise Refused("自己录入的延续执行要由另一个人批准。")
    if not by.holds(Role.APPROVER):
        raise Refused("批准延续执行要有“批准”角色。")
    extension.approved_by, extension.approved_at = by.id, now
    await audit.append(session, Event.POLICY_EXTENSION_APPROVE, by.actor, extension.thing, now)


async def every(session: AsyncSession) -> Sequence[Extension]:
    """All decisions, also those that nobody has approved yet, the newest first."""
    return (await session.scalars(select(Extension).order_by(Extension.id.desc()))).all()


async def ends(session: AsyncSession, day: date) -> dict[str, date]:
    """Until when documents go on by a decision that holds on a day, by document."""
    rows = await session.execute(
        select(Extension.policy_id, func.max(Extension.until))
        .where(Extension.approved_by.is_not(None), Extension.until >= day)
        .group_by(Extension.policy_id)
    )
    return dict(rows.tuples().all())


async def in_force(session: AsyncSession, policy_id: str, day: date) -> Extension | None:
    """The approved decision under which a document still holds on a day, the longest of them."""
    found = await session.scalars(
        select(Extension)
        .where(Extension.policy_id == policy_id, Extension.approved_by.is_not(None), Extension.until >= day)
        .order_by(Extension.until.desc(), Extension.id)
        .limit(1)
    )
    return found.one_or_none()
