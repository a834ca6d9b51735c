"""QR codes of the account: each carries a scene, some end."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from bot.simulator.errors import ApiError

_LONGEST_SECONDS = 2_592_000
_DEFAULT_SECONDS = 60
_MOST_PERMANENT = 100_000


@dataclass(frozen=True)
class Scene:
    """One code."""

    ticket: str
    value: str
    url: str
    until: datetime | None = None  # None: for ever
    numbered: bool = False


class Scenes:
    """The codes that were made."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock = clock
        self.made: list[Scene] = []

    def create(self, action: str, scene: dict[str, Any], seconds: Any) -> Scene:
        """Make a code as qrcode/create is asked to; ApiError 40097 for a scene or duration out of bounds."""
        permanent, numbered = action.startswith("QR_LIMIT"), not action.endswith("STR_SCENE")
        if action not in {"QR_SCENE", "QR_STR_SCENE", "QR_LIMIT_SCENE", "QR_LIMIT_STR_SCENE"}:
            raise ApiError(40097)
        value = _number(scene.get("scene_id"), permanent) if numbered else _string(scene.get("scene_str"))
        if permanent:
            if sum(made.until is None for made in self.made) >= _MOST_PERMANENT:
                raise ApiError(45009)
            return self._make(value, None, numbered)
        seconds = _DEFAULT_SECONDS if seconds is None else seconds
        if not isinstance(seconds, int) or not 0 < seconds <= _LONGEST_SECONDS:
            raise ApiError(40097)
        return self._make(value, self._clock() + timedelta(seconds=seconds), numbered)

    def find(self, code: str) -> Scene | None:
        """The newest code with this address, ticket or scene."""
        return next((made for made in reversed(self.made) if code in {made.url, made.ticket, made.value}), None)

    def is_over(self, scene: Scene) -> bool:
        """Has the code ended?"""
        return scene.until is not None and scene.until <= self._clock()

    def _make(self, value: str, until: datetime | None, numbered: bool) -> Scene:
        ticket = "gQ" + secrets.token_urlsafe(60)
        made = Scene(ticket, value, f"http://weixin.qq.com/q/{secrets.token_urlsafe(16)}", until, numbered)
        self.made.append(made)
        return made


def _number(value: Any, permanent: bool) -> str:
    most = 100_000 if permanent else (1 << 32) - 1
    if not isinstance(value, int) or not 1 <= value <= most:
        raise ApiError(40097)
    return str(value)


def _string(value: Any) -> str:
    if not isinstance(value, str) or not 1 <= len(value) <= 64:
        raise ApiError(40097)
    return value
