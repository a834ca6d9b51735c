"""Tokens, menu, codes, followers and uploads, as the API gives them."""

from __future__ import annotations

import io
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import segno
from aiohttp import MultipartReader, web
from aiohttp.multipart import BodyPartReader

from bot.simulator import menus
from bot.simulator.errors import ApiError
from bot.simulator.tokens import Token
from bot.simulator.world import World

if TYPE_CHECKING:
    from bot.simulator.api import Asked

_LARGEST_UPLOAD = 12 << 20
OK: dict[str, Any] = {"errcode": 0, "errmsg": "ok"}


async def token(world: World, asked: Asked) -> dict[str, Any]:
    """A new access token, which ends the one before."""
    check_account(world, asked.request.query, "client_credential")
    return _told(world, world.tokens.classic())


async def stable_token(world: World, asked: Asked) -> dict[str, Any]:
    """The current access token."""
    check_account(world, asked.json, "client_credential")
    return _told(world, world.tokens.stable(force=asked.json.get("force_refresh") is True))


async def clear_quota(world: World, asked: Asked) -> dict[str, Any]:
    """Set the day's counts back."""
    if asked.json.get("appid") != world.account.app_id:
        raise ApiError(40013)
    world.quota.clear()
    return OK


async def quota_state(world: World, asked: Asked) -> dict[str, Any]:
    """How much of the day's count of one API is used."""
    path = str(asked.json.get("cgi_path") or "").removeprefix("/cgi-bin/")
    return {**OK, "quota": world.quota.state(path)}


async def create_menu(world: World, asked: Asked) -> dict[str, Any]:
    """Set the menu under the chat."""
    world.menu = menus.checked(asked.json)
    world.phones.tell("menu", world.menu)
    return OK


async def get_menu(world: World, asked: Asked) -> dict[str, Any]:
    """The menu that was set."""
    if world.menu is None:
        raise ApiError(46003)
    return {"menu": world.menu}


async def delete_menu(world: World, asked: Asked) -> dict[str, Any]:
    """Take the menu away."""
    world.menu = None
    world.phones.tell("menu", menus.DEFAULT)
    return OK


async def create_code(world: World, asked: Asked) -> dict[str, Any]:
    """A QR code with a scene."""
    info = asked.json.get("action_info")
    scene = info.get("scene") if isinstance(info, dict) else None
    if not isinstance(scene, dict):
        raise ApiError(40097)
    made = world.scenes.create(str(asked.json.get("action_name")), scene, asked.json.get("expire_seconds"))
    seconds = {} if made.until is None else {"expire_seconds": int((made.until - world.clock()).total_seconds())}
    return {"ticket": made.ticket, "url": made.url, **seconds}


def code_picture(world: World, request: web.Request) -> web.Response:
    """The picture of a code, which everybody may see who has its ticket."""
    scene = world.scenes.find(request.query.get("ticket", ""))
    if scene is None:
        return web.Response(status=404)
    picture = io.BytesIO()
    segno.make(scene.url).save(picture, kind="png", scale=8, border=3)
    return web.Response(body=picture.getvalue(), content_type="image/png")


async def user_info(world: World, asked: Asked) -> dict[str, Any]:
    """What the account may know of a follower; of others only that they are none."""
    phone = world.phones.get(asked.request.query.get("openid", ""))
    if phone is None:
        raise ApiError(40003)
    if not phone.followed or phone.followed_at is None:
        return {"subscribe": 0, "openid": phone.openid}
    scene = world.scenes.find(phone.followed_by) if phone.followed_by else None
    return {
        "subscribe": 1,
        "openid": phone.openid,
        "language": "zh_CN",
        "subscribe_time": int(phone.followed_at.timestamp()),
        "remark": "",
        "groupid": 0,
        "tagid_list": [],
        "subscribe_scene": "ADD_SCENE_QR_CODE" if phone.followed_by else "ADD_SCENE_SEARCH",
        "qr_scene": int(scene.value) if scene and scene.numbered else 0,
        "qr_scene_str": "" if scene and scene.numbered else phone.followed_by,
    }


async def followers(world: World, asked: Asked) -> dict[str, Any]:
    """All followers."""
    openids = [phone.openid for phone in world.phones if phone.followed]
    return {"total": len(openids), "count": len(openids), "data": {"openid": openids}, "next_openid": ""}


async def upload(world: World, asked: Asked) -> dict[str, Any]:
    """Keep a medium for three days."""
    if not asked.request.content_type.startswith("multipart/"):
        raise ApiError(41005)
    try:
        content, content_type = await _file(asked.request)
    except ValueError as error:  # how the reader says that a part is too large
        raise ApiError(40006) from error
    medium = world.media.keep(asked.request.query.get("type", ""), content, content_type)
    return {"type": medium.type, "media_id": medium.id, "created_at": int(medium.created_at.timestamp())}


async def download(world: World, asked: Asked) -> web.Response:
    """A medium that either side uploaded."""
    medium = world.media.find(asked.request.query.get("media_id"))
    headers = {"Content-Disposition": f'attachment; filename="{medium.id[:16]}"'}
    return web.Response(body=medium.content, content_type=medium.content_type, headers=headers)


async def _file(request: web.Request) -> tuple[bytes, str]:
    """The part of a form that is the medium, past the limit of the application around it, made for forms without."""
    async for part in MultipartReader(request.headers, request.content, client_max_size=_LARGEST_UPLOAD):
        if isinstance(part, BodyPartReader) and part.name == "media":
            return bytes(await part.read()), part.headers.get("Content-Type", "application/octet-stream")
    raise ApiError(41005)


def check_account(world: World, given: Mapping[str, Any], grant_type: str) -> None:
    """Is it our account that asks? ApiError for another grant, and for a missing or wrong id or secret."""
    if given.get("grant_type") != grant_type:
        raise ApiError(40002)
    for name, missing, wrong, expected in (
        ("appid", 41002, 40013, world.account.app_id),
        ("secret", 41004, 40125, world.account.app_secret),
    ):
        if not given.get(name):
            raise ApiError(missing)
        if given[name] != expected:
            raise ApiError(wrong)


def _told(world: World, given: Token) -> dict[str, Any]:
    return {"access_token": given.value, "expires_in": int((given.until - world.clock()).total_seconds())}
