"""What a follower wants to be told: everything, until he stops one topic or all of them."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ColumnElement, ForeignKey, String, delete, func, select, true
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from records.database import Base, Moment
from records.followers import Follower


class Topic(StrEnum):
    """What a notice is about; the value is the word shown."""

    TRAINING = "培训"
    POLICY = "政策"
    SUBSIDY = "补贴"
    JOBS = "招聘"


EVERYTHING = "全部"  # stands for all topics; a follower's own word on one topic goes before it


class Subscription(Base):
    """What a follower said about one topic, or about everything."""

    __tablename__ = "subscriptions"

    openid: Mapped[str] = mapped_column(ForeignKey("followers.openid", ondelete="CASCADE"), primary_key=True)
    topic: Mapped[str] = mapped_column(String(8), primary_key=True)
    on: Mapped[bool]
    at: Mapped[datetime] = mapped_column(Moment)


async def turn(session: AsyncSession, openid: str, topic: Topic | None, on: bool, now: datetime) -> None:
    """Switch one topic on or off; without a topic everything, whatever was said before."""
    if topic is None:
        await session.execute(delete(Subscription).where(Subscription.openid == openid))
    await session.merge(Subscription(openid=openid, topic=topic or EVERYTHING, on=on, at=now))


async def wanted(session: AsyncSession, openid: str) -> list[Topic]:
    """The topics that this follower is told about."""
    mine = await session.scalars(select(Subscription).where(Subscription.openid == openid))
    said = {subscription.topic: subscription.on for subscription in mine}
    return [topic for topic in Topic if said.get(topic, said.get(EVERYTHING, True))]


def wants(topic: Topic) -> ColumnElement[bool]:
    """Condition on followers: has this one not stopped the topic?"""

    def said(about: str) -> ColumnElement[bool | None]:
        mine = select(Subscription.on).where(Subscription.openid == Follower.openid, Subscription.topic == about)
        return mine.correlate(Follower).scalar_subquery()

    return func.coalesce(said(topic), said(EVERYTHING), true())
