"""The simulator as an application of its own, or as addresses of another one."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

from aiohttp import web

from bot.simulator import api, web_login
from bot.simulator.account import Account, Mode, Patience, Person, Place
from bot.simulator.control import Control
from bot.simulator.world import World

_HERE = Path(__file__).parent
_POLICY = "default-src 'self'; img-src 'self' data: blob: http: https:; frame-ancestors 'self'"
WORLD = web.AppKey("simulator", World)


def build(
    callback_url: str,
    token: str,
    app_id: str,
    app_secret: str,
    aes_key: str = "",
    *,
    mode: Mode | None = None,
    patience: Patience = Patience(),
    places: Sequence[Place] = (),
    people: Sequence[Person] = (),
    templates: Mapping[str, str] | None = None,
    daily: Mapping[str, int] | None = None,
    clock: Callable[[], datetime] = lambda: datetime.now(UTC),
) -> web.Application:
    """WeChat's side for one account whose bot listens at `callback_url`; the mode is the safe one where there is a key.

    Raises ValueError for a mode that the AES key does not allow.
    """
    account = Account(callback_url, token, app_id, app_secret, aes_key, mode or (Mode.SAFE if aes_key else Mode.PLAIN))
    app = web.Application()
    install(app, World(account, clock, patience, places, people, templates or {}, daily or {}))
    return app


def install(app: web.Application, world: World) -> None:
    """Give an application the simulator's addresses: /cgi-bin/…, /sns/…, /connect/…, /simulator/… and /phone."""
    app[WORLD] = world
    app.add_routes([*api.routes(world), *web_login.routes(world), *Control(world).routes(), web.get("/phone", _page)])
    app.router.add_static("/phone/static", _HERE / "static")
    app.cleanup_ctx.append(_life)
    app.on_shutdown.append(_end_listening)


async def _page(request: web.Request) -> web.FileResponse:
    """The phone page."""
    headers = {"Content-Security-Policy": _POLICY, "Cache-Control": "no-cache"}
    return web.FileResponse(_HERE / "templates" / "phone.html", headers=headers)


async def _life(app: web.Application) -> AsyncIterator[None]:
    await app[WORLD].open()
    yield
    await app[WORLD].close()


async def _end_listening(app: web.Application) -> None:
    app[WORLD].phones.tell("end", {})
