"""How values read on the pages: times of China, numbers, money, names."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime, time
from typing import Any

from config.settings import CHINA
from records.staff import ROLE_NAMES, Role

_WEEKDAYS = "一二三四五六日"


def moment(value: datetime | None) -> str:
    """11月20日 19:00"""
    return f"{day(value)} {clock(value)}" if value else ""


def day(value: date | None) -> str:
    """11月20日"""
    local = _local(value)
    return f"{local.month}月{local.day}日" if local else ""


def full_day(value: date | None) -> str:
    """2026年11月20日"""
    local = _local(value)
    return f"{local.year}年{local.month}月{local.day}日" if local else ""


def weekday(value: date | None) -> str:
    """周五"""
    local = _local(value)
    return f"周{_WEEKDAYS[local.weekday()]}" if local else ""


def clock(value: datetime | time | None) -> str:
    """19:00"""
    if isinstance(value, datetime):
        value = value.astimezone(CHINA).time()
    return f"{value:%H:%M}" if value else ""


def thousands(value: int) -> str:
    """1,284"""
    return f"{value:,}"


def percent(share: float) -> str:
    """93% of a share of 0.938; never 100% before it is whole."""
    return f"{int(share * 100 + 1e-9)}%"


def yuan(fen: int) -> str:
    """1,500元, 0.50元"""
    return f"{fen // 100:,}元" if fen % 100 == 0 else f"{fen / 100:,.2f}元"


def named(value: object, names: Mapping[object, str]) -> str:
    """The name of a state or kind; one without a name is shown as it is called."""
    return names.get(value, str(value))


def roles(value: list[str]) -> str:
    """经办、批准"""
    return "、".join(ROLE_NAMES[Role(role)] for role in value)


def attributes(given: Mapping[str, object]) -> dict[str, object]:
    """The arguments of a component as attributes: data_id is data-id, what is False or None is left out."""
    return {name.replace("_", "-"): value for name, value in given.items() if value not in (None, False)}


def _local(value: date | None) -> date | None:
    return value.astimezone(CHINA).date() if isinstance(value, datetime) else value


FILTERS: dict[str, Callable[..., Any]] = {
    "moment": moment,
    "day": day,
    "full_day": full_day,
    "weekday": weekday,
    "clock": clock,
    "thousands": thousands,
    "percent": percent,
    "yuan": yuan,
    "named": named,
    "roles": roles,
    "attributes": attributes,
}
