"""Clashes: other classes of the institution that need the same room or teacher at the same time."""

from __future__ import annotations

from dataclasses import dataclass, replace

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from config.settings import CHINA
from records.class_states import ClassState
from records.classes import TrainingClass
from records.sessions import Session

_MEETS = (ClassState.DRAFT, ClassState.RETURNED, ClassState.SUBMITTED, ClassState.APPROVED)


@dataclass(frozen=True)
class Clash:
    """Another class of the institution that needs the same room or teacher at the same time."""

    training_class: TrainingClass
    what: str  # the room, or the teachers
    first: Session  # of the sessions here that it hits
    sessions: int

    @property
    def said(self) -> str:
        """李老师：12月1日起有20节课和“焊工3班”撞在一起"""
        start = self.first.starts_at.astimezone(CHINA)
        return f"{self.what}：{start.month}月{start.day}日起有{self.sessions}节课和“{self.training_class.name}”撞在一起"


async def of(session: AsyncSession, training_class: TrainingClass, sitting: Session | None = None) -> list[Clash]:
    """What other classes of the institution need when this one, or one session of it, is taught: room or teachers."""
    mine = aliased(Session)
    rows = await session.execute(
        select(mine, TrainingClass)
        .join(Session, (Session.starts_at < mine.ends_at) & (Session.ends_at > mine.starts_at))
        .join(TrainingClass, TrainingClass.id == Session.class_id)
        .where(
            mine.class_id == training_class.id if sitting is None else mine.id == sitting.id,
            TrainingClass.id != training_class.id,
            TrainingClass.institution_id == training_class.institution_id,
            TrainingClass.state.in_(_MEETS),
            mine.cancelled_at.is_(None),
            Session.cancelled_at.is_(None),
        )
        .order_by(mine.starts_at, TrainingClass.id)
    )
    found: dict[tuple[int, str], Clash] = {}
    for sitting, other in rows:
        for what in _shared(training_class, other):
            so_far = found.get((other.id, what), Clash(other, what, sitting, 0))
            found[other.id, what] = replace(so_far, sessions=so_far.sessions + 1)
    return list(found.values())


def _shared(mine: TrainingClass, other: TrainingClass) -> list[str]:
    teachers = [name for name in mine.teachers if name in other.teachers]
    return ([f"教室“{mine.venue}”"] if mine.venue == other.venue else []) + (["、".join(teachers)] if teachers else [])
