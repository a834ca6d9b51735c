"""A connection whose commit is under way may be given up and closed: nothing runs beside the commit."""

from __future__ import annotations

import asyncio
import sqlite3
import threading
from pathlib import Path

import pytest

from records import near


class Slow(sqlite3.Connection):
    """A connection whose commit waits for the disk; tells when something else was called meanwhile."""

    at_disk = threading.Event()
    go_on = threading.Event()
    beside: list[str] = []

    def commit(self) -> None:
        self.at_disk.set()
        self.go_on.wait(5)
        super().commit()
        self.at_disk.clear()

    def execute(self, *args: object) -> sqlite3.Cursor:  # type: ignore[override]
        self._note("execute")
        return super().execute(*args)  # type: ignore[arg-type]

    def close(self) -> None:
        self._note("close")
        super().close()

    def _note(self, what: str) -> None:
        if self.at_disk.is_set():
            self.beside.append(what)


@pytest.mark.parametrize("then", ["close", "execute"])
async def test_nothing_runs_beside_a_commit_that_nobody_waits_for_any_more(tmp_path: Path, then: str) -> None:
    for each in (Slow.at_disk, Slow.go_on, Slow.beside):
        each.clear()
    connection = await near.connect(tmp_path / "records.db", factory=Slow)
    await connection.execute("create table t (a)")
    committing = asyncio.create_task(connection.commit())
    while not Slow.at_disk.is_set():
        await asyncio.sleep(0.001)
    committing.cancel()
    next_step = asyncio.create_task(connection.close() if then == "close" else _counted(connection))
    await asyncio.sleep(0.02)
    Slow.go_on.set()
    await asyncio.wait_for(next_step, 5)
    assert Slow.beside == []
    if then == "execute":
        await connection.close()


async def _counted(connection: near.NearConnection) -> None:
    await connection.execute("select count(*) from t")
