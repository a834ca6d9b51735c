"""The demo's way to the screens: one address that leads to the class in session, and a list for the phones to scan."""

from __future__ import annotations

from typing import NoReturn

from aiohttp import web

from bot import seed_classes
from bot.app import HOUSE
from config.settings import CHINA
from handlers import projector
from records import timetable
from records.sessions import PART_NAMES

PATH = "/demo/screen"


def setup(app: web.Application) -> None:
    """Add the demo's addresses to an application with a house."""
    app.router.add_get(PATH, _to_the_screen)
    app.router.add_get("/demo/screens", _on_show)


async def _to_the_screen(request: web.Request) -> NoReturn:
    """The screen of the class that is in session; a sitting that is over makes room for the next."""
    house = request.app[HOUSE]
    async with house.database.unit() as session:
        _, sitting = await seed_classes.in_session(session, house.clock())
    raise web.HTTPSeeOther(projector.path(house, sitting))


async def _on_show(request: web.Request) -> web.Response:
    """The QR codes on the teachers' screens of this moment, as a phone would scan them."""
    house = request.app[HOUSE]
    now = house.clock()
    async with house.database.unit() as session:
        await seed_classes.in_session(session, now)
        found = await timetable.of_everybody(session, now.astimezone(CHINA).date())
    open_now = [(training_class, sitting) for training_class, sitting in found if sitting.is_open(now)]
    shown = [
        {"title": f"{each.name} {PART_NAMES[sitting.part]}", "address": projector.scan_address(house, sitting, now)}
        for each, sitting in open_now
    ]
    return web.json_response(shown, headers={"Cache-Control": "no-store"})
