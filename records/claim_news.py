"""News of a claim for those it is about: one message to each person at each step that matters to him."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from records.claims import Claim


async def tell(session: AsyncSession, claim: Claim, now: datetime) -> None:
    """Put the message that a claim's new state is worth."""
