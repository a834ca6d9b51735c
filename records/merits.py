"""Merits: what was asked for or paid already, so that nothing is paid twice, and which claim it was."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from records.certificates import Certificate
from records.claim_states import CLAIM_STATE_NAMES, SPENT, ClaimState
from records.claims import Claim, ClaimLine
from records.errors import Refused


async def holder_of(session: AsyncSession, merit: str, but: int = 0) -> Claim | None:
    """The claim, not that with the key `but`, by which something is asked for or paid already."""
    lines = select(Claim).join(ClaimLine, ClaimLine.claim_id == Claim.id)
    mine = lines.where(ClaimLine.merit == merit, ClaimLine.holds, Claim.id != but)
    return (await session.scalars(mine)).one_or_none()


async def holder(session: AsyncSession, merit: str, but: int = 0) -> str:
    """“SL-2026-000012已付款（2026-03-02）” of that claim; or empty."""
    claim = await holder_of(session, merit, but)
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


async def take(session: AsyncSession, claim: Claim, lines: Sequence[ClaimLine]) -> None:
    """Take what lines ask for, so that no other claim can have it; Refused where one has."""
    wanted = sorted((line for line in lines if not line.holds), key=lambda each: each.merit)
    for line in wanted:
        if (other := await holder_of(session, line.merit, but=claim.id)) is not None:
            raise Refused(
                f"有一行已经在{other.number}里申领过了（{CLAIM_STATE_NAMES[ClaimState(other.state)]}），同一笔钱不能领两次。"
            )
    try:
        # Two claims for the same in the same moment: both looked and saw nobody, the index lets one through. They take
        # one right after the other in one order, so that two claims with several in common never wait for each other.
        async with session.begin_nested():
            for line in wanted:
                line.holds = True
                await session.flush()
    except IntegrityError as error:
        raise Refused("有一行刚被另一笔申领占了，同一笔钱不能领两次。请刷新再看。") from error


async def give_up(session: AsyncSession, claim: Claim) -> None:
    """Leave what a claim asked for to others."""
    await session.execute(update(ClaimLine).where(ClaimLine.claim_id == claim.id).values(holds=False))


def _told(claim: Claim) -> str:
    paid = f"（{claim.paid_on}）" if claim.paid_on else ""
    return f"已在{claim.number}申领，{CLAIM_STATE_NAMES[ClaimState(claim.state)]}{paid}"
