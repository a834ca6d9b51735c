"""Tickets: a worker handed over to a person, the talk between them, and who has taken it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, func, select, text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from records import audit
from records.audit import Event
from records.database import Base, Moment
from records.errors import Refused
from records.followers import Follower
from records.masking import hide
from records.people import Person
from records.questions import Question
from records.staff import Role, Staff

HELPERS = (Role.CLERK, Role.REVIEWER, Role.PUBLISHER, Role.APPROVER)
_BEFORE = timedelta(hours=24)  # how much of the talk with the bot a person is shown
_MOST = 40


class Stage(StrEnum):
    """Where a ticket stands."""

    OPEN = "open"
    TAKEN = "taken"
    CLOSED = "closed"


class Speaker(StrEnum):
    """Who said a line."""

    WORKER = "worker"
    STAFF = "staff"
    BOT = "bot"


class Ticket(Base):
    """One talk between a worker and the staff; a worker has at most one that is not closed."""

    __tablename__ = "tickets"
    __table_args__ = (
        Index(
            "uq_tickets_one_at_a_time",
            "openid",
            unique=True,
            sqlite_where=text("stage <> 'closed'"),
            postgresql_where=text("stage <> 'closed'"),
        ),
        CheckConstraint("stage <> 'taken' or taken_by is not null", name="taken_by_somebody"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    openid: Mapped[str] = mapped_column(ForeignKey("followers.openid", ondelete="CASCADE"), index=True)
    stage: Mapped[str] = mapped_column(String(8), default=Stage.OPEN, index=True)
    opened_at: Mapped[datetime] = mapped_column(Moment)
    taken_by: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    taken_at: Mapped[datetime | None] = mapped_column(Moment)
    closed_at: Mapped[datetime | None] = mapped_column(Moment)

    @property
    def thing(self) -> str:
        """How the audit log names it."""
        return f"ticket:{self.id}"


class Line(Base):
    """Something said in a ticket by the worker or by staff."""

    __tablename__ = "ticket_lines"

    id: Mapped[int] = mapped_column(primary_key=True)
    ticket_id: Mapped[int] = mapped_column(ForeignKey("tickets.id", ondelete="CASCADE"), index=True)
    key: Mapped[str] = mapped_column(String(200), unique=True)  # message or form: said twice, written once
    speaker: Mapped[str] = mapped_column(String(8))
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    text: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(Moment)
    delivery: Mapped[str] = mapped_column(String(8), default="")  # of a staff line: what came of sending it
    reason: Mapped[str] = mapped_column(String(200), default="")


@dataclass(frozen=True)
class Said:
    """One line of the talk as it is read."""

    speaker: Speaker
    text: str
    at: datetime
    staff_id: int | None = None
    delivery: str = ""
    reason: str = ""


@dataclass(frozen=True)
class Waiting:
    """A ticket in the list, with what is seen of it there."""

    ticket: Ticket
    who: str  # the masked name, empty for somebody we do not know
    last: str  # the worker's latest words
    unanswered: bool  # the worker spoke last


async def open_for(session: AsyncSession, openid: str, now: datetime) -> tuple[Ticket, bool]:
    """The worker's ticket, opened if he has none; with it, whether it is new."""
    if ticket := await current(session, openid):
        return ticket, False
    ticket = Ticket(openid=openid, stage=Stage.OPEN, opened_at=now)
    session.add(ticket)
    await session.flush()
    return ticket, True


async def current(session: AsyncSession, openid: str) -> Ticket | None:
    """The worker's ticket that is not closed."""
    mine = select(Ticket).where(Ticket.openid == openid, Ticket.stage != Stage.CLOSED)
    return (await session.scalars(mine)).one_or_none()


async def ahead(session: AsyncSession, ticket: Ticket) -> int:
    """How many others wait for a person before this one."""
    before = select(func.count()).where(Ticket.stage == Stage.OPEN, Ticket.id < ticket.id)
    return (await session.execute(before)).scalar_one()


async def worker_says(session: AsyncSession, ticket: Ticket, key: str, said: str, now: datetime) -> None:
    """Write down what the worker says; ID and telephone numbers in it are masked."""
    await _write(session, Line(ticket_id=ticket.id, key=key, speaker=Speaker.WORKER, text=hide(said), at=now))


async def take(session: AsyncSession, ticket: Ticket, by: Staff, now: datetime) -> None:
    """Take over the talk: from now on the bot keeps silent towards this worker."""
    _require(by)
    if ticket.stage == Stage.CLOSED:
        raise Refused("这次对话已经结束了。")
    if ticket.taken_by == by.id:
        return
    ticket.stage, ticket.taken_by, ticket.taken_at = Stage.TAKEN, by.id, now
    (await session.get_one(Follower, ticket.openid)).ticket_id = ticket.id
    await audit.append(session, Event.TICKET_TALK_TAKE, by.actor, ticket.thing, now)


async def reply(session: AsyncSession, ticket: Ticket, by: Staff, key: str, said: str, now: datetime) -> Line | None:
    """Write down a reply to be sent, taking the ticket first; None when this very reply was written before."""
    if not said.strip():
        raise Refused("还没写回复内容。")
    await take(session, ticket, by, now)
    line = Line(ticket_id=ticket.id, key=key, speaker=Speaker.STAFF, staff_id=by.id, text=said.strip(), at=now)
    line.delivery = "sending"
    return line if await _write(session, line) else None


async def settle(session: AsyncSession, line_id: int, delivery: str, reason: str) -> None:
    """Write down what came of sending a reply."""
    line = await session.get_one(Line, line_id)
    line.delivery, line.reason = delivery, reason[:200]


async def close(session: AsyncSession, ticket: Ticket, by: str, now: datetime) -> None:
    """End the talk; the bot answers again. Closing twice is closing once."""
    if ticket.stage == Stage.CLOSED:
        return
    ticket.stage, ticket.closed_at = Stage.CLOSED, now
    (await session.get_one(Follower, ticket.openid)).ticket_id = None
    await audit.append(session, Event.TICKET_TALK_CLOSE, by, ticket.thing, now)


async def get_for(session: AsyncSession, ticket_id: int, account: Staff) -> Ticket:
    """The ticket, for an account that answers workers; Refused where there is none."""
    _require(account)
    ticket = await session.get(Ticket, ticket_id, with_for_update=True)
    if ticket is None:
        raise Refused("没有这次对话，可能已按用户要求删除。")
    return ticket


async def waiting(session: AsyncSession) -> list[Waiting]:
    """Tickets that are not closed: those nobody has taken first, the oldest first."""
    found = select(Ticket).where(Ticket.stage != Stage.CLOSED).order_by(Ticket.stage, Ticket.id)
    return [await _seen(session, ticket) for ticket in await session.scalars(found)]


async def closed(session: AsyncSession, most: int = 20) -> list[Waiting]:
    """The tickets closed last, newest first."""
    found = select(Ticket).where(Ticket.stage == Stage.CLOSED).order_by(Ticket.closed_at.desc()).limit(most)
    return [await _seen(session, ticket) for ticket in await session.scalars(found)]


async def talk(session: AsyncSession, ticket: Ticket) -> list[Said]:
    """The talk with the bot of the day before, and all that was said since, in order."""
    asked = select(Question).where(
        Question.openid == ticket.openid,
        Question.at > ticket.opened_at - _BEFORE,
        Question.at <= (ticket.closed_at or datetime.max.replace(tzinfo=ticket.opened_at.tzinfo)),
        Question.intent.not_like("person.%"),
    )
    exchanges = list(await session.scalars(asked.order_by(Question.at.desc(), Question.id.desc()).limit(_MOST)))
    lines = await session.scalars(select(Line).where(Line.ticket_id == ticket.id).order_by(Line.at, Line.id))
    said = [part for question in reversed(exchanges) for part in _exchange(question)]
    said += [Said(Speaker(x.speaker), x.text, x.at, x.staff_id, x.delivery, x.reason) for x in lines]
    return sorted(said, key=lambda part: part.at)


async def person_of(session: AsyncSession, openid: str) -> Person | None:
    """The person who writes, where the openid is bound to one."""
    bound = select(Person).join(Follower, Follower.person_id == Person.id).where(Follower.openid == openid)
    return (await session.scalars(bound)).one_or_none()


def _exchange(question: Question) -> list[Said]:
    said = [Said(Speaker.WORKER, question.asked, question.at), Said(Speaker.BOT, question.answered, question.at)]
    return [part for part in said if part.text]


async def _seen(session: AsyncSession, ticket: Ticket) -> Waiting:
    person = await person_of(session, ticket.openid)
    said = await talk(session, ticket)
    mine = [part for part in said if part.speaker is Speaker.WORKER]
    answered = bool(said) and said[-1].speaker is Speaker.STAFF
    return Waiting(ticket, person.name_masked if person else "", mine[-1].text if mine else "", not answered)


async def _write(session: AsyncSession, line: Line) -> bool:
    if (await session.scalars(select(Line.id).where(Line.key == line.key))).one_or_none():
        return False
    session.add(line)
    await session.flush()
    return True


def _require(account: Staff) -> None:
    if not account.active or not account.holds(*HELPERS):
        raise Refused("您的账号没有“回复群众”的权限，请找管理员。")
