"""Tallies: what the register says of whole sessions, counted by the database for as many of them as are asked for."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ColumnElement, Select, Subquery, and_, case, func, or_, select
from sqlalchemy.orm import aliased

from records.classes import TrainingClass
from records.enrolments import Enrolment, Seating
from records.marks import THERE, Mark, Side, Status
from records.sessions import OUT_AFTER, Session


def seated() -> Subquery:
    """How many have a seat, by class: class_id, due."""
    mine = select(Enrolment.class_id, func.count().label("due")).where(Enrolment.seating == Seating.SEATED)
    return mine.group_by(Enrolment.class_id).subquery()


def of_sessions(now: datetime, *which: ColumnElement[bool]) -> Subquery:
    """By session, of the marks that hold and the trainees who have a seat: here, late, leave, attended, last_at.

    Who is there and did not sign out where that is asked for is `here` and not `attended`, as standing.tally has it.
    """
    came, corrected = aliased(Mark), aliased(Mark)
    is_there = came.status.in_(THERE)
    rows: Select[int, int, int, int, int, datetime | None] = (
        select(
            came.session_id,
            _count(is_there).label("here"),
            _count(came.status == Status.LATE).label("late"),
            _count(came.status == Status.LEAVE).label("leave"),
            _count(and_(is_there, _counts_as_attended(came, now))).label("attended"),
            func.max(case((is_there, came.at))).label("last_at"),
        )
        .join(Session, Session.id == came.session_id)
        .join(TrainingClass, TrainingClass.id == Session.class_id)
        .join(Enrolment, Enrolment.id == came.enrolment_id)
        .outerjoin(corrected, corrected.corrects == came.id)
        .where(came.side == Side.IN, corrected.id.is_(None), Enrolment.seating == Seating.SEATED, *which)
        .group_by(came.session_id)
    )
    return rows.subquery()


def _counts_as_attended(came: type[Mark], now: datetime) -> ColumnElement[bool]:
    return or_(
        TrainingClass.sign_out.is_(False),
        came.status == Status.MADE_UP,
        Session.ends_at >= now - OUT_AFTER,
        _signed_out(came),  # last: looked up only where nothing before settles it
    )


def _signed_out(came: type[Mark]) -> ColumnElement[bool]:
    """Who has an original mark of the way out has signed out: a correction of it still says so."""
    left = aliased(Mark)
    same = left.session_id == came.session_id, left.enrolment_id == came.enrolment_id
    return select(left.id).where(*same, left.side == Side.OUT, left.corrects.is_(None)).correlate(came).exists()


def _count(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.sum(case((condition, 1), else_=0))
