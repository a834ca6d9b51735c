"""WeChat's side in one object: the account, its phones, its codes and menus, and the way to the bot."""

from __future__ import annotations

import asyncio
import secrets
from collections import deque
from collections.abc import Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from aiohttp import ClientSession, TCPConnector

from bot.simulator.account import Account, Patience, Person, Place
from bot.simulator.courier import Courier
from bot.simulator.faults import Faults
from bot.simulator.gesture import Fields
from bot.simulator.grants import Grants
from bot.simulator.mass import Job
from bot.simulator.media import Media
from bot.simulator.phones import Entry, Phone, Phones, Side
from bot.simulator.quota import Quota
from bot.simulator.replies import Shown
from bot.simulator.scenes import Scenes
from bot.simulator.tokens import Tokens


@dataclass(frozen=True)
class Call:
    """One call of the API by the bot."""

    at: datetime
    api: str
    errcode: int
    body: Any = None


@dataclass
class World:
    """Everything the simulator knows; in memory, gone when it stops."""

    account: Account
    clock: Callable[[], datetime]
    patience: Patience = field(default_factory=Patience)
    places: Sequence[Place] = ()
    people: Sequence[Person] = ()
    templates: Mapping[str, str] = field(default_factory=dict)
    """Titles of the account's templates by id; empty: any id is good."""

    daily: Mapping[str, int] = field(default_factory=dict)
    """Daily limits of APIs where they differ from WeChat's own."""

    page_cookies: Mapping[str, str] = field(default_factory=dict)
    """Cookies by which the account's pages remember their reader, with their paths: dropped each time a phone opens a
    page, for all phones on the desk share one browser."""

    phones: Phones = field(default_factory=Phones)
    faults: Faults = field(default_factory=Faults)
    calls: deque[Call] = field(default_factory=lambda: deque(maxlen=20_000))
    jobs: list[Job] = field(default_factory=list)
    template_ids: dict[tuple[str, str], tuple[int, datetime]] = field(default_factory=dict)
    menu: dict[str, Any] | None = None
    born: str = field(default_factory=lambda: secrets.token_hex(8))
    """Tells one run of the simulator from the next."""

    def __post_init__(self) -> None:
        self.media = Media(self.clock)
        self.scenes = Scenes(self.clock)
        self.tokens = Tokens(self.clock)
        self.quota = Quota(self.clock, self.daily)
        self.grants = Grants(self.clock)
        self._errands: set[asyncio.Task[None]] = set()
        for person in self.people:
            self.phones.add(person.openid, person.nickname, person.note, self.clock() if person.followed else None)

    async def open(self) -> None:
        """Be ready to carry messages."""
        self._session = ClientSession(connector=TCPConnector(limit=0))
        self.courier = Courier(self.account, self.patience, self._session, self.media, self.clock)

    async def close(self) -> None:
        """Drop what is still under way."""
        for errand in self._errands:
            errand.cancel()
        await asyncio.gather(*self._errands, return_exceptions=True)
        await self._session.close()

    def later(self, errand: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        """Run beside everything else, to the end or until the simulator stops."""
        task = asyncio.create_task(errand)
        self._errands.add(task)
        task.add_done_callback(self._errands.discard)
        return task

    def show(self, phone: Phone, shown: Shown, channel: str) -> Entry:
        """Let a message of the account appear on a phone."""
        if shown.kind == "transfer_customer_service":
            return self.phones.write(phone, Side.NOTE, "note", self.clock(), shown.text)
        return self.phones.write(
            phone, Side.THEIRS, shown.kind, self.clock(), shown.text, channel=channel, details=shown.details
        )

    def addressed(self, fields: Fields, sender: str) -> Fields:
        """A message body with its envelope lines."""
        created = int(self.clock().timestamp())
        return {"ToUserName": self.account.id, "FromUserName": sender, "CreateTime": created, **fields}

    def report(self, sender: str, event: str, **fields: Any) -> None:
        """Tell the bot what became of something it sent; nobody waits for an answer."""
        body = self.addressed({"MsgType": "event", "Event": event, **fields}, sender)

        async def errand() -> None:
            await self.courier.carry(body, sender)

        self.later(errand())
