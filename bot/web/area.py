"""An area: pages under one prefix, with their guard, their session, their templates and their navigation."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

import aiohttp_jinja2
import jinja2
from aiohttp import web
from aiohttp.typedefs import Handler, Middleware
from aiohttp_session import session_middleware
from aiohttp_session.cookie_storage import EncryptedCookieStorage

from bot.web import charts, guards
from bot.web.desk import AREA, CHAT, HOUSE, Area, Chat, Entry, Look
from bot.web.look import FILTERS
from handlers.context import House

SESSION_HOURS = timedelta(hours=8)
STAFF_COOKIE = "skillpass_desk"

_HERE = Path(__file__).parent
_SHARED: web.AppKey[bool] = web.AppKey("shared files are served", bool)


def open_area(
    app: web.Application,
    house: House,
    outbound: Chat,
    *,
    prefix: str,
    routes: Sequence[web.AbstractRouteDef],
    templates: Path,
    guard: Middleware,
    nav: Sequence[Entry],
    cookie: str,
    name: str = "",
    look: Look = "desk",
    static: Path | None = None,
    filters: Mapping[str, Callable[..., Any]] | None = None,
    session: timedelta = SESSION_HOURS,
) -> None:
    """Open pages under a prefix of an application; areas with the same cookie share their log-in.

    The area's own scripts lie in `static` and are served outside the guard; `asset("name.js")` is their address.
    """
    area = web.Application()
    area[HOUSE], area[CHAT], area[AREA] = house, outbound, Area(prefix, name, nav, look)
    reach = "/" if cookie == STAFF_COOKIE else prefix
    shield = (guards.room_for_files, guards.headers, session_middleware(_cookie(house, cookie, reach, session)))
    area.middlewares.extend((*shield, guards.kindly, guard, guards.own_forms_only))
    _set_up_templates(area, house, templates, filters or {}, _assets(prefix, static))
    area.add_routes(routes)
    if _SHARED not in app:
        app[_SHARED] = True
        app.add_subapp("/web/static/", _files(_HERE / "static"))
    if static:
        app.add_subapp(f"/web{prefix}/", _files(static))
    app.router.add_get(prefix, _to(f"{prefix}/"))
    app.add_subapp(f"{prefix}/", area)


def _set_up_templates(
    area: web.Application,
    house: House,
    templates: Path,
    filters: Mapping[str, Callable[..., Any]],
    asset: Callable[[str], str],
) -> None:
    pages = aiohttp_jinja2.setup(
        area,
        loader=jinja2.FileSystemLoader([templates, _HERE / "templates"]),
        filters={**FILTERS, "region": lambda code: house.shelf.regions.name(code), **filters},
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
    )
    pages.globals |= {"asset": asset, "charts": charts}


def _assets(prefix: str, static: Path | None) -> Callable[[str], str]:
    """Gives the address of a style or script; it changes with the file, so that no browser keeps an old one."""
    folders = {f"/web{prefix}": static} if static else {}
    found = {
        path.name: f"{address}/{path.name}?v={sha256(path.read_bytes()).hexdigest()[:8]}"
        for address, folder in {"/web/static": _HERE / "static", **folders}.items()
        for path in folder.iterdir()
    }
    return found.__getitem__


def _files(folder: Path) -> web.Application:
    files = web.Application(middlewares=[_kept_for_a_while, guards.headers])
    files.router.add_static("/", folder)
    return files


@web.middleware
async def _kept_for_a_while(request: web.Request, handler: Handler) -> web.StreamResponse:
    response = await handler(request)
    response.headers["Cache-Control"] = "max-age=3600"
    return response


def _to(address: str) -> Handler:
    async def onward(request: web.Request) -> web.StreamResponse:
        raise web.HTTPSeeOther(address)

    return onward


def _cookie(house: House, name: str, reach: str, lasting: timedelta) -> EncryptedCookieStorage:
    return EncryptedCookieStorage(
        house.database.vault.key(f"{name} session"),
        cookie_name=name,
        path=reach,
        max_age=int(lasting.total_seconds()),
        httponly=True,
        samesite="Lax",
        secure=house.settings.public_url.startswith("https://"),
    )
