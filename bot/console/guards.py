"""What stands between the door and every staff page: headers, sign-in, forged forms, and errors put kindly."""

from __future__ import annotations

import hmac
from collections.abc import Awaitable, Callable
from urllib.parse import quote

import structlog
from aiohttp import web
from aiohttp_session import get_session

from bot.console.desk import HOUSE, STAFF, show, text_of
from records import staff
from records.errors import RecordsUnavailable, Refused

_log = structlog.get_logger()
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cache-Control": "no-store",
}
_OPEN = ("/staff/login", "/staff/static/")


@web.middleware
async def headers(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Every answer forbids foreign and inline scripts, framing and keeping copies."""
    try:
        response = await handler(request)
    except web.HTTPException as answer:
        answer.headers.update(HEADERS)
        raise
    kept = "max-age=3600" if request.path.startswith("/staff/static/") else HEADERS["Cache-Control"]
    response.headers.update(HEADERS | {"Cache-Control": kept})
    return response


@web.middleware
async def kindly(request: web.Request, handler: Handler) -> web.StreamResponse:
    """A refusal or a failure becomes a page with one sentence and a way on."""
    try:
        return await handler(request)
    except Refused as refusal:
        return await show(request, "sorry.html", status=403, sentence=refusal.reason)
    except RecordsUnavailable:
        sentence = "数据库暂时连不上，刚才的操作没有保存。请按浏览器的“返回”，您填的内容还在，过一会儿再提交。"
        return await show(request, "sorry.html", status=503, sentence=sentence)
    except web.HTTPNotFound:
        return await show(request, "sorry.html", status=404, sentence="没有这个页面，可能地址抄错了。")
    except web.HTTPRequestEntityTooLarge:
        return await show(request, "sorry.html", status=413, sentence="填的内容太长了，请缩短后再提交。")
    except web.HTTPException:
        raise
    except Exception:
        _log.exception("staff page failed", path=request.path)
        return await show(request, "sorry.html", status=500, sentence="系统出了点问题，已经记下。请返回再试一次。")


@web.middleware
async def signed_in(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Only staff come in; a session ends with its account, a new password or a new code device."""
    if request.path.startswith(_OPEN):
        return await handler(request)
    session = await get_session(request)
    async with request.app[HOUSE].database.unit() as records:
        account = await staff.get(records, int(session.get("staff", 0)))
    if account is None or not account.active or account.epoch != session.get("epoch"):
        session.pop("staff", None)
        raise web.HTTPSeeOther(f"/staff/login?next={quote(request.path)}")
    request[STAFF] = account
    return await handler(request)


@web.middleware
async def own_forms_only(request: web.Request, handler: Handler) -> web.StreamResponse:
    """A form that was not given out in this session changes nothing."""
    if request.method == "POST":
        session = await get_session(request)
        given = text_of(await request.post(), "csrf")
        if not hmac.compare_digest(given.encode(), str(session.get("csrf", "")).encode()) or not given:
            sentence = "页面放得太久，登录状态变了。请返回上一页刷新后再提交。"
            return await show(request, "sorry.html", status=403, sentence=sentence)
    elif request.method not in ("GET", "HEAD"):
        raise web.HTTPMethodNotAllowed(request.method, ["GET", "HEAD", "POST"])
    return await handler(request)
