"""What a question asks for: money, days, a department, materials, and so on."""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path

import yaml


@lru_cache(maxsize=1)
def _patterns() -> dict[str, re.Pattern[str]]:
    words = yaml.safe_load((Path(__file__).parent / "words" / "kinds.yaml").read_text(encoding="utf-8"))
    return {kind: re.compile(pattern) for kind, pattern in words.items()}


def kinds(text: str) -> frozenset[str]:
    """The kinds of thing that a normalised text asks for; none where nothing tells."""
    return frozenset(kind for kind, pattern in _patterns().items() if pattern.search(text))
