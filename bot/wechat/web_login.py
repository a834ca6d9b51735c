"""Who opened a page? WeChat tells it by a code (OAuth2, snsapi_base): silently, once, within five minutes."""

from __future__ import annotations

import re
from urllib.parse import quote, urlencode

import structlog

from bot.wechat import codes
from bot.wechat.api import Api
from bot.wechat.codes import Treat
from bot.wechat.errors import ApiRefused, NoAnswer
from config.settings import Settings
from records.errors import Refused

_log = structlog.get_logger()
_STATE = re.compile(r"[a-zA-Z0-9]{1,128}")
_BAD_CODES = {40029, 40163, 41008}  # unknown or old, used before, missing

_OPEN_AGAIN = "这个页面的链接已经用过或放得太久了，请回到公众号再点开一次。"
_SNAPSHOT = "微信现在只给看网页的快照，认不出您是谁。请点右下角“使用完整服务”，再打开一次。"
_BUSY = "微信这会儿没有回应，没认出您是谁。请过一会儿再打开一次。"
_NOT_SET_UP = "网页暂时认不出您是谁。请回到公众号，在聊天里办，或打12333。"


class NotRecognised(Refused):
    """WeChat did not tell who opened the page; `reason` is the sentence for the reader."""


def authorize_url(settings: Settings, redirect: str, state: str) -> str:
    """Where to send a reader so that he comes back to `redirect` with code and state added.

    Raises NotRecognised where the account has no id or secret, ValueError for a state that is not 1 to 128 letters and digits.
    """
    if not settings.wechat_app_id or not settings.wechat_app_secret.get_secret_value():
        raise NotRecognised(_NOT_SET_UP)
    if not _STATE.fullmatch(state):
        raise ValueError(f"expected a state of 1 to 128 letters and digits, got {state!r}")
    # WeChat refuses the same parameters in another order.
    asked = {
        "appid": settings.wechat_app_id,
        "redirect_uri": redirect,
        "response_type": "code",
        "scope": "snsapi_base",
        "state": state,
    }
    query = urlencode(asked, safe="", quote_via=quote)
    return f"{settings.wechat_open_url.rstrip('/')}/connect/oauth2/authorize?{query}#wechat_redirect"


async def openid_of(api: Api, code: str) -> str:
    """The openid of the reader who came back with this code; NotRecognised whatever goes wrong.

    A 快照页 has a virtual openid, which is refused: it must never be bound to a person.
    """
    try:
        answer = await api.redeem("/sns/oauth2/access_token", code=code, grant_type="authorization_code")
    except ApiRefused as refused:
        raise NotRecognised(_sentence(refused)) from refused
    except NoAnswer as silence:
        _log.warning("wechat did not tell who opened a page", error=str(silence))
        raise NotRecognised(_BUSY) from silence
    if answer.get("is_snapshotuser"):
        raise NotRecognised(_SNAPSHOT)
    openid = answer.get("openid")
    if not isinstance(openid, str) or not openid:
        _log.error("wechat told no openid", told=sorted(answer))
        raise NotRecognised(_BUSY)
    return openid


def _sentence(refused: ApiRefused) -> str:
    if refused.code in _BAD_CODES:
        return _OPEN_AGAIN
    code = codes.of(refused.code)
    if code.treat in {Treat.DAY, Treat.MINUTE}:
        return _BUSY
    _log.error("the web log-in does not work", code=refused.code, mend=code.say)
    return _NOT_SET_UP
