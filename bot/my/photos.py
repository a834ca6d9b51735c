"""A worker's photos from the chat that are not placed yet: to look at, to put where they belong, to delete."""

from __future__ import annotations

from typing import NoReturn

from aiohttp import web
from sqlalchemy.ext.asyncio import AsyncSession

from bot.my.reader import READER, me
from bot.web.desk import HOUSE, go, key_of, show, text_of
from handlers import photo_places
from records import filing, photo_tray
from records.errors import Refused

_HERE = "/my/photos"


def routes() -> list[web.RouteDef]:
    """The addresses of these pages."""
    one = r"/photos/{id:\d{1,9}}"
    return [
        web.get("/photos", page),
        web.get(f"{one}/file", file),
        web.post(f"{one}/put", put),
        web.post(f"{one}/drop", drop),
    ]


async def page(request: web.Request) -> web.Response:
    """All of them, the oldest first."""
    house = request.app[HOUSE]
    me(request)
    async with house.database.unit() as session:
        waiting = await photo_tray.waiting(session, request[READER].openid)
        places = await _choices(request, session)
    return await show(request, "photos.html", waiting=waiting, places=places, words=photo_places.words)


async def file(request: web.Request) -> web.Response:
    """One photo."""
    me(request)
    async with request.app[HOUSE].database.unit() as session:
        photo = await photo_tray.one_of(session, request[READER].openid, key_of(request))
        content = await photo_tray.content_of(session, photo)
    return web.Response(body=content, content_type=filing.kind_of(content))


async def put(request: web.Request) -> NoReturn:
    """Put one where it belongs."""
    house, target = request.app[HOUSE], text_of(await request.post(), "target")
    me(request)
    try:
        async with house.database.unit() as session:
            photo = await photo_tray.one_of(session, request[READER].openid, key_of(request))
            if photo.target != target or photo.file_id is None:  # else the second click of the same
                if target not in await _choices(request, session):
                    raise Refused("请先选这张照片是什么。")
                await photo_places.send(session, photo, target, house.settings.employment_months, house.clock())
    except Refused as refusal:
        await go(request, _HERE, problem=refusal.reason)
    await go(request, _HERE, said=f"放好了：{photo_places.words(target)}。")


async def drop(request: web.Request) -> NoReturn:
    """Delete one."""
    me(request)
    try:
        async with request.app[HOUSE].database.unit() as session:
            photo = await photo_tray.one_of(session, request[READER].openid, key_of(request))
            await photo_tray.drop(session, photo)
    except Refused as refusal:
        await go(request, _HERE, problem=refusal.reason)
    await go(request, _HERE, said="删掉了。")


async def _choices(request: web.Request, session: AsyncSession) -> dict[str, str]:
    house, reader = request.app[HOUSE], request[READER]
    months = house.settings.employment_months
    return await photo_places.choices(session, reader.person, reader.openid, months, house.clock())
