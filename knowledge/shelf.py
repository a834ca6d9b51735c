"""All that policies say, by region and topic: the documents of a place's chain, nearest first."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any

import yaml

from knowledge.library import Policy, load
from knowledge.likeness import any_near, pairs, said
from knowledge.listed import EVERYWHERE, Listed, documents_of
from knowledge.lists import QuestionList
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
    """The library of one office: shipped documents and its own question lists, with names and topics."""

    def __init__(self, policies: list[Policy] | None = None, lists: Sequence[QuestionList] = ()) -> None:
        self.policies = load() if policies is None else policies
        self.listed = documents_of(lists)
        # Topic to near-identical rival to the words that only the topic says; none where it is the plain one of the two.
        self.telling: Mapping[str, Mapping[str, frozenset[str]]] = self._telling()
        self.regions = Regions()
        self._topics = {id: Topic(id, **entry) for id, entry in _yaml("topics").items()}
        manners = {id: Manner(e["outcome"], e["say"], tuple(e["ask"])) for id, e in _yaml("manners").items()}
        self.manners = manners if not self.listed else {id: m for id, m in manners.items() if not self._covers(m)}

    @cached_property
    def by_topic(self) -> Mapping[str, tuple[Entry, ...]]:
        """Every answer, by topic."""
        found: dict[str, list[Entry]] = {}
        for policy in (*self.policies, *self.listed):
            for answer in policy.answers:
                found.setdefault(answer.topic, []).append(Entry(policy, answer))
        return {topic: tuple(entries) for topic, entries in found.items()}

    def documents(self, region: str) -> list[Policy]:
        """The documents that hold for a place: its own first, then those above; of one place the latest first."""
        levels = chain(region)
        mine = [policy for policy in self.policies if policy.region in levels]
        return sorted(mine, key=lambda p: (levels.index(p.region), -p.document.document.issued.toordinal()))

    def lists(self, region: str) -> list[Listed]:
        """The office's own lists that hold for a place, what is for that place alone first."""
        levels = [*chain(region), EVERYWHERE]
        return sorted((each for each in self.listed if each.region in levels), key=lambda p: levels.index(p.region))

    def holds(self, policy: Policy, region: str | None) -> bool:
        """Does a document or a list hold for a place? What holds everywhere also does where no place is known."""
        return policy.region == EVERYWHERE or (region is not None and policy.region in chain(region))

    def _telling(self) -> dict[str, dict[str, frozenset[str]]]:
        rows = [row for listed in self.listed for row in listed.rows]
        found: dict[str, dict[str, frozenset[str]]] = {}
        for pair in pairs([row for _, row in rows]):
            first, second = rows[pair.first][0], rows[pair.second][0]
            if first != second:
                found.setdefault(first, {})[second], found.setdefault(second, {})[first] = pair.words
        return found

    def rivals(self, topic: str, text: str) -> list[str]:
        """The near-identical topics that a text leaves as possible as this one: not empty, offer them with it.

        `text` is the question in one spelling (Meaning.cleaned). More telling words of this topic than of the rival settle it; so
        does having none where only the rival has one (居住证, 居住证到期) and the text does not say that.
        """
        told = ((rival, self._told(topic, rival, mine, text)) for rival, mine in self.telling.get(topic, {}).items())
        return [rival for rival, is_told in told if not is_told]

    def _covers(self, manner: Manner) -> bool:
        """Does a list answer to a subject that the service would otherwise say it knows nothing of?"""
        asked = [wording for listed in self.listed for answer in listed.answers for wording in answer.ask]
        return manner.outcome == "unknown" and any_near(manner.ask, asked)

    def _told(self, topic: str, rival: str, mine: frozenset[str], text: str) -> bool:
        theirs = self.telling[rival][topic]
        ours, others = said(text, mine, theirs), said(text, theirs, mine)
        return ours > others if mine else bool(theirs) and not others

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
                # “Not written” speaks of everything else, too; a list's answers are too many to help.
                if entry.answer.known and entry.policy not in self.listed:
                    yield id, fill(entry.answer.say)
                    yield id, fill(entry.answer.then)
                yield from ((id, value) for value in entry.answer.when.values())

    def names(self) -> dict[str, dict[str, str]]:
        """Slot to surface to value: what an entity may be called."""
        tables = [policy.document.classes for policy in self.policies if policy.document.classes]
        listed = {name for table in tables for names in table.of.values() for name in names}
        slots: dict[str, dict[str, str]] = {"region": dict(self.regions.spoken)}
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
        return policy.document.document.period.holds(day)


def _yaml(name: str) -> dict[str, Any]:
    return _read(_HERE / f"{name}.yaml")


def _read(path: Path) -> dict[str, Any]:
    return yaml.load(path.read_text(encoding="utf-8"), Loader=_LOADER)  # type: ignore[no-any-return]


def _surfaces(values: Mapping[str, list[str]]) -> dict[str, str]:
    return {surface: value for value, surfaces in values.items() for surface in (value, *surfaces) if surface}
