"""Which topic a question is about, and how sure we are."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from handlers.features import NAMES, Features
from handlers.ground import Ground, ground
from handlers.reading import Question
from intents.retrieve import Scores
from intents.understanding import Understanding
from knowledge.shelf import Entry, Shelf

# How much each feature counts when topics are ranked, and how sure a score is (constant, score, lead over the next).
# Both are fitted by `python -m tests.bench.decision`; docs/decisions tells how.
WEIGHTS = {
    "fit": 3.26,
    "margin": 5.37,
    "cover": 6.31,
    "alike": 4.66,
    "core": 0.98,
    "kind": 1.48,
    "office": 0.36,
    "known": 0.75,
    "own": 1.61,
    "amount": 2.00,
    "agree": 1.42,
    "conflict": -0.74,
    "family": 1.60,
}
SURENESS = (-0.4, 0.16, 0.58)


@dataclass(frozen=True)
class Choice:
    """A topic, how probably it is the one that was meant, and what the place's documents say to it."""

    topic: str
    p: float
    entries: tuple[Entry, ...]  # of the documents that hold for the place, nearest first
    elsewhere: tuple[Entry, ...]  # of other places' documents


class Chooser:
    """Weighs the topics nearest to a question."""

    def __init__(self, shelf: Shelf, understanding: Understanding) -> None:
        self._shelf = shelf
        self.features = Features(understanding)
        self._weights = np.array([WEIGHTS[name] for name in NAMES])
        self._ground = lru_cache(maxsize=512)(self._find_ground)

    def choices(self, question: Question) -> list[Choice]:
        """The likeliest topics, best first."""
        here = self.ground(question)
        rows, features = self.features.weigh(question, here)
        scores = features @ self._weights
        order = np.argsort(-scores, kind="stable")
        sure = sureness(scores[order])
        return [self._choice(rows[n], p, here) for n, p in zip(order, sure, strict=True)]

    def of_topic(self, topic: str, question: Question) -> Choice:
        """A topic that is already known, with what the place's documents say to it."""
        here = self.ground(question)
        return Choice(topic, 1.0, here.here(topic), here.elsewhere(topic))

    def ground(self, question: Question) -> Ground:
        """The documents that hold where a question is asked."""
        return self._ground(question.region, question.province_only)

    def _find_ground(self, region: str | None, province_only: bool) -> Ground:
        return ground(self._shelf, self.features.topics, region, province_only=province_only)

    def _choice(self, row: int, p: float, here: Ground) -> Choice:
        topic = self.features.topics[row]
        return Choice(topic, float(p), here.here(topic), here.elsewhere(topic))


def sureness(scores: Scores) -> Scores:
    """How probably each of some ranked topics was meant, from its score and its lead over the best other one."""
    if not len(scores):
        return scores
    rival = np.full(len(scores), scores[0])
    rival[0] = scores[1] if len(scores) > 1 else 0.0
    constant, by_score, by_lead = SURENESS
    return np.asarray(1 / (1 + np.exp(-(constant + by_score * scores + by_lead * (scores - rival)))))
