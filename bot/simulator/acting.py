"""A person acts on the phone: the phone changes, the bot is told, its reply appears."""

from __future__ import annotations

import asyncio
import math

from bot.simulator.courier import Answer
from bot.simulator.errors import Refused
from bot.simulator.gesture import Fields, Gesture, Push, push_of
from bot.simulator.phones import Entry, Outcome, Phone, Side, plain
from bot.simulator.world import World

_OPEN_TO_ALL = {"subscribe", "scan", "consent", "withdraw"}
OUT_OF_SERVICE = "该公众号暂时无法提供服务，请稍后再试"


def act(world: World, gesture: Gesture, copies: int = 1) -> tuple[Entry, asyncio.Task[None]]:
    """Do it; the task ends when the bot has answered or WeChat has given up.

    With several copies the same message is delivered as often at once, as in a storm of repeats.
    Raises Refused for what the person cannot do now, ValueError for a gesture that lacks something.
    """
    phone = world.phones.get(gesture.openid)
    if phone is None:
        raise Refused(f"没有openid为{gesture.openid}的手机")
    gesture = _aimed(world, phone, gesture)
    push = push_of(gesture)
    _change(world, phone, gesture, push)
    entry = world.phones.write(
        phone, Side.MINE, gesture.kind, world.clock(), push.shows, outcome=Outcome.WAITING, details=_details(gesture)
    )
    fields = world.addressed(push.fields, phone.openid)
    return entry, world.later(_carry(world, phone, entry, push, fields, copies))


def _aimed(world: World, phone: Phone, gesture: Gesture) -> Gesture:
    """A scan follows the account where the person does not yet; a code stands for its scene."""
    if not phone.followed and gesture.kind not in _OPEN_TO_ALL:
        raise Refused("要先关注公众号")
    if gesture.kind == "subscribe" and phone.followed:
        raise Refused("已经关注了")
    if not gesture.key or gesture.kind not in {"scan", "subscribe"}:
        return gesture
    scene = world.scenes.find(gesture.key)
    if scene and world.scenes.is_over(scene):
        raise Refused("二维码已过期")
    found = {"key": scene.value, "ticket": scene.ticket} if scene else {}
    return gesture.model_copy(update={**found, "kind": "scan" if phone.followed else "subscribe"})


def _change(world: World, phone: Phone, gesture: Gesture, push: Push) -> None:
    now = world.clock()
    match gesture.kind:
        case "subscribe":
            phone.followed, phone.followed_at, phone.followed_by = True, now, gesture.key
        case "unsubscribe":
            phone.followed = False
            phone.windows.close()
        case "location" | "passing_location" | "location_select":
            phone.latitude, phone.longitude = gesture.latitude, gesture.longitude
        case "consent" if gesture.accept:
            left = phone.consents.get(gesture.template_id, 0)
            phone.consents[gesture.template_id] = math.inf if gesture.always else left + 1
        case "withdraw":
            phone.consents.pop(gesture.template_id, None)
    if push.opens:
        phone.windows.open(push.opens, now)
    world.phones.tell("phone", phone.summary(now))


async def _carry(world: World, phone: Phone, entry: Entry, push: Push, fields: Fields, copies: int) -> None:
    if copies == 1:
        answer = await world.courier.carry(fields, phone.openid)
    else:
        answer = await _storm(world, fields, phone.openid, copies)
    entry.outcome, entry.deliveries = answer.outcome, answer.deliveries
    world.phones.tell("entry", plain(entry))
    if answer.outcome is Outcome.FAILED and push.is_awaited:
        world.phones.write(phone, Side.NOTE, "fault", world.clock(), OUT_OF_SERVICE, details={"of": entry.id})
    elif answer.shown and push.is_answerable:
        world.show(phone, answer.shown, "reply")


async def _storm(world: World, fields: Fields, openid: str, copies: int) -> Answer:
    """The same message many times at once; the person sees the first good answer."""
    results = await asyncio.gather(*(world.courier.deliver(fields, openid) for _ in range(copies)))
    deliveries = [delivery for delivery, _ in results]
    good = [delivery for delivery in deliveries if not delivery.problem]
    shown = next((shown for _, shown in results if shown), None)
    return Answer(Outcome.ANSWERED if shown else Outcome.SILENT if good else Outcome.FAILED, deliveries, shown)


def _details(gesture: Gesture) -> Fields:
    shown = {"latitude", "longitude", "media_id", "url", "title", "key", "template_id"}
    return gesture.model_dump(include=shown, exclude_defaults=True)
