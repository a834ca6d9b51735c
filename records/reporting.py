"""Reports asked of the records: the sums of every figure by a cut, and the rows behind one of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import SQLColumnExpression, func, literal, select
from sqlalchemy.ext.asyncio import AsyncSession

from config.settings import CHINA
from records import report_funds, report_training
from records.certificates import SEAL
from records.report_figures import Cut, Figure, Scope, Source

_SOURCES: Mapping[tuple[Figure, ...], Callable[[Scope], Source]] = {
    (Figure.SESSIONS, Figure.DUE, Figure.ATTENDED): report_training.sittings,
    (Figure.TRAINED, Figure.QUALIFIED, Figure.EMPLOYED): report_training.trainees,
    (Figure.ASSESSED, Figure.PASSED): report_training.results,
    (Figure.CERTIFIED, Figure.SKILLED, Figure.HIGHLY_SKILLED): report_training.certificates,
    (Figure.ISSUED, Figure.USED, Figure.REDEEMED): report_funds.vouchers,
    (Figure.RESERVED, Figure.APPROVED, Figure.PAID): report_funds.money,
    (Figure.BUDGET,): report_funds.budgets,
}

Sums = Mapping[Figure, Mapping[str, int]]  # by the value of the cut; empty where it is not known


@dataclass(frozen=True)
class Behind:
    """One row behind a figure; people only masked."""

    day: date
    title: str  # the class, or the number of the certificate, voucher or claim
    name: str
    id_number: str
    cuts: Mapping[Cut, str]
    value: int  # what it adds to the figure


@dataclass(frozen=True)
class Found:
    """Some rows behind a figure, with the number of all and what they come to."""

    rows: Sequence[Behind]
    total: int
    value: int


async def sums(session: AsyncSession, scope: Scope, cut: Cut | None = None) -> Sums:
    """Every figure by the values of a cut; without one all under the empty value. One query a source."""
    found: dict[Figure, dict[str, int]] = {}
    for figures, source in _SOURCES.items():
        found |= await _sums(session, source(scope), figures, cut)
    return found


async def total(session: AsyncSession, scope: Scope, figure: Figure) -> int:
    """One figure, whole."""
    return (await _sums(session, _source(scope, figure), (figure,), None))[figure].get("", 0)


async def behind(
    session: AsyncSession,
    scope: Scope,
    figure: Figure,
    cut: Cut | None = None,
    value: str = "",
    *,
    offset: int = 0,
    most: int | None = None,
) -> Found:
    """The rows behind a figure, or behind one value of its cut, the latest first."""
    source = _source(scope, figure)
    measure = source.measures[figure]
    rows = source.rows.where(measure != 0)
    if cut is not None:
        rows = rows.where(_by(source, cut) == value)
    counted = rows.with_only_columns(measure.label("value")).subquery()
    number, whole = (await session.execute(select(func.count(), func.sum(counted.c.value)).select_from(counted))).one()
    cuts: list[Any] = [_by(source, each).label(f"cut_{each}") for each in Cut]
    columns: list[Any] = [column.label(name) for name, column in source.told.items()]
    wanted = rows.with_only_columns(*columns, measure.label("value"), *cuts)
    in_order = wanted.order_by(source.told["day"].desc(), source.order.desc()).offset(offset)
    shown = await session.execute(in_order if most is None else in_order.limit(most))
    return Found([_row(each) for each in shown], number, int(whole or 0))


async def _sums(
    session: AsyncSession, source: Source, figures: Sequence[Figure], cut: Cut | None
) -> dict[Figure, dict[str, int]]:
    by = literal("") if cut is None else _by(source, cut)
    measures: list[Any] = [source.measures[figure].label(f"of_{figure}") for figure in figures]
    inner = source.rows.with_only_columns(by.label("cut"), *measures).subquery()
    columns = [func.sum(inner.c[f"of_{figure}"]) for figure in figures]
    rows = (await session.execute(select(inner.c.cut, *columns).group_by(inner.c.cut))).all()
    return {
        figure: {row[0]: int(row[place] or 0) for row in rows if row[place]} for place, figure in enumerate(figures, 1)
    }


def _source(scope: Scope, figure: Figure) -> Source:
    return next(source(scope) for figures, source in _SOURCES.items() if figure in figures)


def _by(source: Source, cut: Cut) -> SQLColumnExpression[str]:
    return source.cuts.get(cut, literal(""))


def _row(row: Any) -> Behind:
    day, title, name, id_number, value, *cuts = row
    local = day.astimezone(CHINA).date() if isinstance(day, datetime) else day
    return Behind(local, title.partition(SEAL)[0], name, id_number, dict(zip(Cut, cuts, strict=True)), int(value))
