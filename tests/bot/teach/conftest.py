"""A trainer's browser: the trainer's pages and the screens over a test house, with a class in session."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from bot.console import routes as console
from bot.screen import routes as screen
from bot.teach import routes as teach
from handlers.context import House
from tests.bot.console.conftest import Browser, Chat
from tests.hall import Hall, a_hall

Door = Callable[[], Awaitable[Browser]]


@pytest.fixture
async def hall(house: House) -> Hall:
    """冯老师 (feng) teaches 李秀英, 王建国, 张桂兰 and 赵小军."""
    async with house.database.unit() as session:
        return await a_hall(session, house.clock())


@pytest.fixture
async def server(house: House) -> AsyncIterator[TestServer]:
    """The pages on a port of their own."""
    app = web.Application()
    for area in (console, teach, screen):
        area.setup(app, house, Chat())
    async with TestServer(app) as server:
        yield server


@pytest.fixture
async def door(server: TestServer) -> AsyncIterator[Door]:
    """Gives browsers that are not signed in."""
    clients: list[TestClient[web.Request, web.Application]] = []

    async def browser() -> Browser:
        clients.append(TestClient(server))
        return Browser(clients[-1])

    yield browser
    for client in clients:
        await client.session.close()


@pytest.fixture
async def feng(door: Door, hall: Hall) -> Browser:
    """The trainer of the class, signed in."""
    browser = await door()
    await browser.sign_in("feng")
    return browser
