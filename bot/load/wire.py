"""One kept-alive connection to a server, with no more of HTTP than a measurement needs.

A general client costs more for each message than the signing and encrypting; on one machine it would take the time
that is to be measured from the server.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from types import TracebackType

_LENGTH = b"content-length:"
_LONGEST_HEAD = 64 * 1024


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    body: bytes


class Connection:
    """Posts bodies one after another; opened on first use and again after a failure."""

    def __init__(self, host: str, port: int, seconds: float) -> None:
        self._host = host
        self._port = port
        self._seconds = seconds
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def __aenter__(self) -> Connection:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None
    ) -> None:
        self._drop()

    async def post(self, target: str, body: bytes) -> Answer:
        """The answer; OSError, TimeoutError or ValueError where none comes that can be read."""
        try:
            async with asyncio.timeout(self._seconds):
                return await self._exchange(target, body)
        except asyncio.IncompleteReadError as error:
            self._drop()
            raise OSError("the server closed the connection") from error
        except BaseException:
            self._drop()
            raise

    async def _exchange(self, target: str, body: bytes) -> Answer:
        if self._streams is None:
            self._streams = await asyncio.open_connection(self._host, self._port, limit=_LONGEST_HEAD)
        reader, writer = self._streams
        head = f"POST {target} HTTP/1.1\r\nHost: {self._host}:{self._port}\r\nContent-Type: text/xml\r\n"
        writer.write(f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body)
        told = (await reader.readuntil(b"\r\n\r\n")).lower()
        start = told.find(_LENGTH)
        if start < 0:
            raise ValueError("expected an answer with its length")
        length = int(told[start + len(_LENGTH) : told.index(b"\r\n", start)])
        answer = Answer(int(told[9:12]), await reader.readexactly(length))
        if b"connection: close" in told:
            self._drop()
        return answer

    def _drop(self) -> None:
        if self._streams is not None:
            self._streams[1].close()
            self._streams = None
