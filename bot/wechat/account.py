"""What else the account can do at WeChat: codes, menu, followers, mass messages, media."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.wechat.api import Api
from bot.wechat.errors import ApiRefused

_LONGEST_CODE = 2_592_000  # seconds, 30 days
_ALREADY_SENT = 45065


@dataclass(frozen=True)
class QrCode:
    """A code that a phone can scan."""

    ticket: str
    url: str  # what the picture says
    seconds: int  # how long it holds; 0 for ever


@dataclass(frozen=True)
class Profile:
    """What WeChat tells of a follower."""

    openid: str
    is_following: bool
    scene: str = ""  # of the code by which he came


@dataclass(frozen=True)
class Medium:
    """A photo, voice or file that a worker sent."""

    content: bytes
    content_type: str


class Account:
    """Thin calls; each raises ApiRefused for an error code and NoAnswer if none came."""

    def __init__(self, api: Api) -> None:
        self._api = api

    @property
    def api(self) -> Api:
        """The way to WeChat, for the calls that have no method here."""
        return self._api

    async def qr_code(self, scene: str, seconds: int) -> QrCode:
        """A code whose scan brings us this scene (1 to 64 characters); it holds at most 30 days, 0 is for ever."""
        name = "QR_STR_SCENE" if seconds else "QR_LIMIT_STR_SCENE"
        body: dict[str, Any] = {"action_name": name, "action_info": {"scene": {"scene_str": scene}}}
        if seconds:
            body["expire_seconds"] = min(seconds, _LONGEST_CODE)
        answer = await self._api.post("/cgi-bin/qrcode/create", body, repeatable=True)
        return QrCode(str(answer["ticket"]), str(answer["url"]), int(answer.get("expire_seconds", 0)))

    async def create_menu(self, menu: Mapping[str, Any]) -> None:
        """Put a menu under the chat, in place of the one before."""
        await self._api.post("/cgi-bin/menu/create", dict(menu), repeatable=True)

    async def user_info(self, openid: str) -> Profile:
        """Whether somebody follows us, and by which code he came."""
        answer = await self._api.get("/cgi-bin/user/info", openid=openid, lang="zh_CN")
        scene = str(answer.get("qr_scene_str") or answer.get("qr_scene") or "")
        return Profile(openid, bool(answer.get("subscribe")), scene)

    async def mass_send(self, openids: Sequence[str], text: str, key: str) -> str:
        """Send a text to 2 to 10,000 followers and give WeChat's number; the same key within a day sends once.

        It is only accepted then: who got it comes later as a receipt.
        """
        body = {"touser": list(openids), "msgtype": "text", "text": {"content": text}, "clientmsgid": key}
        try:
            answer = await self._api.post("/cgi-bin/message/mass/send", body, repeatable=True)
        except ApiRefused as refused:
            if refused.code != _ALREADY_SENT or "msg_id" not in refused.answer:
                raise
            answer = refused.answer
        return str(answer["msg_id"])

    async def media(self, media_id: str) -> Medium:
        """A medium that a worker sent within the last three days, at most 10 MiB."""
        return Medium(*await self._api.download("/cgi-bin/media/get", media_id=media_id))
