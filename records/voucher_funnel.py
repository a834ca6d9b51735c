"""The funnel of vouchers: of those issued in a period, how many came how far, and what stopped the others."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import Label, SQLColumnExpression, String, cast, func
from sqlalchemy.ext.asyncio import AsyncSession

from records import voucher_paths
from records.classes import TrainingClass
from records.institutions import Institution
from records.staff import Staff
from records.voucher_paths import STAGES, Stop
from records.voucher_search import Wanted, matching
from records.vouchers import Voucher, VoucherEvent


class By(StrEnum):
    """By what the figures are told apart."""

    OCCUPATION = "occupation"
    INSTITUTION = "institution"
    TRAINING_CLASS = "class"
    MONTH = "month"


BY_NAMES = {By.OCCUPATION: "工种", By.INSTITUTION: "机构", By.TRAINING_CLASS: "班", By.MONTH: "发券月份"}


@dataclass(frozen=True)
class Row:
    """One value with its figures; the value and its name are empty for vouchers that have no class."""

    value: str
    name: str
    reached: Mapping[str, int]  # by stage
    stops: Mapping[str, int]  # by Stop


@dataclass(frozen=True)
class Funnel:
    """All figures of a period."""

    reached: Mapping[str, int]  # by stage
    stops: Mapping[str, int]  # by Stop
    rows: Sequence[Row]


async def funnel(session: AsyncSession, account: Staff, wanted: Wanted, by: By) -> Funnel:
    """Count the vouchers that match, whole and told apart, those with the most vouchers first and no class last."""
    conditions = matching(session, account, wanted)
    value, name = _cut(by)
    counted = (
        voucher_paths.with_class(value.label("cut"), func.max(name), VoucherEvent.after, func.count())
        .join(VoucherEvent, VoucherEvent.voucher_id == Voucher.id)
        .where(VoucherEvent.after.in_(STAGES), *conditions)  # no voucher makes the same move twice
        .group_by("cut", VoucherEvent.after)
    )
    found: dict[str, dict[str, int]] = {}
    names: dict[str, str] = {}
    for key, words, stage, number in await session.execute(counted):
        found.setdefault(key or "", {})[stage] = number
        names[key or ""] = words or ""
    stop: Label[str] = voucher_paths.stop().label("stop")
    stopped = (
        voucher_paths.with_class(value.label("cut"), stop, func.count()).where(*conditions).group_by("cut", "stop")
    )
    stops: dict[str, dict[str, int]] = {}
    for key, why, number in await session.execute(stopped):
        stops.setdefault(key or "", {})[why] = number
    rows = [Row(key, names[key], figures, _in_order(stops.get(key, {}))) for key, figures in found.items()]
    rows.sort(key=lambda row: (not row.value, -row.reached.get(STAGES[0], 0), row.name))
    if by is By.MONTH:
        rows.sort(key=lambda row: row.value, reverse=True)
    every = {each for row in rows for each in row.stops}
    return Funnel(
        {stage: sum(row.reached.get(stage, 0) for row in rows) for stage in STAGES},
        _in_order({each: sum(row.stops.get(each, 0) for row in rows) for each in every}),
        rows,
    )


def _in_order(stops: Mapping[str, int]) -> dict[str, int]:
    return {each: stops[each] for each in Stop if each in stops}


def _cut(by: By) -> tuple[SQLColumnExpression[str], SQLColumnExpression[str]]:
    """The value and its name."""
    match by:
        case By.OCCUPATION:
            return Voucher.occupation, Voucher.occupation
        case By.MONTH:
            return voucher_paths.month(), voucher_paths.month()
        case By.INSTITUTION:
            return cast(Institution.id, String), Institution.name
        case By.TRAINING_CLASS:
            return cast(TrainingClass.id, String), TrainingClass.name
