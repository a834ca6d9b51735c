"""`skillpass audit`: is the log of what was done still whole?"""

from __future__ import annotations

import typer

from bot.cli.common import records, run
from records import audit
from records.audit import Verdict

app = typer.Typer()


@app.callback()
def main() -> None:
    """The audit log."""


@app.command()
def verify() -> None:
    """Walk the hash chain; exit code 1 names the first entry that does not hold."""
    found = run(_verify())
    if found.broken is not None:
        typer.echo(f"第{found.broken}条不对：{found.why}。前面{found.entries}条完好。", err=True)
        raise typer.Exit(1)
    typer.echo(f"{found.entries}条记录，全部完好。\n最后一条的校验值（请抄存，日后可查有没有被截短）：{found.last}")


async def _verify() -> Verdict:
    async with records() as database, database.unit() as session:
        return await audit.verify(session)
