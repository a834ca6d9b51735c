"""The office's side of a training day: a county with classes under way, the console and the public page over a test house."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import timedelta

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from bot.console import routes as console
from bot.teach import routes as teach
from bot.verify import routes as verify
from handlers.context import House
from records.marks import Status
from tests.bot.console.conftest import Browser, Chat
from tests.conftest import Clock
from tests.county import County, a_county, comes, corrected

Door = Callable[[str], Awaitable[Browser]]


@pytest.fixture
async def county(house: House, clock: Clock) -> County:
    """Yesterday's register is full; this morning nine of twelve came, one from outside, two with one phone."""
    async with house.database.unit() as session:
        county = await a_county(session, clock())
    async with house.database.unit() as session:
        welders, morning = county.welders, clock() - timedelta(minutes=4)
        for trainee in range(9):
            at = morning + timedelta(seconds=40 * trainee)
            phone = "one phone" if trainee in (3, 4) else ""
            await comes(
                session, welders, trainee, at, sitting=2, metres=860 if trainee == 7 else 20 + trainee, device=phone
            )
        for trainee in range(3):
            await comes(session, county.nurses, trainee, morning + timedelta(minutes=trainee))
        await corrected(session, welders, 1, Status.PRESENT, county.trainer, clock())
    clock.move(minutes=20)
    return county


@pytest.fixture
async def server(house: House) -> AsyncIterator[TestServer]:
    """The pages on a port of their own."""
    app = web.Application()
    for area in (console, teach, verify):
        area.setup(app, house, Chat())
    async with TestServer(app) as server:
        yield server


@pytest.fixture
async def door(server: TestServer, county: County) -> AsyncIterator[Door]:
    """Gives browsers: signed in where a login is given."""
    clients: list[TestClient[web.Request, web.Application]] = []

    async def browser(login: str = "") -> Browser:
        clients.append(TestClient(server))
        opened = Browser(clients[-1])
        if login:
            await opened.sign_in(login)
        return opened

    yield browser
    for client in clients:
        await client.session.close()
