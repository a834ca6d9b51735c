"""The labour registry at the office: a sheet is tried, its faults are said, then it is taken in while one watches."""

from __future__ import annotations

import asyncio
from typing import Annotated
from urllib.parse import quote

from aiohttp import web
from pydantic import BaseModel, Field

from bot.jobs import scheduler
from bot.web.desk import HOUSE, go, key_of, show
from bot.web.forms import Filled, blank, read_form
from bot.web.guards import need
from bot.web.uploads import Upload, file_of
from handlers import registry_sheets
from records import absences, registry_desk
from records.audience import place
from records.errors import Refused
from records.registry import MOST_FAULTS
from records.registry_desk import IMPORTERS
from records.registry_runs import RegistryRun, RunState
from records.trainers import OFFICE

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_SHOWN = 50  # faults on the page
_TO = "导入档案"
STATE_NAMES = {
    RunState.WAITING: "排队中",
    RunState.RUNNING: "进行中",
    RunState.DONE: "读完了",
    RunState.FAILED: "没读成",
}
STATE_TONES = {RunState.WAITING: "info", RunState.RUNNING: "info", RunState.DONE: "good", RunState.FAILED: "bad"}


class SheetForm(BaseModel):
    """A registry's sheet and the place whose people it names."""

    region: str = Field(title="地方", max_length=30)
    sheet: Annotated[Upload, file_of(".xlsx", ".csv", megabytes=10)] = Field(title="档案表")


def routes() -> list[web.RouteDef]:
    """The addresses of these pages."""
    one = r"/registry/{id:\d{1,9}}"
    return [
        web.get("/registry", listed),
        web.post("/registry", try_out),
        web.get("/registry/template.xlsx", template),
        web.get(one, page),
        web.get(f"{one}/progress", progress),
        web.get(f"{one}/faults.xlsx", faults),
        web.post(f"{one}/take", take),
    ]


async def listed(request: web.Request) -> web.Response:
    """The runs so far, and the form for another."""
    account = need(request, *OFFICE, to="看档案导入")
    region = request.app[HOUSE].shelf.regions.name(account.region)
    return await _listed(request, blank(SheetForm, region=region))


async def try_out(request: web.Request) -> web.Response:
    """Begin a trial of a sheet; nothing is changed by it."""
    account, house = need(request, *IMPORTERS, to=_TO), request.app[HOUSE]
    filled = await read_form(request, SheetForm)
    if (told := filled.told) is None:
        return await _listed(request, filled)
    region = house.shelf.regions.find(told.region)
    if region is None or not region.startswith(place(account.region)):
        where = house.shelf.regions.name(account.region)
        return await _listed(request, filled.refused(Refused(f"只能导入{where}和下面地方的档案。"), "region"))
    try:
        sheet = told.sheet
        heading = await asyncio.to_thread(registry_sheets.heading, sheet.content)
        async with house.database.unit() as session:
            now = house.clock()
            run = await registry_desk.start(session, sheet.name, sheet.content, region, account, now, is_trial=True)
    except Refused as refusal:
        return await _listed(request, filled.refused(refusal, "sheet"))
    scheduler.wake()
    said = f"没有用到的列：{'、'.join(heading.ignored)}。" if heading.ignored else ""
    await go(request, f"/staff/registry/{run.id}", said=said)


async def page(request: web.Request) -> web.Response:
    """One run: how far it has come, what it counted, what must be mended."""
    account = need(request, *OFFICE, to="看档案导入")
    async with request.app[HOUSE].database.unit() as session:
        run = await registry_desk.run_for(session, key_of(request), account)
        missing, undecided = await absences.count(session, run)
    return await show(
        request,
        "registry_run.html",
        run=run,
        missing=missing,
        undecided=undecided,
        is_going=run.state in (RunState.WAITING, RunState.RUNNING),
        faulty=_faulty(run),
        shown=run.faults[:_SHOWN],
        is_cut=len(run.faults) == MOST_FAULTS,
        may_take=account.holds(*IMPORTERS),
        states=STATE_NAMES,
        tones=STATE_TONES,
    )


async def progress(request: web.Request) -> web.Response:
    """The bar alone, asked for again and again while a run goes on."""
    account = need(request, *OFFICE, to="看档案导入")
    async with request.app[HOUSE].database.unit() as session:
        run = await registry_desk.run_for(session, key_of(request), account)
    return await show(request, "registry_progress.html", run=run, is_going=run.ended_at is None)


async def take(request: web.Request) -> web.Response:
    """Take in what was tried; twice is once."""
    account, house = need(request, *IMPORTERS, to=_TO), request.app[HOUSE]
    async with house.database.unit() as session:
        trial = await registry_desk.run_for(session, key_of(request), account)
        run = await registry_desk.take_in(session, trial, account, house.clock())
    scheduler.wake()
    await go(request, f"/staff/registry/{run.id}")


async def faults(request: web.Request) -> web.Response:
    """The rows to mend as a sheet."""
    account = need(request, *OFFICE, to="看档案导入")
    async with request.app[HOUSE].database.unit() as session:
        run = await registry_desk.run_for(session, key_of(request), account)
    return _sheet(registry_sheets.fault_sheet(run.faults), "要改的行.xlsx")


async def template(request: web.Request) -> web.Response:
    """The sheet to fill in."""
    return _sheet(registry_sheets.template(), "劳动力档案模板.xlsx")


async def _listed(request: web.Request, filled: Filled[SheetForm]) -> web.Response:
    account = need(request, *OFFICE, to="看档案导入")
    async with request.app[HOUSE].database.unit() as session:
        runs = await registry_desk.recent(session, account)
    return await show(
        request,
        "registry.html",
        filled=filled,
        runs=[(run, name, _faulty(run)) for run, name in runs],
        may_import=account.holds(*IMPORTERS),
        states=STATE_NAMES,
        tones=STATE_TONES,
    )


def _faulty(run: RegistryRun) -> int:
    return run.done - run.added - run.changed - run.matched - run.same


def _sheet(content: bytes, name: str) -> web.Response:
    headers = {"Content-Disposition": f"attachment; filename*=UTF-8''{quote(name)}"}
    return web.Response(body=content, content_type=_XLSX, headers=headers)
