"""A process of the service that does nothing but its jobs; run as a program by the tests that kill it.

Usage: process.py DATABASE_URL JOURNAL [HANG_AT]. The journal stands for WeChat: a line for every message that reached
a worker, and it knows a repeat by its key. With HANG_AT the message of that number reaches the worker and no answer
comes back, so that a kill falls between handing over and writing down.
"""

from __future__ import annotations

import asyncio
import os
import sys
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import cast

from bot.jobs import scheduler
from bot.jobs.courier import Pace
from config.settings import Settings
from handlers.context import House, Knowing
from knowledge.shelf import Shelf
from records.database import Database
from records.vault import Vault
from tests import conftest

PACE = Pace(batch=5, every=0.05, lease=timedelta(seconds=1))


@dataclass(frozen=True)
class Sent:
    status: str = "sent"
    channel: str = "customer_service"
    code: int = 0
    reason: str = ""


class Journal:
    """WeChat's side: what has reached whom."""

    def __init__(self, path: Path, hang_at: int | None) -> None:
        self._path = path
        self._hang_at = hang_at

    async def send_notice(self, openid: str, text: str, key: str) -> Sent:
        lines = self._path.read_text().splitlines()
        known = f"{key} {openid}" in lines
        self._write(f"repeat {key}" if known else f"{key} {openid}")
        if not known and len(lines) + 1 == self._hang_at:
            await asyncio.get_running_loop().create_future()
        return Sent()

    def _write(self, line: str) -> None:
        with self._path.open("a") as journal:
            journal.write(line + "\n")
            journal.flush()
            os.fsync(journal.fileno())


async def main(url: str, journal: Path, hang_at: int | None) -> None:
    database = Database(url, Vault(conftest.SECRET))
    knowing = cast(Knowing, SimpleNamespace(shelf=Shelf()))  # jobs understand no questions
    house = House(Settings(database_url=url), database, knowing, lambda: datetime.now(UTC))
    await scheduler.start(house, Journal(journal, hang_at), PACE)
    await asyncio.get_running_loop().create_future()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], Path(sys.argv[2]), int(sys.argv[3]) if len(sys.argv) > 3 else None))
