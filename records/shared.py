"""What the office's processes share: small values with an end, and leases that one of them holds at a time."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import delete
from sqlalchemy.ext.asyncio import AsyncSession

from records.database import Setting


async def get(session: AsyncSession, name: str, now: datetime) -> Setting | None:
    """The value of this name, unless its time is over."""
    kept = await session.get(Setting, name)
    return kept if kept and (kept.until is None or kept.until > now) else None


async def put(session: AsyncSession, name: str, value: str, until: datetime | None) -> None:
    """Keep a value in place of the one before."""
    await session.merge(Setting(name=name, value=value, until=until))


async def lease(session: AsyncSession, name: str, holder: str, now: datetime, time: timedelta) -> bool:
    """Take a lease for a time, unless another holds it; the caller has the name alone (Database.alone)."""
    held = await get(session, name, now)
    if held is not None and held.value != holder:
        return False
    await put(session, name, holder, now + time)
    return True


async def drop(session: AsyncSession, name: str) -> None:
    """Give up a value or a lease."""
    await session.execute(delete(Setting).where(Setting.name == name))
