"""Who may see and run a class: its institution's trainers, and the office of its region."""

from __future__ import annotations

from sqlalchemy import ColumnElement, select
from sqlalchemy.ext.asyncio import AsyncSession

from records.audience import place
from records.classes import TrainingClass
from records.errors import Refused
from records.sessions import Session
from records.staff import Role, Staff

OFFICE = (Role.CLERK, Role.REVIEWER, Role.APPROVER, Role.PUBLISHER, Role.AUDITOR)


def visible(account: Staff) -> ColumnElement[bool]:
    """Condition on classes: those an account may see."""
    if account.holds(*OFFICE):
        return TrainingClass.region.startswith(place(account.region))
    return TrainingClass.institution_id == account.institution_id


async def class_for(session: AsyncSession, class_id: int, account: Staff) -> TrainingClass:
    """The class with this key; Refused for an account that has nothing to do with it."""
    found = await session.scalars(select(TrainingClass).where(TrainingClass.id == class_id, visible(account)))
    if (training_class := found.one_or_none()) is None:
        raise Refused("没有这个班，或者它不归您管。请从班级列表里点进去。")
    return training_class


async def session_for(session: AsyncSession, session_id: int, account: Staff) -> tuple[TrainingClass, Session]:
    """The session with this key and its class; Refused for an account that has nothing to do with it."""
    sitting = await session.get(Session, session_id)
    if sitting is None:
        raise Refused("没有这节课，可能改期或取消了。请回到今天的课再看。")
    return await class_for(session, sitting.class_id, account), sitting


def teaches(training_class: TrainingClass, account: Staff) -> bool:
    """Is the account a trainer of the class's institution?"""
    return account.institution_id == training_class.institution_id and account.holds(Role.TRAINER)


def hold_trainer(training_class: TrainingClass, account: Staff) -> None:
    """Refused unless the account is a trainer of the class's institution: attendance is answered for by who teaches."""
    if not teaches(training_class, account):
        raise Refused("只有这个班所在机构的老师能做这一步。")
