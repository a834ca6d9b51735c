"""What we were talking about: kept between two messages of one worker, forgotten after a while."""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from typing import Any

from handlers.message import Reply

_ORDINAL = re.compile(
    r"^(?:选|回复|我选)?第?\s*(1?[0-9]|十[一二三四五六七八九]?|[一二三四五六七八九两])\s*(?:个|项|条|种|号)?[。.、！!吧]?$"
)
_DIGITS = {character: number for number, character in enumerate("一二三四五六七八九十", 1)} | {"两": 2}
_DIGITS |= {f"十{character}": 10 + _DIGITS[character] for character in "一二三四五六七八九"}
_FORGET_AFTER = timedelta(minutes=30)


@dataclass
class Pending:
    """A question we put to the worker: which skill asked, at which step, with what in hand."""

    skill: str
    step: str
    data: dict[str, Any] = field(default_factory=dict)


@dataclass
class Talk:
    """The thread of a talk."""

    topic: str | None = None  # what the last answer was about
    question: str = ""  # the last question as it was understood, for “那高级工呢”
    region: str | None = None  # a place named in the talk; the profile's holds otherwise
    slots: dict[str, str] = field(default_factory=dict)
    facts: dict[str, Any] = field(default_factory=dict)
    menu: list[str] = field(default_factory=list)  # what the numbered choices of the last reply stand for
    labels: list[str] = field(default_factory=list)  # those choices as they were shown
    pending: Pending | None = None
    at: str = ""

    @classmethod
    def load(cls, kept: dict[str, Any], now: datetime) -> Talk:
        """Take up a kept talk, or begin anew when too much time has passed."""
        if not kept or now - datetime.fromisoformat(kept["at"]) > _FORGET_AFTER:
            return cls()
        pending = kept.get("pending")
        return cls(**{**kept, "pending": Pending(**pending) if pending else None})

    def chosen(self, text: str) -> str:
        """A bare number, “第二个” or a label of the last menu becomes the text that it stands for."""
        number = ordinal(text, len(self.menu))
        if number is not None and self.pending is None:
            return self.menu[number]
        label = text.strip(" 。.！!")
        return self.menu[self.labels.index(label)] if self.pending is None and label in self.labels else text

    def number(self, text: str, count: int) -> int | None:
        """Which of the numbered choices of a pending question a text names, from 0."""
        return ordinal(text, count)

    def offer(self, reply: Reply) -> None:
        """Remember the numbered choices of a reply."""
        self.menu = [choice.sends for choice in reply.choices]
        self.labels = [choice.label for choice in reply.choices]

    def keep(self, now: datetime) -> dict[str, Any]:
        """The talk as it is stored."""
        self.at = now.isoformat()
        return asdict(self)


def ordinal(text: str, count: int) -> int | None:
    """Which of `count` numbered choices a text names, from 0; None where it names none."""
    match = _ORDINAL.match(text.strip())
    if match is None:
        return None
    number = _DIGITS.get(match[1]) or int(match[1])
    return number - 1 if 1 <= number <= count else None
