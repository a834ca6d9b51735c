"""`skillpass ask`: questions from the command line or as JSON lines, through the same dispatch as WeChat's messages."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Sequence
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Annotated, Any, TextIO

import typer

from bot.cli.added import read_added
from config.settings import CHINA, Settings
from handlers.context import House
from handlers.dispatch import handle
from handlers.house import open_house
from handlers.message import Kind, Message, Reply
from knowledge.errors import FileError
from knowledge.lists import QuestionList
from knowledge.official import Official
from records import followers
from records.database import Base


class Day:
    """A clock that stands at noon of a chosen day, or runs."""

    def __init__(self) -> None:
        self.day: date | None = None

    def __call__(self) -> datetime:
        if self.day is None:
            return datetime.now(UTC)
        return datetime.combine(self.day, time(12), CHINA).astimezone(UTC)


def ask(
    question: Annotated[str | None, typer.Argument(help="一句问话")] = None,
    region: Annotated[str | None, typer.Option(help="地区，如 古县")] = None,
    jsonl: Annotated[bool, typer.Option("--jsonl", help="从标准输入逐行读 JSON，逐行写回")] = False,
    knowledge: Annotated[
        list[Path] | None, typer.Option(help="只为这一次加上的文件原文（txt、docx、pdf）或问答表（csv、xlsx）")
    ] = None,
) -> None:
    """Ask a question, or answer JSON lines {"id", "region", "today", "turns"} from standard input."""
    if jsonl:
        asyncio.run(answer_rows(sys.stdin, sys.stdout, *_added(knowledge)))
    elif question:
        row = {"id": "1", "region": region, "turns": [question]}
        for line in asyncio.run(_collect([row], *_added(knowledge))):
            typer.echo(line["replies"][-1]["text"])
    else:
        raise typer.BadParameter("expected a question, or --jsonl with JSON lines on standard input")


def _added(files: Sequence[Path] | None) -> tuple[list[QuestionList], list[Official]]:
    """The files as knowledge; one that cannot be read is named, with exit code 1."""
    try:
        return read_added(files or ())
    except FileError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from error


async def answer_rows(
    source: TextIO, target: TextIO, lists: Sequence[QuestionList] = (), officials: Sequence[Official] = ()
) -> None:
    """Answer each JSON line of a stream; a line that cannot be read gets an error line in its place."""
    clock = Day()
    house = await scratch_house(clock, lists, officials)
    for number, line in enumerate(source, 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
            answered = await answer_row(row, number, house, clock)
        except (ValueError, KeyError, TypeError) as error:
            answered = {"id": number, "error": f"line {number}: expected id, region, turns; {error!r}"}
        target.write(json.dumps(answered, ensure_ascii=False) + "\n")
        target.flush()
    await house.database.close()


async def scratch_house(clock: Day, lists: Sequence[QuestionList] = (), officials: Sequence[Official] = ()) -> House:
    """A house over an empty database in memory, which knows some lists and documents more."""
    settings = Settings(database_url="sqlite+aiosqlite:///:memory:", secret_key="scratch database, nothing is kept")
    house = open_house(settings, clock, lists, officials)
    async with house.database.engine.begin() as connection:
        await connection.run_sync(Base.metadata.create_all)
    return house


async def answer_row(row: dict[str, Any], number: int, house: House, clock: Day) -> dict[str, Any]:
    """The replies to one row's turns, from a fresh worker of its region."""
    clock.day = date.fromisoformat(row["today"]) if row.get("today") else None
    worker = f"row-{number}"
    await _settle(worker, row.get("region"), house)
    replies = [
        await handle(Message(f"{worker}-{turn}", worker, Kind.TEXT, house.clock(), str(text)), house)
        for turn, text in enumerate(row["turns"])
    ]
    return {"id": row["id"], "replies": [as_json(reply) for reply in replies]}


async def _settle(worker: str, region: str | None, house: House) -> None:
    async with house.database.unit() as session:
        follower = await followers.meet(session, worker, house.clock())
        follower.region = house.shelf.regions.find(region) if region else None
        if region and follower.region is None:
            raise ValueError(f"unknown region {region!r}; use a county, city or province such as 古县")


def as_json(reply: Reply) -> dict[str, Any]:
    """A reply in the fields of the contract."""
    return {
        "text": reply.text,
        "outcome": reply.outcome.value,
        "intent": reply.intent,
        "citations": [{"document": c.document, "section": c.section} for c in reply.citations],
        "choices": [{"label": c.label, "document": c.document, "section": c.section} for c in reply.choices],
    }


async def _collect(
    rows: list[dict[str, Any]], lists: Sequence[QuestionList], officials: Sequence[Official]
) -> list[dict[str, Any]]:
    clock = Day()
    house = await scratch_house(clock, lists, officials)
    return [await answer_row(row, number, house, clock) for number, row in enumerate(rows, 1)]
