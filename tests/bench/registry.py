"""How long a county's registry takes to import: tried, taken in, again the same, and with a group of everybody changed.

Run: python -m tests.bench.registry [--rows N] [--url URL]. Beside each stands the ratio of its CPU to that of the baseline,
which is reading the same sheet and encrypting its people alone; and the longest that one unit kept the chat waiting.
URL is that of an empty database; without it a SQLite file is made. Sheets are XLSX.
"""

from __future__ import annotations

import argparse
import asyncio
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy.ext.asyncio import AsyncSession

from bot.jobs.registrar import Registrar
from handlers.registry_sheets import Reader
from knowledge.regions import Regions
from records import people, registry_desk
from records.database import Database
from records.registry import BATCH
from records.registry_runs import RegistryRun
from records.vault import Vault
from tests.conftest import MORNING, SECRET, fresh
from tests.registry import Cells, a_row, an_xlsx

REGION = "140524"
_NAMES = ("李秀英", "王强", "张晓梅", "刘伟", "欧阳建国")


def now() -> datetime:
    """The day of the bench."""
    return MORNING.astimezone(UTC)


def sheet(rows: int, group: str, since: str) -> bytes:
    """A sheet of so many people, all of one group."""
    named: Sequence[Cells] = [
        a_row(n, _NAMES[n % len(_NAMES)], group, phone=f"138{n:08}", town=f"{n % 12}号乡", since=since)
        for n in range(rows)
    ]
    return an_xlsx(named)


def baseline(content: bytes, database: Database) -> float:
    """CPU seconds to read a sheet twice, as a run does to count it first, and to encrypt its people once."""
    began = time.process_time()
    for is_sealed in (False, True):
        reader = Reader(content, REGION, Regions(), MORNING.date())
        while lines := reader.read(BATCH):
            for line in lines:
                if is_sealed and line.row:
                    people.sealed(database.vault, line.row.name, line.row.number, line.row.phone)
    return time.process_time() - began


class Watched(Database):
    """Records that know how long one unit held them at most."""

    longest = 0.0

    @asynccontextmanager
    async def unit(self) -> AsyncIterator[AsyncSession]:
        """A unit, timed."""
        async with super().unit() as session:
            began = time.perf_counter()
            yield session
        self.longest = max(self.longest, time.perf_counter() - began)


async def imported(database: Watched, content: bytes, *, is_trial: bool = False) -> tuple[float, float, RegistryRun]:
    """Seconds and CPU seconds of one run, and what it counted."""
    began, used, database.longest = time.perf_counter(), time.process_time(), 0.0
    async with database.unit() as session:
        run = await registry_desk.start(session, "档案.xlsx", content, REGION, None, now(), is_trial=is_trial)
    registrar = Registrar(database, Regions(), now, run.id)
    while await registrar.batch():
        pass
    async with database.unit() as session:
        done = await session.get_one(RegistryRun, run.id)
    return time.perf_counter() - began, time.process_time() - used, done


async def main(rows: int, url: str) -> None:
    """Print the table."""
    first, changed = sheet(rows, "脱贫户", "2024-03-01"), sheet(rows, "残疾人", "2026-01-01")
    await (await fresh(url)).close()
    database = Watched(url, Vault(SECRET))
    alone = baseline(first, database)
    print(f"{rows:,} rows, {url.partition(':')[0]}; baseline {alone:.1f} s of CPU")
    for name, content, is_trial in (
        ("tried", first, True),
        ("taken in", first, False),
        ("again the same", first, False),
        ("a group changed", changed, False),
    ):
        spent, used, run = await imported(database, content, is_trial=is_trial)
        counted = f"added {run.added:,}, changed {run.changed:,}, same {run.same:,}"
        cost = (
            f"{spent:6.1f} s  CPU {used:5.1f} s  {used / alone:4.2f} x  longest unit {database.longest * 1000:4.0f} ms"
        )
        print(f"{name:16} {cost}  {counted}", flush=True)
    await database.close()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=50_000)
    parser.add_argument("--url", default="")
    given = parser.parse_args()
    with TemporaryDirectory() as folder:
        asyncio.run(main(given.rows, given.url or f"sqlite+aiosqlite:///{Path(folder) / 'bench.db'}"))
