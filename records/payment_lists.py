"""Lists for the bank: those made at a place, one with its claims, and the claims that wait for one."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from records.audience import place
from records.claim_search import visible
from records.claim_states import ClaimState
from records.claims import Claim
from records.errors import Refused
from records.payment_batches import PaymentBatch
from records.staff import Staff


async def made(session: AsyncSession, account: Staff, most: int = 100) -> Sequence[PaymentBatch]:
    """The lists of the account's place, the newest first."""
    here = select(PaymentBatch).where(PaymentBatch.region.startswith(place(account.region)))
    return (await session.scalars(here.order_by(PaymentBatch.id.desc()).limit(most))).all()


async def list_for(session: AsyncSession, key: int, account: Staff) -> PaymentBatch:
    """The list with this key; Refused for an account of another place."""
    found = await session.get(PaymentBatch, key)
    if found is None or not found.region.startswith(place(account.region)):
        raise Refused("没有这张付款单，或者它不归您管。请从付款单列表里点进去。")
    return found


async def waiting(session: AsyncSession, account: Staff) -> Sequence[Claim]:
    """The claims that may be paid and are on no list, those due first in front."""
    rows = select(Claim).where(visible(account), Claim.state == ClaimState.CLEARED, Claim.batch_id.is_(None))
    return (await session.scalars(rows.order_by(Claim.due_on.asc().nulls_last(), Claim.id))).all()


async def unpaid(session: AsyncSession, lists: Sequence[PaymentBatch]) -> dict[int, int]:
    """How many claims of each list are not paid yet."""
    rows = select(Claim.batch_id).where(
        Claim.batch_id.in_([each.id for each in lists]), Claim.state == ClaimState.CLEARED
    )
    left = [key for key in await session.scalars(rows) if key is not None]
    return {each.id: left.count(each.id) for each in lists}
