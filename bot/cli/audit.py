"""`skillpass audit`: is the log of what was done still whole?"""

from __future__ import annotations

import typer

from bot.cli.common import records, run
from records import anchors, audit
from records.anchors import Found
from records.audit import Verdict

app = typer.Typer()


@app.callback()
def main() -> None:
    """The audit log."""


@app.command()
def verify() -> None:
    """Walk the log's hash chain and every session's register; exit code 1 names what does not hold."""
    log, registers = run(_verify())
    is_whole = [_say_log(log), _say_registers(registers)]
    if not all(is_whole):
        raise typer.Exit(1)


def _say_log(log: Verdict) -> bool:
    if log.broken is not None:
        typer.echo(f"第{log.broken}条不对：{log.why}。前面{log.entries}条完好。", err=True)
        return False
    typer.echo(f"{log.entries}条记录，全部完好。\n最后一条的校验值（请抄存，日后可查有没有被截短）：{log.last}")
    return True


def _say_registers(registers: Found) -> bool:
    for named, why in registers.broken.items():
        typer.echo(f"考勤登记不对，{named}：{why}。", err=True)
    if registers.broken:
        typer.echo(f"{registers.sessions}节课里有{len(registers.broken)}节的考勤登记不对。", err=True)
        return False
    typer.echo(f"考勤登记：{registers.sessions}节课，{registers.marks}条，全部完好。")
    return True


async def _verify() -> tuple[Verdict, Found]:
    async with records() as database, database.unit() as session:
        return await audit.verify(session), await anchors.verify(session)
