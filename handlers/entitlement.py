"""Which voucher a worker may have: the documents in force for a place, the scheme for an occupation, its verdict."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from pypinyin import Style, lazy_pinyin
from sqlalchemy.ext.asyncio import AsyncSession

from knowledge.conditions import Check, Verdict, judge
from knowledge.facts import catalogue
from knowledge.library import Policy
from knowledge.model import Daily, Limit, Scheme
from knowledge.shelf import Shelf
from records import extensions, vouchers
from records.extensions import Extension
from records.people import Person

STARTUP = "创业培训"  # stands where an occupation would
_OF_THE_CLASS = frozenset({"employment_rate", "pass_rate", "licence_rate", "certified"})  # known when the class is over


@dataclass(frozen=True)
class Ground:
    """A document under which vouchers may be issued today."""

    policy: Policy
    extension: Extension | None  # the decision by which it still holds, where its own period has ended


@dataclass(frozen=True)
class Option:
    """One scheme held against what is known of a worker."""

    ground: Ground
    scheme: Scheme
    verdict: Verdict
    facts: Mapping[str, Any]

    @property
    def obstacles(self) -> list[Check]:
        """What the worker does not meet."""
        return [check for check in self.verdict.failed if check.fact not in _OF_THE_CLASS]

    @property
    def missing(self) -> list[Check]:
        """What only the worker can tell."""
        return [check for check in self._open if check.fact not in self.facts and check.fact in catalogue()]

    @property
    def undecided(self) -> list[Check]:
        """What was told and still leaves it open, as with a list that ends with 等."""
        return [check for check in self._open if check not in self.missing]

    @property
    def most_a_year(self) -> int | None:
        """How many trainings the document allows a person in a year."""
        counts = [limit.count for limit in self.scheme.limits if limit.kind == "per_year" and limit.count]
        return min((int(self.ground.policy.figures.value(count)) for count in counts), default=None)

    @property
    def _open(self) -> list[Check]:
        return [check for check in self.verdict.open if check.fact not in _OF_THE_CLASS]

    def lists(self, occupation: str) -> bool:
        """Is the occupation's sum known? A document with a class table pays for what the table lists."""
        classes = self.ground.policy.document.classes
        if classes is None or not isinstance(self.scheme.amount, Daily) or not self.scheme.amount.cap_days:
            return True
        return any(occupation in listed for listed in classes.of.values())


async def grounds(session: AsyncSession, shelf: Shelf, region: str, today: date) -> list[Ground]:
    """The documents of a place that issue vouchers and hold today, nearest first."""
    return await in_force(session, shelf, issuing(shelf, region), today)


async def in_force(session: AsyncSession, shelf: Shelf, policies: Sequence[Policy], today: date) -> list[Ground]:
    """Those of some documents that hold today, by themselves or by a decision."""
    found = []
    for policy in policies:
        if shelf.is_current(policy, today):
            found.append(Ground(policy, None))
        elif extension := await extensions.in_force(session, policy.id, today):
            found.append(Ground(policy, extension))
    return found


def issuing(shelf: Shelf, region: str) -> list[Policy]:
    """The documents of a place that know vouchers, whether they still hold or not."""
    return [policy for policy in shelf.documents(region) if any(s.voucher for s in policy.schemes.values())]


async def options(
    session: AsyncSession,
    held: Sequence[Ground],
    person: Person,
    today: date,
    occupation: str,
    told: Mapping[str, Any],
) -> list[Option]:
    """The schemes for an occupation, the best for the worker first: its own programme, then what nothing stands against."""
    recorded = await vouchers.facts_of(session, person, today)
    found = []
    for ground in held:
        for scheme in ground.policy.schemes.values():
            if not _teaches(scheme, occupation):
                continue
            facts = {
                "willing": True,
                **told,
                **recorded,
                "voucher": True,
            }  # who applies is willing, and for this very one
            if groups := {*told.get("group", ()), *recorded.get("group", ())}:
                facts["group"] = sorted(groups)
            facts |= await _repeats(session, scheme, person, today, occupation, str(told.get("level", "")))
            found.append(Option(ground, scheme, judge(scheme, ground.policy.figures, facts), facts))
    return sorted(found, key=lambda option: (bool(option.obstacles), not option.scheme.occupations))


async def wants_level(session: AsyncSession, option: Option, person: Person, today: date, occupation: str) -> bool:
    """Does the level matter? Where the sum goes by it, or the same level may not be learnt twice and one was before."""
    if getattr(option.scheme.amount, "by", "") == "level":
        return True
    once = _once(option.scheme)
    return once is not None and await vouchers.had(session, person, occupation, year=_year(once, today))


def letters(shelf: Shelf, ground: Ground, region: str) -> str:
    """The two letters of a place in a voucher's number: LC for 陵川县."""
    for code in (region, ground.policy.region):
        initials = "".join(lazy_pinyin(shelf.regions.name(code), style=Style.FIRST_LETTER))[:2].upper()
        if initials.isalpha() and initials.isascii():
            return initials
    raise LookupError(f"region {region} has no name to take letters from")


def _teaches(scheme: Scheme, occupation: str) -> bool:
    if not scheme.voucher or scheme.id.startswith("startup") != (occupation == STARTUP):
        return False
    return not scheme.occupations or occupation in scheme.occupations


async def _repeats(
    session: AsyncSession, scheme: Scheme, person: Person, today: date, occupation: str, level: str
) -> dict[str, bool]:
    once = _once(scheme)
    if once is None:
        return {}
    year = _year(once, today)
    if not await vouchers.had(session, person, occupation, year=year):
        return {"repeat_same_level": False}
    return {"repeat_same_level": await vouchers.had(session, person, occupation, level, year)} if level else {}


def _once(scheme: Scheme) -> Limit | None:
    return next((limit for limit in scheme.limits if limit.kind == "same_level_once"), None)


def _year(limit: Limit, today: date) -> int | None:
    return today.year if limit.within == "year" else None
