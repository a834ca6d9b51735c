"""The trainer's pages under /teach: every address and the function behind it."""

from __future__ import annotations

from pathlib import Path

from aiohttp import web

from bot import employment, own_account
from bot.teach import (
    certificates,
    claim_papers,
    claims,
    classes,
    closing,
    decisions,
    evidence,
    look,
    one_claim,
    papers,
    results,
    roll,
    roster,
    roster_adding,
    sheet,
    sitting,
    today,
    trainee,
    voucher_check,
    wechat,
)
from bot.web.area import STAFF_COOKIE, open_area
from bot.web.desk import Chat, Entry
from bot.web.guards import signed_in
from handlers.context import House

NAV = [
    Entry("/teach/", "今天"),
    Entry("/teach/classes", "班级"),
    Entry("/teach/claims", "补贴"),
    Entry("/teach/wechat", "微信"),
]
_HERE = Path(__file__).parent
_NUMBER = r"{id:\d{1,9}}"


def setup(app: web.Application, house: House, outbound: Chat) -> None:
    """Open the trainer's pages on an application."""
    open_area(
        app,
        house,
        outbound,
        prefix="/teach",
        name="老师",
        routes=_routes(),
        templates=_HERE / "templates",
        static=_HERE / "static",
        filters=look.FILTERS,
        guard=signed_in,
        nav=NAV,
        cookie=STAFF_COOKIE,
    )


def _routes() -> list[web.RouteDef]:
    session, excuse = f"/sessions/{_NUMBER}", f"/excuses/{_NUMBER}"
    one = session + r"/trainees/{enrolment:\d{1,9}}"
    return [
        web.get("/", today.page),
        web.get(session, sitting.page),
        web.get(f"{session}/roll", sitting.part),
        web.post(f"{session}/begin", sitting.begin),
        web.post(f"{session}/call", roll.call),
        web.get(one, trainee.page),
        web.post(one, trainee.correct),
        web.post(excuse + r"/{verb:approve|refuse}", decisions.decide),
        web.get("/wechat", wechat.page),
        web.post("/wechat/unbind", wechat.unbind),
        *classes.routes(),
        *roster.routes(),
        *roster_adding.routes(),
        *voucher_check.routes(),
        *evidence.routes(),
        *papers.routes(),
        *results.routes(),
        *closing.routes(),
        *certificates.routes(),
        *employment.routes(),
        *own_account.routes(),
        *claims.routes(),
        *one_claim.routes(),
        *claim_papers.routes(),
        *sheet.routes(),
    ]
