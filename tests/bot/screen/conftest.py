"""A hall with everything in it: the service and WeChat's side on one port, a browser for the projector and the phones."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, replace

import pytest
from aiohttp.test_utils import TestServer, unused_port
from playwright.async_api import Browser, async_playwright
from pydantic import SecretStr

from bot import office
from bot.simulator import app as simulator
from bot.simulator.account import Account
from bot.simulator.account import Person as Bearer
from bot.simulator.world import World
from bot.wechat.gateway import PATH
from handlers import projector
from handlers.context import House
from tests.bot.town import APP_ID, KEY, SECRET, TOKEN
from tests.browser import find_chromium
from tests.conftest import Clock
from tests.hall import Hall, a_hall


@dataclass(frozen=True)
class Building:
    """Where a hall stands: the service over its house, at an address."""

    house: House
    hall: Hall
    address: str

    @property
    def screen(self) -> str:
        """The address of the session's screen."""
        return projector.address(self.house, self.hall.sitting)


@pytest.fixture
async def building(house: House, clock: Clock) -> AsyncIterator[Building]:
    port = unused_port()
    address = f"http://127.0.0.1:{port}"
    told = {
        "wechat_token": SecretStr(TOKEN), "wechat_app_id": APP_ID, "wechat_app_secret": SecretStr(SECRET),
        "wechat_aes_key": SecretStr(KEY), "wechat_api_url": address, "wechat_open_url": address, "public_url": address,
    }  # fmt: skip
    house = replace(house, settings=house.settings.model_copy(update=told))
    async with house.database.unit() as session:
        hall = await a_hall(session, clock())
    app = office.open_office(house, with_jobs=False)
    people = [Bearer(phone.openid, "学员") for phone in hall.phones]
    simulator.install(app, World(Account(address + PATH, TOKEN, APP_ID, SECRET, KEY), clock, people=people))
    async with TestServer(app, port=port):
        yield Building(house, hall, address)


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        launched = await playwright.chromium.launch(
            executable_path=find_chromium(), args=["--no-sandbox", "--disable-gpu"]
        )
        yield launched
        await launched.close()
