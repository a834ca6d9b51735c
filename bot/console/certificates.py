"""Certificates at the office: the list, one with its correction, and an evaluation body's sheet for the whole county."""

from __future__ import annotations

from datetime import date

from aiohttp import web
from pydantic import BaseModel, Field

from bot import certificate_import
from bot.certificate_import import SheetForm
from bot.web.deeds import deeds
from bot.web.desk import HOUSE, STAFF, go, key_of, show, text_of
from bot.web.forms import Filled, blank, read_form
from bot.web.guards import need
from bot.web.tables import read_page
from handlers import certificate_rows, certificate_rules, certificate_sheets
from handlers.certificate_rules import Paper
from handlers.certificate_sheets import Desk
from knowledge.certificates import LEVELS, catalogue
from records import audit, certificate_search, staff
from records.certificate_search import Wanted
from records.certificates import SKILL_NAMES
from records.errors import Refused
from records.reporters import DESK, is_of_office
from records.trainers import OFFICE

_TO = "登记证书"
_IMPORT = "/staff/certificates/import"
_DEEDS = {"certificate:paper:enter": "登记", "certificate:paper:correct": "更正"}


class PaperForm(BaseModel):
    """A certificate put right."""

    kind: str = Field(title="证书类型", max_length=40)
    occupation: str = Field(title="工种", max_length=40)
    level: str = Field(title="等级", max_length=16, default="")
    number: str = Field(title="证书编号", max_length=60)
    issued_on: date = Field(title="发证日期")
    issuer: str = Field(title="发证机构", max_length=120)
    reason: str = Field(title="更正的原因", max_length=200)


def routes() -> list[web.RouteDef]:
    """The addresses of these pages."""
    one = r"/certificates/{id:\d{1,9}}"
    return [
        web.get("/certificates", listed),
        web.get("/certificates/import", importing),
        web.get("/certificates/import/template.xlsx", certificate_import.template),
        web.post("/certificates/import/check", check),
        web.post("/certificates/import/apply", apply),
        web.get(one, page),
        web.post(one, correct),
    ]


async def listed(request: web.Request) -> web.Response:
    """The certificates of the place, the last entered first."""
    account, asked = need(request, *OFFICE, to="看证书"), read_page(request)
    wanted = Wanted(asked.asked("kind"), asked.asked("skill"), asked.asked("q"))
    async with request.app[HOUSE].database.unit() as session:
        rows, total = await certificate_search.search(session, account, wanted, asked.offset, asked.size)
    return await show(
        request,
        "certificates.html",
        listing=asked.of(rows, total),
        kinds=_kinds(),
        skill_names=SKILL_NAMES,
        rule=catalogue(),
        basis=certificate_rules.basis(request.app[HOUSE].shelf),
        may_enter=account.holds(*DESK),
    )


async def page(request: web.Request) -> web.Response:
    """One certificate, its scan, what was done to it, and the form to put it right."""
    return await _page(request)


async def correct(request: web.Request) -> web.Response:
    """Put it right, with the reason."""
    account, house = need(request, *DESK, to=_TO), request.app[HOUSE]
    filled = await read_form(request, PaperForm)
    if filled.told is None:
        return await _page(request, filled)
    told = filled.told
    paper = Paper(told.kind, told.occupation, told.level, told.number, told.issuer, told.issued_on)
    try:
        async with house.database.unit() as session:
            held = await certificate_search.certificate_for(session, key_of(request), account)
            await certificate_rules.correct(session, held.certificate, paper, told.reason, account, house.clock())
    except Refused as refusal:
        return await _page(request, filled.refused(refusal))
    await go(request, request.path, said="更正好了，原来的内容留在经过里。")


async def importing(request: web.Request) -> web.Response:
    """The form for a sheet."""
    need(request, *DESK, to=_TO)
    return await show(request, "certificate_import_page.html", filled=blank(SheetForm), done=None)


async def check(request: web.Request) -> web.Response:
    """Show what a sheet would do; nothing is entered yet."""
    account, house = need(request, *DESK, to=_TO), request.app[HOUSE]
    filled = await read_form(request, SheetForm)
    if filled.told is None:
        return await show(request, "certificate_import_page.html", filled=filled, done=None)
    try:
        rows = certificate_rows.read(filled.told.sheet.content)
        async with house.database.unit() as session:
            done = await certificate_sheets.check(session, rows, Desk(account, house.clock()))
    except Refused as refusal:
        wrong = filled.refused(refusal, "sheet")
        return await show(request, "certificate_import_page.html", filled=wrong, done=None)
    kept = certificate_import.sealed(request, rows)
    return await show(request, "certificate_import_page.html", filled=filled, done=done, kept=kept)


async def apply(request: web.Request) -> web.Response:
    """Enter the rows of a sheet that was looked at."""
    account, house = need(request, *DESK, to=_TO), request.app[HOUSE]
    try:
        rows = certificate_import.opened(request, text_of(await request.post(), "kept"))
        async with house.database.unit() as session:
            done = await certificate_sheets.apply(session, rows, Desk(account, house.clock()))
    except Refused as refusal:
        await go(request, _IMPORT, problem=refusal.reason)
    await go(request, "/staff/certificates", said=certificate_import.said(done))


async def _page(request: web.Request, filled: Filled[PaperForm] | None = None) -> web.Response:
    need(request, *OFFICE, to="看证书")
    async with request.app[HOUSE].database.unit() as session:
        held = await certificate_search.certificate_for(session, key_of(request), request[STAFF])
        history = await audit.history(session, held.certificate.thing)
        names = await staff.names(session)
    it = held.certificate
    given = {name: getattr(it, name) for name in ("kind", "occupation", "level", "issued_on", "issuer")}
    return await show(
        request,
        "certificate.html",
        held=held,
        filled=filled or blank(PaperForm, **given, number=it.shown),
        deeds=deeds(history, names, _DEEDS),
        kinds=_kinds(),
        levels={level: level for level in LEVELS},
        skill_names=SKILL_NAMES,
        rule=catalogue(),
        basis=certificate_rules.basis(request.app[HOUSE].shelf),
        may_correct=is_of_office(request[STAFF]),
    )


def _kinds() -> dict[str, str]:
    return {name: name for name in catalogue().kinds}
