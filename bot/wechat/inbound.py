"""From a request to a message: capped, proven genuine before anything is parsed, decrypted, read, typed."""

from __future__ import annotations

from collections.abc import AsyncIterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from bot.wechat import body as bodies
from bot.wechat import kinds
from bot.wechat.body import Form
from bot.wechat.crypto import Crypto
from bot.wechat.errors import NotGenuine, TooLarge
from config.settings import Settings
from handlers.message import Message

LARGEST = 64 * 1024  # bytes; WeChat's own messages are a few thousand
_PROBES = (b'{"action":"CheckContainerPath"}', b"<xml><action>CheckContainerPath</action></xml>")


@dataclass(frozen=True)
class Letter:
    """A genuine request: what came, and to whom and how the answer is written."""

    message: Message | None  # None where the body holds none, as a probe of the address
    account: str  # the account's own name, which the answer comes from
    form: Form = Form.XML
    nonce: str = ""


class Inbound:
    """The door of one account: lets in what WeChat has signed."""

    def __init__(self, settings: Settings, crypto: Crypto) -> None:
        self._app_id = settings.wechat_app_id
        self._fresh = settings.wechat_fresh_seconds
        self._crypto = crypto

    def greet(self, query: Mapping[str, str], now: datetime) -> str:
        """The echo that proves to WeChat that this address is ours; NotGenuine without its signature."""
        if not self._is_address_signed(query, now) or "echostr" not in query:
            raise NotGenuine("expected WeChat's signature over timestamp and nonce")
        return query["echostr"]

    async def open(self, query: Mapping[str, str], body: AsyncIterable[bytes], now: datetime) -> Letter:
        """The letter in a request; NotGenuine, TooLarge or Unreadable where it may not come in.

        In plain mode nothing of the body is looked at before the address is proven. In AES mode the body proves
        itself: Encrypt is cut out without parsing and checked against msg_signature, and a body without is refused.
        """
        unsigned = "signature" not in query and "msg_signature" not in query
        if unsigned and b"".join((await capped(body)).split()) in _PROBES:
            return Letter(None, "")
        by_body_alone = self._crypto.is_encrypting and "signature" not in query
        if unsigned or not (by_body_alone or self._is_address_signed(query, now)):
            raise NotGenuine("expected WeChat's signature over timestamp and nonce")
        text = (await capped(body)).decode("utf-8-sig", "replace")
        form = bodies.form(text)
        if self._crypto.is_encrypting:
            text = self._decrypted(query, text, now)
        root = bodies.read(text)
        message = kinds.message(root, self._app_id)
        return Letter(message, bodies.text(root, "ToUserName"), form, query.get("nonce", ""))

    def _is_address_signed(self, query: Mapping[str, str], now: datetime) -> bool:
        timestamp, nonce = query.get("timestamp", ""), query.get("nonce", "")
        return self._crypto.is_signed(query.get("signature", ""), timestamp, nonce) and self._is_fresh(timestamp, now)

    def _decrypted(self, query: Mapping[str, str], text: str, now: datetime) -> str:
        encrypted, timestamp, nonce = bodies.encrypted(text), query.get("timestamp", ""), query.get("nonce", "")
        if not encrypted:
            raise NotGenuine("expected an encrypted message: an AES key is set, so plain ones are refused")
        signed = self._crypto.is_signed(query.get("msg_signature", ""), timestamp, nonce, encrypted)
        if not signed or not self._is_fresh(timestamp, now):
            raise NotGenuine("expected WeChat's signature over the encrypted message")
        return self._crypto.decrypt(encrypted).decode("utf-8-sig", "replace")

    def _is_fresh(self, timestamp: str, now: datetime) -> bool:
        """Off by default: a repeat changes nothing, whenever it comes, and WeChat's clock need not agree with ours."""
        if not self._fresh:
            return True
        readable = timestamp.isascii() and timestamp.isdigit() and len(timestamp) < 12
        return readable and abs(now.timestamp() - int(timestamp)) <= self._fresh


async def capped(body: AsyncIterable[bytes]) -> bytes:
    """The whole body, or TooLarge as soon as it is more than a message can be."""
    parts, size = [], 0
    async for part in body:
        parts.append(part)
        size += len(part)
        if size > LARGEST:
            raise TooLarge(f"expected at most {LARGEST} bytes")
    return b"".join(parts)
