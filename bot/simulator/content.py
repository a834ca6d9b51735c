"""The content of a message that the account sends by itself, checked as WeChat checks it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from bot.simulator.errors import ApiError
from bot.simulator.media import Media
from bot.simulator.replies import Shown

_MOST_BYTES = 2048


def content(body: dict[str, Any], media: Media) -> Shown:
    """What the person would see; ApiError for an unknown kind, an empty or too long text, a lost medium."""
    kind = body.get("msgtype")
    if not isinstance(kind, str) or kind not in _KINDS:
        raise ApiError(40008)
    block = body.get(kind)
    if not isinstance(block, dict):
        raise ApiError(44004)
    return _KINDS[kind](block, media)


def _text(block: dict[str, Any], media: Media) -> Shown:
    said = block.get("content")
    if not isinstance(said, str) or not said:
        raise ApiError(44004)
    if len(said.encode()) > _MOST_BYTES:
        raise ApiError(45002)
    return Shown("text", said)


def _medium(kind: str) -> Callable[[dict[str, Any], Media], Shown]:
    def read(block: dict[str, Any], media: Media) -> Shown:
        return Shown(kind, str(block.get("title") or ""), {"media_id": media.find(block.get("media_id")).id})

    return read


def _news(block: dict[str, Any], media: Media) -> Shown:
    items = block.get("articles")
    if not isinstance(items, list) or len(items) != 1 or not isinstance(items[0], dict):
        raise ApiError(45008)
    article = {name: str(items[0].get(name) or "") for name in ("title", "description", "url")}
    article["picture"] = str(items[0].get("picurl") or "")
    return Shown("news", article["title"], {"articles": [article]})


def _menu(block: dict[str, Any], media: Media) -> Shown:
    items = block.get("list")
    if not isinstance(items, list) or not items or not all(isinstance(item, dict) for item in items):
        raise ApiError(44004)
    listed = [{"id": str(item.get("id")), "content": str(item.get("content"))} for item in items]
    said = {"head": str(block.get("head_content") or ""), "tail": str(block.get("tail_content") or "")}
    return Shown("msgmenu", said["head"], {**said, "items": listed})


_KINDS: dict[str, Callable[[dict[str, Any], Media], Shown]] = {
    "text": _text,
    "image": _medium("image"),
    "voice": _medium("voice"),
    "video": _medium("video"),
    "news": _news,
    "msgmenu": _menu,
}
