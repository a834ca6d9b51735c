"""The desk that every staff page works at: who is signed in, where the records are, how a page is shown."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import timedelta
from typing import Any, NoReturn, Protocol

import aiohttp_jinja2
from aiohttp import web
from aiohttp_session import Session, get_session, new_session
from multidict import MultiMapping

from bot.jobs.courier import Sent
from handlers.context import House
from records.staff import Staff

SESSION_HOURS = timedelta(hours=8)


class Chat(Protocol):
    """The way from the desk to a worker's chat."""

    async def send_text(self, openid: str, text: str, key: str = "") -> Sent:
        """Send a text now, under a key once; what came of it is in the answer."""


HOUSE: web.AppKey[House] = web.AppKey("house", House)
CHAT: web.AppKey[Chat] = web.AppKey("chat")
STAFF: web.RequestKey[Staff] = web.RequestKey("staff", Staff)


async def open_session(request: web.Request, account: Staff) -> None:
    """Sign an account in under a fresh session."""
    session = await new_session(request)
    session["staff"], session["epoch"], session["csrf"] = account.id, account.epoch, secrets.token_urlsafe(24)


async def csrf_token(session: Session) -> str:
    """The session's token, made on first use; every form carries it."""
    if "csrf" not in session:
        session["csrf"] = secrets.token_urlsafe(24)
    return str(session["csrf"])


async def show(request: web.Request, template: str, *, status: int = 200, **values: Any) -> web.Response:
    """A page."""
    session = await get_session(request)
    said, problem = session.pop("said", ""), session.pop("problem", "")
    given: dict[str, Any] = {
        "staff": request.get(STAFF),
        "csrf": await csrf_token(session),
        "said": said,
        "problem": problem,
        "path": request.path,
    }
    response = aiohttp_jinja2.render_template(template, request, given | values)
    response.set_status(status)
    return response


async def go(request: web.Request, to: str, *, said: str = "", problem: str = "") -> NoReturn:
    """On to another page, with a sentence to show there."""
    session = await get_session(request)
    if said:
        session["said"] = said
    if problem:
        session["problem"] = problem
    raise web.HTTPSeeOther(to)


def text_of(form: MultiMapping[Any] | Mapping[str, Any], name: str) -> str:
    """A field of a form as text: lines end in \\n, what no database takes is dropped; a file counts as nothing."""
    value = form.get(name, "")
    return value.replace("\r\n", "\n").replace("\x00", "") if isinstance(value, str) else ""


def key_of(request: web.Request) -> int:
    """The number in the address of a page."""
    return int(request.match_info["id"])
