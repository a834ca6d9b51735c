"""What WeChat refuses, with its codes and words."""

from __future__ import annotations

import secrets
from typing import Any

_WORDS = {
    -1: "system error",
    40001: "invalid credential, access_token is invalid or not latest",
    40002: "invalid grant_type",
    40003: "invalid openid",
    40004: "invalid media type",
    40006: "invalid media size",
    40007: "invalid media_id",
    40008: "invalid message type",
    40013: "invalid appid",
    40016: "invalid button size",
    40017: "invalid button type",
    40018: "invalid button name size",
    40019: "invalid button key size",
    40020: "invalid button url size",
    40023: "invalid sub button size",
    40025: "invalid sub button name size",
    40029: "invalid code",
    40037: "invalid template_id",
    40066: "invalid url",
    40097: "invalid args",
    40125: "invalid appsecret",
    40130: "invalid openid list size, at least two openid",
    40163: "code been used",
    41001: "access_token missing",
    41002: "appid missing",
    41004: "appsecret missing",
    41005: "media data missing",
    41008: "missing code",
    42001: "access_token expired",
    43001: "require GET method",
    43002: "require POST method",
    43004: "require subscribe",
    43101: "user refuse to accept the msg",
    44002: "empty post data",
    44004: "empty content",
    45002: "content size out of limit",
    45008: "article size out of limit",
    45009: "reach max api daily quota limit",
    45011: "api minute-quota reach limit, must slower, retry next minute",
    45015: "response out of time limit or subscription is canceled",
    45028: "has no masssend quota",
    45047: "out of response count limit",
    45065: "clientmsgid exist",
    45067: "clientmsgid size out of limit",
    46003: "menu no exist",
    47001: "data format error",
    47003: "argument invalid!",
    48002: "api forbidden for user",
    48006: "forbid to clear quota because of reaching the limit",
}


class ApiError(Exception):
    """A refusal of the API; `more` goes into the answer beside the code."""

    def __init__(self, errcode: int, words: str = "", **more: Any) -> None:
        super().__init__(errcode)
        self.errcode = errcode
        self.words = words or _WORDS.get(errcode, "unknown error")
        self.more = more

    def body(self) -> dict[str, Any]:
        """The answer as WeChat words it, with the id under which the request can be looked up."""
        rid = "-".join(secrets.token_hex(4) for _ in range(3))
        return {"errcode": self.errcode, "errmsg": f"{self.words} rid: {rid}", **self.more}


class BadReply(Exception):
    """The bot's answer is one that WeChat would not show; the text says why."""


class Refused(Exception):
    """A person cannot do this with the phone now; the text says why."""
