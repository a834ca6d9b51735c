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

# Weights of the decision; docs/decisions tells how they were fitted.
WEIGHTS = {
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
        found = [self._choice(row, p, here) for row, p in zip(rows, self._sure(features), strict=True)]
        return sorted(found, key=lambda choice: -choice.p)

    def of_topic(self, topic: str, question: Question) -> Choice:
        """A topic that is already known, with what the place's documents say to it."""
        here = self.ground(question)
        return Choice(topic, 1.0, here.here(topic), here.elsewhere(topic))

    def ground(self, question: Question) -> Ground:
        """The documents that hold where a question is asked."""
        return self._ground(question.region, question.province_only)

    def _find_ground(self, region: str | None, province_only: bool) -> Ground:
        return ground(self._shelf, self.features.topics, region, province_only=province_only)

    def _sure(self, features: Scores) -> Scores:
        return np.asarray(1 / (1 + np.exp(-(features @ self._weights))))

    def _choice(self, row: int, p: float, here: Ground) -> Choice:
        topic = self.features.topics[row]
        return Choice(topic, float(p), here.here(topic), here.elsewhere(topic))
