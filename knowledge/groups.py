"""Groups of people that policies speak of: which one somebody's words name, and the nearest where none is."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import yaml
from rapidfuzz import fuzz, process

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_NEAR = 50.0  # likeness of 100 from which a group is offered


@cache
def known() -> dict[str, str]:
    """The group of every name and every other word for it."""
    raw: dict[str, list[str]] = yaml.load(
        Path(__file__).with_name("groups.yaml").read_text(encoding="utf-8"), Loader=_LOADER
    )
    other = {word: group for group, words in raw.items() for word in words}
    return other | {group: group for group in raw}


def names() -> list[str]:
    """Every group, in the order of the list."""
    return list(dict.fromkeys(known().values()))


def find(text: str) -> str | None:
    """The group of a name or word; None where it is not known."""
    return known().get(text)


def nearest(text: str) -> str | None:
    """The group that an unknown name is likest to; None where none is like it."""
    match = process.extractOne(text, known().keys(), scorer=fuzz.ratio, score_cutoff=_NEAR)
    return known()[match[0]] if match else None
