"""How sessions and marks read on the worker's pages."""

from __future__ import annotations

from collections.abc import Callable

from handlers.presence_words import hour
from records.marks import Status
from records.sessions import PART_NAMES, Part

_SHORT = {
    Status.PRESENT: "到",
    Status.LATE: "迟",
    Status.MADE_UP: "补",
    Status.LEAVE: "假",
    Status.ABSENT: "缺",
}
_NAMES = {
    Status.PRESENT: "已签到",
    Status.LATE: "迟到",
    Status.MADE_UP: "补签",
    Status.LEAVE: "请假",
    Status.ABSENT: "缺勤",
}
_TONES = {
    Status.PRESENT: "good",
    Status.LATE: "warn",
    Status.MADE_UP: "good",
    Status.LEAVE: "info",
    Status.ABSENT: "bad",
}


def part(value: str) -> str:
    """上午课"""
    return PART_NAMES[Part(value)]


def status(value: str) -> str:
    """已签到"""
    return _NAMES[Status(value)]


def short(value: str) -> str:
    """到"""
    return _SHORT[Status(value)]


def tone(value: str) -> str:
    """The colour of a status."""
    return _TONES[Status(value)]


FILTERS: dict[str, Callable[..., str]] = {
    "part": part,
    "hour": hour,
    "status": status,
    "tone": tone,
}
