"""A claim as it stands and as it moves: found, held, carried one step on, with every move written down."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from records import audit, claim_news, claim_states
from records.audit import Event
from records.claim_states import ClaimState
from records.claims import Claim, ClaimEvent, ClaimLine
from records.errors import Refused


async def by_key(session: AsyncSession, key: str) -> Claim | None:
    """The claim that a form made."""
    return (await session.scalars(select(Claim).where(Claim.key == key))).one_or_none()


async def by_number(session: AsyncSession, number: str) -> Claim | None:
    """The claim of a number as it was typed."""
    wanted = number.strip().upper()
    return (await session.scalars(select(Claim).where(Claim.number == wanted))).one_or_none()


async def lines_of(session: AsyncSession, claim: Claim) -> Sequence[ClaimLine]:
    """The lines of a claim, in the order they were worked out."""
    return (await session.scalars(select(ClaimLine).where(ClaimLine.claim_id == claim.id).order_by(ClaimLine.id))).all()


async def history(session: AsyncSession, claim: Claim) -> Sequence[ClaimEvent]:
    """The moves of a claim, oldest first."""
    mine = select(ClaimEvent).where(ClaimEvent.claim_id == claim.id)
    return (await session.scalars(mine.order_by(ClaimEvent.number))).all()


async def hold(session: AsyncSession, claim: Claim) -> None:
    """Wait until nobody else decides on a claim."""
    await session.refresh(claim, with_for_update=True)


async def hold_as_read(session: AsyncSession, claim: Claim, version: int) -> None:
    """Hold a claim as it was read; Refused where it moved on: of two clerks at once the second waits here and sees so."""
    await hold(session, claim)
    if claim.version != version:
        raise Refused("这笔申领在您看的时候被别人动过，请刷新看看现在的样子再办。")


async def move(session: AsyncSession, claim: Claim, to: ClaimState, actor: str, reason: str, now: datetime) -> None:
    """Carry a claim that is held one step on; Refused with a sentence where it may not go there."""
    before = ClaimState(claim.state)
    claim_states.check(before, to)
    claim.state = to
    claim.version += 1
    claim.remark = reason
    await session.flush()
    await note(session, claim, before, to, actor, reason, now)
    await audit.append(session, Event.CLAIM_MOVE, actor, claim.thing, now, before=before, after=to, fen=claim.fen)
    await claim_news.tell(session, claim, now)


async def note(
    session: AsyncSession,
    claim: Claim,
    before: ClaimState | None,
    to: ClaimState,
    actor: str,
    reason: str,
    now: datetime,
) -> None:
    """Write a move down in the claim's history."""
    last = await session.scalar(select(func.max(ClaimEvent.number)).where(ClaimEvent.claim_id == claim.id))
    session.add(
        ClaimEvent(
            claim_id=claim.id,
            number=(last or 0) + 1,
            before=before,
            after=to,
            at=now,
            actor=actor,
            reason=reason,
            fen=claim.fen,
        )
    )
    await session.flush()
