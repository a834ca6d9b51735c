"""What may happen once: a link that opens a session, a code that binds an account."""

from __future__ import annotations

import hashlib
from datetime import datetime

from sqlalchemy import delete
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncSession

from records.database import Setting

_PREFIX = "once:"


async def take(session: AsyncSession, what: str, until: datetime) -> bool:
    """Is it the first time? Remembered to the given moment; of two at once one is the first."""
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    name = _PREFIX + hashlib.sha256(what.encode()).hexdigest()[:48]
    row = insert(Setting).values(name=name, value="", until=until).on_conflict_do_nothing(index_elements=[Setting.name])
    return (await session.execute(row.returning(Setting.name))).first() is not None


async def forget_before(session: AsyncSession, now: datetime) -> None:
    """Drop what no longer matters."""
    await session.execute(delete(Setting).where(Setting.name.startswith(_PREFIX), Setting.until < now))
