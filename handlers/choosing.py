"""Which topic a question is about, and how sure we are: nearness, agreement of what is named, and cover of its words."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from rapidfuzz import fuzz, process

from handlers.reading import Question, sums_in
from intents.kinds import kinds
from intents.retrieve import Nearest
from intents.understanding import Understanding
from knowledge.shelf import Entry, Shelf

# Weights of the decision; docs/decisions tells how they were fitted.
_WEIGHTS = {
    "bias": -4.5,
    "fit": 0.8,
    "margin": 4.2,
    "cover": 1.6,
    "alike": 3.0,
    "core": 1.0,
    "kind": 1.6,
    "known": 0.6,
    "own": 0.8,
    "amount": 1.5,
    "agree": 0.3,
    "conflict": -0.6,
    "family": 1.6,
}
Places = tuple[str, ...] | None  # ids of the documents that hold for a place, nearest first
_LOOK, _KEEP = 40, 8  # how many topics are looked at, and how many are weighed
_FAR = 1.3


@dataclass(frozen=True)
class Choice:
    """A topic, how probably it is the one that was meant, and what the place's documents say to it."""

    topic: str
    p: float
    entries: tuple[Entry, ...]  # of the documents that hold for the place, nearest first
    elsewhere: tuple[Entry, ...]  # of other places' documents


class Chooser:
    """Knows of each topic which names and words belong to it."""

    def __init__(self, shelf: Shelf, understanding: Understanding) -> None:
        self._shelf = shelf
        self._understanding = understanding
        self._named: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
        self._grams: dict[str, set[str]] = defaultdict(set)
        self._wordings: dict[str, list[str]] = defaultdict(list)
        for topic, meaning in (*understanding.questions, *understanding.said):
            self._grams[topic].update(_pairs(meaning.text))
            for slot, values in meaning.entities.items():
                self._named[topic][slot].update(values)
        for topic, meaning in understanding.questions:
            self._wordings[topic].append(meaning.compared.plain)
        self._core = {topic: self._core_of(topic) for topic in self._wordings}
        self._kinds = {topic: _shares(map(kinds, wordings)) for topic, wordings in self._wordings.items()}
        self._documents_of = lru_cache(maxsize=512)(self._find_documents)
        self._entries = lru_cache(maxsize=4096)(self._find_entries)
        self._sums = lru_cache(maxsize=4096)(self._find_sums)
        self._local = lru_cache(maxsize=512)(self._find_local)

    def _core_of(self, topic: str) -> dict[str, float]:
        """The pairs that at least half of a topic's wordings have, by share and by how telling they are."""
        wordings = self._wordings[topic]
        counts = Counter(pair for wording in wordings for pair in set(_pairs(wording)))
        enough = max(2.0, len(wordings) * 0.4)
        weight = self._understanding.index.weight
        return {p: n / len(wordings) * weight("c" + p) for p, n in counts.items() if n >= enough}

    def choices(self, question: Question) -> list[Choice]:
        """The likeliest topics, best first."""
        places = self._documents_of(question.region, question.province_only)
        near = self._local_first(question, places)
        found = [self._choice(n, question, near, places) for n in near[:_KEEP]]
        return sorted(found, key=lambda choice: -choice.p)

    def of_topic(self, topic: str, question: Question) -> Choice:
        """A topic that is already known, with what the place's documents say to it."""
        places = self._documents_of(question.region, question.province_only)
        here, elsewhere = self._entries(topic, places)
        return Choice(topic, 1.0, here, elsewhere)

    def weighed(self, question: Question) -> list[tuple[str, dict[str, float]]]:
        """The topics that are weighed for a question, with their features; what the weights are fitted on."""
        places = self._documents_of(question.region, question.province_only)
        near = self._local_first(question, places)
        return [(n.topic, self.features(n, question, near, places)) for n in near[:_KEEP]]

    def _local_first(self, question: Question, places: Places) -> list[Nearest]:
        """What the place's documents speak of; a topic that only others have must be a good deal nearer."""
        near = self._understanding.nearest(question.meaning, _LOOK)
        local = self._local(places)
        bar = next((n.fit for n in near if n.topic in local), 0.0) * _FAR
        return [n for n in near if n.topic in local or n.fit > bar]

    def _find_documents(self, region: str | None, province_only: bool) -> Places:
        """Ids of the documents that hold for a place, nearest first; None where no place is known."""
        if region is None:
            return None
        policies = self._shelf.documents(region)
        if province_only:
            policies = [policy for policy in policies if policy.region.endswith("0000")] or policies
        return tuple(policy.id for policy in policies)

    def _find_entries(self, topic: str, places: Places) -> tuple[tuple[Entry, ...], tuple[Entry, ...]]:
        """What the place's documents say to a topic, nearest first, and what others say."""
        entries = self._shelf.by_topic.get(topic, ())
        if places is None:
            return tuple(entries), ()
        here = sorted((e for e in entries if e.policy.id in places), key=lambda e: places.index(e.policy.id))
        return tuple(here), tuple(entry for entry in entries if entry.policy.id not in places)

    def _find_local(self, places: Places) -> frozenset[str]:
        """The topics that the place's documents, or the service itself, have something to say to."""
        topics = (
            self._shelf.by_topic if places is None else (t for t in self._shelf.by_topic if self._entries(t, places)[0])
        )
        return frozenset(topics) | frozenset(self._shelf.manners)

    def _choice(self, near: Nearest, question: Question, all_: list[Nearest], places: Places) -> Choice:
        features = self.features(near, question, all_, places)
        p = 1 / (1 + math.exp(-sum(_WEIGHTS[name] * value for name, value in features.items())))
        return Choice(near.topic, p, *self._entries(near.topic, places))

    def features(self, near: Nearest, question: Question, all_: list[Nearest], places: Places) -> dict[str, float]:
        """What speaks for a topic and against it, by name."""
        best_other = all_[0].fit if all_[0] is not near else all_[1].fit if len(all_) > 1 else 0.0
        thread = question.continues
        family = thread is not None and near.topic.partition(".")[0] == thread.partition(".")[0]
        agree, conflict = self._agreement(near.topic, question.slots)
        pairs = set(_pairs(question.meaning.compared.plain))
        return {
            "bias": 1.0,
            "fit": near.fit,
            "margin": near.fit - best_other,
            "cover": self._cover(near.topic, pairs),
            "alike": self._alike(near.topic, question),
            "core": self._core_held(near.topic, pairs),
            "kind": self._kind_shared(near.topic, question),
            "known": float(self._is_known(near.topic, places)),
            "own": float(self._is_own(near.topic, places)),
            "amount": self._amounts_said(near.topic, question, places),
            "agree": agree,
            "conflict": conflict,
            "family": float(family),
        }

    def _agreement(self, topic: str, slots: Mapping[str, tuple[str, ...]]) -> tuple[float, float]:
        """How many of the things named belong to the topic, and how many of their kind do not."""
        agree = conflict = 0.0
        for slot, values in slots.items():
            known = self._named[topic].get(slot)
            for value in values:
                if known and value in known:
                    agree += 1
                elif known or slot in {"level", "certificate", "department", "grade"}:
                    conflict += 1
        return agree, conflict

    def _alike(self, topic: str, question: Question) -> float:
        """How like the nearest single wording of the topic it is, 0 to 1."""
        nearest = process.extractOne(question.meaning.compared.plain, self._wordings[topic], scorer=fuzz.ratio)
        return nearest[1] / 100 if nearest else 0.0

    def _core_held(self, topic: str, said: set[str]) -> float:
        """How much of what nearly every wording of the topic says is said here: 实训 tells 创业实训 from 创业培训."""
        core = self._core.get(topic, {})
        total = sum(core.values())
        return sum(weight for pair, weight in core.items() if pair in said) / total if total else 0.5

    def _kind_shared(self, topic: str, question: Question) -> float:
        """How usual it is for the topic to be asked for what this question asks for."""
        asked, usual = kinds(question.text), self._kinds.get(topic, {})
        return sum(usual.get(kind, 0.0) for kind in asked) / len(asked) if asked else 0.4

    def _amounts_said(self, topic: str, question: Question, places: Places) -> float:
        """Does the topic state a sum that the question names? “那300块” is about what pays 300."""
        named = sums_in(question.meaning.clauses)
        return float(bool(named & self._sums(topic, places))) if named else 0.0

    def _find_sums(self, topic: str, places: Places) -> frozenset[Decimal]:
        here, _ = self._entries(topic, places)
        return frozenset().union(
            *(sums_in(e.policy.figures.fill(e.answer.say + "，" + e.answer.then).replace("，", ",")) for e in here)
        )

    def _is_own(self, topic: str, places: Places) -> bool:
        """Does the nearest document of the place speak of it itself, or only one above?"""
        here, _ = self._entries(topic, places)
        return not places or topic in self._shelf.manners or (bool(here) and here[0].policy.id == places[0])

    def _is_known(self, topic: str, places: Places) -> bool:
        """Does a document of the place answer it, rather than only say that it is silent?"""
        here, _ = self._entries(topic, places)
        return topic in self._shelf.manners or any(entry.answer.known for entry in here)

    def _cover(self, topic: str, pairs: set[str]) -> float:
        """The share of the question's telling words that the topic's own words hold."""
        grams = self._grams[topic]
        total = held = 0.0
        for pair in pairs:
            weight = self._understanding.index.weight("c" + pair)
            total += weight
            held += weight * (pair in grams)
        return held / total if total else 0.0


def _shares(found: Iterable[frozenset[str]]) -> dict[str, float]:
    all_ = list(found)
    counts = Counter(kind for each in all_ for kind in each)
    return {kind: count / len(all_) for kind, count in counts.items()}


def _pairs(text: str) -> list[str]:
    return [text[i : i + 2] for i in range(len(text) - 1)]
