"""Searches what official documents say, clause by clause, among those that hold for a place."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

import numpy as np

from intents.retrieve import Index, best, pairs
from intents.understanding import Meaning, Understanding
from knowledge.listed import EVERYWHERE
from knowledge.official import Official
from knowledge.passages import Passage, passages

_NEAR = 0.9  # of the best score: of clauses as near as this the one of the latest document counts
_KEEP = 5  # clauses that are looked at
_READY = 64  # places whose clauses are kept ready


@dataclass(frozen=True)
class Found:
    """A clause near to a question."""

    passage: Passage
    score: float  # how near it is, about 0.5 for what is hardly related and above 1 for what speaks of it
    cover: float  # the share of the question's telling pairs that it holds


class Clauses:
    """Every clause of the official documents that were imported; a place's clauses are made ready when first asked."""

    def __init__(self, officials: Sequence[Official], understanding: Understanding) -> None:
        self._understanding = understanding
        self._of: dict[str, list[Official]] = {}
        for official in officials:
            self._of.setdefault(official.region or EVERYWHERE, []).append(official)
        self._ready = lru_cache(maxsize=_READY)(lambda region: _Place(self._of[region], understanding))

    def prepare(self, levels: Sequence[str]) -> None:
        """Make the clauses of some places ready before anybody asks; about 20 ms a document."""
        for level in levels:
            if level in self._of:
                self._ready(level)

    def find(self, meaning: Meaning, levels: Sequence[str]) -> Iterator[Found]:
        """The nearest clauses of the documents of each of some places, in the order given, nearest first."""
        for level in levels:
            if level in self._of:
                yield from self._ready(level).find(meaning)


class _Place:
    """The clauses of one place's own documents."""

    def __init__(self, officials: Sequence[Official], understanding: Understanding) -> None:
        self._weight = understanding.index.weight
        self._passages = [passage for official in officials for passage in passages(official)]
        compared = lru_cache(maxsize=1)(lambda text: understanding.as_written(text).compared)  # clauses share headings
        said = [understanding.as_written(passage.text).compared for passage in self._passages]
        under = [compared(passage.under) for passage in self._passages]
        self._pairs = [pairs(text.plain) | pairs(above.plain) for text, above in zip(said, under, strict=True)]
        names = [f"{number:07}" for number in range(len(self._passages))]
        self._index = Index([*zip(names, said, strict=True), *zip(names, under, strict=True)])
        # A long clause that says all that is asked is nearer than a short one that says half of it.
        self._lengths = np.sqrt([len(text.plain) for text in said])

    def find(self, meaning: Meaning) -> Iterator[Found]:
        if not self._passages:
            return
        scores = self._index.fit(meaning.compared) * self._lengths
        rows = best(scores, _KEEP)
        near = [row for row in rows if scores[row] >= _NEAR * scores[rows[0]]]
        near.sort(key=lambda row: self._passages[row].official.issued or date.min, reverse=True)
        weights = {pair: self._weight(pair) for pair in pairs(meaning.compared.plain)}
        whole = sum(weights.values()) or 1.0
        for row in (*near, *rows[len(near) :]):
            held = sum(weight for pair, weight in weights.items() if pair in self._pairs[row])
            yield Found(self._passages[row], float(scores[row]), held / whole)
