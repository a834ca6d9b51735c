"""`skillpass registry import`: takes a county's labour registry in, and shows how far it has come and what was wrong."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import islice
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.progress import Progress

from bot.cli.common import now, records, region_code, run
from bot.jobs.registrar import Registrar
from handlers import registry_sheets
from knowledge.regions import Regions
from records import absences, filing, registry_desk
from records.database import Database
from records.errors import Refused
from records.registry import MOST_FAULTS
from records.registry_runs import RegistryRun, RunState

app = typer.Typer(no_args_is_help=True)
_SHOWN = 20  # faults on the screen


@app.callback()
def main() -> None:
    """The county's labour registry."""


@app.command("import")
def import_(
    file: Annotated[Path, typer.Argument(help="档案表，XLSX 或 CSV：要有“姓名”“身份证号”两列")],
    region: Annotated[str, typer.Option(help="哪个地方的档案，如 陵川县")],
    trial: Annotated[bool, typer.Option("--trial", help="只看不存")] = False,
    faults: Annotated[Path | None, typer.Option(help="把要改的行存成这个 XLSX")] = None,
) -> None:
    """Take a registry in; broken off, the same command goes on where it stopped, and again changes nothing."""
    run(_import(file, region, faults, is_trial=trial))


async def _import(file: Path, place: str, faults: Path | None, *, is_trial: bool) -> None:
    region, content = region_code(place), _read(file)
    heading = registry_sheets.heading(content)
    if heading.ignored:
        typer.echo(f"没有用到的列：{'、'.join(heading.ignored)}")
    async with records() as database:
        async with database.unit() as session:
            started = await registry_desk.start(session, file.name, content, region, None, now(), is_trial=is_trial)
        done = await _follow(database, started)
        async with database.unit() as session:
            missing, _ = await absences.count(session, done)
    _report(done)
    if missing:
        typer.echo(f"以前有、这次没有的{missing}人都还在档案里，请到工作台核实：/staff/registry/{done.id}/absences")
    if faults and done.faults:
        _save(faults, registry_sheets.fault_sheet(done.faults))


def _read(file: Path) -> bytes:
    try:
        content = file.read_bytes()
    except OSError as error:
        raise Refused(f"{file.name}打不开：{error.strerror}。") from error
    if len(content) > filing.LARGEST:
        raise Refused(f"{file.name}超过{filing.LARGEST >> 20}MB，请按乡镇拆成几份。")
    return content


def _save(file: Path, content: bytes) -> None:
    try:
        file.write_bytes(content)
    except OSError as error:
        raise Refused(f"{file}写不了：{error.strerror}。") from error
    typer.echo(f"要改的行存到了{file}")


async def _follow(database: Database, started: RegistryRun) -> RegistryRun:
    registrar = Registrar(database, Regions(), now, started.id)
    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("试读" if started.is_trial else "导入", total=None)
        while await registrar.batch():
            async with database.unit() as session:
                stands = await session.get_one(RegistryRun, started.id)
            bar.update(task, completed=stands.done, total=stands.total or None)
    async with database.unit() as session:
        return await session.get_one(RegistryRun, started.id)


def _report(done: RegistryRun) -> None:
    if done.state == RunState.FAILED:
        raise Refused(done.why)
    good = done.added + done.changed + done.matched + done.same
    typer.echo(
        f"{'试读' if done.is_trial else '导入'}{done.total}行：新增{done.added}，更新{done.changed}，"
        f"对上自己登记的{done.matched}，没有变化{done.same}，有问题{done.total - good}。"
    )
    for fault in islice(done.faults, _SHOWN):
        typer.echo(f"  {_told(fault)}")
    if len(done.faults) > _SHOWN:
        more = f"{len(done.faults) - _SHOWN}{'条以上' if len(done.faults) == MOST_FAULTS else '条'}"
        typer.echo(f"  ……还有{more}，加 --faults 问题.xlsx 存下来看")
    if done.is_trial:
        typer.echo("试读，没有保存。")


def _told(fault: Mapping[str, Any]) -> str:
    return f"{fault['row']} {fault['column']}“{fault['came']}”：{fault['expected']}"
