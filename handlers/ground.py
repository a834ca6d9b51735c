"""What the documents that hold for a place have to say, topic by topic."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from intents.retrieve import Scores
from knowledge.shelf import Entry, Shelf


@dataclass(frozen=True, eq=False)
class Ground:
    """The documents of one place, nearest first, seen against all topics; without a place, every document."""

    shelf: Shelf
    topics: Sequence[str]
    documents: tuple[str, ...] | None
    _found: dict[str, tuple[tuple[Entry, ...], tuple[Entry, ...]]] = field(default_factory=dict)

    def here(self, topic: str) -> tuple[Entry, ...]:
        """What the place's documents say to a topic, nearest first."""
        return self._entries(topic)[0]

    def elsewhere(self, topic: str) -> tuple[Entry, ...]:
        """What other places' documents say to a topic."""
        return self._entries(topic)[1]

    def _entries(self, topic: str) -> tuple[tuple[Entry, ...], tuple[Entry, ...]]:
        if topic not in self._found:
            entries, documents = self.shelf.by_topic.get(topic, ()), self.documents
            if documents is None:
                return entries, ()
            here = [entry for entry in entries if entry.policy.id in documents]
            here.sort(key=lambda entry: documents.index(entry.policy.id))
            self._found[topic] = tuple(here), tuple(entry for entry in entries if entry.policy.id not in documents)
        return self._found[topic]

    @cached_property
    def local(self) -> Scores:
        """1 for each topic that the place's documents, or the service itself, have something to say to."""
        return self._marks(lambda here: bool(here))

    @cached_property
    def known(self) -> Scores:
        """1 where a document of the place answers, rather than only says that it is silent."""
        return self._marks(lambda here: any(entry.answer.known for entry in here))

    @cached_property
    def own(self) -> Scores:
        """1 where the nearest document of the place or a list speaks of it, and not only one above."""
        nearest = {*(self.documents or ())[:1], *(listed.id for listed in self.shelf.listed)}
        return self._marks(lambda here: not self.documents or (bool(here) and here[0].policy.id in nearest))

    def _marks(self, holds) -> Scores:  # type: ignore[no-untyped-def]
        manners = self.shelf.manners
        return np.array([float(topic in manners or holds(self.here(topic))) for topic in self.topics])


def ground(shelf: Shelf, topics: Sequence[str], region: str | None, *, province_only: bool) -> Ground:
    """The ground for a place; `province_only` leaves out what is below the province."""
    if region is None:
        return Ground(shelf, topics, None)
    policies = shelf.documents(region)
    if province_only:
        policies = [policy for policy in policies if policy.region.endswith("0000")] or policies
    return Ground(shelf, topics, tuple(policy.id for policy in (*policies, *shelf.lists(region))))
