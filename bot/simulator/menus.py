"""The menu under the chat: what WeChat accepts, and what is shown before the bot has set one."""

from __future__ import annotations

from typing import Any

from bot.simulator.errors import ApiError

DEFAULT: dict[str, Any] = {
    "button": [
        {"type": "click", "name": "问政策", "key": "问政策"},
        {
            "name": "领券打卡",
            "sub_button": [
                {"type": "click", "name": "领培训券", "key": "领培训券"},
                {"type": "click", "name": "签到", "key": "签到"},
                {"type": "click", "name": "看有没有班", "key": "看有没有班"},
            ],
        },
        {
            "name": "我的",
            "sub_button": [
                {"type": "click", "name": "我的信息", "key": "我的信息"},
                {"type": "click", "name": "我的券", "key": "我的券"},
                {"type": "click", "name": "我的补贴", "key": "我的补贴到哪了"},
                {"type": "click", "name": "找人工", "key": "人工"},
            ],
        },
    ]
}
_KEYED = {
    "click",
    "scancode_push",
    "scancode_waitmsg",
    "pic_sysphoto",
    "pic_photo_or_album",
    "pic_weixin",
    "location_select",
}


def checked(body: dict[str, Any]) -> dict[str, Any]:
    """A menu as it is kept: 1 to 3 entries of up to 5; ApiError names what is out of bounds."""
    buttons = body.get("button")
    if not isinstance(buttons, list) or not 1 <= len(buttons) <= 3:
        raise ApiError(40016)
    for button in buttons:
        below = _checked_name(button, 16, 40018).get("sub_button") or []
        if not isinstance(below, list) or len(below) > 5:
            raise ApiError(40023)
        for inner in below:
            _check_action(_checked_name(inner, 60, 40025))
        if not below:
            _check_action(button)
    return {"button": buttons}


def _checked_name(button: Any, most: int, errcode: int) -> dict[str, Any]:
    name = button.get("name") if isinstance(button, dict) else None
    if not isinstance(name, str) or not 1 <= len(name.encode()) <= most:
        raise ApiError(errcode)
    assert isinstance(button, dict)
    return button


def _check_action(button: dict[str, Any]) -> None:
    kind = button.get("type")
    if kind in _KEYED:
        if not isinstance(button.get("key"), str) or not 1 <= len(button["key"].encode()) <= 128:
            raise ApiError(40019)
    elif kind in {"view", "miniprogram"}:
        if not isinstance(button.get("url"), str) or not 1 <= len(button["url"].encode()) <= 1024:
            raise ApiError(40020)
    else:
        raise ApiError(40017)
