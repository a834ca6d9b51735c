"""What the sources of the reports share: conditions, measures and the columns that rows are cut by."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, SQLColumnExpression, and_, case, func, literal, or_, select

from records.audience import place
from records.budgets import Budget
from records.claims import Claim
from records.classes import TrainingClass
from records.institutions import Institution
from records.people import Membership, Person
from records.report_figures import Cut, Scope
from records.vouchers import Voucher


def of_class() -> dict[Cut, SQLColumnExpression[str]]:
    """What a class tells; NULL where a row has none."""
    return {
        Cut.REGION: TrainingClass.region,
        Cut.OCCUPATION: TrainingClass.occupation,
        Cut.LEVEL: func.coalesce(TrainingClass.level, ""),
        Cut.INSTITUTION: func.coalesce(Institution.name, ""),
    }


def cuts(
    scope: Scope, region: Any, occupation: Any, level: Any, of: type[Voucher] | type[Claim]
) -> dict[Cut, SQLColumnExpression[str]]:
    """What a row tells of itself, and its class of the institution."""
    mine = {Cut.REGION: region, Cut.OCCUPATION: occupation, Cut.LEVEL: level}
    return {**of_class(), **mine, Cut.PROGRAMME: programme(of), Cut.GROUP: group(scope)}


def group(scope: Scope) -> ColumnElement[str]:
    """The group that the person belonged to in that time; of several the one he joined first, so that he counts once."""
    first = (
        select(Membership.group)
        .where(
            Membership.person_id == Person.id,
            Membership.since <= scope.last,
            or_(Membership.until.is_(None), Membership.until >= scope.first),
        )
        .order_by(Membership.since, Membership.id)
        .limit(1)
        .correlate(Person)
    )
    return func.coalesce(first.scalar_subquery(), "")


def programme(of: type[Voucher] | type[Claim] | type[Budget]) -> ColumnElement[str]:
    """guxian-2024-15:order_training"""
    return func.coalesce(of.policy_id + ":" + of.scheme_id, "")


def within(region: Any, scope: Scope) -> ColumnElement[bool]:
    """Condition on regions: the place of the report and all below it."""
    found: ColumnElement[bool] = region.startswith(place(scope.region))
    return found


def between(moment: Any, scope: Scope) -> ColumnElement[bool]:
    """Condition on moments: within the days of the report."""
    return and_(moment >= scope.since, moment < scope.until)


def one_where(condition: ColumnElement[bool]) -> ColumnElement[int]:
    """Counts rows of which a condition holds."""
    return case((condition, 1), else_=0)


def somebody(person: type[Person]) -> tuple[Any, Any]:
    """Name and ID number as they may be shown."""
    return func.coalesce(person.name_masked, ""), func.coalesce(person.id_masked, "")


def told(
    day: Any, title: Any, name: Any = literal(""), id_number: Any = literal("")
) -> dict[str, SQLColumnExpression[Any]]:
    """What is shown of a row."""
    return {"day": day, "title": title, "name": name, "id_number": id_number}
