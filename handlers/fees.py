"""What a trainee pays for a class, as the nearest document in force there says."""

from __future__ import annotations

from datetime import date

from sqlalchemy.ext.asyncio import AsyncSession

from handlers import entitlement, wording
from handlers.message import Citation
from knowledge.shelf import Shelf


async def told(
    session: AsyncSession, shelf: Shelf, region: str, today: date
) -> tuple[str, tuple[Citation, ...]] | None:
    """One sentence and where it stands; None where no document in force says it."""
    held = await entitlement.grounds(session, shelf, region, today)
    policies = [ground.policy for ground in held]
    for entry in shelf.by_topic.get("training.free", ()):
        if entry.policy in policies and entry.answer.known:
            return wording.said(entry)[0], wording.citations([entry])
    return None
