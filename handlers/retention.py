"""How long evidence of training is kept: the years that the county's document sets, or the nearest one that does."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from knowledge.library import Policy
from knowledge.regions import chain
from knowledge.shelf import Shelf

_YEARS = "video_years"  # the figure's name in every document that sets it


@dataclass(frozen=True)
class Retention:
    """The years, and the document that sets them."""

    years: int
    policy: Policy
    section: str
    is_own: bool  # it holds for the place; otherwise it is the nearest that sets a time, followed by choice

    def until(self, day: date) -> date:
        """The last day on which something added on a day is kept."""
        try:
            return day.replace(year=day.year + self.years)
        except ValueError:  # 29 February
            return date(day.year + self.years, 3, 1)


def retention(shelf: Shelf, region: str) -> Retention:
    """How long evidence of a place is kept; LookupError where no document on the shelf sets a time."""
    own = [policy for policy in shelf.documents(region) if _YEARS in policy.figures]
    others = [policy for policy in shelf.policies if _YEARS in policy.figures]
    others.sort(key=lambda policy: len({*chain(policy.region)} & {*chain(region)}), reverse=True)
    if not (found := own or others):
        raise LookupError(f"no document on the shelf sets {_YEARS}")
    policy = found[0]
    return Retention(int(policy.figures.value(_YEARS)), policy, policy.figures.figure(_YEARS).at, bool(own))
