"""A table that is too long for one page: which page, of what was asked for, and how many there are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar
from urllib.parse import urlencode

from aiohttp import web

from bot.web.forms import plain

Row = TypeVar("Row")
_LAST = 100_000
_LONGEST = 100  # characters of one value in an address


@dataclass(frozen=True)
class Listing(Generic[Row]):
    """One page of rows, with the way to the others."""

    rows: Sequence[Row]
    page: int
    size: int
    total: int
    path: str
    query: Mapping[str, str]

    @property
    def pages(self) -> int:
        """How many pages there are; one where there is no row."""
        return max(1, -(-self.total // self.size))

    @property
    def is_filtered(self) -> bool:
        """Was anything asked for but all?"""
        return any(self.query.values())

    def address(self, page: int) -> str:
        """Another page of the same question."""
        asked = {name: value for name, value in self.query.items() if value}
        return f"{self.path}?{urlencode(asked | {'page': page})}"

    def near(self) -> list[int]:
        """The pages to offer: the first, the last and those around this one; 0 stands for a gap."""
        wanted = sorted({1, self.pages, *range(max(1, self.page - 1), min(self.pages, self.page + 1) + 1)})
        offered: list[int] = []
        for page in wanted:
            if offered and page > offered[-1] + 1:
                offered.append(0)
            offered.append(page)
        return offered


@dataclass(frozen=True)
class Page:
    """Which page of a table is asked for, and what it is filtered by."""

    number: int
    size: int
    path: str
    query: Mapping[str, str]

    @property
    def offset(self) -> int:
        """How many rows come before it."""
        return (self.number - 1) * self.size

    def asked(self, name: str) -> str:
        """What a filter is set to; empty where it is not."""
        return self.query.get(name, "")

    def of(self, rows: Sequence[Row], total: int) -> Listing[Row]:
        """This page, with its rows and the number of all."""
        return Listing(rows, self.number, self.size, total, self.path, self.query)

    def cut(self, rows: Sequence[Row]) -> Listing[Row]:
        """This page of rows that are all at hand."""
        return self.of(rows[self.offset : self.offset + self.size], len(rows))


def read_page(request: web.Request, size: int = 25) -> Page:
    """The page and the filters in an address; a number that is none is the first page."""
    number = request.query.get("page", "")
    page = min(max(1, int(number)), _LAST) if number.isdecimal() and len(number) < 7 else 1
    asked = {name: plain(text).strip()[:_LONGEST] for name, text in request.query.items() if name != "page"}
    return Page(page, size, request.path, asked)
