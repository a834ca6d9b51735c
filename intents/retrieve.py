"""Which topic a text is nearest to: BM25 over characters, character pairs and sounds, and over masked text."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from intents.pinyin import sounds

# A topic is one document made of all its wordings and of what is said to it: with few wordings a topic that finds
# more of held-out questions than the nearest single wording does. Sounds count .3 of characters; masked text
# (高级工 → a mark for any level) lets a wording for one level serve for all.
_K1, _B = 2.5, 0.4
_WEIGHTS = {"c": 1.0, "m": 0.6, "p": 0.3}


@dataclass(frozen=True)
class Text:
    """A text as it is compared: plain, and with its entities masked."""

    plain: str
    masked: str

    def tokens(self) -> Iterator[str]:
        """Characters and pairs of each stream, marked by the stream."""
        yield from _grams("c", self.plain)
        yield from _grams("m", self.masked)
        yield from _grams("p", sounds(self.plain))


@dataclass(frozen=True)
class Nearest:
    """A topic that is near to a text; `fit` is its score for each unit of the text's own weight."""

    topic: str
    fit: float


class Index:
    """All topics, each with the texts that belong to it; ranks topics for a text."""

    def __init__(self, texts: Iterable[tuple[str, Text]]) -> None:
        documents: dict[str, Counter[str]] = defaultdict(Counter)
        for topic, text in texts:
            documents[topic].update(set(text.tokens()))
        self.topics = sorted(documents)
        self._postings, self._idf = _postings([documents[topic] for topic in self.topics])
        self._unseen = math.log(1 + len(documents) / 0.5)

    def rank(self, text: Text, most: int = 12) -> list[Nearest]:
        """The topics nearest to a text, best first."""
        scores = np.zeros(len(self.topics), dtype=np.float32)
        whole = 0.0
        for token in set(text.tokens()):
            posting = self._postings.get(token)
            if posting is None:
                whole += _WEIGHTS[token[0]] * self._unseen
            else:
                rows, impacts = posting
                scores[rows] += impacts
                whole += _WEIGHTS[token[0]] * self._idf[token]
        if not whole:
            return []
        order = np.argsort(-scores)[:most]
        return [Nearest(self.topics[i], float(scores[i]) / whole) for i in order if scores[i] > 0]

    def weight(self, token: str) -> float:
        """How telling a token is (inverse document frequency); an unseen one most of all."""
        return self._idf.get(token, self._unseen)


def _grams(stream: str, items: Sequence[str]) -> Iterator[str]:
    for item in items:
        yield stream + item
    for pair in pairwise(items):
        yield stream + "".join(pair)


def _postings(
    documents: Sequence[Counter[str]],
) -> tuple[dict[str, tuple[np.ndarray, np.ndarray]], dict[str, float]]:
    """Impact-ordered postings: for each token the rows that hold it and what it adds to their score."""
    rows: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for row, counts in enumerate(documents):
        for token, count in counts.items():
            rows[token].append((row, count))
    lengths = [sum(counts.values()) for counts in documents]
    mean = sum(lengths) / max(len(lengths), 1)
    idf = {t: math.log(1 + (len(documents) - len(r) + 0.5) / (len(r) + 0.5)) for t, r in rows.items()}
    postings = {}
    for token, found in rows.items():
        weight = _WEIGHTS[token[0]] * idf[token]
        impacts = [
            weight * count * (_K1 + 1) / (count + _K1 * (1 - _B + _B * lengths[row] / mean)) for row, count in found
        ]
        postings[token] = np.array([row for row, _ in found], dtype=np.intp), np.array(impacts, dtype=np.float32)
    return postings, idf
