"""SQLite without a hop to another thread for every statement: they take microseconds, the hop a hundred times that."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import aiosqlite

_ROWS = 64  # fetched at a time
# What may wait, for another process's lock or for the disk, goes to the connection's own thread.
_WAITS = ("begin", "commit", "pragma", "rollback")


class NearConnection(aiosqlite.Connection):
    """A connection that runs short statements where they are asked for."""

    async def _execute(self, fn: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        statement = args[0] if args and isinstance(args[0], str) else fn.__name__
        if statement.lstrip()[:8].lower().startswith(_WAITS):
            return await super()._execute(fn, *args, **kwargs)  # type: ignore[no-untyped-call]
        return fn(*args, **kwargs)


def connect(database: str | Path, **options: Any) -> NearConnection:
    """A connection to be awaited, as aiosqlite.connect gives one; used from the loop's thread and its own."""
    options["check_same_thread"] = False
    connection = NearConnection(lambda: sqlite3.connect(database, **options), _ROWS)
    connection._thread.daemon = True
    return connection
