"""What a report counts: its figures, by what they are cut, and the rows behind them as a query that gives both."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import Select, SQLColumnExpression

from config.settings import CHINA


class Figure(StrEnum):
    """One number of a report."""

    SESSIONS = "sessions"
    DUE = "due"  # attendances, without leave
    ATTENDED = "attended"
    TRAINED = "trained"  # trainees of the classes that ended
    QUALIFIED = "qualified"  # of those, who has a certificate by now
    EMPLOYED = "employed"  # of those, whose work is proven by now
    ASSESSED = "assessed"
    PASSED = "passed"
    CERTIFIED = "certified"
    SKILLED = "skilled"
    HIGHLY_SKILLED = "highly_skilled"
    ISSUED = "issued"
    USED = "used"
    REDEEMED = "redeemed"
    BUDGET = "budget"  # fen from here on
    RESERVED = "reserved"
    APPROVED = "approved"
    PAID = "paid"


MONEY = frozenset({Figure.BUDGET, Figure.RESERVED, Figure.APPROVED, Figure.PAID})


class Cut(StrEnum):
    """By what the figures are told apart."""

    REGION = "region"
    PROGRAMME = "programme"
    OCCUPATION = "occupation"
    LEVEL = "level"
    GROUP = "group"
    INSTITUTION = "institution"


@dataclass(frozen=True)
class Scope:
    """Which place, with all below it, and which local days; `now` tells which sessions are over."""

    region: str
    first: date
    last: date
    now: datetime

    @property
    def since(self) -> datetime:
        """The moment at which the first day begins."""
        return datetime.combine(self.first, time(), CHINA)

    @property
    def until(self) -> datetime:
        """The moment at which the last day is over."""
        return datetime.combine(self.last + timedelta(days=1), time(), CHINA)


@dataclass(frozen=True)
class Source:
    """Rows that are counted: a figure sums its measure over them, and those that are not nil are behind the figure."""

    rows: Select[Any]  # FROM and WHERE, without any sum
    order: SQLColumnExpression[Any]  # tells rows of one day apart
    measures: Mapping[Figure, SQLColumnExpression[int]]
    cuts: Mapping[Cut, SQLColumnExpression[str]]  # what is not here is not known of these rows; so is an empty value
    told: Mapping[str, SQLColumnExpression[Any]]  # day, title, name, id_number of a row
