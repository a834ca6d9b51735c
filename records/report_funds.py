"""What the reports count of vouchers and money: the moves of vouchers, the lines of claims, the budgets."""

from __future__ import annotations

from datetime import date

from sqlalchemy import ColumnElement, SQLColumnExpression, Subquery, and_, case, func, literal, or_, select

from records.budgets import Budget
from records.claim_states import COMMITTED, RESERVING, SPENT
from records.claims import Claim, ClaimLine
from records.classes import TrainingClass
from records.enrolments import Enrolment
from records.institutions import Institution
from records.people import Person
from records.report_columns import between, cuts, one_where, programme, somebody, told, within
from records.report_figures import Cut, Figure, Scope, Source
from records.voucher_states import State
from records.vouchers import Voucher, VoucherEvent


def vouchers(scope: Scope) -> Source:
    """Vouchers by the moment of each move that is counted; no voucher makes the same move twice."""
    seat = _seats_by_voucher()
    rows = (
        select(VoucherEvent.id)
        .select_from(VoucherEvent)
        .join(Voucher, Voucher.id == VoucherEvent.voucher_id)
        .join(Person, Person.id == Voucher.person_id)
        .outerjoin(seat, seat.c.voucher_id == Voucher.id)
        .outerjoin(TrainingClass, TrainingClass.id == seat.c.class_id)
        .outerjoin(Institution, Institution.id == TrainingClass.institution_id)
        .where(
            VoucherEvent.after.in_((State.ISSUED, State.REGISTERED, State.REDEEMED)),
            between(VoucherEvent.at, scope),
            within(Voucher.region, scope),
        )
    )
    measures = {
        Figure.ISSUED: one_where(VoucherEvent.after == State.ISSUED),
        # What was given back before the assessment took up no training of the year.
        Figure.USED: one_where(and_(VoucherEvent.after == State.REGISTERED, Voucher.state != State.WITHDRAWN)),
        Figure.REDEEMED: one_where(VoucherEvent.after == State.REDEEMED),
    }
    by = cuts(scope, Voucher.region, Voucher.occupation, Voucher.level, Voucher)
    shown = told(VoucherEvent.at, Voucher.number, *somebody(Person))
    return Source(rows, VoucherEvent.id, measures, by, shown)


def money(scope: Scope) -> Source:
    """The lines of claims that pay, in fen: asked for and approved by the day of application, paid by that of payment."""
    applied, paid = (each.between(scope.first, scope.last) for each in (Claim.applied_on, Claim.paid_on))
    occupation, level = (
        func.coalesce(*each, "")
        for each in ((Voucher.occupation, TrainingClass.occupation), (Voucher.level, TrainingClass.level))
    )
    rows = (
        select(ClaimLine.id)
        .select_from(ClaimLine)
        .join(Claim, Claim.id == ClaimLine.claim_id)
        .outerjoin(Person, Person.id == ClaimLine.person_id)
        .outerjoin(Voucher, Voucher.id == ClaimLine.voucher_id)
        .outerjoin(TrainingClass, TrainingClass.id == Claim.class_id)
        .outerjoin(Institution, Institution.id == Claim.institution_id)
        .where(ClaimLine.fen > 0, or_(applied, paid), within(Claim.region, scope))
    )
    measures = {
        Figure.RESERVED: _fen_where(and_(applied, Claim.state.in_(RESERVING))),
        Figure.APPROVED: _fen_where(and_(applied, Claim.state.in_(COMMITTED))),
        Figure.PAID: _fen_where(and_(paid, Claim.state.in_(SPENT))),
    }
    by = cuts(scope, Claim.region, occupation, level, Claim)
    day = func.coalesce(Claim.paid_on, Claim.applied_on)
    return Source(rows, ClaimLine.id, measures, by, told(day, Claim.number, *somebody(Person)))


def budgets(scope: Scope) -> Source:
    """The budgets of the year in which the last day lies."""
    rows = select(Budget.id).select_from(Budget).where(Budget.year == scope.last.year, within(Budget.region, scope))
    by: dict[Cut, SQLColumnExpression[str]] = {Cut.REGION: Budget.region, Cut.PROGRAMME: programme(Budget)}
    shown = told(literal(date(scope.last.year, 1, 1)), literal(f"{scope.last.year}年预算"))
    return Source(rows, Budget.id, {Figure.BUDGET: Budget.fen}, by, shown)


def _seats_by_voucher() -> Subquery:
    """The class that each voucher was used for last."""
    used = select(Enrolment.voucher_id, func.max(Enrolment.class_id).label("class_id"))
    return used.where(Enrolment.voucher_id.is_not(None)).group_by(Enrolment.voucher_id).subquery()


def _fen_where(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return case((condition, ClaimLine.fen), else_=0)
