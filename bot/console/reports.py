"""The office's reports: a period by a cut, each figure with the rows behind it, as pages and as sheets."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any
from urllib.parse import quote, urlencode

from aiohttp import web

from bot.web.desk import HOUSE, show
from bot.web.guards import need
from bot.web.tables import read_page
from config.settings import CHINA
from handlers import periods, report_sheets, reports, targets
from handlers.context import House
from handlers.periods import Period
from handlers.reports import CUT_NAMES, FIGURE_NAMES, FIGURE_NOTES, THEMES, Rate, Report
from handlers.targets import Annex
from records import audit, reporting
from records.audience import place
from records.audit import Event
from records.errors import Refused
from records.report_figures import MONEY, Cut, Figure
from records.staff import Staff
from records.trainers import OFFICE

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_MOST = 20_000  # rows of one sheet


def routes() -> list[web.RouteDef]:
    """The addresses of the reports."""
    return [
        web.get("/reports", page),
        web.get("/reports/sheet", sheet),
        web.get(r"/reports/{figure:[a-z_]{1,20}}", behind),
        web.get(r"/reports/{figure:[a-z_]{1,20}}/sheet", behind_sheet),
    ]


async def page(request: web.Request) -> web.Response:
    """One report."""
    account, house = need(request, *OFFICE, to="看报表"), request.app[HOUSE]
    period, region, cut = _asked(request, account)
    report, annexes = await _made(house, period, region, cut)
    return await show(
        request,
        "report.html",
        report=report,
        annexes=annexes,
        themes=THEMES,
        with_targets=targets.years(house, region),
        unplaced=targets.UNPLACED,
        target_names=targets.NAMES,
        offered=_offered(house, period),
        link=lambda **changes: _link(period, region, cut, **changes),
        region=region,
        trend=[(each.shown.removeprefix(f"{each.year}年") or each.shown, number) for each, number in report.trend],
        **_names(),
    )


async def sheet(request: web.Request) -> web.Response:
    """The same as a file; that it was taken is audited."""
    account, house = need(request, *OFFICE, to="下载报表"), request.app[HOUSE]
    period, region, cut = _asked(request, account)
    now = house.clock()
    report, annexes = await _made(house, period, region, cut)
    told = {"region": region, "cut": cut.value}
    async with house.database.unit() as session:
        await audit.append(session, Event.REPORT_DOWNLOAD, account.actor, f"report:{period.key}", now, **told)
    content = report_sheets.report_sheet(house, report, annexes, now.astimezone(CHINA).date())
    return _file(content, report_sheets.file_name(house, period, region))


async def behind(request: web.Request) -> web.Response:
    """The rows behind one figure."""
    account, house, asked = need(request, *OFFICE, to="看报表"), request.app[HOUSE], read_page(request, 50)
    period, region, cut = _asked(request, account)
    figure, value = _figure(request), request.query.get("value")
    scope = reports.scope(house, period, region)
    async with house.database.reading() as session:
        found = await reporting.behind(
            session,
            scope,
            figure,
            cut if value is not None else None,
            value or "",
            offset=asked.offset,
            most=asked.size,
        )
    return await show(
        request,
        "report_rows.html",
        listing=asked.of(found.rows, found.total),
        found=found,
        figure=figure,
        note=FIGURE_NOTES[figure],
        period=period,
        where=house.shelf.regions.name(region),
        chosen="" if value is None else f"{CUT_NAMES[cut]}：{reports.named(house, cut, value)}",
        back=f"/staff/reports?{_link(period, region, cut)}",
        sheet=f"/staff/reports/{figure}/sheet?{request.query_string}",
        called=lambda each, found: reports.named(house, each, found),
        **_names(),
    )


async def behind_sheet(request: web.Request) -> web.Response:
    """The same as a file; that it was taken is audited."""
    account, house = need(request, *OFFICE, to="下载报表"), request.app[HOUSE]
    period, region, cut = _asked(request, account)
    figure, value = _figure(request), request.query.get("value")
    scope = reports.scope(house, period, region)
    by = cut if value is not None else None
    async with house.database.reading() as session:
        found = await reporting.behind(session, scope, figure, by, value or "", most=_MOST + 1)
    if found.total > _MOST:
        raise Refused(f"这里有{found.total:,}行，一张表最多{_MOST:,}行。请把时间选短些，或点进一行再下载。")
    told = {"region": region, "figure": figure.value, "rows": found.total}
    async with house.database.unit() as session:
        await audit.append(session, Event.REPORT_DOWNLOAD, account.actor, f"report:{period.key}", house.clock(), **told)
    # Thousands of rows take seconds to write: the pages go on meanwhile.
    content = await asyncio.to_thread(report_sheets.rows_sheet, house, period, region, figure, found.rows)
    return _file(content, report_sheets.file_name(house, period, region, figure))


async def _made(house: House, period: Period, region: str, cut: Cut) -> tuple[Report, Sequence[Annex]]:
    """A report with its targets, of one moment; seconds for a whole year of a county, and nobody waits for them."""
    async with house.database.reading() as session:
        made = await reports.report(session, house, period, region, cut)
        return made, await targets.of(session, house, region, period.year)


def _asked(request: web.Request, account: Staff) -> tuple[Period, str, Cut]:
    house, query = request.app[HOUSE], request.query
    this_month = periods.of_day(house.clock().astimezone(CHINA).date(), "M")
    period = periods.read(query["period"]) if query.get("period") else this_month
    region = query.get("region") or account.region
    if not (region.isdecimal() and len(region) == 6 and region.startswith(place(account.region))):
        raise Refused(f"只能看{house.shelf.regions.name(account.region)}和下面地方的报表。")
    cut = query.get("cut", "")
    return period, region, Cut(cut) if cut in {each.value for each in Cut} else Cut.INSTITUTION


def _figure(request: web.Request) -> Figure:
    called = request.match_info["figure"]
    if called not in {each.value for each in Figure}:
        raise Refused("没有这个指标，请从报表里点进来。")
    return Figure(called)


def _offered(house: House, period: Period) -> dict[str, dict[str, str]]:
    """The periods to choose from, with the one that is shown."""
    offered = periods.choices(house.clock().astimezone(CHINA).date())
    offered[periods.KIND_NAMES[period.kind]].setdefault(period.key, period.shown)
    return offered


def _link(period: Period, region: str, cut: Cut, /, **changes: str) -> str:
    return urlencode({"period": period.key, "region": region, "cut": cut.value} | changes)


def _names() -> dict[str, Any]:
    return {
        "cut_names": CUT_NAMES,
        "figure_names": FIGURE_NAMES,
        "figure_notes": FIGURE_NOTES,
        "shown": reports.shown,
        "is_rate": lambda column: isinstance(column, Rate),
        "money": MONEY,
        "figures": Figure,
        "rates": {"attendance": reports.ATTENDANCE, "passing": reports.PASSING, "employment": reports.EMPLOYMENT},
    }


def _file(content: bytes, name: str) -> web.Response:
    headers = {"Content-Disposition": f"attachment; filename*=UTF-8''{quote(name)}"}
    return web.Response(body=content, content_type=_XLSX, headers=headers)
