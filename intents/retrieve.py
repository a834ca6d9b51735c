"""Which known wording a text is nearest to: BM25 over characters, character pairs and sounds, and over masked text."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from intents.pinyin import sounds

# Measured on government questions: k1=1.2, b=0.4; sounds count .3 of characters. Masked text (高级工 → a mark for
# any level) lets a wording for one level serve for all.
_K1, _B = 1.2, 0.4
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
    """A topic with its nearest wording; `fit` is the share of the text's own weight that it explains, 0 to 1."""

    topic: str
    wording: str
    score: float
    fit: float


class Index:
    """All known wordings, grouped by topic; ranks topics by their best wording."""

    def __init__(self, wordings: Iterable[tuple[str, Text]]) -> None:
        ordered = sorted(wordings, key=lambda pair: pair[0])
        self.topics = sorted({topic for topic, _ in ordered})
        self._texts = [text.plain for _, text in ordered]
        starts: dict[str, int] = {}
        for row, (topic, _) in enumerate(ordered):
            starts.setdefault(topic, row)
        self._starts = np.array([starts[topic] for topic in self.topics], dtype=np.intp)
        self._ends = np.append(self._starts[1:], len(ordered))
        self._postings, self._idf = _postings([Counter(text.tokens()) for _, text in ordered])
        self._unseen = math.log(1 + len(ordered) / 0.5)

    def rank(self, text: Text, most: int = 12) -> list[Nearest]:
        """The topics nearest to a text, best first."""
        scores = np.zeros(len(self._texts), dtype=np.float32)
        whole = 0.0
        for token in set(text.tokens()):
            weight = _WEIGHTS[token[0]]
            posting = self._postings.get(token)
            whole += weight * (self._unseen if posting is None else self._idf[token])
            if posting is not None:
                rows, impacts = posting
                scores[rows] += impacts
        if not whole:
            return []
        best = np.maximum.reduceat(scores, self._starts)
        order = np.argpartition(-best, min(most, len(best) - 1))[:most]
        return [self._nearest(int(i), scores, whole) for i in order[np.argsort(-best[order])] if best[i] > 0]

    def _nearest(self, topic: int, scores: np.ndarray, whole: float) -> Nearest:  # type: ignore[type-arg]
        start, end = self._starts[topic], self._ends[topic]
        row = int(start + np.argmax(scores[start:end]))
        score = float(scores[row])
        return Nearest(self.topics[topic], self._texts[row], score, score / whole)

    def weight(self, token: str) -> float:
        """How telling a token is (inverse document frequency); an unseen one most of all."""
        return self._idf.get(token, self._unseen)


def _grams(stream: str, items: Sequence[str]) -> Iterator[str]:
    for item in items:
        yield stream + item
    for pair in zip(items, items[1:], strict=False):
        yield stream + "".join(pair)


def _postings(
    documents: Sequence[Counter[str]],
) -> tuple[dict[str, tuple[np.ndarray, np.ndarray]], dict[str, float]]:  # type: ignore[type-arg]
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
