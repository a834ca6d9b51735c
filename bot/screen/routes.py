"""The screen of a session: the page, and what it shows now as JSON; a signed link opens it, nobody signs in."""

from __future__ import annotations

from pathlib import Path

import segno
from aiohttp import web
from aiohttp.typedefs import Handler
from sqlalchemy.ext.asyncio import AsyncSession

from bot.web.area import open_area
from bot.web.desk import HOUSE, Chat, show
from handlers import projector
from handlers.context import House
from handlers.projector import Shown
from records import scans
from records.classes import TrainingClass
from records.errors import Refused
from records.sessions import PART_NAMES, Session

COOKIE = "skillpass_screen"
_HERE = Path(__file__).parent
_TOKEN = r"{token:[\w-]{16,64}}"


def setup(app: web.Application, house: House, outbound: Chat) -> None:
    """Open the screens on an application."""
    open_area(
        app,
        house,
        outbound,
        prefix="/screen",
        name="投屏",
        look="projector",
        routes=[web.get(f"/{_TOKEN}", page), web.get(f"/{_TOKEN}/now", now)],
        templates=_HERE / "templates",
        static=_HERE / "static",
        guard=_open_to_all,
        nav=[],
        cookie=COOKIE,
    )


async def page(request: web.Request) -> web.Response:
    """The screen, or a sentence where its link does not hold any more."""
    house = request.app[HOUSE]
    async with house.database.unit() as session:
        try:
            told = await _shown(session, request)
        except Refused as refusal:
            return await show(request, "gone.html", status=404, sentence=refusal.reason)
    part = PART_NAMES[told.sitting.part]
    return await show(request, "screen.html", told=told, part=part, qr=picture(told.address), path=request.path)


async def now(request: web.Request) -> web.Response:
    """What the screen shows now; the QR code only where it is another one than the reader has seen."""
    async with request.app[HOUSE].database.unit() as session:
        try:
            told = await _shown(session, request)
        except Refused as refusal:
            return web.json_response({"problem": refusal.reason}, status=404)
    step = told.address.rpartition("/")[2]
    seen = request.query.get("seen") == step
    return web.json_response(
        {
            "stage": told.stage,
            "title": told.title,
            "address": told.address,
            "step": step,
            "qr": "" if seen else picture(told.address),
            "seconds": told.address_for,
            "code": told.code,
            "code_seconds": told.code_for,
            "here": told.here,
            "due": told.due,
            "latest": [line.person.name_masked for line in told.latest],
            "why": told.sitting.cancelled_why,
        }
    )


def picture(address: str) -> str:
    """An address as a QR code, for the src of an image; empty where there is none."""
    return segno.make(address, error="m").svg_data_uri(border=2, dark="#0b2a20") if address else ""


async def _shown(session: AsyncSession, request: web.Request) -> Shown:
    house = request.app[HOUSE]
    at = house.clock()
    session_id = scans.read_screen(house.database.vault, request.match_info["token"], at)
    sitting = await session.get(Session, session_id)
    if sitting is None:
        raise Refused("没有这节课了，请老师重新打开投屏。")
    training_class = await session.get_one(TrainingClass, sitting.class_id)
    return await projector.shown(session, house, (training_class, sitting), at)


@web.middleware
async def _open_to_all(request: web.Request, handler: Handler) -> web.StreamResponse:
    """The link itself is what opens a screen."""
    return await handler(request)
