"""The stage of these tests: an account that signs like WeChat, an office that answers, an API that can be told to fail."""

from __future__ import annotations

import asyncio
import hashlib
import json
from collections import defaultdict
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from aiohttp import ClientSession, web
from aiohttp.test_utils import TestClient, TestServer
from sqlalchemy.ext.asyncio import AsyncSession

from bot.wechat.crypto import Crypto
from bot.wechat.gateway import Gateway
from bot.wechat.outbound import Outbound
from config.settings import Settings
from handlers.context import House
from handlers.message import Kind, Message, Outcome, Reply
from records import inbox
from records.database import Base, Database
from records.errors import RecordsUnavailable
from records.vault import Vault
from tests.conftest import SECRET, Clock

TOKEN = "let-me-in"
APP_ID = "wx0123456789abcdef"
AES_KEY = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"
_TABLES = (
    "institutions",
    "staff",
    "people",
    "followers",
    "inbox",
    "settings",
    "windows",
    "consents",
    "pushes",
    "receipts",
)
SENT_AT = 1_790_000_000


class Moody(Database):
    """A database that can be gone."""

    gone = False

    @asynccontextmanager
    async def unit(self) -> AsyncIterator[AsyncSession]:
        if self.gone:
            raise RecordsUnavailable("connection refused")
        async with super().unit() as session:
            yield session

    async def is_ready(self) -> bool:
        return not self.gone and await super().is_ready()


async def fresh_database(url: str) -> Moody:
    database = Moody(url, Vault(SECRET))
    async with database.engine.begin() as connection:
        await connection.run_sync(Base.metadata.create_all, [Base.metadata.tables[name] for name in _TABLES])
    return database


class Office:
    """Answers a message once, as the dispatch does: what it did and its reply are committed together."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.worked: list[str] = []  # texts, in the order in which they were handled
        self.kinds: list[Kind] = []
        self.says: str | None = None
        self.breaks: Exception | None = None
        self.slow: dict[str, asyncio.Event] = {}  # a message with this text waits for its event

    async def __call__(self, message: Message) -> Reply:
        async with self.database.unit() as session:
            await self.database.alone(session, message.openid)
            if kept := await inbox.reply_to(session, message.id):
                return Reply(kept["text"], Outcome.ANSWER, "test")
            if message.text in self.slow:
                await self.slow[message.text].wait()
            if self.breaks:
                raise self.breaks
            self.worked.append(message.text)
            self.kinds.append(message.kind)
            text = self.says if self.says is not None else f"{message.text}，第{len(self.worked)}次办"
            inbox.keep(session, message.id, message.openid, {"text": text}, message.sent_at)
        return Reply(text, Outcome.ANSWER, "test")


class FreeOffice(Office):
    """Waits before it opens the records: SQLite has one unit at a time."""

    async def __call__(self, message: Message) -> Reply:
        if waiting := self.slow.get(message.text):
            await waiting.wait()
        return await super().__call__(message)


class WeChatApi:
    """api.weixin.qq.com, as far as it is called here."""

    def __init__(self) -> None:
        self.calls: list[tuple[str, dict[str, Any]]] = []
        self.answers: dict[str, list[dict[str, Any] | int]] = defaultdict(list)  # errcode bodies, or HTTP statuses
        self.tokens_given = 0
        self.good_tokens: set[str] = set()
        self.holds: asyncio.Event | None = None  # calls wait for it before they answer
        self.stubborn = False  # the stable token stays the same unless forced
        self.url = ""

    def app(self) -> web.Application:
        app = web.Application()
        app.router.add_post("/cgi-bin/stable_token", self._stable_token)
        app.router.add_route("*", "/cgi-bin/{path:.+}", self._call)
        return app

    def on(self, path: str, *answers: dict[str, Any] | int) -> None:
        """What the next calls of an API get; 200 and ok afterwards."""
        self.answers[path].extend(answers)

    def sent(self, path: str = "message/custom/send") -> list[str]:
        """The texts that reached workers."""
        return [body["text"]["content"] for called, body in self.calls if called == path and not body.get("refused")]

    def count(self, path: str) -> int:
        return sum(called == path for called, _ in self.calls)

    async def _stable_token(self, request: web.Request) -> web.Response:
        body = await request.json()
        self.calls.append(("stable_token", body))
        await asyncio.sleep(0.01)
        if self.answers["stable_token"]:
            return web.json_response(self.answers["stable_token"].pop(0))
        if not (self.stubborn and self.tokens_given and not body["force_refresh"]):
            self.tokens_given += 1
            self.good_tokens = {f"token-{self.tokens_given}"}
        return web.json_response({"access_token": f"token-{self.tokens_given}", "expires_in": 7200})

    async def _call(self, request: web.Request) -> web.Response:
        path = request.match_info["path"]
        raw = await request.read()
        body = json.loads(raw) if raw else dict(request.query)
        answer = self.answers[path].pop(0) if self.answers[path] else {"errcode": 0, "errmsg": "ok"}
        if self.holds:
            await self.holds.wait()
        if request.query.get("access_token") not in self.good_tokens:
            answer = {"errcode": 40001, "errmsg": "invalid credential"}
        refused = isinstance(answer, int) or bool(answer.get("errcode"))
        self.calls.append((path, {**body, "refused": refused, "_raw": raw.decode()}))
        if isinstance(answer, int):
            return web.Response(status=answer, text="<html>nginx</html>", content_type="text/html")
        return web.json_response(answer)


@dataclass
class Phone:
    """WeChat's side towards the callback: writes bodies, signs and posts them, and shows what comes back."""

    client: TestClient[web.Request, web.Application] | ClientSession
    crypto: Crypto
    openid: str = "oWorker"
    number: int = 1000

    def body(self, text: str = "你好", **fields: Any) -> str:
        """A text message, or another with these fields; each has a new number."""
        self.number += 1
        given = fields or {"MsgType": "text", "Content": text, "MsgId": self.number}
        return xml(ToUserName="gh_office", FromUserName=self.openid, CreateTime=SENT_AT + self.number, **given)

    async def say(self, text: str) -> str:
        """Send a text and read the reply."""
        return await self.post(self.body(text))

    async def post(self, body: str) -> str:
        """Send a body and read the text of the reply; empty where nothing is shown."""
        status, answer = await self.deliver(body.encode())
        assert status == 200, answer
        return content(answer)

    async def deliver(self, body: bytes, **query: str) -> tuple[int, str]:
        async with self.client.post("/wechat", params={**self.signed(), **query}, data=body) as response:
            return response.status, await response.text()

    def signed(self, nonce: str = "77") -> dict[str, str]:
        timestamp = str(SENT_AT)
        return {"signature": self.crypto.signature(timestamp, nonce), "timestamp": timestamp, "nonce": nonce}

    async def post_sealed(self, body: str, outer: str = "") -> tuple[int, str]:
        """Send a body encrypted, as in the safe mode."""
        encrypted = self.crypto.encrypt(body.encode())
        signature = self.crypto.signature(str(SENT_AT), "77", encrypted)
        envelope = f"<xml>{outer}<Encrypt><![CDATA[{encrypted}]]></Encrypt></xml>"
        return await self.deliver(envelope.encode(), encrypt_type="aes", msg_signature=signature)


def xml(**fields: Any) -> str:
    inner = "".join(f"<{tag}>{_inner(value)}</{tag}>" for tag, value in fields.items())
    return f"<xml>{inner}</xml>"


def _inner(value: Any) -> str:
    if isinstance(value, dict):
        return "".join(f"<{tag}>{_inner(inner)}</{tag}>" for tag, inner in value.items())
    return str(value) if isinstance(value, int) else f"<![CDATA[{value}]]>"


def content(answer: str) -> str:
    """What a reply shows."""
    if answer == "success":
        return ""
    if answer.startswith("{"):
        return str(json.loads(answer)["Content"])
    return ElementTree.fromstring(answer).findtext("Content") or ""


def sha1(*parts: str) -> str:
    return hashlib.sha1("".join(sorted(parts)).encode()).hexdigest()


@dataclass
class Stage:
    """Everything of one running gateway."""

    settings: Settings
    database: Moody
    office: Office
    api: WeChatApi
    clock: Clock
    outbound: Outbound
    phone: Phone
    client: TestClient[web.Request, web.Application]
    naps: list[float] = field(default_factory=list)

    async def stop(self) -> None:
        """End the process as an orderly stop does."""
        await self.client.close()
        await self.outbound.close()


def settings_for(folder: Path, **changes: Any) -> Settings:
    given = {
        "wechat_token": TOKEN,
        "wechat_app_id": APP_ID,
        "wechat_app_secret": "secret",
        "spool": folder / "spool.jsonl",
        "secret_key": SECRET,
        "reply_seconds": 3.0,
    }
    return Settings(**{**given, **changes})


def house_over(settings: Settings, database: Database, clock: Callable[[], datetime]) -> House:
    """A house without knowledge: nothing here asks it anything."""
    nothing: Any = None
    return House(settings, database, nothing, clock)


async def open_stage(
    settings: Settings, database: Moody, api: WeChatApi, clock: Clock, office: Office | None = None
) -> Stage:
    """Start a gateway over these records; a second one on the same is a second process, or the first after a restart."""
    naps: list[float] = []

    async def nap(seconds: float) -> None:
        naps.append(seconds)

    settings = settings.model_copy(update={"wechat_api_url": api.url})
    house = house_over(settings, database, clock)
    outbound = Outbound(house, nap)
    office = office or Office(database)
    app = web.Application()
    Gateway(house, outbound, office).setup(app)
    client = TestClient(TestServer(app))
    await client.start_server()
    crypto = Crypto.of(settings)
    return Stage(settings, database, office, api, clock, outbound, Phone(client, crypto), client, naps)


async def until(condition: Any) -> None:
    """Wait until something has become true; fails after ten seconds."""
    async with asyncio.timeout(10):
        while not condition():
            await asyncio.sleep(0.01)
