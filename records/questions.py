"""What was asked and what was answered: the log from which the service learns."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import String, Text, func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from records.database import Base, Moment
from records.masking import hide


class Question(Base):
    """One exchange."""

    __tablename__ = "questions"

    id: Mapped[int] = mapped_column(primary_key=True)
    openid: Mapped[str] = mapped_column(String(64), index=True)
    asked: Mapped[str] = mapped_column(Text)
    answered: Mapped[str] = mapped_column(Text)
    intent: Mapped[str] = mapped_column(String(64), index=True)
    outcome: Mapped[str] = mapped_column(String(16), index=True)
    at: Mapped[datetime] = mapped_column(Moment, index=True)


def log(
    session: AsyncSession, openid: str, asked: str, answered: str, intent: str, outcome: str, now: datetime
) -> None:
    """Write down one exchange; ID numbers in it are masked."""
    session.add(Question(openid=openid, asked=hide(asked), answered=answered, intent=intent, outcome=outcome, at=now))


async def times(session: AsyncSession, openid: str, intent: str, since: datetime) -> int:
    """How often somebody got a reply of one intent since a moment."""
    mine = select(func.count()).where(Question.openid == openid, Question.intent == intent, Question.at >= since)
    return (await session.execute(mine)).scalar_one()
