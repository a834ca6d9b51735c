"""Talks with workers: who waits, one talk with all that was said, the reply that arrives in his chat."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any, NoReturn
from uuid import uuid4

from aiohttp import web
from sqlalchemy.ext.asyncio import AsyncSession

from bot.web.desk import CHAT, HOUSE, STAFF, go, key_of, show, text_of
from bot.web.guards import need
from records import staff, tickets
from records.errors import Refused
from records.staff import Staff
from records.tickets import HELPERS, Ticket

Act = Callable[[AsyncSession, Ticket, Staff, datetime], Awaitable[None]]

LONGEST_REPLY = 500
_CLOSING = "工作人员结束了这次对话，我接着为您服务，有事直接说。"


def routes() -> list[web.RouteDef]:
    """The addresses of talks that were handed over."""
    ticket = r"/tickets/{id:\d{1,9}}"
    return [
        web.get("/tickets", listed),
        web.get(ticket, one),
        web.get(f"{ticket}/talk", talk),
        web.post(f"{ticket}/take", take),
        web.post(f"{ticket}/reply", reply),
        web.post(f"{ticket}/close", close),
    ]


async def listed(request: web.Request) -> web.Response:
    """Who waits for a person, and the talks that ended last."""
    need(request, *HELPERS, to="回复群众")
    async with request.app[HOUSE].database.unit() as session:
        waiting, closed = await tickets.waiting(session), await tickets.closed(session)
        names = await staff.names(session)
    return await show(request, "tickets.html", waiting=waiting, closed=closed, names=names)


async def one(request: web.Request) -> web.Response:
    """One talk with a box to reply."""
    return await _page(request)


async def talk(request: web.Request) -> web.Response:
    """Only what was said, for the page to renew while it is open."""
    return await show(request, "talk.html", **await _seen(request))


async def take(request: web.Request) -> web.Response:
    """Take the talk over: the bot keeps silent from now on."""
    await _step(request, tickets.take, "您已接手，机器人不再插话。")


async def reply(request: web.Request) -> web.Response:
    """Send a reply to the worker's chat; it is kept first, so that it is not lost when sending fails."""
    sent = await request.post()
    house, account, said = request.app[HOUSE], request[STAFF], text_of(sent, "text")
    page = f"/staff/tickets/{key_of(request)}"
    try:
        if len(said) > LONGEST_REPLY:
            raise Refused(f"一次最多{LONGEST_REPLY}个字，现在{len(said)}个，请分两次发。")
        async with house.database.unit() as session:
            ticket = await tickets.get_for(session, key_of(request), account)
            line = await tickets.reply(session, ticket, account, f"reply {text_of(sent, 'key')}", said, house.clock())
    except Refused as refusal:
        return await _page(request, status=422, text=said, problem=refusal.reason)
    if line is None:
        await go(request, page)
    words = f"人社·{account.name[:1]}：{line.text}"
    outcome = await request.app[CHAT].send_text(ticket.openid, words, f"ticket-line:{line.id}")
    async with house.database.unit() as session:
        await tickets.settle(session, line.id, outcome.status, outcome.reason)
    await go(request, page)


async def close(request: web.Request) -> web.Response:
    """End the talk and tell the worker that the bot answers again."""

    async def does(session: AsyncSession, ticket: Ticket, account: Staff, now: datetime) -> None:
        await tickets.close(session, ticket, account.actor, now)

    ticket = await _change(request, does)
    await request.app[CHAT].send_text(ticket.openid, _CLOSING, f"ticket-closed:{ticket.id}")
    await go(request, "/staff/tickets", said="对话已结束。")


async def _change(request: web.Request, does: Act) -> Ticket:
    house, account = request.app[HOUSE], request[STAFF]
    async with house.database.unit() as session:
        ticket = await tickets.get_for(session, key_of(request), account)
        await does(session, ticket, account, house.clock())
    return ticket


async def _step(request: web.Request, does: Act, said: str) -> NoReturn:
    page = f"/staff/tickets/{key_of(request)}"
    try:
        await _change(request, does)
    except Refused as refusal:
        await go(request, page, problem=refusal.reason)
    await go(request, page, said=said)


async def _page(request: web.Request, status: int = 200, text: str = "", **more: Any) -> web.Response:
    seen = await _seen(request)
    return await show(
        request, "ticket.html", status=status, text=text, key=str(uuid4()), longest=LONGEST_REPLY, **seen, **more
    )


async def _seen(request: web.Request) -> dict[str, Any]:
    async with request.app[HOUSE].database.unit() as session:
        ticket = await tickets.get_for(session, key_of(request), request[STAFF])
        return {
            "ticket": ticket,
            "said_lines": await tickets.talk(session, ticket),
            "person": await tickets.person_of(session, ticket.openid),
            "names": await staff.names(session),
        }
