"""What a person can do with the phone, and the message or event that WeChat makes of it."""

from __future__ import annotations

import itertools
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from bot.simulator.windows import Cause

Fields = dict[str, Any]
"""Elements of a message body: a text, a number, elements within, or a list of such."""

_message_ids = itertools.count((1 << 62) + secrets.randbits(48))


class Gesture(BaseModel):
    """One act on the phone, as the control API takes it; each kind reads the fields it needs."""

    model_config = ConfigDict(extra="forbid")

    openid: str
    kind: str
    text: str | None = None
    """What is typed; of a voice message what WeChat recognised, None where it recognises nothing."""

    latitude: float | None = Field(None, ge=-90, le=90)
    longitude: float | None = Field(None, ge=-180, le=180)
    precision: float = 30.0
    label: str = ""
    key: str = ""
    """Key of a menu entry, scene of a code, name of another event."""

    url: str = ""
    title: str = ""
    media_id: str = ""
    ticket: str = ""
    menu_item: str = ""
    """Id of the tapped item of a menu message."""

    template_id: str = ""
    accept: bool = True
    always: bool = False
    """A consent that holds for every later notice."""

    waits: bool = True
    """A scan from the menu: does the person wait for an answer?"""

    fields: Fields = {}
    """Further elements of the body, for events that have no kind here."""


@dataclass(frozen=True)
class Push:
    """What WeChat sends to the bot."""

    fields: Fields
    shows: str = ""  # what the person sees of it in the chat
    is_answerable: bool = True  # a reply to it is shown
    is_awaited: bool = True  # the person is told when no reply comes
    opens: Cause | None = None


def push_of(gesture: Gesture) -> Push:
    """The message of a gesture; ValueError for an unknown kind or a missing field."""
    if gesture.kind not in _KINDS:
        raise ValueError(f"不认识的动作“{gesture.kind}”，可以是：{'、'.join(_KINDS)}")
    return _KINDS[gesture.kind](gesture)


def _message(kind: str, shows: str, **fields: Any) -> Push:
    return Push({"MsgType": kind, **fields, "MsgId": next(_message_ids)}, shows, opens=Cause.MESSAGE)


def _event(name: str, shows: str = "", opens: Cause | None = None, quiet: bool = False, **fields: Any) -> Push:
    return Push({"MsgType": "event", "Event": name, **fields}, shows, is_awaited=not quiet, opens=opens)


def _text(gesture: Gesture) -> Push:
    said = _required(gesture, "text")
    if not gesture.menu_item:
        return _message("text", said, Content=said)
    fields = {"MsgType": "text", "Content": said, "bizmsgmenuid": gesture.menu_item, "MsgId": next(_message_ids)}
    return Push(fields, said, opens=Cause.TAP)


def _voice(gesture: Gesture) -> Push:
    media = gesture.media_id or secrets.token_urlsafe(48)
    recognised = {} if gesture.text is None else {"Recognition": gesture.text}
    return _message("voice", gesture.text or "", MediaId=media, Format="amr", **recognised)


def _image(gesture: Gesture) -> Push:
    media = gesture.media_id or secrets.token_urlsafe(48)
    return _message("image", "", PicUrl=_required(gesture, "url"), MediaId=media)


def _video(gesture: Gesture) -> Push:
    return _message("video", "", MediaId=_required(gesture, "media_id"), ThumbMediaId=secrets.token_urlsafe(48))


def _file(gesture: Gesture) -> Push:
    fields = {"Title": _required(gesture, "title"), "Description": "", "FileKey": secrets.token_urlsafe(12)}
    return _message("file", gesture.title, **fields, FileMd5=secrets.token_hex(16), FileTotalLen=1024)


def _location(gesture: Gesture) -> Push:
    x, y = _required(gesture, "latitude"), _required(gesture, "longitude")
    label = gesture.label or "我的位置"
    return _message("location", label, Location_X=f"{x:.6f}", Location_Y=f"{y:.6f}", Scale=16, Label=label)


def _link(gesture: Gesture) -> Push:
    url = _required(gesture, "url")
    return _message("link", gesture.title or url, Title=gesture.title, Description=gesture.text or "", Url=url)


def _subscribe(gesture: Gesture) -> Push:
    fields: Fields = {"EventKey": f"qrscene_{gesture.key}" if gesture.key else ""}
    if gesture.key:
        fields["Ticket"] = gesture.ticket or secrets.token_urlsafe(60)
    return _event("subscribe", "关注了公众号", Cause.FOLLOW, **fields)


def _unsubscribe(gesture: Gesture) -> Push:
    return Push(
        {"MsgType": "event", "Event": "unsubscribe", "EventKey": ""},
        "取消了关注",
        is_answerable=False,
        is_awaited=False,
    )


def _scan(gesture: Gesture) -> Push:
    scene = _required(gesture, "key")
    ticket = gesture.ticket or secrets.token_urlsafe(60)
    return _event("SCAN", f"扫了二维码 {scene}", Cause.SCAN, EventKey=scene, Ticket=ticket)


def _click(gesture: Gesture) -> Push:
    key = _required(gesture, "key")
    return _event("CLICK", f"点了菜单“{gesture.title or key}”", Cause.TAP, EventKey=key)


def _view(gesture: Gesture) -> Push:
    fields = {"MsgType": "event", "Event": "VIEW", "EventKey": _required(gesture, "url"), "MenuId": 421_000_001}
    return Push(fields, f"打开了“{gesture.title or gesture.url}”", is_answerable=False, is_awaited=False)


def _scancode(gesture: Gesture) -> Push:
    result = {"ScanType": "qrcode", "ScanResult": _required(gesture, "text")}
    name = "scancode_waitmsg" if gesture.waits else "scancode_push"
    shows = f"扫到 {gesture.text}"
    return _event(name, shows, Cause.TAP, quiet=not gesture.waits, EventKey=gesture.key, ScanCodeInfo=result)


def _location_select(gesture: Gesture) -> Push:
    x, y = _required(gesture, "latitude"), _required(gesture, "longitude")
    info = {"Location_X": f"{x:.6f}", "Location_Y": f"{y:.6f}", "Scale": "16", "Label": gesture.label, "Poiname": ""}
    return _event("location_select", quiet=True, EventKey=gesture.key, SendLocationInfo=info)


def _passing_location(gesture: Gesture) -> Push:
    x, y = _required(gesture, "latitude"), _required(gesture, "longitude")
    return _event("LOCATION", quiet=True, Latitude=x, Longitude=y, Precision=gesture.precision)


def _consent(gesture: Gesture) -> Push:
    item = {"TemplateId": _required(gesture, "template_id"), "SubscribeStatusString": _word(gesture), "PopupScene": 2}
    shows = "同意接收通知" if gesture.accept else "没有同意接收通知"
    return _event("subscribe_msg_popup_event", shows, quiet=True, SubscribeMsgPopupEvent={"List": [item]})


def _withdraw(gesture: Gesture) -> Push:
    item = {"TemplateId": _required(gesture, "template_id"), "SubscribeStatusString": "reject"}
    shows = "关掉了订阅通知"
    return _event("subscribe_msg_change_event", shows, quiet=True, SubscribeMsgChangeEvent={"List": [item]})


def _other(gesture: Gesture) -> Push:
    return _event(_required(gesture, "key"), quiet=True, **gesture.fields)


def _word(gesture: Gesture) -> str:
    return "accept" if gesture.accept else "reject"


def _required(gesture: Gesture, name: str) -> Any:
    value = getattr(gesture, name)
    if value in (None, ""):
        raise ValueError(f"“{gesture.kind}”要有 {name}")
    return value


_KINDS: dict[str, Callable[[Gesture], Push]] = {
    "text": _text,
    "voice": _voice,
    "image": _image,
    "video": _video,
    "file": _file,
    "location": _location,
    "link": _link,
    "subscribe": _subscribe,
    "unsubscribe": _unsubscribe,
    "scan": _scan,
    "click": _click,
    "view": _view,
    "scancode": _scancode,
    "location_select": _location_select,
    "passing_location": _passing_location,
    "consent": _consent,
    "withdraw": _withdraw,
    "event": _other,
}
