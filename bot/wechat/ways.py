"""The ways to a worker's chat outside a reply: customer-service, subscription and template messages."""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import Protocol

from sqlalchemy.ext.asyncio import AsyncSession

from bot.wechat.api import Api
from bot.wechat.render import linked
from config.settings import Settings
from records import consents, windows
from records.windows import Opening

_EXCERPT = 20  # characters that a field of the kind thing takes


class Way(Protocol):
    """One way; `send` calls WeChat, the others run in a unit."""

    name: str

    async def enter(self, session: AsyncSession, openid: str, now: datetime) -> str:
        """Count one message where WeChat counts, and say from what it was taken; empty when this way is closed."""

    async def send(self, openid: str, text: str, key: str) -> str:
        """Send, and give WeChat's number of the message, if it gives one; raises as `Api.post` does."""

    async def undo(self, session: AsyncSession, openid: str, taken: str) -> None:
        """It did not go: it does not count."""

    async def shut(self, session: AsyncSession, openid: str, now: datetime) -> None:
        """WeChat says that this way is closed for this follower."""


class CustomerService:
    """客服消息: 5 in 48 hours after a message, 3 in a minute after a tap."""

    name = "customer_service"

    def __init__(self, api: Api) -> None:
        self._api = api

    async def enter(self, session: AsyncSession, openid: str, now: datetime) -> str:
        """Take one message from an open window."""
        return await windows.spend(session, openid, now) or ""

    async def send(self, openid: str, text: str, key: str) -> str:
        """Send the text as it is."""
        body = {"touser": openid, "msgtype": "text", "text": {"content": linked(text)}}
        await self._api.post("/cgi-bin/message/custom/send", body)
        return ""

    async def undo(self, session: AsyncSession, openid: str, taken: str) -> None:
        """Put the message back into its window."""
        await windows.give_back(session, openid, Opening(taken))

    async def shut(self, session: AsyncSession, openid: str, now: datetime) -> None:
        """The windows were closed or empty all the same."""
        await windows.shut(session, openid)


class Subscription:
    """订阅通知: for those who have agreed, until WeChat says that their consent is used up."""

    name = "subscription"

    def __init__(self, api: Api, settings: Settings) -> None:
        self._api = api
        self._settings = settings

    async def enter(self, session: AsyncSession, openid: str, now: datetime) -> str:
        """Open where the office has a template, and the follower's consent to it."""
        template = self._settings.wechat_subscribe_template
        return template if template and await consents.has(session, openid, template) else ""

    async def send(self, openid: str, text: str, key: str) -> str:
        """Send the beginning of the text, and the address where the whole is read."""
        body = {
            "touser": openid,
            "template_id": self._settings.wechat_subscribe_template,
            "page": self._settings.public_url,
            "data": {self._settings.wechat_notice_field: {"value": excerpt(text)}},
        }
        answer = await self._api.post("/cgi-bin/message/subscribe/bizsend", body)
        return str(answer.get("msgid", ""))

    async def undo(self, session: AsyncSession, openid: str, taken: str) -> None:
        """Nothing was counted."""

    async def shut(self, session: AsyncSession, openid: str, now: datetime) -> None:
        """The consent is used up or withdrawn."""
        await consents.learn(session, openid, self._settings.wechat_subscribe_template, False, now)


class Template:
    """模板消息: service notices to every follower, where the account has the right to them."""

    name = "template"

    def __init__(self, api: Api, settings: Settings) -> None:
        self._api = api
        self._settings = settings

    async def enter(self, session: AsyncSession, openid: str, now: datetime) -> str:
        """Open where the office has a template."""
        return self._settings.wechat_template

    async def send(self, openid: str, text: str, key: str) -> str:
        """Send the beginning of the text; with our own id, so that WeChat drops a repeat."""
        body = {
            "touser": openid,
            "template_id": self._settings.wechat_template,
            "url": self._settings.public_url,
            "client_msg_id": hashlib.sha256(key.encode()).hexdigest()[:32],
            "data": {self._settings.wechat_notice_field: {"value": excerpt(text)}},
        }
        answer = await self._api.post("/cgi-bin/message/template/send", body, repeatable=True)
        return str(answer.get("msgid", ""))

    async def undo(self, session: AsyncSession, openid: str, taken: str) -> None:
        """Nothing was counted."""

    async def shut(self, session: AsyncSession, openid: str, now: datetime) -> None:
        """Nothing is kept of it."""


def excerpt(text: str) -> str:
    """The beginning of a text as one field takes it: one line of at most 20 characters."""
    line = " ".join(text.split())
    return line if len(line) <= _EXCERPT else line[: _EXCERPT - 1] + "…"
