"""`skillpass policy import`: brings official documents in, and shows what it read and what it could not."""

from __future__ import annotations

import getpass
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer
from sqlalchemy import make_url

from bot.cli.common import now, records, region_code, run
from config.settings import settings
from handlers.renewal import as_official
from knowledge.errors import PaperError
from knowledge.listed import EVERYWHERE
from knowledge.official import Import, Official, read_official
from knowledge.passages import passages
from knowledge.regions import Regions
from records import officials
from records.database import Database
from records.errors import Refused
from records.lists import Became

_NATIONAL = "全国"
_SHOWN = 12  # sections
_BECAME = {
    Became.NEW: "已导入，几秒内可以查到",
    Became.REPLACED: "已换成这一版，几秒内生效；旧的一版还留着",
    Became.RESTORED: "已换回以前导入过的这一版，几秒内生效",
    Became.UNCHANGED: "以前导入过，和现在用的一样，没有变化",
}


def import_texts(
    files: Annotated[list[Path], typer.Argument(metavar="FILE...", help="文件原文：txt、docx 或 pdf")],
    region: Annotated[str, typer.Option(help="哪里的文件，如 古县；不写就从标题和发文机关看，全国的写 全国")] = "",
    by: Annotated[str, typer.Option(help="经手人，记在审计里；不写就是这台机器的登录名")] = "",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="只看不存")] = False,
) -> None:
    """Import official documents: searchable at once, quoted where no prepared answer fits."""
    run(_import(files, region, f"command line:{by or getpass.getuser()}"[:80], dry_run=dry_run))


async def _import(files: list[Path], region: str, by: str, *, dry_run: bool) -> None:
    code = EVERYWHERE if region == _NATIONAL else region_code(region) if region else None
    regions, failed = Regions(), 0
    async with records() as database:
        for file in files:
            try:
                read = read_official(file, regions, code)
                if read.official.region is None:
                    raise Refused(f"{file.name}：没看出是哪里的文件，请用 --region 写明（全国的写 全国）。")
                _report(read, regions)
                typer.echo("试读，没有保存。" if dry_run else f"{_BECAME[await _keep(database, read, by)]}。")
            except (PaperError, Refused) as error:
                failed += 1
                typer.echo(str(error), err=True)
    if failed:
        raise Refused(f"{len(files)}份里有{failed}份没有导入。")


async def _keep(database: Database, read: Import, by: str) -> Became:
    document = {
        "checksum": read.checksum,
        "name": read.official.name,
        "title": read.official.title,
        "number": read.official.number,
        "issuer": read.official.issuer,
        "region": read.official.region,
        "issued": read.official.issued,
        "file_name": read.paper.name,
        "file": read.paper.raw,
    }
    async with database.unit() as session:
        return await officials.keep(session, document, list(map(asdict, read.official.sections)), by, now())


def _report(read: Import, regions: Regions) -> None:
    official = read.official
    typer.secho(f"《{official.title}》{official.number or '（没有文号）'}", bold=True)
    assert official.region is not None
    place = _NATIONAL if official.region == EVERYWHERE else regions.name(official.region)
    issued = f"{official.issued}印发" if official.issued else "没写印发日期"
    typer.echo(f"  {official.issuer or '没写发文机关'}　{place}　{issued}")
    at = official.locators
    more = f"……共{len(at)}节" if len(at) > _SHOWN else f"，共{len(at)}节"
    rows = f"，表格{read.rows}行" if read.rows else ""
    typer.echo(f"  {'、'.join(at[:_SHOWN])}{more}，{sum(1 for _ in passages(official))}条{rows}")
    typer.echo(f"  SHA-256 {read.checksum}")
    for problem in read.paper.problems:
        typer.secho(f"  注意：{problem}", fg="yellow")


def official_in(file: Path) -> Official:
    """The document in a file; what cannot be read is said, with exit code 1."""
    try:
        return read_official(file, Regions()).official
    except PaperError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from error


def officials_kept() -> dict[str, Official]:
    """The imported documents by number or title; none where there are no records yet."""
    url = make_url(settings().database_url)
    if url.get_backend_name() == "sqlite" and not Path(url.database or "").exists():
        return {}  # to look is no reason to make them

    async def kept() -> dict[str, Official]:
        async with records() as database, database.unit() as session:
            return {each.name: as_official(each, sections) for each, sections in await officials.current(session)}

    return run(kept())
