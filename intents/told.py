"""What a text tells, of the kinds of thing that questions ask for."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path

import yaml

from intents.kinds import kinds


@lru_cache(maxsize=1)
def _patterns() -> dict[str, dict[str, re.Pattern[str]]]:
    words = yaml.safe_load((Path(__file__).parent / "words" / "told.yaml").read_text(encoding="utf-8"))
    return {side: {kind: re.compile(each) for kind, each in of.items()} for side, of in words.items()}


def sought(question: str) -> frozenset[str]:
    """What a normalised question asks for, as far as a text can be seen to hold it."""
    more = {kind for kind, pattern in _patterns()["sought"].items() if pattern.search(question)}
    return (kinds(question) | more) & _patterns()["told"].keys()


def tells(text: str, wanted: Iterable[str]) -> bool:
    """May a text answer a question that asks for these kinds of thing?

    A figure must be there where one is asked for, and an age; of the other kinds one is enough.
    """
    told = {kind: bool(_patterns()["told"][kind].search(text)) for kind in wanted}
    others = [holds for kind, holds in told.items() if kind not in _patterns()["sought"]]
    return all(told.get(kind, True) for kind in _patterns()["sought"]) and (not others or any(others))
