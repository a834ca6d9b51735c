"""The worker's pages under /my: every address and the function behind it."""

from __future__ import annotations

from pathlib import Path

from aiohttp import web

from bot.my import attendance, check_in, claims, classes, door, held, home, look, one_claim, photos, scan, voucher, work
from bot.web.area import open_area
from bot.web.desk import Entry
from bot.wechat.outbound import Outbound
from handlers.context import House

NAV = [
    Entry("/my/", "首页", icon="home"),
    Entry("/my/check-in", "签到", icon="pin"),
    Entry("/my/attendance", "考勤", icon="check"),
    Entry("/my/voucher", "券", icon="ticket"),
    Entry("/my/classes", "找班", icon="class"),
]
_HERE = Path(__file__).parent
_CLASS = r"/classes/{id:\d{1,9}}"


def setup(app: web.Application, house: House, outbound: Outbound) -> None:
    """Open the worker's pages on an application."""
    app[door.WECHAT] = outbound.api
    open_area(
        app,
        house,
        outbound,
        prefix=door.PREFIX,
        routes=_routes(),
        templates=_HERE / "templates",
        static=_HERE / "static",
        filters=look.FILTERS,
        guard=door.known,
        nav=NAV,
        cookie=door.COOKIE,
        look="phone",
        session=door.STAYS,
    )


def _routes() -> list[web.RouteDef]:
    return [
        web.get("/go/{token}", door.open_link),
        web.get("/wechat", door.recognised),
        web.get("/", home.page),
        web.get("/check-in", check_in.page),
        web.post("/check-in", check_in.tap),
        web.get("/in/{scan}", scan.scanned),
        web.get("/attendance", attendance.page),
        web.post("/attendance", attendance.ask),
        web.get("/voucher", voucher.page),
        web.get("/held", held.page),
        web.get("/claims", claims.page),
        *one_claim.routes(),
        *photos.routes(),
        *work.routes(),
        web.get("/classes", classes.listed),
        web.get("/classes/mine", classes.mine),
        web.get(_CLASS, classes.one),
        web.post(f"{_CLASS}/enrol", classes.enrol),
        web.post(f"{_CLASS}/leave", classes.leave),
    ]
