"""Phones to read /my with: the worker's pages over a test house, and a hall with trainees who follow the account."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import pytest
from aiohttp import ClientResponse, web
from aiohttp.test_utils import TestClient
from pytest_aiohttp.plugin import AiohttpClient
from yarl import URL

from bot.my import routes
from bot.wechat.outbound import Outbound
from handlers import links
from handlers.context import House
from records import register
from records.marks import Mark
from records.seats import roster
from records.sessions import Session
from tests.bot.console.conftest import Browser, Page
from tests.halls import Hall, a_hall
from tests.office import a_follower

WORKERS = ["oWorkerOne", "oWorkerTwo"]
HERE = {"latitude": 36.2661, "longitude": 111.9143, "accuracy": 20}  # WGS-84: in the hall
AWAY = {"latitude": 36.2761, "longitude": 111.9143, "accuracy": 20}  # a kilometre north of it


class Phone(Browser):
    """One worker's browser."""

    def __init__(self, client: TestClient[web.Request, web.Application], house: House) -> None:
        super().__init__(client)
        self.client, self._house = client, house
        self.address = ""  # of the page that is open

    async def enter(self, openid: str = WORKERS[0], path: str = "/my/") -> Page:
        """Open a fresh link from the chat."""
        return await self.open(local(links.my(self._house, openid, path, self._house.clock())))

    async def again(self) -> Page:
        """Load the page that is open anew."""
        return await self.open(self.address)

    async def tap(self, page: Page, **told: object) -> Page:
        """Send the form of a check-in page."""
        kept = {name: page.value(name) for name in ("session", "side", "key")}
        return await self.send("/my/check-in", **(kept | told))

    async def _page(self, answer: ClientResponse) -> Page:
        self.address = answer.url.path_qs
        return await super()._page(answer)


@dataclass(frozen=True)
class Taught:
    """A hall whose first trainees follow the account as WORKERS; a third has no phone."""

    house: House
    hall: Hall

    @property
    def sitting(self) -> Session:
        """The session of this morning."""
        return self.hall.sittings[0]

    async def marks(self, worker: int = 0) -> list[Mark]:
        """Everything in the register about one of them, in order."""
        seat = self.hall.seat(worker)
        async with self.house.database.unit() as session:
            return list(await register.history(session, seat.session, seat.enrolment))


Phones = Callable[[], Awaitable[Phone]]
Teach = Callable[..., Awaitable[Taught]]


@pytest.fixture
async def phones(house: House, aiohttp_client: AiohttpClient) -> Phones:
    """Gives browsers that nobody has used yet."""
    app = web.Application()
    routes.setup(app, house, Outbound(house))

    async def phone() -> Phone:
        return Phone(await aiohttp_client(app), house)

    return phone


@pytest.fixture
async def phone(phones: Phones) -> Phone:
    return await phones()


@pytest.fixture
async def teach(house: House) -> Teach:
    """Opens a class for WORKERS that is in session now."""

    async def taught(**changes: object) -> Taught:
        async with house.database.unit() as session:
            hall = await a_hall(session, house.clock(), **changes)
            for openid, (_, person) in zip(WORKERS, await roster(session, hall.training_class.id), strict=False):
                await a_follower(session, openid, house.clock(), person)
        return Taught(house, hall)

    return taught


def local(address: str) -> str:
    """The part of an address behind the host."""
    return str(URL(address).relative())
