"""Finding somebody by the name that a trainer typed or said."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

from intents.pinyin import heard

Item = TypeVar("Item")


def matching(named: Sequence[tuple[Item, str]], told: str) -> list[Item]:
    """Who has this name; where nobody has, whose name holds it; else whose name sounds like it."""
    by_ear = heard(told)
    exact = [item for item, name in named if name == told]
    holding = [item for item, name in named if told in name]
    return exact or holding or [item for item, name in named if heard(name) == by_ear]
