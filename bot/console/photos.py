"""Photos that workers sent in the chat and nobody placed yet, for the office to look at; each look is written down."""

from __future__ import annotations

from aiohttp import web

from bot.web.desk import HOUSE, key_of, show
from bot.web.guards import need
from records import audit, filing, photo_tray
from records.audit import Event
from records.trainers import OFFICE

_TO = "看工人发来的照片"


def routes() -> list[web.RouteDef]:
    """The addresses of these pages."""
    return [web.get("/photos", listed), web.get(r"/photos/{id:\d{1,9}}/file", file)]


async def listed(request: web.Request) -> web.Response:
    """All of the account's place, the newest first."""
    account = need(request, *OFFICE, to=_TO)
    async with request.app[HOUSE].database.unit() as session:
        rows = await photo_tray.of_office(session, account)
    return await show(request, "photos.html", rows=rows)


async def file(request: web.Request) -> web.Response:
    """One photo."""
    house, account = request.app[HOUSE], need(request, *OFFICE, to=_TO)
    async with house.database.unit() as session:
        photo = await photo_tray.seen_by(session, account, key_of(request))
        content = await photo_tray.content_of(session, photo)
        await audit.append(session, Event.PHOTO_VIEW, account.actor, f"photo:{photo.id}", house.clock())
    return web.Response(body=content, content_type=filing.kind_of(content))
