"""Who reads a page of /my, and with which phone."""

from __future__ import annotations

from dataclasses import dataclass

from aiohttp import web
from sqlalchemy.ext.asyncio import AsyncSession

from bot.web.desk import HOUSE
from handlers.context import Context
from handlers.talk import Talk
from records import people
from records.errors import Refused
from records.followers import Follower
from records.people import Person


@dataclass(frozen=True)
class Reader:
    """A WeChat account that opened a page, as far as we know it."""

    openid: str
    follower: Follower | None = None  # None: it does not follow us
    person: Person | None = None  # None: it has not given name and ID number yet


class NotBound(Refused):
    """The page is about a person, and the reader has not said who he is."""


READER: web.RequestKey[Reader] = web.RequestKey("reader", Reader)
PHONE: web.RequestKey[str] = web.RequestKey("phone", str)  # what marks the browser


async def find(session: AsyncSession, openid: str) -> Reader:
    """What the records know of an account."""
    follower = await session.get(Follower, openid)
    person = await people.get(session, follower.person_id) if follower and follower.person_id else None
    return Reader(openid, follower, person)


def me(request: web.Request) -> Person:
    """The person who reads; raises NotBound."""
    if (person := request[READER].person) is None:
        raise NotBound("这一步要先实名。请回到公众号，把姓名和身份证号发来，核对上就能用了。")
    return person


def context_of(request: web.Request, session: AsyncSession) -> Context:
    """The surroundings of a skill, for a page; raises NotBound. Pages leave the talk of the chat alone."""
    reader, house = request[READER], request.app[HOUSE]
    me(request)
    assert reader.follower is not None  # a person is reached through a follower
    now = house.clock()
    return Context(house, session, now, reader.follower, reader.person, Talk.load(reader.follower.talk, now))
