"""Messages sent of our own accord: one row a message, so that none reaches a worker twice, and what came of it."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import String
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from records.database import Base, Moment

# Longer than a call with all its repeats can take: a sending older than this was cut off by a crash.
_LOST_AFTER = timedelta(seconds=40)


class State(StrEnum):
    """Where a push stands."""

    FREE = "free"  # it did not go; it may be tried again
    SENDING = "sending"
    SENT = "sent"
    UNSURE = "unsure"  # handed over, but no answer came: it may have arrived, so it is not sent again


class Push(Base):
    """One message to one follower, under the key of the one who wanted it sent."""

    __tablename__ = "pushes"

    key: Mapped[str] = mapped_column(String(240), primary_key=True)
    openid: Mapped[str] = mapped_column(String(64), index=True)
    state: Mapped[str] = mapped_column(String(8))
    channel: Mapped[str] = mapped_column(String(24))
    code: Mapped[int] = mapped_column(default=0)  # WeChat's error code
    msg_id: Mapped[str] = mapped_column(String(32), default="", index=True)  # WeChat's number, which its receipt names
    at: Mapped[datetime] = mapped_column(Moment)


async def find(session: AsyncSession, key: str, now: datetime) -> Push | None:
    """The push with this key; one whose sending was cut off has become UNSURE."""
    push = await session.get(Push, key)
    if push is not None and push.state == State.SENDING and push.at < now - _LOST_AFTER:
        push.state = State.UNSURE
    return push


async def begin(session: AsyncSession, key: str, openid: str, channel: str, now: datetime) -> None:
    """Write down, before the call, that a push is on its way by a channel."""
    await session.merge(Push(key=key, openid=openid, state=State.SENDING, channel=channel, code=0, msg_id="", at=now))


async def end(session: AsyncSession, key: str, state: State, code: int, msg_id: str, now: datetime) -> None:
    """Write down what came of the call."""
    push = await session.get_one(Push, key)
    push.state, push.code, push.msg_id, push.at = state, code, msg_id, now
