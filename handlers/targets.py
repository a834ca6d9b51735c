"""Targets: what a place's own documents ask of it in a year, whole and by department, beside what was done."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession

from handlers import reports
from handlers.context import House
from handlers.periods import Period
from knowledge.library import Policy
from knowledge.model import Goals
from records import reporting
from records.report_figures import Figure

UNPLACED = "未归口"  # no record says for which department a person counts
_WHOLE = "全县合计"
_TOPIC = "target.department"
_COLUMNS = {"skilled": Figure.SKILLED, "high": Figure.HIGHLY_SKILLED}  # with the year's last digits: skilled20
# Who is highly skilled is skilled: the documents count him in both.
_COUNTED = {
    Figure.TRAINED: (Figure.TRAINED,),
    Figure.SKILLED: (Figure.SKILLED, Figure.HIGHLY_SKILLED),
    Figure.HIGHLY_SKILLED: (Figure.HIGHLY_SKILLED,),
}
NAMES = {Figure.TRAINED: "培训", Figure.SKILLED: "新增技能人才（含高技能）", Figure.HIGHLY_SKILLED: "新增高技能人才"}


@dataclass(frozen=True)
class Target:
    """One figure that is asked for of somebody, or done for nobody in particular."""

    name: str
    figure: Figure
    wanted: int | None  # None where nothing is asked for
    done: Mapping[Figure, int] | None  # the figures of the report that count for it; None where it cannot be known

    @property
    def sum(self) -> int:
        """How many were done."""
        return sum((self.done or {}).values())

    @property
    def missing(self) -> int:
        """How many are still wanted."""
        return max(0, (self.wanted or 0) - self.sum)

    @property
    def share(self) -> float | None:
        """完成率; above 1 where more was done, None where nothing is asked for or known."""
        return self.sum / self.wanted if self.wanted and self.done is not None else None


@dataclass(frozen=True)
class Annex:
    """The targets of one document for a year."""

    basis: str
    year: int
    whole: Sequence[Target]
    departments: Sequence[Target]  # with what was done and is nobody's; none where the document names no department


async def of(session: AsyncSession, house: House, region: str, year: int) -> list[Annex]:
    """The targets that the place's own documents set for a year; none where they set none."""
    found = [(policy, goals) for policy, goals in _goals(house, region) if goals.year == year]
    return [await _annex(session, house, policy, goals) for policy, goals in found]


def years(house: House, region: str) -> list[int]:
    """The years for which the place's own documents set targets."""
    return sorted({goals.year for _, goals in _goals(house, region)})


def _goals(house: House, region: str) -> Iterator[tuple[Policy, Goals]]:
    for policy in house.shelf.policies:
        if policy.region == region:
            yield from ((policy, goals) for goals in policy.document.goals)


async def _annex(session: AsyncSession, house: House, policy: Policy, goals: Goals) -> Annex:
    scope = reports.scope(house, Period(goals.year, ""), policy.region)
    done = {figure: await reporting.total(session, scope, figure) for figure in _COUNTED}
    named: dict[Figure, str] = {
        figure: name for figure in _COUNTED if (name := getattr(goals, figure.value)) is not None
    }
    whole = [
        Target(_WHOLE, figure, int(policy.figures.value(name)), {each: done[each] for each in _COUNTED[figure]})
        for figure, name in named.items()
    ]
    at = dict.fromkeys(policy.figures.figure(name).at for name in named.values())
    return Annex(f"{policy.name} {'、'.join(at)}", goals.year, whole, _departments(policy, goals.year, whole))


def _departments(policy: Policy, year: int, whole: Sequence[Target]) -> list[Target]:
    """What the document's table asks of each department, and what was done for none of them."""
    asked = [
        Target(row, figure, int(numbers[place]), None)
        for table in policy.document.tables
        if table.topic == _TOPIC
        for row, numbers in table.rows.items()
        if row != _WHOLE
        for place, column in enumerate(table.columns)
        if (figure := _COLUMNS.get(column[:-2])) and column[-2:] == f"{year % 100:02}"
    ]
    figures = {target.figure for target in asked}
    mine = [target for target in whole if target.figure in figures]
    return [*asked, *(Target(UNPLACED, each.figure, None, each.done) for each in mine), *mine] if asked else []
