"""`skillpass chat`: a talk in the terminal, through the same dispatch as WeChat, over a scratch database."""

from __future__ import annotations

import asyncio
import re
from itertools import count
from typing import Annotated

import typer
from rich.console import Console
from rich.panel import Panel
from rich.text import Text

from bot.cli.ask import Day, scratch_house
from handlers.context import House
from handlers.dispatch import handle
from handlers.message import Kind, Message, Place
from records import followers

_WORKER = "terminal"
_PLACE = re.compile(r"^位置\s*(-?\d+(?:\.\d+)?)\s*[,，\s]\s*(-?\d+(?:\.\d+)?)$")
_GREETING = "说“退出”结束；发位置打“位置 35.77,113.28”（纬度,经度）。说的话不会保存。"


def chat(region: Annotated[str | None, typer.Option(help="您在哪里，如 陵川县")] = None) -> None:
    """Talk with the service in the terminal; nothing is kept."""
    with asyncio.Runner() as runner:
        _talk(region, runner)


def message_of(line: str, number: int, house: House) -> Message:
    """A typed line as a message: a text, or a location where it gives one."""
    id, now = f"{_WORKER}-{number}", house.clock()
    if match := _PLACE.match(line):
        return Message(id, _WORKER, Kind.LOCATION, now, place=Place(float(match[1]), float(match[2])))
    return Message(id, _WORKER, Kind.TEXT, now, line)


def _talk(region: str | None, runner: asyncio.Runner) -> None:
    console, house = Console(highlight=False), runner.run(scratch_house(Day()))
    try:
        runner.run(_settle(region, house))
        console.print(_GREETING, style="dim")
        for number in count(1):
            line = _read(console)
            if line in (None, "退出", "exit", "quit"):
                return
            if line:
                reply = runner.run(handle(message_of(line, number, house), house))
                console.print(
                    Panel(Text(reply.text or "（不作声）"), title="技能通", title_align="left", style="green")
                )
    finally:
        runner.run(house.database.close())


async def _settle(region: str | None, house: House) -> None:
    if region is None:
        return
    code = house.shelf.regions.find(region)
    if code is None:
        raise typer.BadParameter(f"不认识“{region}”，请用县、市或省的名字，如 古县", param_hint="--region")
    async with house.database.unit() as session:
        (await followers.meet(session, _WORKER, house.clock())).region = code


def _read(console: Console) -> str | None:
    """The next line; None when there is no more."""
    try:
        return console.input("[bold]我：[/bold]").strip()
    except (EOFError, KeyboardInterrupt):
        return None
