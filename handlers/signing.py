"""One fact offered at the one session that it is for, and what the worker is told."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from handlers import facts, links, presence, today, wording
from handlers.context import Context, done
from handlers.context import ask as asks
from handlers.message import Choice, Message, Outcome, Place, Reply
from handlers.presence import Offer, Presence, Problem
from handlers.presence_words import named, told
from handlers.today import Today
from records.classes import Factor
from records.enrolments import Seat
from records.marks import Side

_CHECK_IN_PAGE = "/my/check-in"
_TRY_AGAIN = frozenset({Problem.WRONG, Problem.STALE, Problem.INACCURATE, Problem.OUTSIDE})
_OUTCOMES = {
    Problem.WRONG: Outcome.ASK,
    Problem.STALE: Outcome.ASK,
    Problem.INACCURATE: Outcome.ASK,
    Problem.EARLY: Outcome.ANSWER,
    Problem.CANCELLED: Outcome.ANSWER,
}


@dataclass(frozen=True)
class Fact:
    """What one message shows."""

    factor: Factor
    code: str = ""
    place: Place | None = None


async def at_one(
    found: Sequence[Seat], fact: Fact, side: Side, day: Today, message: Message, context: Context
) -> Reply:
    """Offer the fact at the one session that it fits; ask where there are several, explain where there is none."""
    fitting = facts.fitting(context.house.database.vault, found, fact.code, fact.place, context.now)
    if not fitting:
        return await today.none_open(day, context)
    if len(fitting) > 1:
        return _which(fitting, side, context)
    take = presence.sign_out if side is Side.OUT else presence.offer
    offered = Offer(
        fact.factor,
        context.now,
        context.house.clock(),
        "chat",
        message.id,
        fact.place,
        fact.code,
        device=context.house.database.vault.index(message.openid),
    )
    return _answer(await take(context.session, fitting[0], offered), fact.factor, context)


def _answer(found: Presence, offered: Factor, context: Context) -> Reply:
    text = told(found, offered)
    context.talk.pending = None
    if found.missing or found.problem in _TRY_AGAIN:
        context.wait_for("check_in", "fact", session=found.seat.session.id, side=found.side)
    if found.problem is not Problem.NONE:
        return Reply(text, _OUTCOMES.get(found.problem, Outcome.REFUSED), f"check_in.{found.problem}")
    if found.missing:
        return asks(wording.lines(text, _page(found, context)), "check_in.start")
    return done(text, "check_in.done" if found.is_new else "check_in.again")


def _page(found: Presence, context: Context) -> str:
    """Where a place is wanted: the page that can take it with one tap."""
    if Factor.PLACE not in found.missing or found.side is Side.OUT:
        return ""
    return f"也可以点这里签：{links.my(context.house, context.follower.openid, _CHECK_IN_PAGE, context.now)}"


def _which(found: Sequence[Seat], side: Side, context: Context) -> Reply:
    context.wait_for("check_in", "which", sessions=[seat.session.id for seat in found], side=side)
    choices = tuple(Choice(named(seat), named(seat)) for seat in found)
    listed = "\n".join(f"{number} {choice.label}" for number, choice in enumerate(choices, 1))
    verb = "签退" if side is Side.OUT else "签到"
    return Reply(f"您现在有{len(found)}节课，{verb}哪一节？\n{listed}", Outcome.ASK, "check_in.which", choices=choices)
