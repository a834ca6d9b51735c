"""Notices: written by one account, approved by another, sent to an audience; every move of their life is here."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, String, Text, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from records import audit
from records.audience import Audience, place
from records.audit import Event
from records.database import Base, Moment
from records.drafts import LONGEST_TITLE, Draft, message, refuse_past
from records.errors import Refused
from records.recipients import Recipient
from records.staff import Role, Staff
from records.subscriptions import Topic

WRITERS = (Role.CLERK, Role.PUBLISHER)
APPROVERS = (Role.APPROVER,)
STEERERS = (Role.PUBLISHER, Role.APPROVER)


class State(StrEnum):
    """Where a notice stands."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    RETURNED = "returned"
    APPROVED = "approved"
    SENDING = "sending"
    PAUSED = "paused"
    SENT = "sent"
    CANCELLED = "cancelled"


STATE_NAMES = {
    State.DRAFT: "草稿",
    State.SUBMITTED: "待批准",
    State.RETURNED: "退回修改",
    State.APPROVED: "已批准",
    State.SENDING: "发送中",
    State.PAUSED: "已暂停",
    State.SENT: "已发完",
    State.CANCELLED: "已取消",
}

# From where to where a notice may go, with the verb that a refusal uses.
_MOVES: dict[str, tuple[set[State], State]] = {
    "提交": ({State.DRAFT, State.RETURNED}, State.SUBMITTED),
    "批准": ({State.SUBMITTED}, State.APPROVED),
    "退回": ({State.SUBMITTED}, State.RETURNED),
    "发送": ({State.APPROVED}, State.SENDING),
    "暂停": ({State.SENDING}, State.PAUSED),
    "继续": ({State.PAUSED}, State.SENDING),
    "补发": ({State.SENT}, State.SENDING),
    "结束": ({State.SENDING}, State.SENT),
    "取消": (
        {State.DRAFT, State.SUBMITTED, State.RETURNED, State.APPROVED, State.SENDING, State.PAUSED},
        State.CANCELLED,
    ),
}


class Notice(Base):
    """One notice; the two-person rule is held by the table too."""

    __tablename__ = "notices"
    __table_args__ = (
        CheckConstraint("approved_by <> written_by", name="two_people"),
        CheckConstraint(
            "state not in ('approved', 'sending', 'paused', 'sent') or approved_by is not null", name="approved_first"
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(36), unique=True)  # of the form it was written in: saving twice makes one
    title: Mapped[str] = mapped_column(String(LONGEST_TITLE))
    body: Mapped[str] = mapped_column(Text)
    topic: Mapped[str] = mapped_column(String(8))
    audience_kept: Mapped[dict[str, Any]] = mapped_column("audience", JSON)
    state: Mapped[str] = mapped_column(String(10), default=State.DRAFT, index=True)
    remark: Mapped[str] = mapped_column(String(200), default="")  # why it was returned
    written_by: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    approved_by: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    written_at: Mapped[datetime] = mapped_column(Moment)
    send_at: Mapped[datetime | None] = mapped_column(Moment)  # None: as soon as it is approved
    begun_at: Mapped[datetime | None] = mapped_column(Moment)
    ended_at: Mapped[datetime | None] = mapped_column(Moment)
    run: Mapped[int] = mapped_column(default=0)  # raised at every start, so that only the latest run sends
    beat_at: Mapped[datetime | None] = mapped_column(Moment)  # when the run last took a batch

    @property
    def audience(self) -> Audience:
        """Whom it is for."""
        return Audience.load(self.audience_kept)

    @property
    def thing(self) -> str:
        """How the audit log names it."""
        return f"notice:{self.id}"

    @property
    def text(self) -> str:
        """What the worker reads."""
        return message(Topic(self.topic), self.title, self.body)

    def can(self, verb: str) -> bool:
        """Does the state allow this move?"""
        return self.state in _MOVES[verb][0]

    def move(self, verb: str) -> None:
        """Take the move; Refused when the state does not allow it."""
        if not self.can(verb):
            raise Refused(f"这条通知{STATE_NAMES[State(self.state)]}，不能{verb}。")
        self.state = _MOVES[verb][1]

    def start(self, verb: str, now: datetime) -> None:
        """Take a move that sets sending going: a new run, which no older one may disturb."""
        self.move(verb)
        self.run, self.beat_at, self.ended_at = self.run + 1, now, None


async def write(session: AsyncSession, draft: Draft, author: Staff, key: str, now: datetime) -> Notice:
    """Keep a new draft; the same key again gives the same notice."""
    _require(author, WRITERS, "写通知")
    if kept := (await session.scalars(select(Notice).where(Notice.key == key))).one_or_none():
        return kept
    notice = Notice(key=key, written_by=author.id, state=State.DRAFT, run=0)
    _fill(notice, draft, author, now)
    session.add(notice)
    await session.flush()
    await audit.append(session, Event.NOTICE_DRAFT_WRITE, author.actor, notice.thing, now, title=notice.title)
    return notice


async def revise(session: AsyncSession, notice: Notice, draft: Draft, author: Staff, now: datetime) -> None:
    """Change a draft or a returned notice; whoever changes it is its writer from then on."""
    _require(author, WRITERS, "改通知")
    if not notice.can("提交"):
        raise Refused(f"这条通知{STATE_NAMES[State(notice.state)]}，不能再改。")
    notice.written_by = author.id
    _fill(notice, draft, author, now)
    await audit.append(session, Event.NOTICE_DRAFT_WRITE, author.actor, notice.thing, now, title=notice.title)


async def submit(session: AsyncSession, notice: Notice, author: Staff, now: datetime) -> None:
    """Hand a draft to the approver; Refused when its time has passed meanwhile."""
    _require(author, WRITERS, "提交通知")
    refuse_past(notice.send_at, now)
    notice.move("提交")
    notice.remark = ""
    await audit.append(session, Event.NOTICE_DRAFT_SUBMIT, author.actor, notice.thing, now)


async def approve(session: AsyncSession, notice: Notice, approver: Staff, now: datetime) -> None:
    """Let a notice go out; Refused to its own writer."""
    _require(approver, APPROVERS, "批准通知")
    if approver.id == notice.written_by:
        raise Refused("自己写的通知不能自己批准，请换一位同事批。")
    _within(approver, notice.audience)
    notice.move("批准")
    notice.approved_by = approver.id
    text = notice.text
    await audit.append(session, Event.NOTICE_SENDING_APPROVE, approver.actor, notice.thing, now, text=text)


async def send_back(session: AsyncSession, notice: Notice, approver: Staff, remark: str, now: datetime) -> None:
    """Return a notice to its writer with a remark."""
    _require(approver, APPROVERS, "退回通知")
    if not remark.strip():
        raise Refused("退回时请写一句要改什么。")
    notice.move("退回")
    notice.remark = remark.strip()[:200]
    await audit.append(session, Event.NOTICE_DRAFT_RETURN, approver.actor, notice.thing, now, remark=notice.remark)


async def pause(session: AsyncSession, notice: Notice, by: Staff, now: datetime) -> None:
    """Stop sending after the messages in hand."""
    _require(by, STEERERS, "暂停发送")
    notice.move("暂停")
    await audit.append(session, Event.NOTICE_SENDING_PAUSE, by.actor, notice.thing, now)


async def resume(session: AsyncSession, notice: Notice, by: Staff, now: datetime) -> None:
    """Go on where the pause began."""
    _require(by, STEERERS, "继续发送")
    notice.start("继续", now)
    await audit.append(session, Event.NOTICE_SENDING_RESUME, by.actor, notice.thing, now)


async def cancel(session: AsyncSession, notice: Notice, by: Staff, now: datetime) -> None:
    """Give a notice up; what was sent stays sent. Its writer may, and whoever may steer."""
    if by.id != notice.written_by:
        _require(by, STEERERS, "取消通知")
    notice.move("取消")
    notice.ended_at = now
    await audit.append(session, Event.NOTICE_SENDING_CANCEL, by.actor, notice.thing, now)


async def get(session: AsyncSession, notice_id: int) -> Notice:
    """The notice with this key, kept from others until the unit ends; Refused where there is none."""
    notice = await session.get(Notice, notice_id, with_for_update=True)
    if notice is None:
        raise Refused("没有这条通知，可能编号不对。")
    return notice


async def get_for(session: AsyncSession, notice_id: int, account: Staff) -> Notice:
    """The notice, for an account of its region; Refused to others."""
    notice = await get(session, notice_id)
    _within(account, notice.audience)
    return notice


async def listed(session: AsyncSession, account: Staff, most: int = 100) -> Sequence[Notice]:
    """The latest notices of an account's region and what lies in it, newest first."""
    region = Notice.audience_kept["region"].as_string()
    mine = select(Notice).where(region.startswith(place(account.region)))
    return (await session.scalars(mine.order_by(Notice.id.desc()).limit(most))).all()


async def latest_for(session: AsyncSession, openid: str, most: int) -> Sequence[Notice]:
    """The latest notices that this follower got or is still to get."""
    mine = select(Recipient.notice_id).where(Recipient.openid == openid)
    sent = select(Notice).where(Notice.id.in_(mine), Notice.state != State.CANCELLED)
    return (await session.scalars(sent.order_by(Notice.begun_at.desc(), Notice.id.desc()).limit(most))).all()


def _fill(notice: Notice, draft: Draft, author: Staff, now: datetime) -> None:
    draft = draft.checked(now)
    _within(author, draft.audience)
    notice.title, notice.body, notice.topic = draft.title, draft.body, draft.topic
    notice.audience_kept, notice.send_at, notice.written_at = draft.audience.kept(), draft.send_at, now


def _within(account: Staff, audience: Audience) -> None:
    if not audience.region.startswith(place(account.region)):
        raise Refused("这不在您账号的辖区里，请换成本辖区的范围。")


def _require(account: Staff, roles: tuple[Role, ...], what: str) -> None:
    if not account.active or not account.holds(*roles):
        raise Refused(f"您的账号没有“{what}”的权限，请找管理员。")
