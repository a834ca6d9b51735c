"""Messages that were handled, with their replies: the same message changes the world once."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, String, delete
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from records.database import Base, Moment


class Handled(Base):
    """A message that was answered; its key is built by the gateway (account, sender, time, message id or event)."""

    __tablename__ = "inbox"

    key: Mapped[str] = mapped_column(String(200), primary_key=True)
    openid: Mapped[str] = mapped_column(String(64))
    reply: Mapped[dict[str, Any]] = mapped_column(JSON)
    at: Mapped[datetime] = mapped_column(Moment, index=True)


async def reply_to(session: AsyncSession, key: str) -> dict[str, Any] | None:
    """The reply this message got before, if it was handled before."""
    handled = await session.get(Handled, key)
    return handled.reply if handled else None


async def forget_before(session: AsyncSession, moment: datetime) -> None:
    """Drop replies that no repeat will ask for any more; WeChat repeats a message within seconds."""
    await session.execute(delete(Handled).where(Handled.at < moment))


def keep(session: AsyncSession, key: str, openid: str, reply: dict[str, Any], now: datetime) -> None:
    """Remember the reply; the primary key refuses a second one."""
    session.add(Handled(key=key, openid=openid, reply=reply, at=now))
