"""Which topic a text is nearest to: BM25 over characters, character pairs and sounds, and over masked text."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import chain
from operator import add

import numpy as np
from numpy.typing import NDArray

from intents.pinyin import heard

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

    def streams(self) -> tuple[set[str], set[str]]:
        """What is written, plain and masked, as characters and pairs; and how it sounds, as pairs."""
        return grams(self.plain) | grams(self.masked), pairs(heard(self.plain))


class Postings:
    """For each gram the rows that hold it and what it adds to the score of each; one flat array for all grams."""

    def __init__(self, texts: Sequence[set[str]], rows: Sequence[int], size: int) -> None:
        self._size = size
        self._unseen = math.log(1 + size / 0.5)
        ids: dict[str, int] = {}
        of_text = [[ids.setdefault(gram, len(ids)) for gram in said] for said in texts]
        lengths = np.array([len(said) for said in of_text])
        owners = np.repeat(np.array(rows, dtype=np.int64), lengths)
        pairs_, counts = np.unique(
            np.fromiter(chain.from_iterable(of_text), np.int64) * size + owners, return_counts=True
        )
        gram, self._rows = np.divmod(pairs_, size)
        held = np.bincount(gram, minlength=len(ids))
        idf = np.log(1 + (size - held + 0.5) / (held + 0.5))
        length = np.bincount(self._rows, counts, size)
        damping = _K1 * (1 - _B + _B * length / max(length.mean(), 1.0))
        self._values = idf[gram] * counts * (_K1 + 1) / (counts + damping[self._rows])
        ends = np.cumsum(held)
        common = held > max(_COMMON * size, 1)
        self._spans = {
            gram: (0, 0) if skip else (end - many, end)
            for gram, end, many, skip in zip(ids, ends.tolist(), held.tolist(), common.tolist(), strict=True)
        }
        self._idf: dict[str, float] = dict(zip(ids, idf.tolist(), strict=True))

    def weight(self, gram: str) -> float:
        """How telling a gram is (inverse document frequency); an unseen one most of all."""
        return self._idf.get(gram, self._unseen)

    def fit(self, said: set[str]) -> tuple[Scores, float]:
        """The score of each row for some grams, and the most that they could score."""
        spans = [self._spans[gram] for gram in said if gram in self._spans]
        whole = float(sum(map(self.weight, said)))
        if not spans:
            return np.zeros(self._size), whole
        rows = np.concatenate([self._rows[start:end] for start, end in spans])
        values = np.concatenate([self._values[start:end] for start, end in spans])
        return np.bincount(rows, values, self._size).astype(np.float64, copy=False), whole


class Index:
    """All topics, each with the texts that belong to it."""

    def __init__(self, texts: Iterable[tuple[str, Text]]) -> None:
        given = list(texts)
        self.topics = sorted({topic for topic, _ in given})
        self.row = {topic: row for row, topic in enumerate(self.topics)}
        rows = [self.row[topic] for topic, _ in given]
        streams = zip(*(text.streams() for _, text in given), strict=True)
        self._written, self._heard = (Postings(stream, rows, len(self.topics)) for stream in streams)

    def fit(self, text: Text) -> Scores:
        """How near a text is to each topic: its score for each unit of the text's own weight."""
        written, heard_ = text.streams()
        score, whole = self._written.fit(written)
        by_ear, more = self._heard.fit(heard_)
        return (score + _BY_EAR * by_ear) / (whole + _BY_EAR * more or 1.0)

    def nearest(self, text: Text, most: int = 12) -> list[str]:
        """The topics nearest to a text, best first."""
        return [self.topics[row] for row in best(self.fit(text), most)]

    def weight(self, gram: str) -> float:
        """How telling a written gram is (inverse document frequency); an unseen one most of all."""
        return self._written.weight(gram)


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
