"""Messages to one person: customer-service, template and subscription messages."""

from __future__ import annotations

import itertools
import re
import secrets
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from bot.simulator.content import content
from bot.simulator.errors import ApiError
from bot.simulator.phones import Phone
from bot.simulator.replies import Shown
from bot.simulator.services import OK
from bot.simulator.world import World

if TYPE_CHECKING:
    from bot.simulator.api import Asked

_ONCE = timedelta(minutes=10)
_LONGEST_ID = 64
_DROPPED = {"first", "remark"}
_FIELDS = {
    "thing": re.compile(r"[^\n\r\t]{1,20}"),
    "number": re.compile(r"-?[\d.]{1,32}"),
    "letter": re.compile(r"[A-Za-z]{1,32}"),
    "symbol": re.compile(r"[^\w\s]{1,5}"),
    "character_string": re.compile(r"[\x21-\x7e]{1,32}"),
    "time": re.compile(r"[\d年月日 :：~-]{4,40}"),
    "date": re.compile(r"[\d年月日 :：~-]{4,40}"),
    "amount": re.compile(r"[¥￥$]?[\d.,]{1,13}元?"),
    "phone_number": re.compile(r"[\d+() -]{1,17}"),
    "car_number": re.compile(r"\S{1,8}"),
    "name": re.compile(r"[^\d\n]{1,10}|[A-Za-z .]{1,20}"),
    "phrase": re.compile(r"[\u4e00-\u9fff]{1,5}"),
}
_numbers = itertools.count(3_000_000_000_000_000_000 + secrets.randbelow(10**9))


async def send_custom(world: World, asked: Asked) -> dict[str, Any]:
    """A customer-service message: only in an open window; 45015 and 45047 outside."""
    phone = _recipient(world, asked)
    shown = content(asked.json, world.media)
    if not phone.followed:
        raise ApiError(45015)
    if not phone.receives:
        raise ApiError(48002)
    phone.windows.spend(world.clock())
    world.show(phone, shown, "custom")
    world.phones.tell("phone", phone.summary(world.clock()))
    return OK


async def send_template(world: World, asked: Asked) -> dict[str, Any]:
    """A template message to a follower; what became of it follows as an event."""
    phone = _recipient(world, asked)
    card = _card(world, asked)
    rows = {name: _cut(name, value) for name, value in _values(asked).items() if name not in _DROPPED}
    if not phone.followed:
        raise ApiError(43004)
    number, is_new = _template_number(world, phone, asked.json.get("client_msg_id"))
    if is_new:
        if phone.receives:
            world.show(phone, Shown("template", card["title"], {**card, "rows": rows}), "template")
        status = "success" if phone.receives else "failed:user block"
        world.report(phone.openid, "TEMPLATESENDJOBFINISH", MsgID=number, Status=status)
    return {**OK, "msgid": number}


async def send_subscribed(world: World, asked: Asked) -> dict[str, Any]:
    """A subscription message: one for each consent; 43101 without."""
    phone = _recipient(world, asked)
    card, rows = _card(world, asked), _values(asked)
    for name, value in rows.items():
        field = _FIELDS.get(name.rstrip("0123456789"))
        if field is None or not field.fullmatch(value):
            raise ApiError(47003, f"argument invalid! data.{name}.value invalid")
    template = asked.json["template_id"]
    if phone.consents.get(template, 0) < 1:
        raise ApiError(43101)
    phone.consents[template] -= 1
    world.show(phone, Shown("template", card["title"], {**card, "rows": rows}), "subscribe")
    world.phones.tell("phone", phone.summary(world.clock()))
    item = {"TemplateId": template, "MsgID": next(_numbers), "ErrorCode": 0, "ErrorStatus": "success"}
    world.report(phone.openid, "subscribe_msg_sent_event", SubscribeMsgSentEvent={"List": [item]})
    return OK


def _recipient(world: World, asked: Asked) -> Phone:
    openid = asked.json.get("touser")
    phone = world.phones.get(openid) if isinstance(openid, str) else None
    if phone is None:
        raise ApiError(40003)
    return phone


def _card(world: World, asked: Asked) -> dict[str, str]:
    template = asked.json.get("template_id")
    if not isinstance(template, str) or not template or (world.templates and template not in world.templates):
        raise ApiError(40037)
    return {
        "title": world.templates.get(template, "服务通知"),
        "url": str(asked.json.get("url") or asked.json.get("page") or ""),
    }


def _values(asked: Asked) -> dict[str, str]:
    data = asked.json.get("data")
    if not isinstance(data, dict) or not data:
        raise ApiError(47003)
    for name, cell in data.items():
        if not isinstance(cell, dict) or not isinstance(cell.get("value"), str | int | float):
            raise ApiError(47003, f"argument invalid! data.{name}.value is empty")
    return {name: str(cell["value"]) for name, cell in data.items()}


def _cut(name: str, value: str) -> str:
    return value.replace("\n", " ")[:20] if name.startswith("thing") else value


def _template_number(world: World, phone: Phone, client_id: Any) -> tuple[int, bool]:
    """The number of this message, and whether it is the first with the sender's own id within ten minutes."""
    now = world.clock()
    if client_id is None:
        return next(_numbers), True
    if not isinstance(client_id, str) or not 1 <= len(client_id.encode()) <= _LONGEST_ID:
        raise ApiError(40097)
    known = world.template_ids.get((phone.openid, client_id))
    if known and now - known[1] < _ONCE:
        return known[0], False
    number = next(_numbers)
    world.template_ids[phone.openid, client_id] = (number, now)
    return number, True
