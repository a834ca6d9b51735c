"""`skillpass ask`: questions from the command line or as JSON lines, through the same dispatch as WeChat's messages."""

from __future__ import annotations

import asyncio
import json
import sys
from datetime import UTC, date, datetime, time
from typing import Annotated, Any, TextIO

import typer

from config.settings import CHINA, Settings
from handlers.context import House
from handlers.dispatch import handle
from handlers.house import open_house
from handlers.message import Kind, Message, Reply
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
) -> None:
    """Ask a question, or answer JSON lines {"id", "region", "today", "turns"} from standard input."""
    if jsonl:
        asyncio.run(answer_rows(sys.stdin, sys.stdout))
    elif question:
        row = {"id": "1", "region": region, "turns": [question]}
        for line in asyncio.run(_collect([row])):
            typer.echo(line["replies"][-1]["text"])
    else:
        raise typer.BadParameter("expected a question, or --jsonl with JSON lines on standard input")


async def answer_rows(source: TextIO, target: TextIO) -> None:
    """Answer each JSON line of a stream; a line that cannot be read gets an error line in its place."""
    clock = Day()
    house = await scratch_house(clock)
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


async def scratch_house(clock: Day) -> House:
    """A house over an empty database in memory."""
    settings = Settings(database_url="sqlite+aiosqlite:///:memory:", secret_key="scratch database, nothing is kept")
    house = open_house(settings, clock)
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


async def _collect(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    clock = Day()
    house = await scratch_house(clock)
    return [await answer_row(row, number, house, clock) for number, row in enumerate(rows, 1)]
