"""All that policies say, by region and topic: the documents of a place's chain, nearest first."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any

import yaml

from knowledge.library import Policy, load
from knowledge.model import Answer
from knowledge.regions import Regions, chain

_HERE = Path(__file__).parent
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_YEARS = range(2005, 2041)


@dataclass(frozen=True)
class Topic:
    """Something that can be asked of any document."""

    id: str
    title: str
    parent: str | None = None


@dataclass(frozen=True, eq=False)
class Entry:
    """One answer of one document."""

    policy: Policy
    answer: Answer


@dataclass(frozen=True)
class Manner:
    """Something that is none of the policies' business, and what is said to it."""

    outcome: str
    say: str
    ask: tuple[str, ...]


class Shelf:
    """The library of one office: shipped documents, with names and topics."""

    def __init__(self, policies: list[Policy] | None = None) -> None:
        self.policies = load() if policies is None else policies
        self.regions = Regions()
        self._topics = {id: Topic(id, **entry) for id, entry in _yaml("topics").items()}
        self.manners = {id: Manner(e["outcome"], e["say"], tuple(e["ask"])) for id, e in _yaml("manners").items()}

    @cached_property
    def by_topic(self) -> Mapping[str, tuple[Entry, ...]]:
        """Every answer, by topic."""
        found: dict[str, list[Entry]] = {}
        for policy in self.policies:
            for answer in policy.answers:
                found.setdefault(answer.topic, []).append(Entry(policy, answer))
        return {topic: tuple(entries) for topic, entries in found.items()}

    def documents(self, region: str) -> list[Policy]:
        """The documents that hold for a place: its own first, then those above; of one place the latest first."""
        levels = chain(region)
        mine = [policy for policy in self.policies if policy.region in levels]
        return sorted(mine, key=lambda p: (levels.index(p.region), -p.document.document.issued.toordinal()))

    def topic(self, id: str) -> Topic:
        """A topic; one that only a document knows gets its title from the first wording."""
        if id in self._topics:
            return self._topics[id]
        asked = next((entry.answer.ask[0] for entry in self.by_topic.get(id, ()) if entry.answer.ask), id)
        return Topic(id, asked)

    def questions(self) -> Iterator[tuple[str, str]]:
        """Every wording with its topic; the title of a topic is one too."""
        for id, entries in self.by_topic.items():
            if id in self._topics:
                yield id, self._topics[id].title
            for entry in entries:
                yield from ((id, wording) for wording in entry.answer.ask)
        for path in sorted((_HERE / "wordings").glob("*.yaml")):
            for id, wordings in (_read(path) or {}).items():
                yield from ((id, str(wording)) for wording in wordings if id in self.by_topic)
        for id, manner in self.manners.items():
            yield from ((id, wording) for wording in manner.ask)

    def texts(self) -> Iterator[tuple[str, str]]:
        """What is said to each topic, figures filled in, and the names that its variants are for."""
        for id, entries in self.by_topic.items():
            for entry in entries:
                fill = entry.policy.figures.fill
                if entry.answer.known:  # “not written” speaks of everything else, too
                    yield id, fill(entry.answer.say)
                    yield id, fill(entry.answer.then)
                yield from ((id, value) for value in entry.answer.when.values())

    def names(self) -> dict[str, dict[str, str]]:
        """Slot to surface to value: what an entity may be called."""
        tables = [policy.document.classes for policy in self.policies if policy.document.classes]
        listed = {name for table in tables for names in table.of.values() for name in names}
        slots: dict[str, dict[str, str]] = {"region": dict(self.regions.by_name)}
        slots |= {slot: _surfaces(values) for slot, values in _yaml("names").items()}
        slots["year"] = {f"{year}{suffix}": str(year) for year in _YEARS for suffix in ("年度", "年", "")}
        slots["occupation"] = {name: name for name in listed} | _surfaces(_yaml("occupations"))
        slots["group"] = _surfaces(_yaml("groups"))
        slots["department"] = _surfaces(_yaml("departments"))
        return slots

    def occupation_class(self, region: str, occupation: str) -> tuple[Policy, str | None] | None:
        """The class of an occupation in the nearest document that has a class table; None class if it lists none."""
        for policy in self.documents(region):
            if classes := policy.document.classes:
                return policy, next((name for name, listed in classes.of.items() if occupation in listed), None)
        return None

    def is_current(self, policy: Policy, day: date) -> bool:
        """Does a document hold on a day?"""
        period = policy.document.document.period
        return period.start <= day and (period.end is None or day <= period.end)


def _yaml(name: str) -> dict[str, Any]:
    return _read(_HERE / f"{name}.yaml")


def _read(path: Path) -> dict[str, Any]:
    return yaml.load(path.read_text(encoding="utf-8"), Loader=_LOADER)  # type: ignore[no-any-return]


def _surfaces(values: Mapping[str, list[str]]) -> dict[str, str]:
    return {surface: value for value, surfaces in values.items() for surface in (value, *surfaces) if surface}
