"""The JSON control API under /simulator/: act on phones, see what they got, order faults."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from dataclasses import asdict
from typing import Any, TypeVar

from aiohttp import web
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from bot.simulator import menus
from bot.simulator.acting import act
from bot.simulator.errors import ApiError, Refused
from bot.simulator.faults import Fault
from bot.simulator.gesture import Gesture
from bot.simulator.phones import Phone, Side, plain
from bot.simulator.world import World

_BEAT_SECONDS = 15
_LARGEST_UPLOAD = 12 << 20
Model = TypeVar("Model", bound=BaseModel)


class NewPhone(BaseModel):
    """A phone to put on the desk."""

    model_config = ConfigDict(extra="forbid")

    openid: str = Field("", max_length=64)
    nickname: str = Field("", max_length=20)
    followed: bool = False
    """Has followed long ago: the bot hears nothing of it."""


class PhoneChange(BaseModel):
    """What can be changed on a phone without the bot hearing of it."""

    model_config = ConfigDict(extra="forbid")

    nickname: str | None = Field(None, min_length=1, max_length=20)
    receives: bool | None = None
    snapshot: bool | None = None


class Sending(Gesture):
    """A gesture, and how it is carried."""

    wait: bool = True
    """Answer only when the bot has answered."""

    copies: int = Field(1, ge=1, le=100)
    """The same message so many times at once."""


class Control:
    """The addresses of the control API over one world."""

    def __init__(self, world: World) -> None:
        self._world = world

    def routes(self) -> list[web.RouteDef]:
        """The addresses."""
        one = "/simulator/phones/{openid}"
        return [
            web.get("/simulator/state", _json(self._state)),
            web.get("/simulator/places", _json(self._places)),
            web.get("/simulator/people", _json(self._people)),
            web.get("/simulator/scenes", _json(self._scenes)),
            web.get("/simulator/phones", _json(self._phones)),
            web.post("/simulator/phones", _json(self._add_phone)),
            web.get(one, _json(self._phone)),
            web.patch(one, _json(self._change_phone)),
            web.post("/simulator/send", _json(self._send)),
            web.get("/simulator/events", self._events),
            web.post("/simulator/media", _json(self._upload)),
            web.get("/simulator/media/{id}", self._medium),
            web.get("/simulator/calls", _json(self._calls)),
            web.get("/simulator/faults", _json(self._faults)),
            web.post("/simulator/faults", _json(self._order_fault)),
            web.delete("/simulator/faults", _json(self._clear_faults)),
            web.post("/simulator/tokens/expire", _json(self._expire_tokens)),
            web.post("/simulator/verify", _json(self._verify)),
        ]

    async def _state(self, request: web.Request) -> Any:
        world = self._world
        return {
            "born": world.born,
            "account": {"name": world.account.name, "mode": world.account.mode, "domain": world.account.domain},
            "menu": world.menu or menus.DEFAULT,
            "templates": dict(world.templates),
            "phones": self._summaries(),
        }

    async def _places(self, request: web.Request) -> Any:
        return [asdict(place) for place in self._world.places]

    async def _people(self, request: web.Request) -> Any:
        return [asdict(person) for person in self._world.people]

    async def _scenes(self, request: web.Request) -> Any:
        scenes = self._world.scenes
        return [{"scene": made.value, "url": made.url} for made in scenes.made if not scenes.is_over(made)]

    async def _phones(self, request: web.Request) -> Any:
        return self._summaries()

    async def _add_phone(self, request: web.Request) -> Any:
        asked, now = await _read(request, NewPhone), self._world.clock()
        phone = self._world.phones.add(asked.openid, asked.nickname, followed_at=now if asked.followed else None)
        self._world.phones.tell("phone", phone.summary(now))
        return phone.summary(now)

    async def _phone(self, request: web.Request) -> Any:
        phone, after = self._found(request), int(request.query.get("after", 0))
        side = request.query.get("side")
        entries = [e for e in phone.entries if e.id > after and (side is None or e.side is Side(side))]
        return {**phone.summary(self._world.clock()), "entries": [plain(entry) for entry in entries]}

    async def _change_phone(self, request: web.Request) -> Any:
        phone, change = self._found(request), await _read(request, PhoneChange)
        for name, value in change.model_dump(exclude_none=True).items():
            setattr(phone, name, value)
        summary = phone.summary(self._world.clock())
        self._world.phones.tell("phone", summary)
        return summary

    async def _send(self, request: web.Request) -> Any:
        """Act on a phone; with `wait`, also what the account said in answer."""
        sending = await _read(request, Sending)
        gesture = Gesture(**sending.model_dump(exclude={"wait", "copies"}))
        if gesture.kind == "image" and gesture.media_id and not gesture.url:
            path = f"/simulator/media/{gesture.media_id}"
            gesture = gesture.model_copy(update={"url": str(request.url.with_path(path))})
        entry, errand = act(self._world, gesture, sending.copies)
        if not sending.wait:
            return {"entry": plain(entry)}
        await asyncio.shield(errand)
        phone = self._world.phones.get(gesture.openid)
        assert phone
        answers = [plain(e) for e in phone.entries if e.id > entry.id and e.side is not Side.MINE]
        return {"entry": plain(entry), "answers": answers}

    async def _events(self, request: web.Request) -> web.StreamResponse:
        """Server-sent events: entry (new or changed), phone, menu."""
        headers = {"Content-Type": "text/event-stream", "Cache-Control": "no-store", "X-Accel-Buffering": "no"}
        response = web.StreamResponse(headers=headers)
        await response.prepare(request)
        async with self._world.phones.listen() as queue:
            await response.write(b"retry: 1000\n" + _event("hello", {"born": self._world.born}))
            while True:
                try:
                    name, data = await asyncio.wait_for(queue.get(), _BEAT_SECONDS)
                except TimeoutError:
                    await response.write(b": beat\n\n")
                    continue
                if name == "end":
                    return response
                await response.write(_event(name, data))

    async def _upload(self, request: web.Request) -> Any:
        type_ = request.query.get("type", "image")
        # Read past the limit of the application around it, which is made for forms, not for photographs.
        content = await request.content.read(_LARGEST_UPLOAD)
        while not request.content.at_eof() and len(content) < _LARGEST_UPLOAD:
            content += await request.content.read(_LARGEST_UPLOAD)
        medium = self._world.media.keep(type_, content, request.content_type)
        return {"media_id": medium.id}

    async def _medium(self, request: web.Request) -> web.Response:
        try:
            medium = self._world.media.find(request.match_info["id"])
        except ApiError:
            return web.Response(status=404)
        headers = {"X-Content-Type-Options": "nosniff", "Content-Security-Policy": "sandbox"}
        return web.Response(body=medium.content, content_type=medium.content_type, headers=headers)

    async def _calls(self, request: web.Request) -> Any:
        api = request.query.get("api")
        calls = [call for call in self._world.calls if api in {None, call.api}]
        return [{**asdict(call), "at": call.at.isoformat()} for call in calls]

    async def _faults(self, request: web.Request) -> Any:
        return [fault.model_dump() for fault in self._world.faults.ordered]

    async def _order_fault(self, request: web.Request) -> Any:
        self._world.faults.order(await _read(request, Fault))
        return await self._faults(request)

    async def _clear_faults(self, request: web.Request) -> Any:
        self._world.faults.ordered.clear()
        return []

    async def _expire_tokens(self, request: web.Request) -> Any:
        self._world.tokens.expire()
        return {}

    async def _verify(self, request: web.Request) -> Any:
        problem = await self._world.courier.verify()
        return {"ok": not problem, "problem": problem}

    def _summaries(self) -> list[dict[str, Any]]:
        now = self._world.clock()
        return [phone.summary(now) for phone in self._world.phones]

    def _found(self, request: web.Request) -> Phone:
        phone = self._world.phones.get(request.match_info["openid"])
        if phone is None:
            raise Refused("没有这部手机")
        return phone


def _json(answerer: Callable[[web.Request], Awaitable[Any]]) -> Callable[[web.Request], Awaitable[web.Response]]:
    """Answer in JSON; what cannot be done is told with its reason."""

    async def answer(request: web.Request) -> web.Response:
        try:
            return _response(await answerer(request))
        except Refused as error:
            return _response({"error": str(error)}, 409)
        except ApiError as error:
            return _response({"error": error.words}, 400)
        except ValidationError as error:
            first = error.errors()[0]
            return _response({"error": f"{'.'.join(map(str, first['loc']))}: {first['msg']}"}, 400)
        except ValueError as error:
            return _response({"error": str(error)}, 400)

    return answer


def _response(data: Any, status: int = 200) -> web.Response:
    return web.Response(text=json.dumps(data, ensure_ascii=False), status=status, content_type="application/json")


async def _read(request: web.Request, model: type[Model]) -> Model:
    return model.model_validate_json(await request.read() or b"{}")


def _event(name: str, data: dict[str, Any]) -> bytes:
    return f"event: {name}\ndata: {json.dumps(data, ensure_ascii=False)}\n\n".encode()
