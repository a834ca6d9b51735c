"""SQLite without a hop to another thread for every statement: they take microseconds, the hop a hundred times that."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import aiosqlite

_ROWS = 64  # fetched at a time
# What may wait, for another process's lock or for the disk, goes to the connection's own thread.
_WAITS = ("begin", "commit", "pragma", "rollback")


class NearConnection(aiosqlite.Connection):
    """A connection that runs short statements where they are asked for, unless its own thread is still at work."""

    # Whoever waited for the thread may have been cancelled, and the connection be closed meanwhile: a call beside the
    # one that is running would take the process down. One counter is written by the loop, the other by the thread.
    _asked = 0
    _done = 0
    never_waits = False  # in memory there is neither a disk nor another process

    async def _execute(self, fn: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        if self._asked == self._done and (self.never_waits or not _may_wait(fn, args)):
            return fn(*args, **kwargs)
        self._asked += 1
        return await super()._execute(partial(self._counted, fn), *args, **kwargs)  # type: ignore[no-untyped-call]

    def _counted(self, fn: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        try:
            return fn(*args, **kwargs)
        finally:
            self._done += 1


def _may_wait(fn: Callable[..., Any], args: tuple[Any, ...]) -> bool:
    if fn.__name__ == "close":
        return isinstance(getattr(fn, "__self__", None), sqlite3.Connection)
    statement = args[0] if args and isinstance(args[0], str) else fn.__name__
    return statement.lstrip()[:8].lower().startswith(_WAITS)


def connect(database: str | Path, **options: Any) -> NearConnection:
    """A connection to be awaited, as aiosqlite.connect gives one; used from the loop's thread and its own."""
    options["check_same_thread"] = False
    connection = NearConnection(lambda: sqlite3.connect(database, **options), _ROWS)
    connection._thread.daemon = True
    connection.never_waits = str(database) == ":memory:"
    return connection
