"""Which topic a text is nearest to: BM25 over characters, character pairs and sounds, and over masked text."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import chain
from operator import add

import numpy as np
from numpy.typing import NDArray

from intents.pinyin import FIRST_SOUND, heard

# A topic is one document made of all its wordings and of what is said to it: with few wordings a topic that finds
# more of held-out questions than the nearest single wording does. Masked text (高级工 → a mark for any level) lets a
# wording for one level serve for all. Sounds count .2 of what is written: more of them costs clean questions.
_K1, _B = 2.5, 0.75
_BY_EAR = 0.2
_COMMON = 0.7  # a gram that more than this share of the topics hold is not looked up: it tells little and costs most

Scores = NDArray[np.float64]


@dataclass(frozen=True)
class Text:
    """A text as it is compared: plain, and with its entities masked."""

    plain: str
    masked: str

    def grams(self) -> set[str]:
        """Its characters and pairs, plain and masked, and the pairs of its sounds, which are written in characters of their own."""
        masked = grams(self.masked) if self.masked != self.plain else ()
        return grams(self.plain).union(masked, pairs(heard(self.plain)))


class Index:
    """All topics, each with the texts that belong to it: for each gram which topics hold it, in one flat array."""

    def __init__(self, texts: Iterable[tuple[str, Text]]) -> None:
        given = list(texts)
        self.topics = sorted({topic for topic, _ in given})
        self.row = {topic: row for row, topic in enumerate(self.topics)}
        size = len(self.topics)
        ids: dict[str, int] = {}
        of_text = [[ids.setdefault(gram, len(ids)) for gram in text.grams()] for _, text in given]
        rows = np.repeat([self.row[topic] for topic, _ in given], [len(said) for said in of_text])
        held_by, counts = np.unique(
            np.fromiter(chain.from_iterable(of_text), np.int64) * size + rows, return_counts=True
        )
        gram, row = np.divmod(held_by, size)
        held = np.bincount(gram, minlength=len(ids))
        idf = np.log(1 + (size - held + 0.5) / (held + 0.5))
        length = np.bincount(row, counts, size)
        damping = _K1 * (1 - _B + _B * length / max(length.mean(), 1.0))
        share = np.fromiter(map(_share, ids), np.float64)
        values = share[gram] * idf[gram] * counts * (_K1 + 1) / (counts + damping[row])
        flat = np.vstack([row, values])  # rows and values side by side, so that one gather brings both
        self._unseen = math.log(1 + size / 0.5)
        ends = np.cumsum(held)
        begins = np.where(held > max(_COMMON * size, 1), ends, ends - held)
        spans = zip(begins.tolist(), ends.tolist(), (share * idf).tolist(), strict=True)
        self._held = {gram: (flat[:, begin:end], weight) for gram, (begin, end, weight) in zip(ids, spans, strict=True)}

    def fit(self, text: Text) -> Scores:
        """How near a text is to each topic: its score for each unit of the text's own weight."""
        said = text.grams()
        known = [held for held in map(self._held.get, said) if held]
        if not known:
            return np.zeros(len(self.topics))
        whole = sum(weight for _, weight in known) + self._unseen * sum(_share(g) for g in said if g not in self._held)
        row, values = np.concatenate([part for part, _ in known], axis=1)
        return np.asarray(np.bincount(row.astype(np.int64), values, len(self.topics)) / whole)

    def nearest(self, text: Text, most: int = 12) -> list[str]:
        """The topics nearest to a text, best first."""
        return [self.topics[row] for row in best(self.fit(text), most)]

    def weight(self, gram: str) -> float:
        """How telling a written gram is (inverse document frequency); an unseen one most of all."""
        known = self._held.get(gram)
        return known[1] if known else self._unseen


def _share(gram: str) -> float:
    """What a gram counts: one of sounds less than one that is written."""
    return _BY_EAR if gram[0] >= FIRST_SOUND and len(gram) == 2 else 1.0


def grams(text: str) -> set[str]:
    """The characters of a text and its pairs of neighbours."""
    return {*text, *map(add, text, text[1:])}


def pairs(text: str) -> set[str]:
    """The pairs of neighbouring characters of a text."""
    return set(map(add, text, text[1:]))


def best(scores: Scores, most: int) -> list[int]:
    """The rows with the highest scores above nothing, best first."""
    rows = np.argpartition(-scores, most)[:most] if len(scores) > most else np.arange(len(scores))
    return [int(row) for row in rows[np.argsort(-scores[rows], kind="stable")] if scores[row] > 0]
