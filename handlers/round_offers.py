"""What a voucher round may offer: the programmes in force at a place, their occupations, and what one voucher comes to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy.ext.asyncio import AsyncSession

from handlers import entitlement
from handlers.entitlement import STARTUP, Ground
from handlers.subsidised import subsidised
from knowledge.model import Scheme
from knowledge.shelf import Shelf
from records import institutes
from records.errors import Refused


@dataclass(frozen=True)
class Choice:
    """One occupation of a programme that issues vouchers."""

    policy_id: str
    scheme_id: str
    programme: str
    occupation: str

    @property
    def key(self) -> str:
        """lingchuan-2020-62:brand_welder:焊工"""
        return f"{self.policy_id}:{self.scheme_id}:{self.occupation}"


async def choices(session: AsyncSession, shelf: Shelf, region: str, today: date) -> list[Choice]:
    """Every programme and occupation for which vouchers are issued at a place today."""
    taught = await institutes.occupations(session, region)
    found: list[Choice] = []
    for ground in await entitlement.grounds(session, shelf, region, today):
        schemes = [scheme for scheme in ground.policy.schemes.values() if scheme.voucher]
        own = {occupation for scheme in schemes for occupation in scheme.occupations}
        for scheme in schemes:
            found += [
                Choice(ground.policy.id, scheme.id, scheme.name, each)
                for each in _occupations(ground, scheme, own, taught)
            ]
    return found


def each_fen(shelf: Shelf, region: str, choice: Choice, today: date) -> int | None:
    """The most that one voucher comes to in fen; None where the documents fix no sum for the occupation."""
    found = subsidised(shelf, region, choice.occupation, 1, today)
    most = subsidised(shelf, region, choice.occupation, found.days, today) if found else None
    return most.each if most else None


def pick(offered: list[Choice], key: str) -> Choice:
    """The choice of a form; Refused where it is offered no more."""
    chosen = next((each for each in offered if each.key == key), None)
    if chosen is None:
        raise Refused("这个项目现在不发这个工种的券，请重新选。")
    return chosen


def _occupations(ground: Ground, scheme: Scheme, own: set[str], taught: Sequence[str]) -> list[str]:
    """A programme's own occupations; a general one has what the document's table lists, or else what is taught there."""
    if scheme.id.startswith("startup"):
        return [STARTUP]
    if scheme.occupations:
        return list(scheme.occupations)
    classes = ground.policy.document.classes
    listed = [each for names in classes.of.values() for each in names] if classes else taught
    return [each for each in dict.fromkeys(listed) if each not in own]
