"""One message given straight to a skill, in a house with empty records."""

from __future__ import annotations

from itertools import count

from sqlalchemy.ext.asyncio import AsyncSession

from handlers.context import Context, House, Skill
from handlers.message import Kind, Message, Reply
from handlers.talk import Talk
from records import followers

_numbers = count(1)


async def a_context(house: House, session: AsyncSession, openid: str = "worker") -> Context:
    """The surroundings of a worker's message now."""
    now = house.clock()
    follower = await followers.meet(session, openid, now)
    await session.flush()
    return Context(house, session, now, follower, None, Talk.load(follower.talk, now))


def a_message(house: House, text: str, kind: Kind = Kind.TEXT, openid: str = "worker") -> Message:
    """A message of a worker, each with its own number."""
    return Message(f"m{next(_numbers)}", openid, kind, house.clock(), text=text)


async def say(skill: Skill, house: House, text: str, openid: str = "worker") -> Reply:
    """What the skill answers to a command."""
    meaning = house.understanding.read(text)
    assert meaning.intent in skill.intents, f"{text} was read as {meaning.intent}"
    async with house.database.unit() as session:
        context = await a_context(house, session, openid)
        reply = await skill.intents[meaning.intent](a_message(house, text, openid=openid), meaning, context)
        context.follower.talk = context.talk.keep(context.now)
    return reply


async def step(skill: Skill, house: House, name: str, text: str, kind: Kind = Kind.TEXT) -> Reply | None:
    """What one of the skill's steps answers to a message; None where it passes."""
    meaning = house.understanding.read(text)
    async with house.database.unit() as session:
        context = await a_context(house, session)
        return await skill.steps[name](a_message(house, text, kind), meaning, context)
