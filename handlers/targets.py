"""Targets: how many new skilled people a document asks of a place in a year, and how many there are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession

from handlers import reports
from handlers.context import House
from handlers.periods import Period
from knowledge.library import Policy
from records import reporting
from records.report_figures import Figure

UNPLACED = "未归口"  # no record says for which department a person counts
_TOPIC, _WHOLE = "target.department", "全县合计"
_COLUMNS = {"skilled": Figure.SKILLED, "high": Figure.HIGHLY_SKILLED}  # with the year's last digits: skilled20


@dataclass(frozen=True)
class Target:
    """One figure that a document asks for; `done` is None where it cannot be known."""

    name: str
    figure: Figure
    wanted: int
    done: int | None

    @property
    def missing(self) -> int:
        """How many are still wanted."""
        return max(0, self.wanted - (self.done or 0))

    @property
    def share(self) -> float:
        """完成率; above 1 where more was done."""
        return (self.done or 0) / self.wanted if self.wanted else 1.0


@dataclass(frozen=True)
class Annex:
    """The targets of one document for a year."""

    basis: str
    year: int
    whole: Sequence[Target]
    departments: Sequence[Target]


async def of(session: AsyncSession, house: House, region: str, year: int) -> list[Annex]:
    """The targets that the place's own documents set for a year; none where they set none."""
    found = []
    for policy in house.shelf.policies:
        wanted = _rows(policy, year) if policy.region == region else {}
        if wanted:
            found.append(await _annex(session, house, policy, year, wanted))
    return found


def years(house: House, region: str) -> list[int]:
    """The years for which the place's own documents set targets."""
    tables = [table for policy in house.shelf.policies if policy.region == region for table in policy.document.tables]
    return sorted({2000 + int(column[-2:]) for table in tables if table.topic == _TOPIC for column in table.columns})


async def _annex(
    session: AsyncSession, house: House, policy: Policy, year: int, wanted: dict[str, dict[Figure, int]]
) -> Annex:
    scope = reports.scope(house, Period(year, ""), policy.region)
    done = {figure: await reporting.total(session, scope, figure) for figure in _COLUMNS.values()}
    whole = [Target(_WHOLE, figure, number, done[figure]) for figure, number in wanted.get(_WHOLE, {}).items()]
    departments = [
        Target(name, figure, number, None)
        for name, figures in wanted.items()
        if name != _WHOLE
        for figure, number in figures.items()
    ]
    at = next(table.at for table in policy.document.tables if table.topic == _TOPIC)
    return Annex(f"{policy.name} {'、'.join(at)}", year, whole, departments)


def _rows(policy: Policy, year: int) -> dict[str, dict[Figure, int]]:
    """What a document's table wants of each department in a year."""
    found: dict[str, dict[Figure, int]] = {}
    for table in policy.document.tables:
        names = list(table.columns)
        columns = {f"{name}{year % 100:02}": figure for name, figure in _COLUMNS.items()}
        mine = {names.index(column): figure for column, figure in columns.items() if column in names}
        if table.topic != _TOPIC or not mine:
            continue
        for row, numbers in table.rows.items():
            found[row] = {figure: int(numbers[place]) for place, figure in mine.items()}
    return found
