"""Guessing: who tries too many numbers that nobody there has waits; each try is kept, each wait is audited."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from records import audit
from records.audit import Event
from records.errors import Refused
from records.guesses import Guess, Kind, Limit, Way, figures


@dataclass(frozen=True)
class Guesser:
    """Who tries what: an account, a phone, a network."""

    kind: Kind
    way: Way
    name: str

    @property
    def who(self) -> str:
        """staff:3"""
        return f"{self.way}:{self.name}"[:80]

    @property
    def key(self) -> str:
        """Under which his tries wait for each other (Database.alone), so that two at once do not both see the last one left."""
        return f"guess:{self.kind}:{self.who}"

    @property
    def limit(self) -> Limit:
        """How often he may."""
        return figures().limits[self.way]


@dataclass(frozen=True)
class Tried:
    """All the tries of one kind by one of them."""

    kind: Kind
    who: str
    tries: int
    numbers: int  # different ones
    existing: int  # tries that met somebody's number
    last_at: datetime
    until: datetime | None  # he must wait so long


async def hold(session: AsyncSession, guesser: Guesser, now: datetime, besides: int = 0) -> None:
    """Refused with one sentence while he must wait; `besides` are tries of this unit that are not kept yet."""
    together = guesser.limit.together
    if (
        besides >= guesser.limit.most
        or await waits_until(session, guesser, now)
        or (together is not None and await _of_all(session, guesser, now) >= together)
    ):
        raise Refused(figures().said[guesser.kind][guesser.way].format(wait=guesser.limit.wait))


async def miss(session: AsyncSession, guesser: Guesser, tried: str, now: datetime, *, exists: bool = False) -> None:
    """Keep a try; the one that makes him wait is audited. The unit must be committed, or the try is lost."""
    session.add(Guess(kind=guesser.kind, who=guesser.who, tried=tried[:40], exists=exists, at=now))
    await session.flush()
    if until := await waits_until(session, guesser, now):
        thing = f"guesser:{guesser.who}"[:80]
        told = {"kind": guesser.kind, "until": until.isoformat(), "tries": guesser.limit.most}
        await audit.append(session, Event.NUMBER_GUESSING_LOCK, guesser.who, thing, now, **told)


async def waits_until(session: AsyncSession, guesser: Guesser, now: datetime) -> datetime | None:
    """Until when he must wait; None where he may try."""
    mine = Guess.kind == guesser.kind, Guess.who == guesser.who
    limit = guesser.limit
    last = select(Guess.at).where(*mine, Guess.at > now - timedelta(minutes=limit.within + limit.wait))
    times = (await session.scalars(last.order_by(Guess.at.desc(), Guess.id.desc()).limit(limit.most))).all()
    if len(times) < limit.most or times[0] - times[-1] > timedelta(minutes=limit.within):
        return None
    until = times[0] + timedelta(minutes=limit.wait)
    return until if now < until else None


async def listed(session: AsyncSession, offset: int, most: int, now: datetime) -> tuple[Sequence[Tried], int]:
    """One page of those who tried, the latest first, and the number of all."""
    by_one = select(
        Guess.kind,
        Guess.who,
        func.count(),
        func.count(Guess.tried.distinct()),
        func.count().filter(Guess.exists),
        func.max(Guess.at).label("last_at"),
    ).group_by(Guess.kind, Guess.who)
    total = (await session.scalars(select(func.count()).select_from(by_one.subquery()))).one()
    rows = (await session.execute(by_one.order_by(func.max(Guess.at).desc()).offset(offset).limit(most))).all()
    found = []
    for kind, who, tries, numbers, existing, last_at in rows:
        way, _, name = who.partition(":")
        until = await waits_until(session, Guesser(Kind(kind), Way(way), name), now)
        found.append(Tried(Kind(kind), who, tries, numbers, existing, last_at, until))
    return found, total


async def tries_of(session: AsyncSession, kind: Kind, who: str, most: int) -> Sequence[Guess]:
    """What one of them tried, the latest first."""
    mine = select(Guess).where(Guess.kind == kind, Guess.who == who)
    return (await session.scalars(mine.order_by(Guess.at.desc(), Guess.id.desc()).limit(most))).all()


async def forget_old(session: AsyncSession, now: datetime) -> None:
    """Drop tries that nobody asks about any more."""
    await session.execute(delete(Guess).where(Guess.at < now - timedelta(days=figures().kept_days)))


async def _of_all(session: AsyncSession, guesser: Guesser, now: datetime) -> int:
    recent = select(func.count()).where(
        Guess.kind == guesser.kind,
        Guess.who.startswith(f"{guesser.way}:"),
        Guess.at > now - timedelta(minutes=guesser.limit.within),
    )
    return (await session.execute(recent)).scalar_one()
