"""Links from the chat to a worker's own pages: signed for one follower and one page, good for half an hour."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
import struct
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from urllib.parse import quote

from handlers.context import House
from records.errors import Refused
from records.vault import Vault

HOLDS = timedelta(minutes=30)
PAGES = "/my/"
_UNTIL = struct.Struct(">I")
_SEAL = 12  # bytes of HMAC-SHA256 kept
_NONCE = 3  # random bytes: two links of one second are two links


@dataclass(frozen=True)
class Link:
    """A link of ours that was opened."""

    openid: str
    in_time: bool


def my(house: House, openid: str, path: str, now: datetime) -> str:
    """The address that opens a page under /my for one follower; it holds HOLDS long."""
    if not path.startswith(PAGES):
        raise ValueError(f"expected a page under {PAGES}, got {path!r}")
    told = _UNTIL.pack(int((now + HOLDS).timestamp())) + secrets.token_bytes(_NONCE) + openid.encode()
    token = base64.urlsafe_b64encode(_seal(house.database.vault, told, path) + told).rstrip(b"=").decode()
    return f"{house.settings.public_url}/my/go/{token}?to={quote(path, safe='/')}"


def read(vault: Vault, token: str, path: str, now: datetime) -> Link:
    """Whose link it is and whether it still holds; Refused for one that is none of ours or leads to another page."""
    try:
        raw = base64.b64decode(token + "=" * (-len(token) % 4), altchars=b"-_", validate=True)
    except ValueError:
        raw = b""
    seal, told = raw[:_SEAL], raw[_SEAL:]
    if len(told) <= _UNTIL.size + _NONCE or not hmac.compare_digest(seal, _seal(vault, told, path)):
        raise Refused("这个链接不完整。请回到公众号，点最新那条消息里的链接，或回复“签到”再拿一个。")
    (until,) = _UNTIL.unpack(told[: _UNTIL.size])
    return Link(told[_UNTIL.size + _NONCE :].decode(), now <= datetime.fromtimestamp(until, UTC))


def _seal(vault: Vault, told: bytes, path: str) -> bytes:
    return hmac.new(vault.key("links to own pages"), told + b"\0" + path.encode(), hashlib.sha256).digest()[:_SEAL]
