"""How often each API may be called: a day's count for each, a minute's for some."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from datetime import datetime

from bot.simulator.errors import ApiError
from config.settings import CHINA

DAILY: Mapping[str, int] = {
    "token": 2_000,
    "stable_token": 500_000,
    "menu/create": 1_000,
    "menu/get": 10_000,
    "qrcode/create": 100_000,
    "user/info": 5_000_000,
    "media/upload": 100_000,
    "media/get": 200_000,
    "message/custom/send": 500_000,
    "message/template/send": 100_000,
    "message/subscribe/bizsend": 100_000,
    "message/mass/send": 100,
    "message/mass/preview": 100,
}
_A_MINUTE = {"message/mass/send": 60}
_MASS = {"message/mass/send", "message/mass/preview"}
_CLEARINGS_A_MONTH = 10


class Quota:
    """Counts the calls of one account; days and months are those of China."""

    def __init__(self, clock: Callable[[], datetime], daily: Mapping[str, int]) -> None:
        self._clock = clock
        self._daily = {**DAILY, **daily}
        self._used: Counter[tuple[str, str]] = Counter()
        self._cleared: Counter[str] = Counter()

    def count(self, api: str) -> None:
        """Count a call; ApiError 45009 (45028 for mass sending) when the day's are used up, 45011 for the minute's."""
        now = self._clock().astimezone(CHINA)
        minute = (api, f"{now:%F %R}")
        if api in _A_MINUTE and self._used[minute] >= _A_MINUTE[api]:
            raise ApiError(45011)
        if api in self._daily and self._used[api, f"{now:%F}"] >= self._daily[api]:
            raise ApiError(45028 if api in _MASS else 45009)
        self._used.update([(api, f"{now:%F}"), minute])

    def state(self, api: str) -> dict[str, int]:
        """The day's limit, what is used and what remains; ApiError 40097 for an API that is not counted."""
        if api not in self._daily:
            raise ApiError(40097)
        used = self._used[api, f"{self._clock().astimezone(CHINA):%F}"]
        return {"daily_limit": self._daily[api], "used": used, "remain": self._daily[api] - used}

    def clear(self) -> None:
        """Set every count back to nought; ApiError 48006 after ten times in a month."""
        month = f"{self._clock().astimezone(CHINA):%Y-%m}"
        if self._cleared[month] >= _CLEARINGS_A_MONTH:
            raise ApiError(48006)
        self._cleared[month] += 1
        self._used.clear()
