"""Receipts: what WeChat reports, after the fact, of messages it had accepted."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, String
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from records.database import Base, Moment


class Receipt(Base):
    """What became of one accepted message, or of one mass message with its counts."""

    __tablename__ = "receipts"

    msg_id: Mapped[str] = mapped_column(String(32), primary_key=True)
    event: Mapped[str] = mapped_column(String(40), primary_key=True)
    openid: Mapped[str] = mapped_column(String(64), index=True)
    status: Mapped[str] = mapped_column(String(120))  # success, or WeChat's words
    counts: Mapped[dict[str, Any]] = mapped_column(JSON)  # of a mass message: total, filtered, sent, failed
    at: Mapped[datetime] = mapped_column(Moment)

    @property
    def is_delivered(self) -> bool:
        """Did it arrive?"""
        return self.status in {"success", "sendsuccess", "send success"}


async def keep(
    session: AsyncSession, msg_id: str, event: str, openid: str, status: str, counts: dict[str, Any], now: datetime
) -> None:
    """Write a receipt down; the same again changes nothing."""
    row = Receipt(msg_id=msg_id, event=event, openid=openid, status=status[:120], counts=counts, at=now)
    await session.merge(row)
