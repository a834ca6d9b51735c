"""`skillpass report`: the figures of a period on the terminal, or as a sheet."""

from __future__ import annotations

import getpass
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from bot.cli.common import region_code, run
from config.settings import CHINA, settings
from handlers import periods, report_sheets, reports, targets
from handlers.house import open_house
from handlers.reports import CUT_NAMES, FIGURE_NAMES, THEMES, Column, Line, Rate, Report
from records import audit
from records.audit import Event
from records.errors import Refused
from records.report_figures import Cut

_SHARE = "{:.1%}"


def report(
    period: Annotated[str, typer.Option(help="2026-11、2026-Q4、2026-H2 或 2026；不写就是这个月")] = "",
    region: Annotated[str, typer.Option(help="哪里的，如 陵川县；不写就是设置里的地区")] = "",
    cut: Annotated[Cut, typer.Option("--by", help="按什么分")] = Cut.INSTITUTION,
    xlsx: Annotated[Path | None, typer.Option(help="存成表格，写文件名")] = None,
) -> None:
    """The report of a period: training, certificates, vouchers and money, each beside the period before."""
    run(_report(period, region, cut, xlsx))


async def _report(written: str, place: str, cut: Cut, xlsx: Path | None) -> None:
    region = region_code(place or settings().region)
    now = datetime.now(UTC)
    today = now.astimezone(CHINA).date()
    period = periods.read(written) if written else periods.of_day(today, "M")
    house = open_house(settings())
    try:
        async with house.database.reading() as session:
            made = await reports.report(session, house, period, region, cut)
            annexes = await targets.of(session, house, region, period.year)
        if xlsx is not None:
            _write(xlsx, report_sheets.report_sheet(house, made, annexes, today))
            actor = f"command line:{getpass.getuser()}"[:80]
            told = {"region": region, "cut": cut.value}
            async with house.database.unit() as session:
                await audit.append(session, Event.REPORT_DOWNLOAD, actor, f"report:{period.key}", now, **told)
    finally:
        await house.database.close()
    typer.echo(f"{house.shelf.regions.name(region)}{period.shown}，金额单位：元")
    _show(made)
    if xlsx is not None:
        typer.echo(f"存好了：{xlsx}")


def _write(path: Path, content: bytes) -> None:
    try:
        path.write_bytes(content)
    except OSError as error:
        raise Refused(f"“{path}”存不了：{error.strerror}。请换个文件名或文件夹。") from error


def _show(made: Report) -> None:
    for theme, columns in THEMES.items():
        table = Table(title=theme, title_justify="left")
        table.add_column(CUT_NAMES[made.cut])
        for column in columns:
            table.add_column(
                column.name if isinstance(column, Rate) else FIGURE_NAMES[column], justify="right", overflow="fold"
            )
        for line in (*made.lines_of(columns), made.whole, made.before):
            table.add_row(line.name, *(_cell(line, column) for column in columns))
        Console().print(table)


def _cell(line: Line, column: Column) -> str:
    if isinstance(column, Rate):
        share = line.share(column)
        return "—" if share is None else _SHARE.format(share)
    return reports.shown(column, line.figures[column])
