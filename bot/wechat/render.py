"""A reply as WeChat takes it: text that cannot break its envelope, short enough, encrypted where messages are."""

from __future__ import annotations

import json
import re
from datetime import datetime
from typing import Any

from bot.wechat.body import Form, legal
from bot.wechat.crypto import Crypto
from bot.wechat.inbound import Letter
from handlers.message import Message

SUCCESS = "success"  # tells WeChat that there is nothing to show and nothing to send again
LONGEST = 2048  # bytes of UTF-8 in one text
_SENTENCE = re.compile(r".*[。！？；\n]", re.DOTALL)
_ROOM = LONGEST - 64  # the marks of some links come on top
_LINK = re.compile(r"([^\n，。；：、]+)：\s*(https?://[^\s，。；<>\"]+)")
_TYPED_TAG = re.compile(r"<(?=\s*/?\s*a\b)", re.IGNORECASE)
_LEAST = LONGEST // 4  # bytes; a sentence that ends before would leave most of the message unused


def split(text: str) -> list[str]:
    """A text in parts of at most 2048 bytes, cut after a sentence where there is one; none for an empty text."""
    rest, parts = legal(text).strip(), []
    while len(rest.encode()) > _ROOM:
        room = rest.encode()[:_ROOM].decode("utf-8", "ignore")
        sentence = _SENTENCE.match(room)
        part = sentence[0] if sentence and len(sentence[0].encode()) >= _LEAST else room
        parts.append(part.rstrip())
        rest = rest[len(part) :].lstrip()
    return [part for part in (*parts, rest) if part]


def linked(text: str) -> str:
    """A text whose addresses stand behind the words before them, as WeChat shows links; nobody else's words are one."""
    return _LINK.sub(r'<a href="\2">\1</a>', _TYPED_TAG.sub("＜", text))


def passive(text: str, message: Message, letter: Letter, crypto: Crypto, now: datetime) -> str:
    """The body that answers a letter with a text; “success” where there is nothing to say."""
    if not text:
        return SUCCESS
    seconds = int(now.timestamp())
    fields = {
        "ToUserName": message.openid,
        "FromUserName": letter.account,
        "CreateTime": seconds,
        "MsgType": "text",
        "Content": linked(legal(text)),
    }
    plain = _written(fields, letter.form)
    if not crypto.is_encrypting:
        return plain
    encrypted = crypto.encrypt(plain.encode())
    envelope = {
        "Encrypt": encrypted,
        "MsgSignature": crypto.signature(str(seconds), letter.nonce, encrypted),
        "TimeStamp": seconds,
        "Nonce": letter.nonce,
    }
    return _written(envelope, letter.form)


def cdata(text: str) -> str:
    """A text as character data; the end mark in it is split over two sections, so that it ends nothing."""
    return f"<![CDATA[{legal(text).replace(']]>', ']]]]><![CDATA[>')}]]>"


def _written(fields: dict[str, Any], form: Form) -> str:
    if form is Form.JSON:
        return json.dumps(fields, ensure_ascii=False)
    inner = (f"<{tag}>{value if isinstance(value, int) else cdata(value)}</{tag}>" for tag, value in fields.items())
    return f"<xml>{''.join(inner)}</xml>"
