"""The queue of nudges: each is put once, taken by one process at a time, tried for a while and then let go."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

from sqlalchemy import and_, delete, func, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncSession

from config.settings import CHINA
from records.followers import Follower
from records.nudges import Nudge

LONGEST = 400  # characters of a text; what is more is cut off
_NIGHT, _MORNING = time(22), time(7, 30)
_MOST_TRIES = 5  # handed over without any outcome


@dataclass(frozen=True)
class Due:
    """A nudge in hand, with the account that it goes to."""

    key: str
    openid: str
    text: str


async def put(
    session: AsyncSession,
    key: str,
    person_id: int,
    text: str,
    due_at: datetime,
    until: datetime,
    asks: Mapping[str, Any] | None = None,
) -> None:
    """Have a person told something from a moment on, as long as it is of use; the same key again changes nothing.

    With `asks` it is a question, which a number sent back answers: `what` it asks, and what the answer needs.
    """
    row = {"key": key, "person_id": person_id, "text": text, "due_at": due_at, "until": until, "asks": asks}
    await put_all(session, [row])


async def put_all(session: AsyncSession, rows: Sequence[Mapping[str, Any]]) -> None:
    """Put many at once, each with the fields that `put` takes."""
    if not rows:
        return
    # Two processes may put the same key in the same moment: the database keeps one.
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    full = [
        {"asks": None, **row, "text": row["text"][:LONGEST], "outcome": "", "tries": 0}
        for row in sorted(rows, key=lambda row: row["key"])
    ]
    await session.execute(insert(Nudge).on_conflict_do_nothing(index_elements=[Nudge.key]), full)


async def due(session: AsyncSession, most: int, now: datetime, lease: timedelta) -> list[Due]:
    """Take the next nudges to send; nobody else gets them while the lease runs, and a lost one comes again after it.

    What is past its use, has nobody to go to, or was handed over too often without an outcome is let go on the way,
    so that none in hand does not mean that none is left.
    """
    ready = select(Nudge).where(Nudge.done_at.is_(None), Nudge.due_at <= now).order_by(Nudge.due_at, Nudge.key)
    taken = (await session.scalars(ready.limit(most).with_for_update(skip_locked=True))).all()
    found = await session.execute(
        select(Follower.person_id, Follower.openid).where(
            Follower.person_id.in_({nudge.person_id for nudge in taken}), Follower.subscribed
        )
    )
    openids = {person_id: openid for person_id, openid in found if person_id is not None}
    for nudge in taken:
        nudge.due_at, nudge.tries = now + lease, nudge.tries + 1
        if outcome := _lost_cause(nudge, openids, now):
            nudge.outcome, nudge.done_at = outcome, now
    return [Due(each.key, openids[each.person_id], each.text) for each in taken if each.done_at is None]


async def asked(session: AsyncSession, person_id: int, most: int) -> Sequence[Nudge]:
    """The latest questions that a person was sent, the newest first; one in hand may have reached him already."""
    reached = or_(Nudge.outcome == "sent", and_(Nudge.done_at.is_(None), Nudge.tries > 0))
    mine = select(Nudge).where(Nudge.person_id == person_id, Nudge.asks.is_not(None), reached)
    newest = func.coalesce(Nudge.done_at, Nudge.due_at).desc()
    return (await session.scalars(mine.order_by(newest, Nudge.key).limit(most))).all()


def by_day(now: datetime) -> datetime:
    """Now, or in the morning where it is night in China: nobody is woken."""
    local = now.astimezone(CHINA)
    if _MORNING <= local.time() < _NIGHT:
        return now
    morning = datetime.combine(local.date(), _MORNING, CHINA)
    return morning if local.time() < _MORNING else morning + timedelta(days=1)


async def is_any_due(session: AsyncSession, now: datetime) -> bool:
    """Is there anything to take now?"""
    ready = select(Nudge.key).where(Nudge.done_at.is_(None), Nudge.due_at <= now)
    return (await session.scalars(ready.limit(1))).first() is not None


async def settle(session: AsyncSession, key: str, outcome: str, now: datetime) -> None:
    """Write down what came of a nudge: sent, failed or gone; one that was settled before stays as it is."""
    open_ = update(Nudge).where(Nudge.key == key, Nudge.done_at.is_(None))
    await session.execute(open_.values(outcome=outcome, done_at=now))


async def postpone(session: AsyncSession, key: str, again_at: datetime) -> None:
    """Put a nudge back in line: what was in the way, as a closed window, may pass before it is of no more use."""
    open_ = update(Nudge).where(Nudge.key == key, Nudge.done_at.is_(None))
    await session.execute(open_.values(outcome="waiting", due_at=again_at, tries=0))


async def drop(session: AsyncSession, keys: Iterable[str]) -> None:
    """Take back nudges that nobody was sent yet and that are no longer true."""
    await session.execute(delete(Nudge).where(Nudge.key.in_(list(keys)), Nudge.done_at.is_(None)))


def _lost_cause(nudge: Nudge, openids: Mapping[int, str], now: datetime) -> str:
    if nudge.until <= now:
        return "late"
    if nudge.person_id not in openids:
        return "unbound"
    return "failed" if nudge.tries > _MOST_TRIES else ""
