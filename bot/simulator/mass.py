"""Mass messages: to many at once, at most four a month for each person, the result comes as an event."""

from __future__ import annotations

import hashlib
import itertools
import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from bot.simulator.content import content
from bot.simulator.errors import ApiError
from bot.simulator.phones import Phone
from bot.simulator.replies import Shown
from config.settings import CHINA

if TYPE_CHECKING:
    from bot.simulator.api import Asked
    from bot.simulator.world import World

_MOST, _FEWEST = 10_000, 2
_A_MONTH = 4
_REMEMBERED = timedelta(hours=24)
_LONGEST_ID = 64
_numbers = itertools.count(1_000_000_001)


@dataclass(frozen=True)
class Job:
    """One mass message that was accepted."""

    number: int
    client_id: str
    at: datetime


async def send(world: World, asked: Asked) -> dict[str, Any]:
    """Accept a message to a list of followers; the count of those who got it follows as an event."""
    phones = _audience(world, asked.json.get("touser"))
    shown = content(asked.json, world.media)
    now, client_id = world.clock(), _client_id(asked.json)
    for job in world.jobs:
        if job.client_id == client_id and now - job.at < _REMEMBERED:
            raise ApiError(45065, msg_id=job.number)
    job = Job(next(_numbers), client_id, now)
    world.jobs.append(job)
    world.later(_deliver(world, job, phones, shown))
    return {"errcode": 0, "errmsg": "send job submission success", "msg_id": job.number, "msg_data_id": job.number}


async def preview(world: World, asked: Asked) -> dict[str, Any]:
    """Show a message to one follower; it does not count."""
    openid = asked.json.get("touser")
    phone = world.phones.get(openid) if isinstance(openid, str) else None
    if phone is None:
        raise ApiError(40003)
    if not phone.followed:
        raise ApiError(43004)
    world.show(phone, content(asked.json, world.media), "preview")
    return {"errcode": 0, "errmsg": "preview success", "msg_id": next(_numbers)}


async def state(world: World, asked: Asked) -> dict[str, Any]:
    """Where an accepted message stands."""
    number = str(asked.json.get("msg_id"))
    if number not in {str(job.number) for job in world.jobs}:
        raise ApiError(40097)
    return {"msg_id": number, "msg_status": "SEND_SUCCESS"}


def _audience(world: World, openids: Any) -> list[Phone]:
    if not isinstance(openids, list) or not _FEWEST <= len(openids) <= _MOST:
        raise ApiError(40130)
    phones = [world.phones.get(openid) for openid in dict.fromkeys(openids) if isinstance(openid, str)]
    found = [phone for phone in phones if phone]
    if not found:
        raise ApiError(40003)
    return found


def _client_id(body: dict[str, Any]) -> str:
    """The sender's own id, or a digest of audience and content where he gives none."""
    client_id = body.get("clientmsgid")
    if client_id is None:
        return hashlib.sha256(json.dumps(body, sort_keys=True).encode()).hexdigest()
    if not isinstance(client_id, str) or not 1 <= len(client_id.encode()) <= _LONGEST_ID:
        raise ApiError(45067)
    return client_id


async def _deliver(world: World, job: Job, phones: list[Phone], shown: Shown) -> None:
    month = f"{job.at.astimezone(CHINA):%Y-%m}"
    reached = [p for p in phones if p.followed and p.receives and p.mass.get(month, 0) < _A_MONTH]
    for phone in reached:
        phone.mass[month] = phone.mass.get(month, 0) + 1
        world.show(phone, shown, "mass")
    world.report(
        world.account.assistant,
        "MASSSENDJOBFINISH",
        MsgID=job.number,
        Status="send success" if reached else "send fail",
        TotalCount=len(phones),
        FilterCount=len(reached),
        SentCount=len(reached),
        ErrorCount=0,
    )
