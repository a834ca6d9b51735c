"""A body as it travels, XML or JSON, read into one tree of elements; hostile or broken text stops here."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from enum import StrEnum
from typing import Any
from xml.etree.ElementTree import Element, ParseError, SubElement

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from bot.wechat.errors import Unreadable

_ILLEGAL = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_REFERENCE = re.compile(r"&#(?:x([0-9A-Fa-f]{1,8})|([0-9]{1,8}));")
_ENCRYPT_IN_JSON = re.compile(r'"Encrypt"\s*:\s*"([A-Za-z0-9+/=\\]+)"')
_DEEPEST = 6
# What a message needs at least; enough to save one whose XML somebody's typing has broken.
_VITAL = ("ToUserName", "FromUserName", "CreateTime", "MsgType", "Content", "Event", "EventKey", "MsgId")


class Form(StrEnum):
    """How a body is written; the answer is written the same way."""

    XML = "xml"
    JSON = "json"


def form(body: str) -> Form:
    """Which of the two a body looks like."""
    return Form.JSON if body.lstrip().startswith("{") else Form.XML


def legal(text: str) -> str:
    """A text without the characters that XML forbids."""
    return _ILLEGAL.sub("", text)


def read(body: str) -> Element:
    """The tree of a body; Unreadable if it is no message."""
    if form(body) is Form.JSON:
        return _from_json(body)
    text = _REFERENCE.sub(_legal_reference, legal(body)).strip()
    try:
        root: Element = fromstring(text, forbid_dtd=True)
    except DefusedXmlException as error:
        raise Unreadable("expected a plain message, got one with a document type") from error
    except ParseError as error:
        root = _pieced_together(text, error)
    except (ValueError, LookupError) as error:
        raise Unreadable(f"expected XML, got {error}") from error
    if root.tag != "xml":
        raise Unreadable(f"expected the root element xml, got {root.tag[:40]}")
    return root


def encrypted(body: str) -> str:
    """The Encrypt field of an envelope that nobody has verified yet, found without parsing; empty where there is none."""
    if form(body) is Form.JSON:
        match = _ENCRYPT_IN_JSON.search(body)
        return match[1].replace("\\", "") if match else ""
    return _flat(body, "Encrypt") or ""


def text(root: Element, tag: str) -> str:
    """The text of the first child of this name that has any, nested or not, without its edges."""
    return next(texts(root, tag), "")


def texts(root: Element, tag: str) -> Iterator[str]:
    """The texts of all children of this name that have any."""
    return (found for child in root.findall(tag) if (found := "".join(child.itertext()).strip()))


def _from_json(body: str) -> Element:
    try:
        data = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise Unreadable("expected a JSON object") from error
    root = Element("xml")
    _grow(root, data, _DEEPEST)
    return root


def _grow(parent: Element, data: dict[str, Any], depth: int) -> None:
    for tag, value in data.items():
        for item in value if isinstance(value, list) else [value]:
            child = SubElement(parent, legal(tag))
            if isinstance(item, dict) and depth:
                _grow(child, item, depth - 1)
            elif isinstance(item, str | int | float) and not isinstance(item, bool):
                child.text = legal(str(item))


def _legal_reference(match: re.Match[str]) -> str:
    code = int(match[1], 16) if match[1] else int(match[2])
    return match[0] if code <= 0x10FFFF and not _ILLEGAL.match(chr(code)) else ""


def _pieced_together(text: str, error: Exception) -> Element:
    """A message out of XML that does not parse, such as one whose typed text holds the end of its own CDATA."""
    root = Element("xml")
    for tag in _VITAL:
        if (found := _flat(text, tag)) is not None:
            SubElement(root, tag).text = found
    if not text.startswith("<xml>") or root.find("FromUserName") is None or root.find("MsgType") is None:
        raise Unreadable("expected XML, got broken text") from error
    return root


def _flat(text: str, tag: str) -> str | None:
    start = text.find(f"<{tag}>")
    end = text.find(f"</{tag}>", start)
    if start < 0 or end < 0:
        return None
    inner = text[start + len(tag) + 2 : end].strip()
    return inner.removeprefix("<![CDATA[").removesuffix("]]>") if inner.startswith("<![CDATA[") else inner
