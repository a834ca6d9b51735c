"""Merits: what was asked for or paid already, so that nothing is paid twice, and which claim it was."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from records.certificates import Certificate
from records.claim_states import CLAIM_STATE_NAMES, SPENT, ClaimState
from records.claims import Claim, ClaimLine


async def holder(session: AsyncSession, merit: str, but: int = 0) -> str:
    """“SL-2026-000012已付款（2026-03-02）” of the claim, not that with the key `but`, that holds a merit; or empty."""
    mine = (
        select(Claim).join(ClaimLine, ClaimLine.claim_id == Claim.id).where(ClaimLine.merit == merit, ClaimLine.holds)
    )
    claim = (await session.scalars(mine.where(Claim.id != but))).one_or_none()
    return _told(claim) if claim else ""


async def under(
    session: AsyncSession, person_id: int, schemes: Sequence[str], certificate: Certificate | None, but: int = 0
) -> list[str]:
    """What a person has, or asked for, under some schemes, not by the claim `but`; for the same certificate if any."""
    mine = (
        select(Claim)
        .join(ClaimLine, ClaimLine.claim_id == Claim.id)
        .where(ClaimLine.person_id == person_id, ClaimLine.holds, Claim.scheme_id.in_(schemes), Claim.id != but)
    )
    if certificate is not None:
        mine = mine.where(ClaimLine.certificate_id == certificate.id)
    return [_told(claim) for claim in await session.scalars(mine.order_by(Claim.id))]


async def is_paid(session: AsyncSession, merit: str) -> bool:
    """Was this paid?"""
    mine = select(ClaimLine.id).join(Claim, ClaimLine.claim_id == Claim.id)
    paid = mine.where(ClaimLine.merit == merit, ClaimLine.holds, Claim.state.in_(SPENT))
    return (await session.scalars(paid)).first() is not None


def _told(claim: Claim) -> str:
    paid = f"（{claim.paid_on}）" if claim.paid_on else ""
    return f"已在{claim.number}申领，{CLAIM_STATE_NAMES[ClaimState(claim.state)]}{paid}"
