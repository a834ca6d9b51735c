"""The facts that may have to be known before a scheme is decided, with the question that asks for each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml


class Pace(StrEnum):
    """How a number moves while time goes by."""

    STILL = "still"
    MONTH = "month"  # one more each month
    YEAR = "year"  # one more each birthday


@dataclass(frozen=True)
class FactKind:
    """One fact: how it is asked, and the values that its numbered choices stand for."""

    name: str
    kind: str  # number | bool | choice | choices | text
    ask: str
    others: str = ""  # how a firm or an institution is asked, where it is of its people
    unit: str = ""
    whose: str = "worker"  # or "class": never asked of a worker
    choices: Mapping[str, Any] = field(default_factory=dict)
    pace: Pace = Pace.STILL
    more: str = ""  # what to do more of: 再交
    vague: str = ""  # the choice that stands for a range: no sum or date follows from its value


@lru_cache(maxsize=1)
def catalogue() -> Mapping[str, FactKind]:
    """Every fact by name, as facts.yaml has it."""
    raw = yaml.safe_load(Path(__file__).with_name("facts.yaml").read_text(encoding="utf-8"))
    return {name: FactKind(name, **{**entry, "pace": Pace(entry.get("pace", "still"))}) for name, entry in raw.items()}
