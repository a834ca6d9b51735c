"""What a text names: places, levels, certificates, occupations, groups, departments, found by a gazetteer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

SHADOW = "other"  # names that only look like a value of a slot: 高级工班 is no level
_MASKS = {  # a private character stands for any value of a slot, so that wordings serve for every value
    "region": "",
    "occupation": "\ue001",
    "level": "\ue002",
    "certificate": "\ue003",
    "group": "\ue004",
    "department": "\ue005",
    "occupation_class": "\ue006",
    "year": "\ue007",
    "grade": "\ue008",
    "work_place": "\ue009",
}


@dataclass(frozen=True)
class Mention:
    """One thing that a text names, and where."""

    slot: str
    value: str
    start: int
    end: int


class Gazetteer:
    """Finds the longest names first; one surface may name several slots' values but each place is used once."""

    def __init__(self, names: Mapping[str, Mapping[str, str]]) -> None:
        self._values: dict[str, tuple[str, str]] = {}
        for slot, surfaces in names.items():
            for surface, value in surfaces.items():
                self._values.setdefault(surface, (slot, value))
        self._lengths: dict[str, list[int]] = {}
        for surface in sorted(self._values, key=len, reverse=True):
            lengths = self._lengths.setdefault(surface[0], [])
            if len(surface) not in lengths:
                lengths.append(len(surface))

    @property
    def words(self) -> set[str]:
        """Every surface."""
        return set(self._values)

    def find(self, text: str) -> tuple[Mention, ...]:
        """All mentions in the order they stand."""
        found: list[Mention] = []
        position = 0
        while position < len(text):
            for length in self._lengths.get(text[position], ()):
                if value := self._values.get(text[position : position + length]):
                    found.append(Mention(*value, position, position + length))
                    position += length
                    break
            else:
                position += 1
        return tuple(found)


def mask(text: str, mentions: tuple[Mention, ...]) -> str:
    """The text with each mention replaced by the mark of its slot; places vanish."""
    parts, position = [], 0
    for mention in mentions:
        if mention.slot == SHADOW:
            continue
        parts += [text[position : mention.start], _MASKS.get(mention.slot, "\ue00f")]
        position = mention.end
    return "".join(parts) + text[position:]


def without_places(text: str, mentions: tuple[Mention, ...]) -> str:
    """The text without the places it names: they choose the document, not the topic."""
    for mention in reversed(mentions):
        if mention.slot == "region":
            text = text[: mention.start] + text[mention.end :]
    return text


def by_slot(mentions: tuple[Mention, ...]) -> dict[str, tuple[str, ...]]:
    """Slot to its values, each once, in the order they were said."""
    slots: dict[str, tuple[str, ...]] = {}
    for mention in (mention for mention in mentions if mention.slot != SHADOW):
        slots[mention.slot] = tuple(dict.fromkeys((*slots.get(mention.slot, ()), mention.value)))
    return slots
