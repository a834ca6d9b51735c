"""Followers of the account: who talks to us, from where, and what we were talking about."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, String
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from records.database import Base, Moment


class Follower(Base):
    """One openid of the account; linked to a person once the person has bound it."""

    __tablename__ = "followers"

    openid: Mapped[str] = mapped_column(String(64), primary_key=True)
    subscribed: Mapped[bool] = mapped_column(default=True)
    region: Mapped[str | None] = mapped_column(String(6))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"), unique=True)  # one account a person
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"), unique=True)  # a trainer's own account
    talk: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    ticket_id: Mapped[int | None]  # a member of staff has taken the talk over: the bot keeps silent
    first_seen: Mapped[datetime] = mapped_column(Moment)
    last_seen: Mapped[datetime] = mapped_column(Moment, index=True)


async def meet(session: AsyncSession, openid: str, now: datetime) -> Follower:
    """The follower with this openid, made on first sight."""
    follower = await session.get(Follower, openid)
    if follower is None:
        follower = Follower(openid=openid, first_seen=now, last_seen=now, talk={})
        session.add(follower)
    return follower
