"""A desk to sit at: the console over a test house, and a browser that keeps its cookie and its token."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from html import unescape

import pytest
from aiohttp import ClientResponse, FormData, web
from aiohttp.test_utils import TestClient
from pytest_aiohttp.plugin import AiohttpClient

from bot.console import routes
from handlers.context import House
from records.staff import Role
from tests.bot.jobs.process import Sent
from tests.office import PASSWORD, an_account


@dataclass
class Chat:
    """Workers' chats, as the desk reaches them."""

    answer: Sent = field(default_factory=Sent)
    sent: list[tuple[str, str]] = field(default_factory=list)

    async def send_text(self, openid: str, text: str, key: str = "") -> Sent:
        self.sent.append((openid, text))
        return self.answer


@dataclass(frozen=True)
class Page:
    """What the browser shows."""

    status: int
    path: str
    html: str
    headers: dict[str, str]

    @property
    def text(self) -> str:
        """What can be read on it."""
        bare = re.sub(r"<(script|style).*?</\1>|<[^>]+>", " ", self.html, flags=re.DOTALL)
        return re.sub(r"\s+", " ", unescape(bare))

    def value(self, name: str) -> str:
        """What stands in a field."""
        found = re.search(rf'name="{name}"[^>]*value="([^"]*)"', self.html)
        assert found, f"no field {name} on {self.path}"
        return unescape(found[1])


class Browser:
    """One member of staff's browser."""

    def __init__(self, client: TestClient[web.Request, web.Application]) -> None:
        self.client = client
        self.token = ""

    async def open(self, path: str) -> Page:
        return await self._page(await self.client.get(path))

    async def send(self, path: str, **fields: object) -> Page:
        """Send a form with the token of the last page."""
        return await self._page(await self.client.post(path, data={"csrf": self.token} | fields))

    async def send_form(self, path: str, form: FormData) -> Page:
        """Send a form that is ready, with its files."""
        return await self._page(await self.client.post(path, data=form))

    async def sign_in(self, login: str, password: str = PASSWORD, **more: str) -> Page:
        await self.open("/staff/login")
        return await self.send("/staff/login", login=login, password=password, **more)

    async def _page(self, answer: ClientResponse) -> Page:
        html = await answer.text()
        if token := re.search(r'name="csrf" value="([^"]+)"', html):
            self.token = token[1]
        return Page(answer.status, answer.url.path, html, dict(answer.headers))


Desk = Callable[[], Awaitable[Browser]]


@pytest.fixture
def chat() -> Chat:
    return Chat()


@pytest.fixture
async def desk(house: House, chat: Chat, aiohttp_client: AiohttpClient) -> Desk:
    """Gives browsers: 张晓梅 (zhang) writes, 李建军 (li) approves."""
    async with house.database.unit() as session:
        await an_account(session, "zhang", Role.CLERK, Role.PUBLISHER, now=house.clock(), name="张晓梅")
        await an_account(session, "li", Role.APPROVER, now=house.clock(), name="李建军")
    app = web.Application()
    routes.setup(app, house, chat)

    async def browser() -> Browser:
        return Browser(await aiohttp_client(app))

    return browser
