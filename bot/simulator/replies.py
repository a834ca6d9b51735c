"""The bot's passive reply, held against what WeChat takes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from xml.etree.ElementTree import Element

from bot.simulator.account import Account
from bot.simulator.errors import ApiError, BadReply
from bot.simulator.media import Media

_MOST_BYTES = 2048
_SINGLE_ARTICLE = {"text", "image", "voice", "video", "shortvideo", "location"}


@dataclass(frozen=True)
class Shown:
    """What the person sees of a message of the account."""

    kind: str
    text: str = ""
    details: dict[str, Any] = field(default_factory=dict)


def check(root: Element, openid: str, trigger: str, account: Account, media: Media) -> Shown:
    """The reply as it is shown; BadReply where WeChat would tell the person that the service is down."""
    for name, expected in (("ToUserName", openid), ("FromUserName", account.id)):
        if root.findtext(name) != expected:
            raise BadReply(f"{name}应是{expected}，收到的是{root.findtext(name)}")
    if not (root.findtext("CreateTime") or "").isdigit():
        raise BadReply(f"CreateTime应是整数秒，收到的是{root.findtext('CreateTime')}")
    kind = root.findtext("MsgType") or ""
    if kind not in _KINDS:
        raise BadReply(f"没有“{kind}”这种被动回复")
    return _KINDS[kind](root, trigger, media)


def _text(root: Element, trigger: str, media: Media) -> Shown:
    said = root.findtext("Content") or ""
    if not said:
        raise BadReply("文本回复的Content是空的")
    if len(said.encode()) > _MOST_BYTES:
        raise BadReply(f"文本回复最多{_MOST_BYTES}字节，收到{len(said.encode())}字节")
    return Shown("text", said)


def _medium(kind: str) -> Callable[[Element, str, Media], Shown]:
    def read(root: Element, trigger: str, media: Media) -> Shown:
        block = _block(root, kind.capitalize())
        try:
            medium = media.find(block.findtext("MediaId"))
        except ApiError as error:
            raise BadReply(f"{kind}回复的MediaId不存在或已过期") from error
        return Shown(kind, block.findtext("Title") or "", {"media_id": medium.id})

    return read


def _music(root: Element, trigger: str, media: Media) -> Shown:
    block = _block(root, "Music")
    return Shown("music", block.findtext("Title") or "音乐", {"url": block.findtext("MusicUrl") or ""})


def _news(root: Element, trigger: str, media: Media) -> Shown:
    items = _block(root, "Articles").findall("item")
    most = 1 if trigger in _SINGLE_ARTICLE else 8
    if not 1 <= len(items) <= most or (root.findtext("ArticleCount") or "") != str(len(items)):
        raise BadReply(f"图文回复应有1至{most}条且ArticleCount相符，收到{len(items)}条")
    articles = [
        {
            "title": item.findtext("Title") or "",
            "description": item.findtext("Description") or "",
            "picture": item.findtext("PicUrl") or "",
            "url": item.findtext("Url") or "",
        }
        for item in items
    ]
    return Shown("news", articles[0]["title"], {"articles": articles})


def _transfer(root: Element, trigger: str, media: Media) -> Shown:
    return Shown("transfer_customer_service", "已转接人工客服")


def _block(root: Element, name: str) -> Element:
    block = root.find(name)
    if block is None:
        raise BadReply(f"回复里没有{name}")
    return block


_KINDS: dict[str, Callable[[Element, str, Media], Shown]] = {
    "text": _text,
    "image": _medium("image"),
    "voice": _medium("voice"),
    "video": _medium("video"),
    "music": _music,
    "news": _news,
    "transfer_customer_service": _transfer,
}
