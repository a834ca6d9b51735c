"""What we send of our own accord: the way is chosen by what WeChat allows now, and nothing goes twice."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from bot.wechat import codes
from bot.wechat.account import Account
from bot.wechat.api import Api, Nap
from bot.wechat.codes import Code, Treat
from bot.wechat.errors import ApiRefused, NoAnswer
from bot.wechat.ledger import Ledger
from bot.wechat.render import split
from bot.wechat.ways import CustomerService, Subscription, Template, Way
from config.settings import CHINA
from handlers.context import House
from records import pushes
from records.followers import Follower
from records.pushes import State

_log = structlog.get_logger()
_MINUTE = timedelta(minutes=1)
_UNTIL_MENDED = timedelta(minutes=10)  # before a channel that only the office can mend is tried again
_NO_WAY = "48小时内没有发过消息，也没有同意订阅通知，等对方再发消息"
_UNSURE = "微信没有回音，不知是否送达，不再重发"
_ON_ITS_WAY = "正在发送"
_NOT_FOLLOWING = 43004


@dataclass(frozen=True)
class Sent:
    """What came of a message."""

    status: Literal["sent", "waiting", "failed", "gone"]  # waiting: no way now; gone: follows no more
    channel: str = ""
    code: int = 0  # WeChat's error code
    reason: str = ""  # for staff


@dataclass(frozen=True)
class _Result:
    sent: Sent
    state: State
    treat: Treat = Treat.OK
    msg_id: str = ""

    @property
    def is_final(self) -> bool:
        """Must no other way be tried?"""
        return self.state is not State.FREE or self.sent.status == "gone" or self.treat is Treat.BUSY


class Outbound(Account):
    """The way to the workers' chats; one a process."""

    def __init__(self, house: House, nap: Nap = asyncio.sleep) -> None:
        settings, self._database, self._clock = house.settings, house.database, house.clock
        self._api = Api(settings, house.database, house.clock, nap)
        super().__init__(self._api)
        self._can_call = bool(settings.wechat_app_id and settings.wechat_app_secret.get_secret_value())
        self._parked: dict[str, tuple[datetime, Code, int]] = {}
        self.ledger = Ledger(house.database, house.clock)
        self._customer_service = CustomerService(self._api)
        self._ways: Sequence[Way] = (
            self._customer_service,
            Subscription(self._api, settings),
            Template(self._api, settings),
        )

    @property
    def can_push(self) -> bool:
        """May this account write of its own accord? An uncertified one may only reply."""
        return self._can_call and self._parking(self._customer_service) is None

    async def send_text(self, openid: str, text: str, key: str = "") -> Sent:
        """Send a text by customer-service message, a long one in several; with a key it goes once.

        Raises RecordsUnavailable when the database is gone.
        """
        return await self._in_parts(openid, text, key or secrets.token_hex(16), [self._customer_service])

    async def send_notice(self, openid: str, text: str, key: str) -> Sent:
        """Send a notice by the best way that is open; the same key again, at any time, does not reach him twice.

        Raises RecordsUnavailable when the database is gone.
        """
        return await self._in_parts(openid, text, key, self._ways)

    async def close(self) -> None:
        """Close the connections."""
        await self._api.close()

    async def _in_parts(self, openid: str, text: str, key: str, ways: Sequence[Way]) -> Sent:
        sent = Sent("sent")
        for number, part in enumerate(split(text)):
            # Only a customer-service message holds a whole text; the others hold its beginning.
            allowed = ways if number == 0 else [self._customer_service]
            sent = await self._once(openid, part, f"{key}#{number}" if number else key, allowed)
            if sent.status != "sent" or sent.channel != self._customer_service.name:
                break
        return sent

    async def _once(self, openid: str, text: str, key: str, ways: Sequence[Way]) -> Sent:
        """Try the ways in order; each attempt is written down before its call and after."""
        if not self._can_call:
            return Sent("failed", "", 0, "没有设置AppID和AppSecret，只能在对方来消息时回复")
        await self.ledger.flush()
        last = Sent("waiting", "", 45015, _NO_WAY)
        for way in ways:
            if parked := self._parking(way):
                last = parked
                continue
            async with self._database.unit() as session:
                await self._database.alone(session, f"push:{key}")
                if told := _already(await pushes.find(session, key, self._clock())):
                    return told
                taken = await way.enter(session, openid, self._clock())
                if not taken:
                    continue
                await pushes.begin(session, key, openid, way.name, self._clock())
            result = await self._attempt(way, openid, text, key)
            async with self._database.unit() as session:
                await self._write_down(session, way, openid, key, taken, result)
            if result.is_final:
                return result.sent
            last = result.sent
        return last

    async def _attempt(self, way: Way, openid: str, text: str, key: str) -> _Result:
        try:
            msg_id = await way.send(openid, text, key)
        except ApiRefused as refused:
            return self._refused(way, refused)
        except NoAnswer as silence:
            _log.warning("wechat did not answer", way=way.name, error=str(silence))
            if silence.unsure:
                return _Result(Sent("failed", way.name, -1, _UNSURE), State.UNSURE)
            return _Result(Sent("waiting", way.name, -1, "微信系统繁忙，稍后再发"), State.FREE, Treat.BUSY)
        return _Result(Sent("sent", way.name), State.SENT, msg_id=msg_id)

    def _refused(self, way: Way, refused: ApiRefused) -> _Result:
        code = codes.of(refused.code)
        if code.treat in _STATUS_OF_PARKED:
            self._park(way, code, refused.code)
        status: Literal["waiting", "failed", "gone"] = "failed"
        if code.treat is Treat.GONE:
            status = "gone"
        elif code.treat in {Treat.SHUT, Treat.CONSENT, Treat.DAY, Treat.MINUTE}:
            status = "waiting"
        return _Result(Sent(status, way.name, refused.code, code.say), State.FREE, code.treat)

    async def _write_down(
        self, session: AsyncSession, way: Way, openid: str, key: str, taken: str, result: _Result
    ) -> None:
        now = self._clock()
        await pushes.end(session, key, result.state, result.sent.code, result.msg_id, now)
        if result.treat in {Treat.SHUT, Treat.CONSENT}:
            await way.shut(session, openid, now)
        elif result.state is State.FREE:
            await way.undo(session, openid, taken)
        if result.sent.code == _NOT_FOLLOWING and (follower := await session.get(Follower, openid)):
            follower.subscribed = False

    def _park(self, way: Way, code: Code, number: int) -> None:
        """Stop a channel for everybody: to the end of the day or minute, or while the office mends it."""
        now = self._clock()
        if code.treat is Treat.DAY:
            until = (now.astimezone(CHINA) + timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)
        else:
            until = now + (_MINUTE if code.treat is Treat.MINUTE else _UNTIL_MENDED)
        self._parked[way.name] = (until, code, number)
        _log.error("channel stopped", channel=way.name, code=number, reason=code.say, until=until.isoformat())

    def _parking(self, way: Way) -> Sent | None:
        """Why a channel is stopped now, if it is."""
        until, code, number = self._parked.get(way.name, (None, None, 0))
        if until is None or code is None or until <= self._clock():
            return None
        return Sent(_STATUS_OF_PARKED[code.treat], way.name, number, code.say)


_STATUS_OF_PARKED: dict[Treat, Literal["waiting", "failed"]] = {
    Treat.DAY: "waiting",
    Treat.MINUTE: "waiting",
    Treat.CONFIG: "failed",
    Treat.TOKEN: "failed",
}


def _already(push: pushes.Push | None) -> Sent | None:
    """What came of this message before; None where it may be sent."""
    if push is None or push.state == State.FREE:
        return None
    if push.state == State.SENT:
        return Sent("sent", push.channel)
    if push.state == State.UNSURE:
        return Sent("failed", push.channel, push.code, _UNSURE)
    return Sent("waiting", push.channel, 0, _ON_ITS_WAY)
