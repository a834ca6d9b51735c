"""The phones on the desk: who holds each, does he follow the account, what was said both ways."""

from __future__ import annotations

import asyncio
import itertools
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from bot.simulator.windows import Windows


class Side(StrEnum):
    """Whose words an entry shows."""

    MINE = "mine"
    THEIRS = "theirs"
    NOTE = "note"  # grey words of WeChat itself


class Outcome(StrEnum):
    """What became of something that the person did."""

    WAITING = "waiting"
    ANSWERED = "answered"
    SILENT = "silent"  # the bot took it and said nothing
    FAILED = "failed"


@dataclass(frozen=True)
class Delivery:
    """One attempt to hand a message to the bot."""

    at: datetime
    seconds: float
    status: int | None  # HTTP status; None when no answer came
    problem: str = ""  # why WeChat does not take this answer; empty when it does
    said: str = ""  # the text of the reply


@dataclass
class Entry:
    """One line of a chat."""

    id: int
    openid: str
    side: Side
    kind: str
    at: datetime
    text: str = ""
    channel: str = ""  # how a message of the account came: reply, custom, template, subscribe, mass, preview
    outcome: Outcome | None = None
    details: dict[str, Any] = field(default_factory=dict)
    deliveries: list[Delivery] = field(default_factory=list)


@dataclass
class Phone:
    """One phone and its chat with the account."""

    openid: str
    nickname: str
    note: str = ""
    followed: bool = False
    receives: bool = True  # False: the person has turned the account's messages off
    snapshot: bool = False  # pages open as a 快照页, for somebody who does not exist
    latitude: float | None = None
    longitude: float | None = None
    followed_at: datetime | None = None
    followed_by: str = ""  # the scene of the code that was scanned
    entries: list[Entry] = field(default_factory=list)
    windows: Windows = field(default_factory=Windows)
    consents: dict[str, float] = field(default_factory=dict)  # template: notices still allowed, inf for ever
    mass: dict[str, int] = field(default_factory=dict)  # month: mass messages received

    def summary(self, now: datetime) -> dict[str, Any]:
        """The phone without its chat."""
        return {
            "openid": self.openid,
            "nickname": self.nickname,
            "note": self.note,
            "followed": self.followed,
            "receives": self.receives,
            "snapshot": self.snapshot,
            "latitude": self.latitude,
            "longitude": self.longitude,
            "consents": sorted(template for template, left in self.consents.items() if left > 0),
            "messages_allowed": self.windows.left(now) if self.followed else 0,
        }


def made_up_openid() -> str:
    """An openid that nobody has."""
    return "o" + secrets.token_urlsafe(20)[:27]


def plain(entry: Entry) -> dict[str, Any]:
    """An entry as JSON data."""
    data = asdict(entry)
    data["at"] = entry.at.isoformat()
    data["deliveries"] = [{**asdict(delivery), "at": delivery.at.isoformat()} for delivery in entry.deliveries]
    return data


class Phones:
    """All phones, and those who listen to what happens on them."""

    def __init__(self) -> None:
        self._by_openid: dict[str, Phone] = {}
        self._ids = itertools.count(1)
        self._listeners: set[asyncio.Queue[tuple[str, dict[str, Any]]]] = set()

    def __iter__(self) -> Any:
        return iter(self._by_openid.values())

    def get(self, openid: str) -> Phone | None:
        """The phone of this openid."""
        return self._by_openid.get(openid)

    def add(self, openid: str = "", nickname: str = "", note: str = "", followed_at: datetime | None = None) -> Phone:
        """Put a phone on the desk; the one that is there when the openid is known."""
        openid = openid or made_up_openid()
        if openid not in self._by_openid:
            name = nickname or f"手机{len(self._by_openid) + 1}"
            self._by_openid[openid] = Phone(openid, name, note, followed_at is not None, followed_at=followed_at)
        return self._by_openid[openid]

    def write(self, phone: Phone, side: Side, kind: str, at: datetime, text: str = "", **more: Any) -> Entry:
        """Add a line to a chat and tell the listeners."""
        entry = Entry(next(self._ids), phone.openid, side, kind, at, text, **more)
        phone.entries.append(entry)
        self.tell("entry", plain(entry))
        return entry

    def tell(self, event: str, data: dict[str, Any]) -> None:
        """Let every listener know."""
        for queue in self._listeners:
            queue.put_nowait((event, data))

    @asynccontextmanager
    async def listen(self) -> AsyncIterator[asyncio.Queue[tuple[str, dict[str, Any]]]]:
        """A queue of everything that happens from now on."""
        queue: asyncio.Queue[tuple[str, dict[str, Any]]] = asyncio.Queue()
        self._listeners.add(queue)
        try:
            yield queue
        finally:
            self._listeners.discard(queue)
