"""Which programmes a text names, by the words that stand for them alone: who asks for one does not mean another."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import yaml


def programmes(text: str) -> tuple[str, ...]:
    """The programmes named in a text that was made plain, each once, in order."""
    return tuple(dict.fromkeys(_words().findall(text)))


@cache
def _words() -> re.Pattern[str]:
    path = Path(__file__).parent / "words" / "programmes.yaml"
    return re.compile("|".join(yaml.safe_load(path.read_text(encoding="utf-8"))))
