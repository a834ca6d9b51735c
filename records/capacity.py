"""The capacity of an approved class: the office raises or lowers it, and who waits moves up at once."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from records import audit, enrolling, planning, queues
from records.audit import Event
from records.class_states import CLASS_STATE_NAMES, ClassState
from records.classes import TrainingClass
from records.errors import Refused
from records.plans import MOST_SEATS
from records.staff import Staff


async def set_to(
    session: AsyncSession, training_class: TrainingClass, capacity: int, account: Staff, now: datetime
) -> int:
    """Give a class another number of seats and tell who gets one; returns how many moved up.

    Refused below the seats that are gone, to who may not judge the class, and where it is not open.
    """
    if not may_set(training_class, account):
        raise Refused("改名额要由“审核”或“批准”角色来办，自己写的或自己机构的班请换一位同事。")
    await enrolling.alone(session, training_class)
    if training_class.state != ClassState.APPROVED:
        raise Refused(f"{training_class.name}现在是“{CLASS_STATE_NAMES[training_class.state]}”，名额不能再改。")
    if not 1 <= capacity <= MOST_SEATS:
        raise Refused(f"名额要在1到{MOST_SEATS}之间，您填的是{capacity}。")
    if capacity < (gone := await queues.taken(session, training_class)):
        raise Refused(f"已经有{gone}人占了名额，不能少于{gone}个。")
    before, training_class.capacity = training_class.capacity, capacity
    if before == capacity:
        return 0
    event = Event.CLASS_CAPACITY_SET
    await audit.append(session, event, account.actor, training_class.thing, now, before=before, capacity=capacity)
    return len(await enrolling.move_up(session, training_class, now))


def may_set(training_class: TrainingClass, account: Staff) -> bool:
    """May this account change the number of seats?"""
    return planning.may_judge(training_class, account)
