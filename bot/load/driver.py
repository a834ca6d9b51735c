"""Sends messages, so many at a time, for so many seconds, and keeps what each took and whether it was answered."""

from __future__ import annotations

import asyncio
import re
import secrets
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from urllib.parse import urlencode, urlsplit

from bot.load.wire import Answer, Connection
from bot.wechat.crypto import Crypto
from bot.wechat.errors import NotGenuine

ACCOUNT = "gh_5a1e7c0f9b32"
_PATIENCE = 10.0  # seconds for one answer; WeChat itself has five
_ENCRYPT = re.compile(rb"<Encrypt>(?:<!\[CDATA\[)?([A-Za-z0-9+/=]+)")


@dataclass(frozen=True)
class Shot:
    """One message, sent once or, as in a storm of repeats, several times at once."""

    openid: str
    fields: str  # XML of the message after its envelope lines
    copies: int = 1


@dataclass
class Tally:
    """What came of a run."""

    seconds: float = 0.0
    sent: int = 0
    acknowledged: int = 0
    errors: int = 0
    took: list[float] = field(default_factory=list)  # milliseconds, of each that was acknowledged
    told: list[tuple[Shot, str]] = field(default_factory=list)  # what a worker was told, where it is asked for

    @property
    def per_second(self) -> float:
        """Messages acknowledged in a second."""
        return self.acknowledged / self.seconds if self.seconds else 0.0

    def percentile(self, share: float) -> float:
        """Milliseconds within which this share of the messages was acknowledged."""
        ordered = sorted(self.took)
        return ordered[min(len(ordered) - 1, int(len(ordered) * share))] if ordered else 0.0


class Driver:
    """The stream of messages to one server."""

    def __init__(self, url: str, crypto: Crypto, in_flight: int, rate: float = 0.0) -> None:
        address = urlsplit(url)
        self._host, self._port = address.hostname or "127.0.0.1", address.port or 80
        self._path = address.path.rstrip("/") or "/wechat"
        self._crypto = crypto
        self._in_flight = in_flight
        self._rate = rate  # messages a second; 0: as fast as they are answered

    async def run(self, shots: Iterator[Shot], seconds: float, *, keeps_words: bool = False) -> Tally:
        """Send until the time is over or nothing is left."""
        tally, began = Tally(), time.perf_counter()
        timed = _timed(shots, began, seconds, self._rate)
        keep = tally.told.append if keeps_words else None
        await asyncio.gather(*(self._lane(timed, tally, keep) for _ in range(self._in_flight)))
        tally.seconds = time.perf_counter() - began
        return tally

    async def _lane(
        self, timed: Iterator[tuple[float, Shot]], tally: Tally, keep: Callable[[tuple[Shot, str]], None] | None
    ) -> None:
        """One message after another; their time runs from when they were due, so that waiting here shows."""
        async with Connection(self._host, self._port, _PATIENCE) as first:
            others: list[Connection] = []
            for due, shot in timed:
                await asyncio.sleep(due - time.perf_counter())
                while len(others) < shot.copies - 1:
                    others.append(Connection(self._host, self._port, _PATIENCE))
                body = _body(shot)
                lanes = [first, *islice(others, shot.copies - 1)]
                began = due if self._rate else time.perf_counter()
                said = await asyncio.gather(*(self._send(lane, body, tally, began) for lane in lanes))
                if len(set(said)) > 1:  # repeats must be told the same
                    tally.errors += 1
                if keep is not None and said[0] is not None:
                    keep((shot, said[0]))

    async def _send(self, lane: Connection, body: str, tally: Tally, began: float) -> str | None:
        """What the worker is told; None where nothing came that WeChat would take."""
        tally.sent += 1
        target, sealed = self._sealed(body)
        try:
            said = self._opened(await lane.post(target, sealed))
        except (OSError, TimeoutError, ValueError, NotGenuine):
            tally.errors += 1
            return None
        tally.acknowledged += 1
        tally.took.append((time.perf_counter() - began) * 1000)
        return said

    def _sealed(self, body: str) -> tuple[str, bytes]:
        timestamp, nonce = str(int(time.time())), secrets.token_hex(5)
        query = {"signature": self._crypto.signature(timestamp, nonce), "timestamp": timestamp, "nonce": nonce}
        if not self._crypto.is_encrypting:
            return f"{self._path}?{urlencode(query)}", body.encode()
        encrypted = self._crypto.encrypt(body.encode())
        query |= {"encrypt_type": "aes", "msg_signature": self._crypto.signature(timestamp, nonce, encrypted)}
        envelope = (
            f"<xml><ToUserName><![CDATA[{ACCOUNT}]]></ToUserName><Encrypt><![CDATA[{encrypted}]]></Encrypt></xml>"
        )
        return f"{self._path}?{urlencode(query)}", envelope.encode()

    def _opened(self, answer: Answer) -> str:
        if answer.status != 200:
            raise ValueError(f"expected status 200, got {answer.status}")
        match = _ENCRYPT.search(answer.body)
        if match and self._crypto.is_encrypting:
            return _content(self._crypto.decrypt(match[1].decode()))
        return _content(answer.body)


def _timed(shots: Iterator[Shot], began: float, seconds: float, rate: float) -> Iterator[tuple[float, Shot]]:
    """Each message with the moment it is due, to the end of the time."""
    for number, shot in enumerate(shots):
        due = began + number / rate if rate else 0.0
        if max(due, time.perf_counter()) - began > seconds:
            return
        yield due, shot


def _body(shot: Shot) -> str:
    head = f"<ToUserName><![CDATA[{ACCOUNT}]]></ToUserName><FromUserName><![CDATA[{shot.openid}]]></FromUserName>"
    return f"<xml>{head}<CreateTime>{int(time.time())}</CreateTime>{shot.fields}</xml>"


def _content(body: bytes) -> str:
    """The words of a reply; its time and nonce differ between repeats, the words must not."""
    text = body.decode()
    start, end = text.find("<Content><![CDATA["), text.rfind("]]></Content>")
    return text[start + 18 : end] if 0 <= start < end else ""
