"""Customer-service windows: how many messages we may still send to a follower of our own accord, and until when."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, String, delete, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from records.database import Base, Moment


class Opening(StrEnum):
    """What opened a window."""

    MESSAGE = "message"
    TAP = "tap"  # of the menu, of a code by its scan, of “follow”


_ALLOWS = {Opening.MESSAGE: (5, timedelta(hours=48)), Opening.TAP: (3, timedelta(minutes=1))}


class Window(Base):
    """The latest window of one kind of one follower."""

    __tablename__ = "windows"
    __table_args__ = (CheckConstraint("remaining >= 0", name="remaining"),)

    openid: Mapped[str] = mapped_column(String(64), primary_key=True)
    opening: Mapped[str] = mapped_column(String(8), primary_key=True)
    remaining: Mapped[int]  # messages
    until: Mapped[datetime] = mapped_column(Moment)


async def grant(session: AsyncSession, opened: Mapping[tuple[str, Opening], datetime]) -> None:
    """Open windows at these times; a later one of the same kind takes the place of the earlier with a full count."""
    rows = [
        {"openid": openid, "opening": opening, "remaining": _ALLOWS[opening][0], "until": at + _ALLOWS[opening][1]}
        for (openid, opening), at in sorted(opened.items())  # in one order everywhere, so that nobody waits in a ring
    ]
    if not rows:
        return
    on_postgresql = session.get_bind().dialect.name == "postgresql"
    new: Any = postgresql.insert(Window) if on_postgresql else sqlite.insert(Window)
    later = {"remaining": new.excluded.remaining, "until": new.excluded.until}
    key = [Window.openid, Window.opening]
    await session.execute(
        new.on_conflict_do_update(index_elements=key, set_=later, where=new.excluded.until >= Window.until), rows
    )


async def spend(session: AsyncSession, openid: str, now: datetime) -> Opening | None:
    """Take one message from an open window, the one that shuts first; None where none is open."""
    open_ = select(Window).where(Window.openid == openid, Window.until > now, Window.remaining > 0)
    window = (await session.scalars(open_.order_by(Window.until).limit(1).with_for_update())).one_or_none()
    if window is None:
        return None
    window.remaining -= 1
    return Opening(window.opening)


async def give_back(session: AsyncSession, openid: str, opening: Opening) -> None:
    """A message that did not go does not count."""
    window = await session.get(Window, (openid, opening), with_for_update=True)
    if window is not None and window.remaining < _ALLOWS[opening][0]:
        window.remaining += 1


async def shut(session: AsyncSession, openid: str) -> None:
    """Close a follower's windows: WeChat says that they are, or he has left."""
    await session.execute(delete(Window).where(Window.openid == openid))
