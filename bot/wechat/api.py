"""Calls to WeChat's API: one session, the shared token, time limits, and another try where that is safe and useful."""

from __future__ import annotations

import asyncio
import json
import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

import aiohttp
import structlog

from bot.wechat import codes
from bot.wechat.codes import Treat
from bot.wechat.errors import ApiRefused, NoAnswer
from bot.wechat.tokens import Tokens
from config.settings import Settings
from records.database import Database

_log = structlog.get_logger()
_TRIES = 3
_FIRST_WAIT = 0.3  # seconds; doubles with each try
_TIMEOUT = aiohttp.ClientTimeout(total=5, sock_connect=3)
_MEDIA_TIMEOUT = aiohttp.ClientTimeout(total=30, sock_connect=3)
_KEEP_ALIVE = 15  # seconds; shorter than the other side's, so that a call never meets a connection just closed
_LARGEST_MEDIUM = 10 * 1024 * 1024
_NOT_TAKEN_IN = {429, 502, 503}  # the call was turned away before anything was done

Nap = Callable[[float], Awaitable[None]]
JsonObject = dict[str, Any]
_T = TypeVar("_T")


class _Busy(Exception):
    """This one try failed; `unsure` when it may have been carried out all the same."""

    def __init__(self, words: str, *, unsure: bool) -> None:
        self.unsure = unsure
        super().__init__(words)


@dataclass(frozen=True)
class Call:
    """One call, ready to be made again."""

    method: str
    path: str
    query: dict[str, str]
    body: JsonObject | None
    repeatable: bool  # does carrying it out twice do no harm?


class Api:
    """The API of one account, or of the simulator that stands in for it."""

    def __init__(
        self, settings: Settings, database: Database, clock: Callable[[], datetime], nap: Nap = asyncio.sleep
    ) -> None:
        self._settings = settings
        self._url = settings.wechat_api_url.rstrip("/")
        self._nap = nap
        self._session: aiohttp.ClientSession | None = None
        self._tokens = Tokens(database, settings.wechat_app_id, self._fetch_token, clock)

    async def post(self, path: str, body: JsonObject, *, repeatable: bool = False) -> JsonObject:
        """The answer to a call; ApiRefused for an error code, NoAnswer if none came."""
        return await self._with_token(Call("POST", path, {}, body, repeatable))

    async def get(self, path: str, **query: str) -> JsonObject:
        """The answer to a call that only asks; raises as `post` does."""
        return await self._with_token(Call("GET", path, query, None, repeatable=True))

    async def download(self, path: str, **query: str) -> tuple[bytes, str]:
        """A file of at most 10 MiB and its content type; raises as `post` does."""
        return await self._persistently(
            lambda token: self._file(path, {**query, "access_token": token}),
            await self._tokens.current(),
            repeatable=True,
        )

    async def redeem(self, path: str, **query: str) -> JsonObject:
        """The answer to a call that uses something up and takes the account's secret instead of a token.

        Raises as `post` does.
        """
        secret = self._settings.wechat_app_secret.get_secret_value()
        proof = {"appid": self._settings.wechat_app_id, "secret": secret}
        call = Call("GET", path, {**proof, **query}, None, repeatable=False)
        return await self._persistently(lambda token: self._once(call, token), "", repeatable=False)

    async def close(self) -> None:
        """Close the connections."""
        if self._session is not None:
            await self._session.close()

    async def _with_token(self, call: Call) -> JsonObject:
        async def once(token: str) -> JsonObject:
            return await self._once(call, token)

        return await self._persistently(once, await self._tokens.current(), repeatable=call.repeatable)

    async def _persistently(self, once: Callable[[str], Awaitable[_T]], token: str, *, repeatable: bool) -> _T:
        """Call, and call again while WeChat is busy; get a new token once, if one is used; let every other error out."""
        renewed, tries, unsure = not token, 0, False
        while True:
            try:
                return await once(token)
            except ApiRefused as refused:
                if codes.of(refused.code).treat is not Treat.TOKEN or renewed:
                    raise
                renewed, token = True, await self._tokens.renew(token)
            except _Busy as busy:
                tries, unsure = tries + 1, unsure or busy.unsure
                if tries == _TRIES or (unsure and not repeatable):
                    raise NoAnswer(str(busy), unsure=unsure) from busy
                await self._nap(_FIRST_WAIT * 2 ** (tries - 1) * random.uniform(0.5, 1.5))

    async def _fetch_token(self, force: bool) -> tuple[str, int]:
        body = {
            "grant_type": "client_credential",
            "appid": self._settings.wechat_app_id,
            "secret": self._settings.wechat_app_secret.get_secret_value(),
            "force_refresh": force,
        }
        call = Call("POST", "/cgi-bin/stable_token", {}, body, repeatable=True)
        try:
            answer = await self._once(call, "")
        except _Busy as busy:
            raise NoAnswer(f"no access token: {busy}", unsure=False) from busy
        return str(answer["access_token"]), int(answer["expires_in"])

    async def _once(self, call: Call, token: str) -> JsonObject:
        query = {**call.query, "access_token": token} if token else call.query
        # Written out here: WeChat shows \uXXXX as it stands.
        data = json.dumps(call.body, ensure_ascii=False).encode() if call.body is not None else None
        raw, _ = await self._exchange(call.method, call.path, query, data, _TIMEOUT)
        return _answer(raw)

    async def _file(self, path: str, query: dict[str, str]) -> tuple[bytes, str]:
        raw, content_type = await self._exchange("GET", path, query, None, _MEDIA_TIMEOUT)
        if content_type in {"application/json", "text/plain"}:
            _answer(raw)  # an error, or the address of a video
        return raw, content_type

    async def _exchange(
        self, method: str, path: str, query: dict[str, str], data: bytes | None, limit: aiohttp.ClientTimeout
    ) -> tuple[bytes, str]:
        """One exchange; what fails on the way is logged by its path, for the full address holds the token."""
        if self._session is None:
            self._session = aiohttp.ClientSession(connector=aiohttp.TCPConnector(keepalive_timeout=_KEEP_ALIVE))
        headers = {"Content-Type": "application/json"} if data is not None else None
        try:
            async with self._session.request(
                method, self._url + path, params=query, data=data, headers=headers, timeout=limit, allow_redirects=False
            ) as response:
                if response.status >= 400:
                    unsure = response.status not in _NOT_TAKEN_IN
                    raise _Busy(f"{path} answered HTTP {response.status}", unsure=unsure)
                raw = await _capped(response)
                return raw, response.content_type
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError) as error:
            raise _Busy(f"{path} could not be reached: {type(error).__name__}", unsure=False) from None
        except (aiohttp.ClientError, TimeoutError) as error:
            raise _Busy(f"{path} broke off: {type(error).__name__}", unsure=True) from None


def _answer(raw: bytes) -> JsonObject:
    """The JSON object of an answer; ApiRefused where it carries an error code."""
    try:
        answer = json.loads(raw)
    except ValueError as error:
        raise _Busy("expected JSON, got something else", unsure=True) from error
    if not isinstance(answer, dict):
        raise _Busy("expected a JSON object, got something else", unsure=True)
    code = int(answer.get("errcode") or 0)
    treat = codes.of(code).treat
    if treat is Treat.BUSY:
        raise _Busy(f"busy: {answer.get('errmsg')}", unsure=False)
    if treat is not Treat.OK:
        _log.warning("wechat refused", code=code, words=answer.get("errmsg"))
        raise ApiRefused(code, str(answer.get("errmsg", "")), answer)
    return answer


async def _capped(response: aiohttp.ClientResponse) -> bytes:
    raw = await response.content.read(_LARGEST_MEDIUM + 1)
    while not response.content.at_eof() and len(raw) <= _LARGEST_MEDIUM:
        raw += await response.content.read(_LARGEST_MEDIUM + 1 - len(raw))
    if len(raw) > _LARGEST_MEDIUM:
        raise _Busy(f"expected at most {_LARGEST_MEDIUM} bytes", unsure=True)
    return raw
