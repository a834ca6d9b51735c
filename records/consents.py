"""Consents to subscription messages (订阅通知): given in a popup, withdrawn in the settings, used up by sending."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import String, delete
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from records.database import Base, Moment


class Consent(Base):
    """What one follower last said about one template."""

    __tablename__ = "consents"

    openid: Mapped[str] = mapped_column(String(64), primary_key=True)
    template: Mapped[str] = mapped_column(String(64), primary_key=True)
    given: Mapped[bool]
    at: Mapped[datetime] = mapped_column(Moment)


async def learn(session: AsyncSession, openid: str, template: str, given: bool, now: datetime) -> None:
    """Write down what a follower said; what he said later stands."""
    consent = await session.get(Consent, (openid, template))
    if consent is None:
        session.add(Consent(openid=openid, template=template, given=given, at=now))
    elif consent.at <= now:
        consent.given, consent.at = given, now


async def has(session: AsyncSession, openid: str, template: str) -> bool:
    """Does a consent stand? Whether it was for one message or for many is known only when WeChat refuses the next."""
    consent = await session.get(Consent, (openid, template))
    return consent is not None and consent.given


async def forget(session: AsyncSession, openid: str) -> None:
    """Erase what a follower said who has left."""
    await session.execute(delete(Consent).where(Consent.openid == openid))
