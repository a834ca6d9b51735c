"""`skillpass db`: the tables of the database, brought up to date or looked at."""

from __future__ import annotations

import typer

from bot.cli.common import run
from config.settings import settings
from records import migrate

app = typer.Typer(no_args_is_help=True)


@app.command()
def upgrade() -> None:
    """Bring the database of SKILLPASS_DATABASE_URL to the latest revision; again changes nothing."""
    typer.echo(f"数据库已是最新版本：{run(migrate.upgrade(settings().database_url))}")


@app.command()
def current() -> None:
    """Show at which revision the database stands."""
    revision, latest = run(migrate.current(settings().database_url)), migrate.latest()
    if revision == latest:
        typer.echo(f"{revision}（最新）")
    else:
        typer.echo(f"{revision or '空库'}，最新是{latest}。请运行 skillpass db upgrade")
