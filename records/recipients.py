"""Recipients of notices: one row a follower and notice, claimed before it is sent, so that nothing goes twice."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    Index,
    Select,
    String,
    UniqueConstraint,
    and_,
    func,
    insert,
    literal,
    or_,
    select,
    update,
)
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from records import audience as audiences
from records.audience import Audience
from records.database import Base, Moment
from records.followers import Follower
from records.subscriptions import Topic, wants
from records.windows import Window

_MOST_TRIES = 5  # without any outcome


class Delivery(StrEnum):
    """What has become of one recipient."""

    WAITING = "waiting"  # its turn has not come
    CLAIMED = "claimed"  # handed over; what came of it is not known yet
    SENT = "sent"
    HELD = "held"  # no way to him now; tried again once he has spoken to us
    FAILED = "failed"
    GONE = "gone"  # follows no more, or stopped the topic in the meantime


class Recipient(Base):
    """One follower to whom one notice goes."""

    __tablename__ = "recipients"
    __table_args__ = (
        UniqueConstraint("notice_id", "openid"),
        Index("ix_recipients_notice_id_state", "notice_id", "state"),
        CheckConstraint("state <> 'claimed' or at is not null", name="claimed_at_a_time"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    notice_id: Mapped[int] = mapped_column(ForeignKey("notices.id"))
    openid: Mapped[str] = mapped_column(ForeignKey("followers.openid", ondelete="CASCADE"), index=True)
    state: Mapped[str] = mapped_column(String(8), default=Delivery.WAITING)
    channel: Mapped[str] = mapped_column(String(24), default="")
    code: Mapped[int | None]  # WeChat's error code
    reason: Mapped[str] = mapped_column(String(200), default="")
    at: Mapped[datetime | None] = mapped_column(Moment)  # when it came to this state
    tries: Mapped[int] = mapped_column(default=0)  # handed over without any outcome
    again_at: Mapped[datetime | None] = mapped_column(Moment)  # not before this: something in the way will pass

    @property
    def key(self) -> str:
        """The client message id: the same for every attempt, so that a peer can tell a repeat."""
        return f"notice:{self.notice_id}:{self.id}"


@dataclass(frozen=True)
class Progress:
    """How far a notice has come."""

    total: int = 0
    sent: int = 0
    held: int = 0
    failed: int = 0
    gone: int = 0
    left: int = 0  # waiting or handed over
    channels: dict[str, int] = field(default_factory=dict)  # sent, by the way they went

    @property
    def done(self) -> int:
        """Recipients of whom the outcome is known."""
        return self.total - self.left

    @property
    def percent(self) -> int:
        """Done in percent, rounded down: 100 means all."""
        return self.done * 100 // self.total if self.total else 0


async def enumerate_for(session: AsyncSession, notice_id: int, audience: Audience, topic: Topic, today: date) -> None:
    """Write down everybody a notice goes to; those already written down stay as they are."""
    listed = select(Recipient.openid).where(Recipient.notice_id == notice_id)
    new = audiences.followers(audience, today).where(wants(topic), Follower.openid.not_in(listed))
    rows = new.with_only_columns(
        literal(notice_id), Follower.openid, literal(Delivery.WAITING.value), literal(""), literal(""), literal(0)
    ).order_by(Follower.openid)
    columns = ["notice_id", "openid", "state", "channel", "reason", "tries"]
    await session.execute(insert(Recipient).from_select(columns, rows))


async def claim(
    session: AsyncSession, notice_id: int, topic: Topic, most: int, now: datetime, lease: timedelta
) -> Sequence[Recipient]:
    """Take the next recipients to send to; nobody else gets them while the lease runs.

    A claim older than the lease belongs to a process that was killed between handing over and writing down: it is
    taken again, under the same key. Who has left or stopped the topic in the meantime is struck off, so that none
    in hand does not mean that none is left.
    """
    lost = and_(Recipient.state == Delivery.CLAIMED, Recipient.at < now - lease)
    ready = and_(Recipient.state == Delivery.WAITING, or_(Recipient.again_at.is_(None), Recipient.again_at <= now))
    free = select(Recipient).where(Recipient.notice_id == notice_id, or_(ready, lost))
    taken = (await session.scalars(free.order_by(Recipient.id).limit(most).with_for_update(skip_locked=True))).all()
    openids = [recipient.openid for recipient in taken]
    willing = set(await session.scalars(_willing(topic).where(Follower.openid.in_(openids))))
    for recipient in taken:
        recipient.state, recipient.at, recipient.tries = Delivery.CLAIMED, now, recipient.tries + 1
        if recipient.openid not in willing:
            recipient.state, recipient.reason = Delivery.GONE, "已取消关注或已退订"
        elif recipient.tries > _MOST_TRIES:
            recipient.state, recipient.reason = Delivery.FAILED, "多次交给微信都没有回音"
    return [recipient for recipient in taken if recipient.state == Delivery.CLAIMED]


async def settle(
    session: AsyncSession,
    recipient_id: int,
    state: Delivery,
    now: datetime,
    *,
    channel: str = "",
    code: int | None = None,
    reason: str = "",
) -> None:
    """Write down what came of a claimed recipient; one who was settled before stays as he is."""
    claimed = update(Recipient).where(Recipient.id == recipient_id, Recipient.state == Delivery.CLAIMED)
    await session.execute(claimed.values(state=state, channel=channel, code=code, reason=reason[:200], at=now))


async def postpone(session: AsyncSession, recipient_id: int, until: datetime, reason: str, now: datetime) -> None:
    """Put a claimed recipient back in line for later: what was in the way passes by itself."""
    claimed = update(Recipient).where(Recipient.id == recipient_id, Recipient.state == Delivery.CLAIMED)
    back = {"state": Delivery.WAITING, "again_at": until, "reason": reason[:200], "tries": 0, "at": now}
    await session.execute(claimed.values(back))


async def wake(session: AsyncSession, notice_id: int, now: datetime) -> int:
    """Put back in line the held recipients to whom a way has opened: they spoke to us; returns how many."""
    open_ = select(Window.openid).where(Window.openid == Recipient.openid, Window.until > now, Window.remaining > 0)
    held = update(Recipient).where(Recipient.notice_id == notice_id, Recipient.state == Delivery.HELD, open_.exists())
    woken = await session.execute(held.values(state=Delivery.WAITING, again_at=None, tries=0).returning(Recipient.id))
    return len(woken.all())


async def next_at(session: AsyncSession, notice_id: int, now: datetime, lease: timedelta) -> datetime | None:
    """When the next recipient can be claimed; None when everybody's outcome is known."""
    mine = Recipient.notice_id == notice_id
    line = select(func.min(Recipient.again_at), func.count(), func.count(Recipient.again_at))
    later, waiting, postponed = (await session.execute(line.where(mine, Recipient.state == Delivery.WAITING))).one()
    claimed = select(func.min(Recipient.at)).where(mine, Recipient.state == Delivery.CLAIMED)
    taken = (await session.execute(claimed)).scalar_one()
    times = [later, now if waiting > postponed else None, taken + lease if taken else None]
    return min((time for time in times if time is not None), default=None)


async def obstacle(session: AsyncSession, notice_id: int, now: datetime) -> str:
    """What is in the way of those postponed, in a sentence for staff; empty where nothing is."""
    postponed = select(Recipient.reason).where(
        Recipient.notice_id == notice_id, Recipient.state == Delivery.WAITING, Recipient.again_at > now
    )
    return (await session.scalars(postponed.order_by(Recipient.at.desc()).limit(1))).one_or_none() or ""


async def progress(session: AsyncSession, *notice_ids: int) -> dict[int, Progress]:
    """How far each of these notices has come."""
    counted = (
        select(Recipient.notice_id, Recipient.state, Recipient.channel, func.count())
        .where(Recipient.notice_id.in_(notice_ids))
        .group_by(Recipient.notice_id, Recipient.state, Recipient.channel)
    )
    rows = (await session.execute(counted)).tuples().all()
    return {id: _progress([row[1:] for row in rows if row[0] == id]) for id in notice_ids}


def _progress(rows: list[tuple[str, str, int]]) -> Progress:
    def number(*states: Delivery) -> int:
        return sum(count for state, _, count in rows if state in states)

    return Progress(
        total=number(*Delivery),
        sent=number(Delivery.SENT),
        held=number(Delivery.HELD),
        failed=number(Delivery.FAILED),
        gone=number(Delivery.GONE),
        left=number(Delivery.WAITING, Delivery.CLAIMED),
        channels={channel: count for state, channel, count in rows if state == Delivery.SENT},
    )


def _willing(topic: Topic) -> Select[str]:
    return select(Follower.openid).where(Follower.subscribed, wants(topic))
