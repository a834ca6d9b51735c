"""The staff console under /staff: every address and the function behind it."""

from __future__ import annotations

from pathlib import Path

import aiohttp_jinja2
import aiohttp_session
import jinja2
from aiohttp import web
from aiohttp_session.cookie_storage import EncryptedCookieStorage

from bot.console import guards, login, look, notices, sending, tickets
from bot.console.desk import CHAT, HOUSE, SESSION_HOURS, Chat
from handlers.context import House

_HERE = Path(__file__).parent
_NUMBER = r"{id:\d{1,9}}"


def setup(app: web.Application, house: House, outbound: Chat) -> None:
    """Open the console on an application."""
    desk = web.Application(middlewares=[guards.headers])
    desk[HOUSE], desk[CHAT] = house, outbound
    aiohttp_session.setup(desk, _cookie(house))
    desk.middlewares.extend((guards.kindly, guards.signed_in, guards.own_forms_only))
    loader = jinja2.FileSystemLoader(_HERE / "templates")
    pages = aiohttp_jinja2.setup(
        desk, loader=loader, filters=look.FILTERS, autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True
    )
    pages.globals["sends_templates"] = bool(house.settings.wechat_template)
    desk.router.add_static("/static/", _HERE / "static")
    desk.add_routes(_routes())
    app.router.add_get("/staff", home)
    app.add_subapp("/staff/", desk)


async def home(request: web.Request) -> web.Response:
    """The first page."""
    raise web.HTTPSeeOther("/staff/notices")


def _routes() -> list[web.RouteDef]:
    notice, ticket = f"/notices/{_NUMBER}", f"/tickets/{_NUMBER}"
    return [
        web.get("/", home),
        web.get("/login", login.form),
        web.post("/login", login.enter),
        web.post("/logout", login.leave),
        web.get("/notices", notices.listed),
        web.get("/notices/new", notices.blank),
        web.post("/notices/new", notices.write),
        web.get("/notices/reach", notices.reach),
        web.get(notice, notices.one),
        web.get(f"{notice}/edit", notices.edit),
        web.post(f"{notice}/edit", notices.revise),
        web.get(f"{notice}/progress", sending.progress),
        web.post(f"{notice}/return", sending.send_back),
        web.post(notice + r"/{verb:submit|approve|pause|resume|cancel}", sending.act),
        web.get("/tickets", tickets.listed),
        web.get(ticket, tickets.one),
        web.get(f"{ticket}/talk", tickets.talk),
        web.post(f"{ticket}/take", tickets.take),
        web.post(f"{ticket}/reply", tickets.reply),
        web.post(f"{ticket}/close", tickets.close),
    ]


def _cookie(house: House) -> EncryptedCookieStorage:
    return EncryptedCookieStorage(
        house.database.vault.key("console session"),
        cookie_name="skillpass_staff",
        path="/staff",
        max_age=int(SESSION_HOURS.total_seconds()),
        httponly=True,
        samesite="Lax",
        secure=house.settings.public_url.startswith("https://"),
    )
