"""A browser in the workshop: the frame with one area of its own beside the console, over a test house."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import pytest
from aiohttp import web
from pytest_aiohttp.plugin import AiohttpClient

from bot.console import routes
from handlers.context import House
from records.staff import Role
from tests.bot.console.conftest import Browser, Chat
from tests.bot.web import workshop
from tests.office import an_account

Door = Callable[[], Awaitable[Browser]]


@pytest.fixture
async def app(house: House) -> web.Application:
    """张晓梅 (zhang) is a clerk, 王师傅 (wang) only trains."""
    async with house.database.unit() as session:
        await an_account(session, "zhang", Role.CLERK, now=house.clock(), name="张晓梅")
        await an_account(session, "wang", Role.TRAINER, now=house.clock(), name="王师傅")
    app = web.Application()
    routes.setup(app, house, Chat())
    workshop.setup(app, house, Chat())
    return app


@pytest.fixture
async def door(app: web.Application, aiohttp_client: AiohttpClient) -> Door:
    """Gives browsers that are not signed in."""

    async def browser() -> Browser:
        return Browser(await aiohttp_client(app))

    return browser


@pytest.fixture
async def wang(door: Door) -> Browser:
    browser = await door()
    await browser.sign_in("wang")
    return browser
