"""Who did what when, as the trail of a page shows it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from records.audit import Entry


@dataclass(frozen=True)
class Deed:
    """One act."""

    at: datetime
    who: str
    what: str
    note: str = ""


def deeds(history: Iterable[Entry], names: Mapping[int, str], words: Mapping[str, str]) -> list[Deed]:
    """The audit log of one thing; `names` by account, `words` by event. What acts on its own is 系统."""
    people = {f"staff:{number}": name for number, name in names.items()}
    return [
        Deed(
            entry.at,
            people.get(entry.actor, "系统"),
            words.get(entry.event, entry.event),
            str(entry.details.get("remark") or entry.details.get("reason") or ""),
        )
        for entry in history
    ]
