"""Which topic a text is nearest to: BM25 over characters, character pairs and sounds, and over masked text."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import chain
from operator import add

import numpy as np
from numpy.typing import NDArray

from intents.pinyin import FIRST_SOUND, heard

# A topic is the sum of its texts, each of length one, so that ten wordings of one kind do not drown one of another;
# the square root tempers what many of them say. Texts that answer count less than those that ask, and sounds less than
# what is written. docs/decisions tells what was measured.
_SAID = 0.4
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

    def __init__(self, asked: Iterable[tuple[str, Text]], said: Iterable[tuple[str, Text]] = ()) -> None:
        given = [(topic, text.grams(), 1.0) for topic, text in asked]
        given += [(topic, text.grams(), _SAID) for topic, text in said]
        self.topics = sorted({topic for topic, _, _ in given})
        self.row = {topic: row for row, topic in enumerate(self.topics)}
        ids: dict[str, int] = {}
        of_text = [[ids.setdefault(gram, len(ids)) for gram in grams_] for _, grams_, _ in given]
        lengths = [len(found) for found in of_text]
        gram = np.fromiter(chain.from_iterable(of_text), np.int64)
        self._unseen = math.log(1 + len(given)) + 1
        telling = self._unseen - np.log(1 + np.bincount(gram, minlength=len(ids)))
        telling *= np.sqrt(np.fromiter(map(_share, ids), np.float64))
        text = np.repeat(np.arange(len(given)), lengths)
        norms = np.sqrt(np.bincount(text, telling[gram] ** 2, len(given)))
        counts = np.array([weight for _, _, weight in given]) / np.maximum(norms, 1e-9)
        row = np.array([self.row[topic] for topic, _, _ in given], dtype=np.int64)[text]
        held_by, place = np.unique(gram * len(self.topics) + row, return_inverse=True)
        gram, row = np.divmod(held_by, len(self.topics))
        values = np.sqrt(np.bincount(place, telling[gram[place]] * counts[text]))
        values /= np.sqrt(np.bincount(row, values**2, len(self.topics)))[row]
        flat = np.vstack([row, values * telling[gram]])  # rows and values side by side: one gather brings both
        held = np.bincount(gram, minlength=len(ids))
        ends = np.cumsum(held)
        begins = np.where(held > max(_COMMON * len(self.topics), 1), ends, ends - held)
        spans = zip(begins.tolist(), ends.tolist(), telling.tolist(), strict=True)
        self._held = {gram: (flat[:, begin:end], weight) for gram, (begin, end, weight) in zip(ids, spans, strict=True)}

    def fit(self, text: Text) -> Scores:
        """How near a text is to each topic: the cosine of the angle between them, 0 to 1."""
        said = text.grams()
        known = [held for held in map(self._held.get, said) if held]
        if not known:
            return np.zeros(len(self.topics))
        length = sum(weight * weight for _, weight in known)
        length += self._unseen**2 * sum(_share(gram) for gram in said if gram not in self._held)
        row, values = np.concatenate([part for part, _ in known], axis=1)
        return np.asarray(np.bincount(row.astype(np.int64), values, len(self.topics)) / math.sqrt(length))

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
