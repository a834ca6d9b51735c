"""A worker's claims: those he made himself, and those an institution or firm made for him."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from records.claim_states import ClaimState
from records.claims import Claim, ClaimLine, Material
from records.errors import Refused
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


async def of(session: AsyncSession, person: Person, most: int | None = 10) -> Sequence[Own]:
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


async def mine(session: AsyncSession, person_id: int | None, claim_id: int) -> Claim:
    """A claim that a person made himself; Refused for anybody else's."""
    claim = await session.get(Claim, claim_id)
    if claim is None or person_id is None or claim.person_id != person_id:
        raise Refused("您名下没有这笔申领，回复“我的补贴”看看。")
    return claim


async def with_paper(session: AsyncSession, person_id: int | None, material_id: int) -> Claim:
    """The claim of a person to which a paper of the checklist belongs; Refused for anybody else's."""
    material = await session.get(Material, material_id)
    return await mine(session, person_id, material.claim_id if material else 0)
