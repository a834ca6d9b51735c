"""The questions of tests/questions: how people put them, with what a right reply cannot lack."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

FOLDER = Path(__file__).parents[1] / "questions"
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True)
class Row:
    """One question, or a talk of which the last reply is judged."""

    id: str
    kind: str
    facts: tuple[str, ...]
    region: str | None
    today: str
    turns: tuple[str, ...]
    must: tuple[tuple[str, ...], ...]  # of each, one form has to be in the reply
    must_not: tuple[str, ...]
    outcome: tuple[str, ...]  # those that fit

    @property
    def fold(self) -> int:
        """Which fifth it belongs to: all questions of one fact belong to the same."""
        return sum(map(ord, (self.facts or (self.id,))[0])) % 5


@cache
def rows() -> tuple[Row, ...]:
    """Every question of every file."""
    return tuple(row for path in sorted(FOLDER.glob("*.yaml")) for row in _rows(path))


def _rows(path: Path) -> list[Row]:
    read: dict[str, Any] = yaml.load(path.read_text(encoding="utf-8"), Loader=_LOADER)
    return [_row(each, read["today"]) for each in read["rows"]]


def _row(each: dict[str, Any], today: str) -> Row:
    outcome = each["outcome"] if isinstance(each["outcome"], list) else [each["outcome"]]
    return Row(
        each["id"],
        each["kind"],
        tuple(each["facts"]),
        each.get("region"),
        each.get("today", today),
        tuple(map(str, each["turns"])),
        tuple(tuple(map(str, forms)) for forms in each.get("must", ())),
        tuple(map(str, each.get("must_not", ()))),
        tuple(outcome),
    )
