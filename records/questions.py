"""What was asked and what was answered: the log from which the service learns."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import String, Text
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
    session.add(
        Question(openid=openid, asked=hide(asked), answered=answered, intent=intent, outcome=outcome, at=now)
    )
