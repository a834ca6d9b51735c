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
    literal,
    literal_column,
    select,
)

from records.class_states import ClassState
from records.classes import TrainingClass
from records.enrolments import Enrolment, Seating
from records.institutions import Institution
from records.nudges import Nudge
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

    NOT_REMINDED = "not_reminded"
    UNREACHED = "unreached"
    NO_CLASS = "no_class"
    NO_ANSWER = "no_answer"
    COMING = "coming"
    HELD = "held"
    FULL = "full"
    NEVER_CAME = "never_came"
    UNDER_WAY = "under_way"
    ABSENT = "absent"
    FAILED = "failed"
    UNPAID = "unpaid"
    EXPIRED = "expired"
    EXPIRED_NO_CLASS = "expired_no_class"
    EXPIRED_FULL = "expired_full"
    EXPIRED_SILENT = "expired_silent"
    GIVEN_BACK = "given_back"
    LEFT = "left"
    REVOKED = "revoked"
    DONE = "done"


STOP_NAMES = {
    Stop.NOT_REMINDED: "没报班，还没到提醒的日子",
    Stop.UNREACHED: "没报班，提醒送不到",
    Stop.NO_CLASS: "没报班，提醒时没有空着的班",
    Stop.NO_ANSWER: "没报班，提醒了没回音",
    Stop.COMING: "报了班，等报到",
    Stop.HELD: "占了座，还没报名",
    Stop.FULL: "班满了，在候补",
    Stop.NEVER_CAME: "报了班，没去报到",
    Stop.UNDER_WAY: "正在学，等评价结果",
    Stop.ABSENT: "没参加评价",
    Stop.FAILED: "评价没通过",
    Stop.UNPAID: "取了证，补贴还没兑现",
    Stop.EXPIRED: "过期了，没提醒到",
    Stop.EXPIRED_NO_CLASS: "过期了，没有空着的班",
    Stop.EXPIRED_FULL: "过期了，候补没排上",
    Stop.EXPIRED_SILENT: "过期了，提醒了没回音",
    Stop.GIVEN_BACK: "没用，自己退了",
    Stop.LEFT: "报到后退班了",
    Stop.REVOKED: "人社局作废了",
    Stop.DONE: "兑现了",
}


REMINDERS = ("idle", "soon", "last")  # how voucher_reminders names its messages
UNENROLLED = (Stop.NOT_REMINDED, Stop.UNREACHED, Stop.NO_CLASS, Stop.NO_ANSWER, Stop.FULL)  # no seat yet


def with_class(*columns: Any) -> Select[Any]:
    """Rows of vouchers with their person and, where there is one, the class last used for, its school and the result."""
    still_in = func.max(case((Enrolment.seating.in_((Seating.SEATED, Seating.WAITING)), Enrolment.id)))
    held = func.max(case((Enrolment.seating == Seating.HELD, Enrolment.id)))
    mine = (
        select(Enrolment.voucher_id, func.coalesce(still_in, held, func.max(Enrolment.id)).label("enrolment_id"))
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
    is_unused, is_expired = Voucher.state.in_(UNUSED), Voucher.state == State.EXPIRED
    is_sent = Nudge.outcome == "sent"
    is_ahead = TrainingClass.state.not_in((ClassState.ENDED, ClassState.HANDED_IN, ClassState.CANCELLED))
    return case(
        (and_(is_unused | is_expired, Enrolment.seating == Seating.SEATED, ~is_ahead), Stop.NEVER_CAME),
        (and_(is_expired, Enrolment.seating == Seating.SEATED), Stop.NEVER_CAME),
        (and_(is_expired, Enrolment.seating == Seating.WAITING), Stop.EXPIRED_FULL),
        (and_(is_expired, _reminded(is_sent, Nudge.asks.is_not(None))), Stop.EXPIRED_SILENT),
        (and_(is_expired, _reminded(is_sent)), Stop.EXPIRED_NO_CLASS),
        (is_expired, Stop.EXPIRED),
        (and_(Voucher.state == State.WITHDRAWN, Voucher.used_on.is_(None)), Stop.GIVEN_BACK),
        (Voucher.state == State.WITHDRAWN, Stop.LEFT),
        (Voucher.state == State.REVOKED, Stop.REVOKED),
        (Voucher.state.in_((State.REDEEMED, State.WRITTEN_OFF)), Stop.DONE),
        (Voucher.state == State.CERTIFIED, Stop.UNPAID),
        (and_(is_unused, is_ahead, Enrolment.seating == Seating.WAITING), Stop.FULL),
        (and_(is_unused, is_ahead, Enrolment.seating == Seating.SEATED), Stop.COMING),
        (and_(is_unused, is_ahead, Enrolment.seating == Seating.HELD), Stop.HELD),
        (and_(is_unused, _reminded(is_sent, Nudge.asks.is_not(None))), Stop.NO_ANSWER),
        (and_(is_unused, _reminded(is_sent)), Stop.NO_CLASS),
        (and_(is_unused, _reminded()), Stop.UNREACHED),
        (is_unused, Stop.NOT_REMINDED),
        (Result.outcome == Outcome.ABSENT, Stop.ABSENT),
        (Result.outcome == Outcome.FAILED, Stop.FAILED),
        else_=Stop.UNDER_WAY,
    )


def _reminded(*which: ColumnElement[bool]) -> ColumnElement[bool]:
    """Condition on vouchers: was a reminder put, such as one that was sent, or one that offered seats?"""
    keys = [literal("voucher:") + cast(Voucher.id, String) + f":{kind}" for kind in REMINDERS]
    return exists().where(Nudge.key.in_(keys), *which)


def reached(stage: str) -> ColumnElement[bool]:
    """Condition on vouchers: did this one come as far as a stage, whatever became of it afterwards?"""
    return exists().where(VoucherEvent.voucher_id == Voucher.id, VoucherEvent.after == stage)


def month() -> SQLColumnExpression[str]:
    """2026-11, of the day of issue."""
    # Written out, not bound: PostgreSQL groups and orders by an expression only where it is the same to the letter.
    return func.substr(cast(Voucher.issued_on, String), literal_column("1"), literal_column("7"))
