"""One message's way: who is this, what were we talking about, what is meant, which skill answers."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from handlers import asked, skills
from handlers.context import Context, House
from handlers.message import Kind, Message, Reply
from handlers.talk import Talk
from intents.understanding import Meaning
from records import followers, inbox, people, questions

_SPOKEN = {Kind.TEXT, Kind.VOICE, Kind.CLICK}
_KEPT_BACK = timedelta(hours=24)


async def handle(message: Message, house: House) -> Reply:
    """Answer a message once: everything it changes and the reply itself are committed together.

    A repeat, also one that arrives while the first is still at work in another process, waits for the first
    and gets its reply. Raises RecordsUnavailable when the database is gone.
    """
    async with house.database.unit(short=True) as session:
        await house.database.alone(session, message.openid)
        if kept := await inbox.reply_to(session, message.id):
            return skills.reply_from(kept)
        reply = await dispatch(message, house, session)
        inbox.keep(session, message.id, message.openid, skills.reply_to_keep(reply), house.clock())
    return reply


async def dispatch(message: Message, house: House, session: AsyncSession) -> Reply:
    """Find the skill that answers and let it."""
    context = await _arrive(message, house, session)
    text = context.talk.chosen(message.text) if message.kind in _SPOKEN else ""
    meaning = house.understanding.read(text)
    reply = await _resume(message, meaning, context)
    if reply is None:
        context.talk.pending = None
        reply = await skills.handler_for(message, meaning)(message, meaning, context)
    context.talk.offer(reply)
    context.follower.talk, context.follower.last_seen = context.talk.keep(context.now), context.now
    questions.log(session, message.openid, text, reply.text, reply.intent, reply.outcome, context.now)
    return reply


async def _arrive(message: Message, house: House, session: AsyncSession) -> Context:
    now = _moment(message, house.clock())
    follower = await followers.meet(session, message.openid, now)
    person = await people.get(session, follower.person_id) if follower.person_id else None
    return Context(house, session, now, follower, person, Talk.load(follower.talk, now))


def _moment(message: Message, now: datetime) -> datetime:
    """When the worker acted: a message that was kept back counts from when it was sent, unless that is absurd."""
    return message.sent_at if timedelta() <= now - message.sent_at <= _KEPT_BACK else now


async def _resume(message: Message, meaning: Meaning, context: Context) -> Reply | None:
    """Offer the message to a person who took over, then to the skill that waits for an answer; each may pass.

    Where no question of this talk is open, one that he was sent on its own may be.
    """
    if context.follower.ticket_id is not None:
        taken = await skills.BY_NAME["person"].steps["say"](message, meaning, context)
        if taken is not None:
            return taken
    pending = context.talk.pending
    if pending is None:
        return await asked.answer(message, meaning, context)
    if message.kind is Kind.IMAGE and pending.skill != "person":
        return await skills.BY_NAME["photo"].steps["amid"](message, meaning, context)
    step = skills.BY_NAME[pending.skill].steps[pending.step]
    return await step(message, meaning, context)
