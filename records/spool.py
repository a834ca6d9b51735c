"""The spool: messages whose answer is owed, in a file, so that they outlive the database and the process."""

from __future__ import annotations

import fcntl
import json
import os
import secrets
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from records.vault import Vault


@dataclass(frozen=True)
class Debt:
    """One message whose answer is owed."""

    key: str
    openid: str
    at: datetime  # since when
    sealed: str  # the message; it may hold an ID number


class Spool:
    """A file of JSON lines that several processes share: “owed” opens a debt, “paid” ends it."""

    def __init__(self, path: Path, vault: Vault) -> None:
        self._path = path
        self._vault = vault
        self._debts: dict[str, dict[str, Debt]] = {}  # of each follower, by key
        self._owner: dict[str, str] = {}
        # What of the file was read: its first line is new each time it was emptied, so that growth is told from change.
        self._first = b""
        self._offset = 0
        self._seen = (0, 0)
        self._reading = threading.Lock()

    def owe(self, key: str, openid: str, message: dict[str, Any], now: datetime) -> None:
        """Write a message down for good: it is on the disk when this returns."""
        line = {"owed": key, "openid": openid, "at": now.isoformat(), "message": self._vault.seal(json.dumps(message))}
        with self._alone() as file:
            _append(file, line)

    def pay(self, key: str) -> None:
        """Write down that the answer was given; the file is emptied when nothing is owed any more."""
        with self._alone() as file:
            _append(file, {"paid": key})
            self._read()
            if not self._debts:
                os.ftruncate(file, 0)
                os.fsync(file)

    def owed(self, openid: str | None = None) -> list[Debt]:
        """What is owed to everybody, or to one follower, each one's oldest first."""
        self._read()
        theirs = self._debts.values() if openid is None else [self._debts.get(openid, {})]
        return [debt for debts in theirs for debt in debts.values()]

    def message(self, debt: Debt) -> dict[str, Any]:
        """The message that was written down."""
        message: dict[str, Any] = json.loads(self._vault.open(debt.sealed))
        return message

    @contextmanager
    def _alone(self) -> Iterator[int]:
        file = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
        try:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield file
        finally:
            os.close(file)

    def _read(self) -> None:
        """Take in what was written since, by this process or another."""
        with self._reading:
            try:
                found = self._path.stat()
            except FileNotFoundError:
                self._begin_anew(b"")
                self._seen = (0, 0)
                return
            if (found.st_size, found.st_mtime_ns) == self._seen:
                return
            with self._path.open("rb") as file:
                first = file.readline()
                if first != self._first:
                    self._begin_anew(first)
                file.seek(self._offset)
                for line in file:
                    if not line.endswith(b"\n"):
                        break  # still being written
                    self._offset += len(line)
                    self._take(line)
            self._seen = (found.st_size, found.st_mtime_ns)

    def _take(self, line: bytes) -> None:
        try:
            row = json.loads(line)
        except ValueError:
            return  # cut off by a crash before it was acknowledged
        if "owed" in row:
            debt = Debt(row["owed"], row["openid"], datetime.fromisoformat(row["at"]), row["message"])
            self._debts.setdefault(debt.openid, {}).setdefault(debt.key, debt)
            self._owner[debt.key] = debt.openid
        elif openid := self._owner.pop(row.get("paid", ""), None):
            del self._debts[openid][row["paid"]]
            if not self._debts[openid]:
                del self._debts[openid]

    def _begin_anew(self, first: bytes) -> None:
        self._first, self._offset, self._debts, self._owner = first, len(first), {}, {}


def _append(file: int, row: dict[str, Any]) -> None:
    size = os.fstat(file).st_size
    text = json.dumps(row) + "\n"
    if size == 0:
        text = json.dumps({"spool": secrets.token_hex(8)}) + "\n" + text
    elif os.pread(file, 1, size - 1) != b"\n":
        text = "\n" + text  # the line before was cut off
    if os.write(file, text.encode()) < len(text):
        raise OSError("the disk took only a part of the line")
    os.fsync(file)
