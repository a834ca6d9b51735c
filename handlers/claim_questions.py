"""What a scheme needs told before a claim for it can be worked out: the facts that no record knows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from handlers.programmes import Programme
from knowledge.facts import FactKind, catalogue
from knowledge.model import Between, Condition, Daily, Monthly, Percent, Scheme, Table, Unstated

_OF_PERSON = {"people", "age", "group", "trainings_this_year", "voucher"}
_RECORDED = {  # what no clerk is asked, because the records know it
    "certificate": _OF_PERSON
    | {"level", "occupation", "occupation_class", "certificate", "certified", "newly_skilled"},
    "person": _OF_PERSON,
    "class": _OF_PERSON | {"days", "occupation_class"},
    "item": {"people"},
}


@dataclass(frozen=True)
class Asked:
    """One fact that a scheme needs told, with the values it may have where they are listed."""

    kind: FactKind
    options: Mapping[str, str] = field(default_factory=dict)  # value as typed, and its words


def asked(programme: Programme, part: int = 1) -> list[Asked]:
    """Exactly the facts that a scheme needs and no record knows, in the order its document has them."""
    scheme = programme.scheme
    conditions = list(_conditions(scheme, part))
    names = dict.fromkeys([*_of_amount(scheme), *(each.fact for each in conditions)])
    kinds = [catalogue()[name] for name in names if name not in _RECORDED[scheme.claimed] and name in catalogue()]
    return [Asked(kind, _options(kind, scheme, conditions)) for kind in kinds]


def leaves_the_sum_open(scheme: Scheme) -> bool:
    """Has the clerk to fix the sum of each line?"""
    amount = scheme.amount
    return isinstance(amount, Unstated | Between | Percent) or getattr(amount, "bound", "exact") != "exact"


def _conditions(scheme: Scheme, part: int) -> Iterator[Condition]:
    gates = scheme.parts[part - 1].when if 0 < part <= len(scheme.parts) else ()
    for each in (*scheme.conditions, *gates):
        condition: Condition | None = each
        while condition is not None:
            yield condition
            condition = condition.or_


def _of_amount(scheme: Scheme) -> list[str]:
    """The facts that the sum depends on."""
    match scheme.amount:
        case Table() as table:
            return [table.by]
        case Monthly():
            return ["months"]
        case Percent() as percent:
            return [percent.of]
        case Daily() as daily:
            days = [] if scheme.days else ["days"]
            return [*days, "occupation_class"] if daily.cap_days else days
    return []


def _options(kind: FactKind, scheme: Scheme, conditions: Sequence[Condition]) -> dict[str, str]:
    if kind.kind == "bool":
        return {str(value).lower(): words for words, value in kind.choices.items()}
    if kind.kind == "choice":
        return {str(value): words for words, value in kind.choices.items()}
    if isinstance(scheme.amount, Table) and scheme.amount.by == kind.name:
        return {row: row for row in scheme.amount.rows}
    closed = [each for each in conditions if each.fact == kind.name and each.one_of and not each.open_list]
    return {value: value for each in closed for value in each.one_of or ()}
