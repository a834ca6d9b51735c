"""What the reports count of training: sessions, trainees, assessments and certificates."""

from __future__ import annotations

from sqlalchemy import Select, SQLColumnExpression, func, literal, select

from records import tallies
from records.board import TAUGHT
from records.certificates import Certificate, Skill
from records.class_states import ClassState
from records.classes import TrainingClass
from records.employments import Employment, Work
from records.enrolments import Enrolment, Seating
from records.institutions import Institution
from records.people import Person
from records.report_columns import between, cuts, group, of_class, one_where, programme, somebody, told, within
from records.report_figures import Cut, Figure, Scope, Source
from records.results import Outcome, Result
from records.sessions import Session
from records.vouchers import Voucher

_ENDED = (ClassState.ENDED, ClassState.HANDED_IN)


def sittings(scope: Scope) -> Source:
    """The sessions that were held, with the attendances due and made."""
    held = Session.day.between(scope.first, scope.last), Session.cancelled_at.is_(None), Session.ends_at <= scope.now
    seats, marks = tallies.seated(), tallies.of_sessions(scope.now, *held)
    rows = (
        select(Session.id)
        .select_from(Session)
        .join(TrainingClass, TrainingClass.id == Session.class_id)
        .join(Institution, Institution.id == TrainingClass.institution_id)
        .outerjoin(seats, seats.c.class_id == TrainingClass.id)
        .outerjoin(marks, marks.c.session_id == Session.id)
        .where(TrainingClass.state.in_(TAUGHT), within(TrainingClass.region, scope), *held)
    )
    measures = {
        Figure.SESSIONS: literal(1),
        Figure.DUE: func.coalesce(seats.c.due, 0) - func.coalesce(marks.c.leave, 0),
        Figure.ATTENDED: func.coalesce(marks.c.attended, 0),
    }
    return Source(rows, Session.id, measures, of_class(), told(Session.day, TrainingClass.name))


def trainees(scope: Scope) -> Source:
    """Everybody with a seat in a class that ended, and what became of him by now."""
    papers = (
        select(Certificate.enrolment_id).where(Certificate.enrolment_id.is_not(None)).distinct().subquery("certified")
    )
    rows = (
        _seats()
        .outerjoin(Employment, Employment.enrolment_id == Enrolment.id)
        .outerjoin(papers, papers.c.enrolment_id == Enrolment.id)
        .where(
            Enrolment.seating == Seating.SEATED,
            TrainingClass.state.in_(_ENDED),
            between(TrainingClass.ended_at, scope),
            within(TrainingClass.region, scope),
        )
    )
    measures = {
        Figure.TRAINED: literal(1),
        Figure.QUALIFIED: one_where(papers.c.enrolment_id.is_not(None)),
        Figure.EMPLOYED: one_where(Employment.state == Work.PROVEN),
    }
    shown = told(TrainingClass.ended_at, TrainingClass.name, *somebody(Person))
    return Source(rows, Enrolment.id, measures, _of_seat(scope), shown)


def results(scope: Scope) -> Source:
    """Everybody who sat an assessment."""
    rows = (
        _seats()
        .join(Result, Result.enrolment_id == Enrolment.id)
        .where(
            Result.outcome.in_((Outcome.PASSED, Outcome.FAILED)),
            Result.on.between(scope.first, scope.last),
            within(TrainingClass.region, scope),
        )
    )
    measures = {Figure.ASSESSED: literal(1), Figure.PASSED: one_where(Result.outcome == Outcome.PASSED)}
    shown = told(Result.on, TrainingClass.name, *somebody(Person))
    return Source(rows, Result.enrolment_id, measures, _of_seat(scope), shown)


def certificates(scope: Scope) -> Source:
    """The certificates by the day of issue; one that no class led to counts where its holder is registered."""
    region = func.coalesce(TrainingClass.region, Person.region)
    rows = (
        select(Certificate.id)
        .select_from(Certificate)
        .join(Person, Person.id == Certificate.person_id)
        .outerjoin(Voucher, Voucher.id == Certificate.voucher_id)
        .outerjoin(Enrolment, Enrolment.id == Certificate.enrolment_id)
        .outerjoin(TrainingClass, TrainingClass.id == Enrolment.class_id)
        .outerjoin(Institution, Institution.id == TrainingClass.institution_id)
        .where(Certificate.issued_on.between(scope.first, scope.last), within(region, scope))
    )
    measures = {
        Figure.CERTIFIED: literal(1),
        Figure.SKILLED: one_where(Certificate.skill == Skill.SKILLED),
        Figure.HIGHLY_SKILLED: one_where(Certificate.skill == Skill.HIGHLY_SKILLED),
    }
    by = cuts(scope, region, Certificate.occupation, Certificate.level, Voucher)
    shown = told(Certificate.issued_on, Certificate.number, *somebody(Person))
    return Source(rows, Certificate.id, measures, by, shown)


def _seats() -> Select[int]:
    """Trainees with their class, institution and voucher."""
    return (
        select(Enrolment.id)
        .select_from(Enrolment)
        .join(TrainingClass, TrainingClass.id == Enrolment.class_id)
        .join(Institution, Institution.id == TrainingClass.institution_id)
        .join(Person, Person.id == Enrolment.person_id)
        .outerjoin(Voucher, Voucher.id == Enrolment.voucher_id)
    )


def _of_seat(scope: Scope) -> dict[Cut, SQLColumnExpression[str]]:
    return {**of_class(), Cut.PROGRAMME: programme(Voucher), Cut.GROUP: group(scope)}
