"""A worker's claims: those he made himself, and those an institution or firm made for him."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from records.claim_states import ClaimState
from records.claims import Claim, ClaimLine
from records.people import Person


@dataclass(frozen=True)
class Own:
    """One claim with the line that is about this person."""

    claim: Claim
    line: ClaimLine

    @property
    def is_mine(self) -> bool:
        """Is the money paid to the worker himself?"""
        return self.claim.person_id is not None


async def of(session: AsyncSession, person: Person, most: int = 10) -> Sequence[Own]:
    """A person's claims, the newest first; drafts of others are not his business yet."""
    rows = await session.execute(
        select(Claim, ClaimLine)
        .join(ClaimLine, ClaimLine.claim_id == Claim.id)
        .where(
            ClaimLine.person_id == person.id,
            or_(Claim.person_id == person.id, Claim.state != ClaimState.DRAFT),
        )
        .order_by(Claim.id.desc())
        .limit(most)
    )
    return [Own(*row) for row in rows]
