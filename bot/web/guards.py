"""What stands between the door and every page: headers, sign-in, forged forms, and errors put kindly."""

from __future__ import annotations

import hmac
from urllib.parse import quote, urlsplit

import structlog
from aiohttp import web
from aiohttp.typedefs import Handler
from aiohttp_session import get_session

from bot.web.desk import HOUSE, STAFF, show, text_of
from bot.web.uploads import LARGEST, MEGABYTE
from records import staff
from records.errors import RecordsUnavailable, Refused
from records.staff import ROLE_NAMES, Role, Staff

_log = structlog.get_logger()

HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data: blob:; "
    "connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cache-Control": "no-store",
}
LOGIN = "/staff/login"
_LOST = "页面放得太久，登录状态变了。请返回上一页刷新后再提交。"


@web.middleware
async def room_for_files(request: web.Request, handler: Handler) -> web.StreamResponse:
    """A form with files may be larger than one without; the cap of the whole application is for the latter."""
    if request.content_type != "multipart/form-data":
        return await handler(request)
    return await handler(request.clone(client_max_size=LARGEST))


@web.middleware
async def headers(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Every answer forbids foreign and inline scripts, framing and keeping copies."""
    try:
        response = await handler(request)
    except web.HTTPException as answer:
        answer.headers.update(HEADERS)
        raise
    response.headers.update(HEADERS)
    return response


@web.middleware
async def kindly(request: web.Request, handler: Handler) -> web.StreamResponse:
    """A refusal or a failure becomes a page with one sentence and a way on."""
    try:
        return await handler(request)
    except Refused as refusal:
        return await _sorry(request, 403, refusal.reason)
    except RecordsUnavailable:
        sentence = "数据库暂时连不上，刚才的操作没有保存。请按浏览器的“返回”，您填的内容还在，过一会儿再提交。"
        return await _sorry(request, 503, sentence)
    except web.HTTPNotFound:
        return await _sorry(request, 404, "没有这个页面，可能地址抄错了。")
    except web.HTTPMethodNotAllowed:
        return await _sorry(request, 405, "这个地址要从页面上的按钮进来，请回到首页再点。")
    except web.HTTPRequestEntityTooLarge:
        sentence = f"填的内容太长了，请缩短后再提交；带文件的，一共不超过{LARGEST // MEGABYTE}MB。"
        return await _sorry(request, 413, sentence)
    except web.HTTPException:
        raise
    except Exception:
        _log.exception("page failed", path=request.path)
        return await _sorry(request, 500, "系统出了点问题，已经记下。请返回再试一次。")


@web.middleware
async def signed_in(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Only staff come in; a session ends with its account, a new password or a new code device."""
    if request.path == LOGIN:
        return await handler(request)
    session = await get_session(request)
    async with request.app[HOUSE].database.unit() as records:
        account = await staff.get(records, int(session.get("staff", 0)))
    if account is None or not account.active or account.epoch != session.get("epoch"):
        session.pop("staff", None)
        wanted = f"?next={quote(request.path_qs, safe='/')}" if request.method == "GET" else ""
        raise web.HTTPSeeOther(LOGIN + wanted)
    request[STAFF] = account
    return await handler(request)


@web.middleware
async def own_forms_only(request: web.Request, handler: Handler) -> web.StreamResponse:
    """A form that was not given out in this session changes nothing."""
    if request.method == "POST":
        session = await get_session(request)
        given = text_of(await request.post(), "csrf")
        if not hmac.compare_digest(given.encode(), str(session.get("csrf", "")).encode()) or not given:
            return await _sorry(request, 403, _LOST)
    elif request.method not in ("GET", "HEAD"):
        raise web.HTTPMethodNotAllowed(request.method, ["GET", "HEAD", "POST"])
    return await handler(request)


def need(request: web.Request, *roles: Role, to: str = "") -> Staff:
    """The account that is signed in; Refused where it holds none of the roles, naming what it may not do."""
    account = request[STAFF]
    if not account.holds(*roles):
        wanted = to or "或".join(ROLE_NAMES[role] for role in roles)
        raise Refused(f"您的账号没有“{wanted}”的权限，请找管理员。")
    return account


async def _sorry(request: web.Request, status: int, sentence: str) -> web.Response:
    return await show(request, "sorry.html", status=status, sentence=sentence, back=_back(request))


def _back(request: web.Request) -> str:
    """The page that led here, if it is one of ours."""
    came_from = urlsplit(request.headers.get("Referer", ""))
    is_ours = came_from.netloc == request.host and came_from.path not in (request.path, LOGIN)
    return f"{came_from.path}?{came_from.query}".rstrip("?") if is_ours else ""
