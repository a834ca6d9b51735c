"""The trainer's screen of the demo: the present check-in code of the class in session, in digits for the last row."""

from __future__ import annotations

from pathlib import Path

from aiohttp import web
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot import seed
from bot.app import HOUSE
from config.settings import CHINA
from handlers.context import House
from records import codes
from records.enrolments import Enrolment
from records.marks import Mark, Side
from records.sessions import PART_NAMES

PATH = "/demo/screen"
_PAGE = Path(__file__).with_name("screen.html")
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; connect-src 'self'"


def setup(app: web.Application) -> None:
    """Add the screen to an application with a house."""
    app.router.add_get(PATH, _page)
    app.router.add_get(f"{PATH}/code", _code)


async def _page(request: web.Request) -> web.FileResponse:
    return web.FileResponse(_PAGE, headers={"Content-Security-Policy": _POLICY, "Cache-Control": "no-cache"})


async def _code(request: web.Request) -> web.Response:
    """What the screen shows now; a sitting that is over makes room for the next."""
    house = request.app[HOUSE]
    async with house.database.unit() as session:
        shown = await _shown(session, house)
    return web.json_response(shown, headers={"Cache-Control": "no-store"})


async def _shown(session: AsyncSession, house: House) -> dict[str, str | int | float]:
    now = house.clock()
    training_class, sitting = await seed.in_session(session, now)
    enrolled = select(func.count()).where(Enrolment.class_id == training_class.id)
    here = select(func.count(Mark.enrolment_id.distinct())).where(Mark.session_id == sitting.id, Mark.side == Side.IN)
    starts = sitting.starts_at.astimezone(CHINA)
    return {
        "class": training_class.name,
        "sitting": f"{PART_NAMES[sitting.part]} {starts:%H:%M}上课",
        "code": codes.code(house.database.vault, sitting.id, now),
        "seconds": codes.STEP - now.timestamp() % codes.STEP,
        "step": codes.STEP,
        "here": await session.scalar(here) or 0,
        "enrolled": await session.scalar(enrolled) or 0,
    }
