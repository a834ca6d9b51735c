"""What speaks for a topic and against it: nearness, cover, agreement of what is named, kind of question."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from functools import lru_cache

import numpy as np
from rapidfuzz import fuzz, process

from handlers.ground import Ground
from handlers.reading import Question, sums_in
from intents.kinds import kinds
from intents.programmes import programmes
from intents.retrieve import Scores, best, pairs
from intents.understanding import Meaning, Understanding

NAMES = (
    "fit",
    "margin",
    "cover",
    "alike",
    "core",
    "kind",
    "office",
    "known",
    "own",
    "amount",
    "agree",
    "conflict",
    "family",
)
_CLOSED = {"level", "certificate", "department", "grade"}  # slots where another value is always another thing
_OFFICE = "department"  # the kind of question that asks who is responsible
_KEEP = 8  # how many topics are weighed
_FAR = 1.3  # a topic that only other places' documents speak of must be so much nearer
_ENOUGH = 6  # wordings from which it can be told what is usual for a topic
_NO_KIND, _NO_CORE = 0.4, 0.5


class Features:
    """Knows of each topic which names, words and kinds of question belong to it."""

    def __init__(self, understanding: Understanding) -> None:
        self._understanding = understanding
        self.topics: Sequence[str] = understanding.index.topics
        row = understanding.index.row
        self._families = [topic.partition(".")[0] for topic in self.topics]
        self._wordings: list[list[str]] = [[] for _ in self.topics]
        self._named: dict[str, list[set[str]]] = defaultdict(lambda: [set() for _ in self.topics])
        self._pairs: list[set[str]] = [set() for _ in self.topics]
        asked_kinds: list[list[frozenset[str]]] = [[] for _ in self.topics]
        for topic, meaning in understanding.questions:
            self._wordings[row[topic]].append(meaning.compared.plain)
            self._named["programme"][row[topic]].update(programmes(meaning.text))
            asked_kinds[row[topic]].append(kinds(meaning.text))
        for topic, meaning in (*understanding.questions, *understanding.said):
            for slot, values in meaning.entities.items():
                self._named[slot][row[topic]].update(values)
            self._pairs[row[topic]] |= pairs(meaning.text)
        self._cores = [self._core(wordings) if len(wordings) >= _ENOUGH else {} for wordings in self._wordings]
        self._kinds = _shares([found if len(found) >= _ENOUGH else [] for found in asked_kinds])
        self._naming = lru_cache(maxsize=4096)(self._find_naming)
        self._sums = lru_cache(maxsize=4096)(self._find_sums)

    def weigh(self, question: Question, ground: Ground) -> tuple[list[int], Scores]:
        """The rows of the topics worth weighing, and their features, a line each in the order of NAMES."""
        near = self._understanding.index.fit(question.meaning.compared)
        bar = float((near * ground.local).max(initial=0.0)) * _FAR
        rows = best(near * ((ground.local > 0) | (near > bar)), _KEEP)
        if not rows:
            return [], np.zeros((0, len(NAMES)))
        fit = near[rows]
        rival = np.full(len(rows), fit[0])
        rival[0] = fit[1] if len(rows) > 1 else 0.0
        agree, conflict = self._agreement(rows, question.slots, question.text)
        said, asked = pairs(question.meaning.compared.plain), kinds(question.text)
        columns = (
            fit,
            fit - rival,
            self._cover(rows, said),
            self._alike(rows, question.meaning),
            self._core_held(rows, said),
            self._usual(asked)[rows],
            self._office(asked)[rows],
            ground.known[rows],
            ground.own[rows],
            self._amounts(rows, question, ground),
            agree,
            conflict,
            self._of_family(rows, question),
        )
        return rows, np.column_stack(columns)

    def _cover(self, rows: Sequence[int], said: set[str]) -> Scores:
        """The share of the question's telling pairs that each topic's own words hold."""
        weights = {pair: self._understanding.index.weight(pair) for pair in said}
        whole = sum(weights.values()) or 1.0
        return np.array([sum(weights[pair] for pair in said & self._pairs[row]) / whole for row in rows])

    def _core_held(self, rows: Sequence[int], said: set[str]) -> Scores:
        """How much of what nearly every wording of a topic says is said here: 实训 tells 创业实训 from 创业培训."""
        cores = (self._cores[row] for row in rows)
        return np.array([sum(core[p] for p in said & core.keys()) if core else _NO_CORE for core in cores])

    def _core(self, wordings: Sequence[str]) -> dict[str, float]:
        """The pairs that a good part of a topic's wordings have, each with its share of what they all say."""
        weight = self._understanding.index.weight
        counts = Counter(pair for wording in wordings for pair in pairs(wording))
        enough = max(2.0, len(wordings) * 0.4)
        core = {p: n / len(wordings) * weight(p) for p, n in counts.items() if n >= enough}
        total = sum(core.values())
        return {pair: value / total for pair, value in core.items()}

    def _alike(self, rows: Sequence[int], meaning: Meaning) -> Scores:
        """How like the nearest single wording of each topic it is, 0 to 1."""
        text = meaning.compared.plain
        found = (process.extractOne(text, self._wordings[row], scorer=fuzz.ratio) for row in rows)
        return np.array([each[1] / 100 if each else 0.0 for each in found])

    def _usual(self, kinds_: frozenset[str]) -> Scores:
        """How usual it is for a topic to be asked for what this question asks for."""
        asked = [self._kinds[kind] for kind in kinds_ if kind in self._kinds]
        return np.mean(asked, axis=0) if asked else np.full(len(self.topics), _NO_KIND)

    def _office(self, kinds_: frozenset[str]) -> Scores:
        """Where it asks which office is responsible: 1 for topics that are asked so, -1 for those that never are."""
        share = self._kinds.get(_OFFICE)
        if share is None or _OFFICE not in kinds_:
            return np.zeros(len(self.topics))
        return np.asarray(2 * share - 1)

    def _agreement(self, rows: Sequence[int], slots: Mapping[str, tuple[str, ...]], text: str) -> tuple[Scores, Scores]:
        """How many of the things named belong to each topic, and how many of their kind do not."""
        agree, conflict = np.zeros(len(rows)), np.zeros(len(rows))
        for slot, values in {**slots, "programme": programmes(text)}.items():
            for value in values:
                same, other = self._naming(slot, value)
                agree += same[rows]
                conflict += other[rows]
        return agree, conflict

    def _find_naming(self, slot: str, value: str) -> tuple[Scores, Scores]:
        named = self._named[slot]
        same = np.array([float(value in values) for values in named])
        other = np.array([float(value not in values and (bool(values) or slot in _CLOSED)) for values in named])
        return same, other

    def _amounts(self, rows: Sequence[int], question: Question, ground: Ground) -> Scores:
        """Does the topic state a sum that the question names? “那300块” is about what pays 300."""
        named = sums_in(question.meaning.clauses)
        if not named:
            return np.zeros(len(rows))
        return np.array([float(bool(named & self._sums(self.topics[row], ground))) for row in rows])

    def _find_sums(self, topic: str, ground: Ground) -> frozenset[object]:
        said = (e.policy.figures.fill(f"{e.answer.say}，{e.answer.then}") for e in ground.here(topic))
        return frozenset(sum_ for text in said for sum_ in sums_in(text.replace("，", ",")))

    def _of_family(self, rows: Sequence[int], question: Question) -> Scores:
        """Does the topic carry on what was talked of?"""
        if question.continues is None:
            return np.zeros(len(rows))
        return np.array([float(self._families[row] == question.continues.partition(".")[0]) for row in rows])


def _shares(asked: Sequence[Sequence[frozenset[str]]]) -> dict[str, Scores]:
    """Kind of question to the share of each topic's wordings that ask so."""
    every = {kind for found in asked for each in found for kind in each}
    return {
        kind: np.array([sum(kind in each for each in found) / len(found) if found else _NO_KIND for found in asked])
        for kind in every
    }
