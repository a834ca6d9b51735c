"""Bodies as they travel: written as XML, signed, encrypted in the account's mode, and opened again."""

from __future__ import annotations

import secrets
import struct
from collections.abc import Callable
from datetime import datetime
from typing import Any
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring
from wechatpy.crypto import WeChatCrypto
from wechatpy.exceptions import WeChatException
from wechatpy.utils import WeChatSigner

from bot.simulator.account import Account, Mode
from bot.simulator.errors import BadReply
from bot.simulator.gesture import Fields


class Envelope:
    """Seals what goes to the bot and opens what comes back."""

    def __init__(self, account: Account, clock: Callable[[], datetime]) -> None:
        self._account = account
        self._clock = clock
        self._crypto = WeChatCrypto(account.token, account.aes_key, account.app_id) if account.aes_key else None

    def query(self, openid: str = "") -> dict[str, str]:
        """The signed parameters of a request; a new nonce each time."""
        timestamp, nonce = str(int(self._clock().timestamp())), str(secrets.randbelow(10**10))
        signer = WeChatSigner()
        signer.add_data(self._account.token, timestamp, nonce)
        query = {"signature": signer.signature, "timestamp": timestamp, "nonce": nonce}
        return {**query, "openid": openid} if openid else query

    def seal(self, fields: Fields, openid: str) -> tuple[dict[str, str], str]:
        """The parameters and the body with which a message travels."""
        query, body = self.query(openid), written(fields)
        if self._account.mode is Mode.PLAIN:
            return query, body
        assert self._crypto
        sealed = fromstring(self._crypto.encrypt_message(body, query["nonce"], query["timestamp"]))
        query |= {"encrypt_type": "aes", "msg_signature": sealed.findtext("MsgSignature", "")}
        outer = fields if self._account.mode is Mode.COMPATIBLE else {"ToUserName": self._account.id}
        return query, written({**outer, "Encrypt": sealed.findtext("Encrypt")})

    def open(self, body: bytes) -> Element:
        """The elements of a reply, decrypted where need be; BadReply for what WeChat would not take."""
        root = _parsed(body)
        if root.find("Encrypt") is None:
            if self._account.mode is Mode.SAFE:
                raise BadReply("安全模式要求回复加密，收到的是明文")
            return root
        if self._account.mode is Mode.PLAIN or self._crypto is None:
            raise BadReply("明文模式不收加密的回复")
        return _parsed(self._decrypted(root))

    def _decrypted(self, root: Element) -> bytes:
        assert self._crypto
        parts = [root.findtext(name) or "" for name in ("MsgSignature", "TimeStamp", "Nonce")]
        try:
            plain: str = self._crypto.decrypt_message({"Encrypt": root.findtext("Encrypt") or ""}, *parts)
        except (WeChatException, ValueError, IndexError, struct.error) as error:
            raise BadReply(f"加密回复打不开：{type(error).__name__} {error}") from error
        return plain.encode()


def written(fields: Fields) -> str:
    """A message body."""
    return f"<xml>{_elements(fields)}</xml>"


def _elements(fields: Fields) -> str:
    return "".join(
        f"<{name}>{_inner(item)}</{name}>"
        for name, value in fields.items()
        for item in (value if isinstance(value, list) else [value])
    )


def _inner(value: Any) -> str:
    if isinstance(value, dict):
        return _elements(value)
    if isinstance(value, str):
        return f"<![CDATA[{value.replace(']]>', ']]]]><![CDATA[>')}]]>"
    return str(value)


def _parsed(body: bytes) -> Element:
    try:
        root: Element = fromstring(body, forbid_dtd=True)
    except (ParseError, DefusedXmlException, ValueError) as error:
        raise BadReply(f"回复不是合格的XML：{error}") from error
    if root.tag != "xml":
        raise BadReply(f"回复的根元素应是xml，收到的是{root.tag}")
    return root
