"""Carries messages to the bot as WeChat does: signed, at most five seconds, three times in all."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from aiohttp import ClientError, ClientSession

from bot.simulator.account import Account, Patience
from bot.simulator.envelope import Envelope
from bot.simulator.errors import BadReply
from bot.simulator.gesture import Fields
from bot.simulator.media import Media
from bot.simulator.phones import Delivery, Outcome
from bot.simulator.replies import Shown, check


@dataclass(frozen=True)
class Answer:
    """What came of carrying one message."""

    outcome: Outcome
    deliveries: list[Delivery]
    shown: Shown | None = None


class Courier:
    """Carries messages to one bot."""

    def __init__(
        self, account: Account, patience: Patience, session: ClientSession, media: Media, clock: Callable[[], datetime]
    ) -> None:
        self._account = account
        self._patience = patience
        self._session = session
        self._media = media
        self._clock = clock
        self._envelope = Envelope(account, clock)

    async def carry(self, fields: Fields, openid: str) -> Answer:
        """Deliver until the bot answers in time, each delivery one span of patience after the one before.

        Silence and a broken line are asked again in their turn, a wrong status at once; an answer that
        cannot be read is not asked again.
        """
        loop = asyncio.get_running_loop()
        began, deliveries = loop.time(), list[Delivery]()
        for turn in range(1, self._patience.deliveries + 1):
            delivery, answer = await self.deliver(fields, openid)
            deliveries.append(delivery)
            if delivery.status == 200:
                outcome = Outcome.FAILED if delivery.problem else Outcome.ANSWERED if answer else Outcome.SILENT
                return Answer(outcome, deliveries, answer)
            if delivery.status is None and turn < self._patience.deliveries:
                await asyncio.sleep(max(0.0, began + turn * self._patience.seconds - loop.time()))
        return Answer(Outcome.FAILED, deliveries)

    async def deliver(self, fields: Fields, openid: str) -> tuple[Delivery, Shown | None]:
        """One delivery, and what the person would see of its answer."""
        query, body = self._envelope.seal(fields, openid)
        at, loop = self._clock(), asyncio.get_running_loop()
        began = loop.time()
        try:
            status, answer = await self._post(query, body)
        except TimeoutError:
            return Delivery(at, loop.time() - began, None, f"{self._patience.seconds:g}秒内没有回应"), None
        except (ClientError, OSError) as error:
            return Delivery(at, loop.time() - began, None, f"连不上：{error}"), None
        seconds = loop.time() - began
        if status != 200:
            return Delivery(at, seconds, status, f"HTTP状态应是200，收到的是{status}"), None
        try:
            shown = self._read(answer, fields, openid)
        except BadReply as error:
            return Delivery(at, seconds, status, str(error)), None
        return Delivery(at, seconds, status, said=shown.text if shown else ""), shown

    async def verify(self) -> str:
        """Ask the bot to prove its address (GET with echostr); empty when it does, else what is wrong."""
        query = {**self._envelope.query(), "echostr": str(secrets.randbits(60))}
        try:
            async with asyncio.timeout(self._patience.seconds):
                async with self._session.get(self._account.callback_url, params=query) as response:
                    said = await response.text()
        except (ClientError, OSError, TimeoutError) as error:
            return f"连不上：{error}"
        if response.status == 200 and said == query["echostr"]:
            return ""
        return f"应原样回echostr，收到的是HTTP {response.status} {said[:80]}"

    async def _post(self, query: dict[str, str], body: str) -> tuple[int, bytes]:
        headers = {"Content-Type": "text/xml", "User-Agent": "Mozilla/4.0"}
        async with asyncio.timeout(self._patience.seconds):
            async with self._session.post(
                self._account.callback_url, params=query, data=body.encode(), headers=headers, allow_redirects=False
            ) as response:
                return response.status, await response.read()

    def _read(self, body: bytes, fields: Fields, openid: str) -> Shown | None:
        if body in (b"", b"success"):
            return None
        return check(self._envelope.open(body), openid, fields["MsgType"], self._account, self._media)
