"""How many customer-service messages a person's last acts allow, and until when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum

from bot.simulator.errors import ApiError


class Cause(Enum):
    """What opens a window."""

    MESSAGE = "message"
    TAP = "tap"  # a menu entry that asks for an answer, an item of a menu message
    FOLLOW = "follow"
    SCAN = "scan"


_ALLOWS = {
    Cause.MESSAGE: (5, timedelta(hours=48)),
    Cause.TAP: (3, timedelta(minutes=1)),
    Cause.FOLLOW: (3, timedelta(minutes=1)),
    Cause.SCAN: (3, timedelta(minutes=1)),
}


@dataclass
class Window:
    """An open window."""

    left: int
    until: datetime


class Windows:
    """The windows of one person; each cause has its own."""

    def __init__(self) -> None:
        self._open: dict[Cause, Window] = {}

    def open(self, cause: Cause, now: datetime) -> None:
        """Begin the window of this cause anew."""
        count, duration = _ALLOWS[cause]
        self._open[cause] = Window(count, now + duration)

    def close(self) -> None:
        """Shut all of them, as when a person stops following."""
        self._open.clear()

    def spend(self, now: datetime) -> None:
        """Use one message of the window that ends first; ApiError 45015 when none is open, 45047 when all are used."""
        live = [window for window in self._open.values() if window.until > now]
        if not live:
            raise ApiError(45015)
        usable = [window for window in live if window.left]
        if not usable:
            raise ApiError(45047)
        min(usable, key=lambda window: window.until).left -= 1

    def left(self, now: datetime) -> int:
        """How many messages may still be sent now."""
        return sum(window.left for window in self._open.values() if window.until > now)
