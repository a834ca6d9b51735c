"""How attendance reads on the trainer's pages."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from bot.web import look
from handlers import teaching_words
from handlers.presence_words import hour
from records.excuses import WISH_NAMES, Wish
from records.marks import STATUS_NAMES, Status
from records.sessions import PART_NAMES, Part

TONES = {
    Status.PRESENT: "good",
    Status.LATE: "warn",
    Status.MADE_UP: "info",
    Status.LEAVE: "info",
    Status.ABSENT: "bad",
    Status.OUT: "quiet",
    Status.EARLY: "warn",
}


def status(value: str) -> str:
    """迟到"""
    return STATUS_NAMES[Status(value)]


def tone(value: str) -> str:
    """The tone of a mark's chip."""
    return TONES[Status(value)]


def part(value: str) -> str:
    """上午课"""
    return PART_NAMES[Part(value)]


def wish(value: str) -> str:
    """请假"""
    return WISH_NAMES[Wish(value)]


def moved_from(iso: str) -> str:
    """11月20日 8:30, of a moment as the audit log keeps it"""
    return look.moment(datetime.fromisoformat(iso))


FILTERS: dict[str, Callable[..., Any]] = {
    "status": status,
    "tone": tone,
    "part": part,
    "wish": wish,
    "ways": teaching_words.ways,
    "hour": hour,
    "moved_from": moved_from,
}
