"""How far each voucher came and what stopped it, as expressions over vouchers with the class that each was used for."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    SQLColumnExpression,
    String,
    and_,
    case,
    cast,
    exists,
    func,
    literal_column,
    select,
)

from records.class_states import ClassState
from records.classes import TrainingClass
from records.enrolments import Enrolment, Seating
from records.institutions import Institution
from records.people import Person
from records.results import Outcome, Result
from records.voucher_states import UNUSED, State
from records.vouchers import Voucher, VoucherEvent

STAGES = (State.ISSUED, State.REGISTERED, State.TRAINING, State.ASSESSED, State.CERTIFIED, State.REDEEMED)
STAGE_NAMES = {
    State.ISSUED: "发券",
    State.REGISTERED: "报到",
    State.TRAINING: "开训",
    State.ASSESSED: "评价",
    State.CERTIFIED: "取证",
    State.REDEEMED: "兑现",
}


class Stop(StrEnum):
    """Where a voucher stays, and why it is no further."""

    NO_CLASS = "no_class"
    COMING = "coming"
    FULL = "full"
    UNDER_WAY = "under_way"
    FAILED = "failed"
    UNPAID = "unpaid"
    EXPIRED = "expired"
    GIVEN_BACK = "given_back"
    LEFT = "left"
    REVOKED = "revoked"
    DONE = "done"


STOP_NAMES = {
    Stop.NO_CLASS: "还没报班",
    Stop.COMING: "报了班，等报到",
    Stop.FULL: "班满了，在候补",
    Stop.UNDER_WAY: "正在学，等评价结果",
    Stop.FAILED: "评价没通过或没参加",
    Stop.UNPAID: "取了证，补贴还没兑现",
    Stop.EXPIRED: "没用就过期了",
    Stop.GIVEN_BACK: "没用，自己退了",
    Stop.LEFT: "报到后退班了",
    Stop.REVOKED: "人社局作废了",
    Stop.DONE: "兑现了",
}


def with_class(*columns: Any) -> Select[Any]:
    """Rows of vouchers with their person and, where there is one, the class last used for, its school and the result."""
    still_in = func.max(case((Enrolment.seating != Seating.LEFT, Enrolment.id)))
    mine = (
        select(Enrolment.voucher_id, func.coalesce(still_in, func.max(Enrolment.id)).label("enrolment_id"))
        .where(Enrolment.voucher_id.is_not(None))
        .group_by(Enrolment.voucher_id)
        .subquery()
    )
    return (
        select(*columns)
        .select_from(Voucher)
        .join(Person, Person.id == Voucher.person_id)
        .outerjoin(mine, mine.c.voucher_id == Voucher.id)
        .outerjoin(Enrolment, Enrolment.id == mine.c.enrolment_id)
        .outerjoin(TrainingClass, TrainingClass.id == Enrolment.class_id)
        .outerjoin(Institution, Institution.id == TrainingClass.institution_id)
        .outerjoin(Result, Result.enrolment_id == Enrolment.id)
    )


def stop() -> SQLColumnExpression[str]:
    """What stopped a voucher, over the rows of `with_class`."""
    is_unused = Voucher.state.in_(UNUSED)
    is_ahead = TrainingClass.state.not_in((ClassState.ENDED, ClassState.HANDED_IN, ClassState.CANCELLED))
    return case(
        (Voucher.state == State.EXPIRED, Stop.EXPIRED),
        (and_(Voucher.state == State.WITHDRAWN, Voucher.used_on.is_(None)), Stop.GIVEN_BACK),
        (Voucher.state == State.WITHDRAWN, Stop.LEFT),
        (Voucher.state == State.REVOKED, Stop.REVOKED),
        (Voucher.state.in_((State.REDEEMED, State.WRITTEN_OFF)), Stop.DONE),
        (Voucher.state == State.CERTIFIED, Stop.UNPAID),
        (and_(is_unused, is_ahead, Enrolment.seating == Seating.WAITING), Stop.FULL),
        (and_(is_unused, is_ahead, Enrolment.seating == Seating.SEATED), Stop.COMING),
        (is_unused, Stop.NO_CLASS),
        (Result.outcome.in_((Outcome.FAILED, Outcome.ABSENT)), Stop.FAILED),
        else_=Stop.UNDER_WAY,
    )


def reached(stage: str) -> ColumnElement[bool]:
    """Condition on vouchers: did this one come as far as a stage, whatever became of it afterwards?"""
    return exists().where(VoucherEvent.voucher_id == Voucher.id, VoucherEvent.after == stage)


def month() -> SQLColumnExpression[str]:
    """2026-11, of the day of issue."""
    # Written out, not bound: PostgreSQL groups and orders by an expression only where it is the same to the letter.
    return func.substr(cast(Voucher.issued_on, String), literal_column("1"), literal_column("7"))
