"""WeChat's kinds of messages and events, turned into the one message of the house with its fields checked."""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Callable
from datetime import UTC, datetime
from xml.etree.ElementTree import Element

from wechatpy.events import EVENT_TYPES
from wechatpy.messages import MESSAGE_TYPES

from bot.wechat.body import text, texts
from handlers.message import Kind, Message, Place

# Kinds of which somebody has heard before; others are worth a line in the log.
HEARD_OF = frozenset(MESSAGE_TYPES) | frozenset(EVENT_TYPES)

_LONGEST_ID = 200
_LONGEST_OPENID = 64
_LONGEST_TEXT = 4000  # characters; WeChat's own limit is lower
_LATEST = 1 << 33  # seconds; the year 2242
_RESULTS = ("SubscribeMsgPopupEvent", "SubscribeMsgChangeEvent", "SubscribeMsgSentEvent")


def message(root: Element, app_id: str) -> Message | None:
    """The message in a tree; None where sender, time or kind are missing, OTHER for a kind we have no use for."""
    openid, name = text(root, "FromUserName"), text(root, "MsgType").lower()
    sent_at = _moment(text(root, "CreateTime"))
    if sent_at is None or not name or not 0 < len(openid) <= _LONGEST_OPENID:
        return None
    if name == "event":
        name = text(root, "Event").lower()
        read = _EVENTS.get(name, _other)
    else:
        read = _MESSAGES.get(name, _other)
    return read(root, Draft(_id(root, app_id), openid, sent_at, name))


class Draft:
    """What all kinds have in common, waiting for the rest."""

    def __init__(self, id: str, openid: str, sent_at: datetime, name: str) -> None:
        self._id = id
        self._openid = openid
        self._sent_at = sent_at
        self.name = name

    def as_(
        self, kind: Kind, said: str = "", *, place: Place | None = None, key: str = "", media: str = "", **details: str
    ) -> Message:
        """The finished message."""
        known = {name: value for name, value in details.items() if value}
        return Message(self._id, self._openid, kind, self._sent_at, said[:_LONGEST_TEXT], place, key, media, known)


def _id(root: Element, app_id: str) -> str:
    """The natural key: account, sender, number or event, time, and a hash of all fields.

    The number alone will not do (it repeats between followers), nor sender and second (two events can share them).
    Encrypt is left out of the hash: in the compatible mode it differs from one delivery to the next.
    """
    event = ".".join(text(root, tag) for tag in ("Event", "EventKey", "MsgID"))
    which = text(root, "MsgId") or event
    parts = (app_id or text(root, "ToUserName"), text(root, "FromUserName"), which, text(root, "CreateTime"))
    fields = sorted((child.tag, "".join(child.itertext()).strip()) for child in root if child.tag != "Encrypt")
    digest = hashlib.sha256(repr(fields).encode()).hexdigest()[:16]
    return f"{':'.join(parts)[: _LONGEST_ID - 17]}:{digest}"


def _moment(seconds: str) -> datetime | None:
    if not seconds.isascii() or not seconds.isdigit() or len(seconds) > 10 or not 0 < int(seconds) < _LATEST:
        return None
    return datetime.fromtimestamp(int(seconds), UTC)


def _number(value: str) -> float | None:
    try:
        number = float(value)
    except ValueError:
        return None
    return number if math.isfinite(number) else None


def _place(latitude: str, longitude: str, accuracy: str = "", label: str = "") -> Place | None:
    """A point on the map; None for what is missing, no number, off the map, or the 0,0 of a phone without a fix."""
    north, east = _number(latitude), _number(longitude)
    if north is None or east is None or abs(north) > 90 or abs(east) > 180 or (north == 0 and east == 0):
        return None
    return Place(north, east, _number(accuracy), label[:200])


def _text(root: Element, draft: Draft) -> Message:
    return draft.as_(Kind.TEXT, "\n".join(texts(root, "Content")), menu=text(root, "bizmsgmenuid"))


def _voice(root: Element, draft: Draft) -> Message:
    return draft.as_(Kind.VOICE, text(root, "Recognition"), media=text(root, "MediaId"), format=text(root, "Format"))


def _location(root: Element, draft: Draft) -> Message:
    place = _place(text(root, "Location_X"), text(root, "Location_Y"), label=text(root, "Label"))
    return draft.as_(Kind.LOCATION, place=place) if place else _other(root, draft)


def _passing_location(root: Element, draft: Draft) -> Message:
    place = _place(text(root, "Latitude"), text(root, "Longitude"), text(root, "Precision"))
    return draft.as_(Kind.PASSING_LOCATION, place=place) if place else _other(root, draft)


def _image(root: Element, draft: Draft) -> Message:
    return draft.as_(Kind.IMAGE, media=text(root, "MediaId"), url=text(root, "PicUrl"))


def _video(root: Element, draft: Draft) -> Message:
    return draft.as_(Kind.VIDEO, media=text(root, "MediaId"))


def _link(root: Element, draft: Draft) -> Message:
    return draft.as_(Kind.LINK, text(root, "Title"), media=text(root, "Url"))


def _file(root: Element, draft: Draft) -> Message:
    return draft.as_(Kind.FILE, text(root, "Title"), media=text(root, "FileKey"))


def _subscribe(root: Element, draft: Draft) -> Message:
    return draft.as_(Kind.SUBSCRIBE, key=text(root, "EventKey").removeprefix("qrscene_"))


def _unsubscribe(root: Element, draft: Draft) -> Message:
    return draft.as_(Kind.UNSUBSCRIBE)


def _scan(root: Element, draft: Draft) -> Message:
    return draft.as_(Kind.SCAN, key=text(root, "EventKey"))


def _scan_from_menu(root: Element, draft: Draft) -> Message:
    result = text(root, "ScanCodeInfo/ScanResult")
    return draft.as_(Kind.SCAN, key=result, button=text(root, "EventKey")) if result else _other(root, draft)


def _click(root: Element, draft: Draft) -> Message:
    key = text(root, "EventKey")
    return draft.as_(Kind.CLICK, key, key=key)


def _view(root: Element, draft: Draft) -> Message:
    return draft.as_(Kind.VIEW, key=text(root, "EventKey"))


def _delivery(root: Element, draft: Draft) -> Message:
    return draft.as_(
        Kind.DELIVERY,
        key=text(root, "Status"),
        event=draft.name,
        msg_id=text(root, "MsgID") or text(root, "MsgId"),
        total=text(root, "TotalCount"),
        filtered=text(root, "FilterCount"),
        sent=text(root, "SentCount"),
        failed=text(root, "ErrorCount"),
    )


def _subscription(root: Element, draft: Draft) -> Message:
    """Consents given or withdrawn, or subscription messages delivered: a list with one item or more."""
    lists = [found for block in _RESULTS for found in root.iterfind(f"{block}/List")]
    items = [{child.tag: "".join(child.itertext()).strip() for child in each} for each in lists]
    return draft.as_(Kind.DELIVERY, event=draft.name, items=json.dumps(items))


def _other(root: Element, draft: Draft) -> Message:
    return draft.as_(Kind.OTHER, name=draft.name[:64])


_Reader = Callable[[Element, Draft], Message]
_MESSAGES: dict[str, _Reader] = {
    "text": _text,
    "voice": _voice,
    "location": _location,
    "image": _image,
    "video": _video,
    "shortvideo": _video,
    "link": _link,
    "file": _file,
}
_EVENTS: dict[str, _Reader] = {
    "subscribe": _subscribe,
    "unsubscribe": _unsubscribe,
    "scan": _scan,
    "scancode_push": _scan_from_menu,
    "scancode_waitmsg": _scan_from_menu,
    "location": _passing_location,
    "click": _click,
    "view": _view,
    "view_miniprogram": _view,
    "templatesendjobfinish": _delivery,
    "masssendjobfinish": _delivery,
    "subscribe_msg_popup_event": _subscription,
    "subscribe_msg_change_event": _subscription,
    "subscribe_msg_sent_event": _subscription,
}
