"""Numbers that were tried and belong to nobody there: who tried, how often, and who must wait."""

from __future__ import annotations

from aiohttp import web
from sqlalchemy.ext.asyncio import AsyncSession

from bot.web.desk import HOUSE, show
from bot.web.guards import need
from bot.web.tables import read_page
from records import guessing, people, staff
from records.followers import Follower
from records.guesses import Guess, Kind, Way, figures
from records.staff import Role

READERS = (Role.REVIEWER, Role.APPROVER, Role.AUDITOR, Role.ADMIN)
_SHOWN = 50  # tries of one of them


def routes() -> list[web.RouteDef]:
    """The addresses of these pages."""
    return [web.get("/guesses", listed)]


async def listed(request: web.Request) -> web.Response:
    """Those who tried, the latest first; or what one of them tried."""
    need(request, *READERS, to="看试号记录")
    asked, house = read_page(request), request.app[HOUSE]
    kind, who = asked.asked("kind"), asked.asked("who")
    tries: list[Guess] = []
    async with house.database.unit() as session:
        rows, total = await guessing.listed(session, asked.offset, asked.size, house.clock())
        if kind in set(Kind) and who:
            tries = list(await guessing.tries_of(session, Kind(kind), who, _SHOWN))
        names = {each: await _name(session, each) for each in {who, *(row.who for row in rows)}}
    return await show(
        request,
        "guesses.html",
        listing=asked.of(rows, total),
        names=names,
        kinds=figures().kinds,
        limits=figures().limits,
        ways=figures().ways,
        tries=tries,
        who=who,
        kind=kind,
    )


async def _name(session: AsyncSession, who: str) -> str:
    """账号：冯老师; 微信：李*英, or that nobody is bound to it; 网络：203.0.113.7"""
    way, _, name = who.partition(":")
    if way not in set(Way):
        return who
    shown = name
    if way == Way.STAFF and name.isdecimal():
        shown = (await staff.names(session)).get(int(name), name)
    elif way == Way.PHONE:
        follower = await session.get(Follower, name)
        person = await people.get(session, follower.person_id) if follower and follower.person_id else None
        shown = f"{person.name_masked} {person.id_masked[-4:]}" if person else "没有实名"
    return f"{figures().ways[Way(way)]}：{shown}"
