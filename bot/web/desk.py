"""The desk that every page works at: who is here, where the records are, how a page is shown."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, NoReturn, Protocol

import aiohttp_jinja2
from aiohttp import web
from aiohttp_session import Session, get_session, new_session
from multidict import MultiMapping

from bot.jobs.courier import Sent
from bot.web.forms import Filled, plain
from handlers.context import House
from records.staff import Role, Staff

Look = Literal["desk", "phone", "projector"]


class Chat(Protocol):
    """The way from the desk to a worker's chat."""

    async def send_text(self, openid: str, text: str, key: str = "") -> Sent:
        """Send a text now, under a key once; what came of it is in the answer."""


@dataclass(frozen=True)
class Entry:
    """One entry of an area's navigation; with roles, only their holders see it."""

    address: str
    words: str
    roles: tuple[Role, ...] = ()
    icon: str = ""  # of parts.html; for the bottom bar of phone pages
    group: str = ""  # entries of a group share one place in the menu and have a line of their own below it


@dataclass(frozen=True)
class Heading:
    """One place in the menu: an entry on its own, or a group of them."""

    words: str
    entries: Sequence[Entry]
    is_current: bool


@dataclass(frozen=True)
class Area:
    """What the frame must know of the area that a page belongs to."""

    prefix: str
    name: str
    nav: Sequence[Entry]
    look: Look

    def entries(self, account: Staff | None) -> list[Entry]:
        """What this account finds in the navigation."""
        return [each for each in self.nav if not each.roles or (account and account.holds(*each.roles))]

    def current(self, path: str) -> str:
        """The address of the entry that a page stands under."""
        return max((each.address for each in self.nav if _is_under(path, each.address)), key=len, default="")

    def menu(self, entries: Sequence[Entry], current: str) -> list[Heading]:
        """The entries by group, in the order of the first of each."""
        groups: dict[str, list[Entry]] = {}
        for each in entries:
            groups.setdefault(each.group or each.words, []).append(each)
        return [
            Heading(words, inside, current in {each.address for each in inside}) for words, inside in groups.items()
        ]


HOUSE: web.AppKey[House] = web.AppKey("house", House)
CHAT: web.AppKey[Chat] = web.AppKey("chat")
AREA: web.AppKey[Area] = web.AppKey("area", Area)
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


async def show(
    request: web.Request, template: str, *, status: int = 200, filled: Filled[Any] | None = None, **values: Any
) -> web.Response:
    """A page, or a part of one; a form that is wrong is shown with status 422 and its problem on top."""
    session = await get_session(request)
    area, account = request.app[AREA], request.get(STAFF)
    said, problem = session.pop("said", ""), session.pop("problem", "")
    given: dict[str, Any] = {
        "area": area,
        "look": area.look,
        "nav": (entries := area.entries(account)),
        "menu": area.menu(entries, current := area.current(request.path)),
        "current": current,
        "staff": account,
        "csrf": await csrf_token(session),
        "said": said,
        "problem": filled.problem if filled and filled.problem else problem,
        "path": request.path,
        "filled": filled,
    }
    response = aiohttp_jinja2.render_template(template, request, given | values)
    response.set_status(422 if filled and filled.is_wrong and status == 200 else status)
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
    return plain(value) if isinstance(value, str) else ""


def key_of(request: web.Request, name: str = "id") -> int:
    """The number in the address of a page."""
    return int(request.match_info[name])


def _is_under(path: str, address: str) -> bool:
    return path == address or path.startswith(address.rstrip("/") + "/")
