"""The web log-in (OAuth2) as WeChat has it: a page asks who opened it, and the bot learns it by a code."""

from __future__ import annotations

import re
import secrets
from pathlib import Path
from typing import TYPE_CHECKING, Any

from aiohttp import web
from jinja2 import Environment, FileSystemLoader
from yarl import URL

from bot.simulator.phones import Phone
from bot.simulator.services import check_account
from bot.simulator.tokens import LIFETIME

if TYPE_CHECKING:
    from bot.simulator.api import Asked
    from bot.simulator.world import World

API = "sns/oauth2/access_token"
_AUTHORIZE = "/connect/oauth2/authorize"
_COOKIE = "simulator_openid"
_ORDER = ["appid", "redirect_uri", "response_type", "scope", "state"]
_STATE = re.compile(r"[a-zA-Z0-9]{0,128}")
_MOST = 60  # phones to choose from
_POLICY = "default-src 'none'; style-src 'self'; img-src 'self'; frame-ancestors 'none'"
_PAGES = Environment(loader=FileSystemLoader(Path(__file__).parent / "templates"), autoescape=True)


class _Wrong(Exception):
    """WeChat shows its error page; the code is empty where WeChat's is not known."""

    def __init__(self, words: str, code: str = "") -> None:
        self.words = words
        self.code = code
        super().__init__(words)


def routes(world: World) -> list[web.RouteDef]:
    """Where a page sends its reader, and where the phone page sends a person who opens a page."""

    async def authorize(request: web.Request) -> web.Response:
        try:
            return _authorize(world, request)
        except _Wrong as wrong:
            return _error_page(wrong)

    async def open_page(request: web.Request) -> web.Response:
        try:
            return _open(world, request)
        except _Wrong as wrong:
            return _error_page(wrong)

    return [web.get(_AUTHORIZE, authorize), web.get("/phone/open", open_page)]


async def who_opened(world: World, asked: Asked) -> dict[str, Any]:
    """Who opened the page that got this code; the token it comes with is none for the other calls."""
    query = asked.request.query
    check_account(world, query, "authorization_code")
    grant = world.grants.redeem(query.get("code", ""))
    return {
        "access_token": secrets.token_hex(64),
        "expires_in": int(LIFETIME.total_seconds()),
        "refresh_token": secrets.token_hex(64),
        "openid": grant.openid,
        "scope": "snsapi_base",
        **({"is_snapshotuser": 1} if grant.is_snapshot else {}),
    }


def _authorize(world: World, request: web.Request) -> web.Response:
    """Back to the page with a code, silently; a browser that is no phone is asked which one it is."""
    redirect = _checked(world, request)
    phone = world.phones.get(request.query.get("openid") or request.cookies.get(_COOKIE, ""))
    if phone is None:
        return _choice_page(world, request)
    code = world.grants.give(phone)
    return _go(str(redirect.update_query(code=code, state=request.query.get("state", ""))), phone)


def _checked(world: World, request: web.Request) -> URL:
    """The address to go back to, if the question is one that WeChat takes."""
    query = request.query
    for name, code in (("appid", "10012"), ("redirect_uri", "10011"), ("scope", "10010")):
        if not query.get(name):
            raise _Wrong(f"{name}不能为空", code)
    if query["appid"] != world.account.app_id:
        raise _Wrong("appid不是这个公众号的")
    if not _is_ours(world, query["redirect_uri"]):
        raise _Wrong("redirect_uri域名与后台配置不一致", "10003")
    if query["scope"] != "snsapi_base":
        raise _Wrong("此公众号并没有这些scope的权限", "10005")
    if query.get("response_type") != "code":
        raise _Wrong("response_type要写code")
    if not _STATE.fullmatch(query.get("state", "")):
        raise _Wrong("state只能是字母和数字，最多128个")
    if [name for name, _ in query.items() if name in _ORDER] != [name for name in _ORDER if name in query]:
        raise _Wrong(f"参数要按这个顺序写，每个一次：{'、'.join(_ORDER)}")
    return URL(query["redirect_uri"])


def _open(world: World, request: web.Request) -> web.Response:
    """A page of the account, opened on a phone: from here on the browser is this phone."""
    phone, url = world.phones.get(request.query.get("openid", "")), request.query.get("url", "")
    if phone is None:
        raise _Wrong("没有这部手机，请回到手机页面再点一次")
    if not _is_ours(world, url):
        raise _Wrong("这里只打开公众号自己的网页")
    response = _go(str(URL(url)), phone)
    for name, path in world.page_cookies.items():
        response.del_cookie(name, path=path)
    return response


def _is_ours(world: World, url: str) -> bool:
    """Does it lead to the account's own domain, however a browser may read it?"""
    return bool(re.fullmatch(rf"https?://{re.escape(world.account.domain)}([/?#][\x21-\x7e\x80-\U0010ffff]*)?", url))


def _go(url: str, phone: Phone) -> web.Response:
    response = web.Response(status=302, headers={"Location": url, "Cache-Control": "no-store"})
    response.set_cookie(_COOKIE, phone.openid, path="/connect", httponly=True, samesite="Lax")
    return response


def _choice_page(world: World, request: web.Request) -> web.Response:
    phones = list(world.phones)[:_MOST]
    choices = [(phone, str(request.rel_url.update_query(openid=phone.openid))) for phone in phones]
    return _page("choose.html", account=world.account.name, choices=choices)


def _error_page(wrong: _Wrong) -> web.Response:
    return _page("wrong.html", words=wrong.words, code=wrong.code)


def _page(template: str, **values: Any) -> web.Response:
    headers = {"Content-Security-Policy": _POLICY, "Cache-Control": "no-store"}
    text = _PAGES.get_template(template).render(values)
    return web.Response(text=text, content_type="text/html", headers=headers)
