"""Near-identical questions: which pairs of a list a reader could mix up, and the words that tell them apart."""

from __future__ import annotations

import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import islice, product

import numpy as np
from rapidfuzz import fuzz, process

from knowledge.lists import Row

_NEAR = 71  # percent of the characters that two questions share, in any order
_SAME_SUBJECT = 65  # percent, in their order
_BUCKET = 400  # texts compared with one another at a time
_RARE = 0.6  # the rarest share of a text's pairs by which it is looked up
_MOST = 8  # near texts kept for one: a list may be made of one sentence with the name of a street put in
_NEGATIONS = "非不无没未"
# Characters that questions of any subject are made of; alone they tell nothing.
_COMMON = frozenset("的了吗呢啊吧呀么嘛怎咋啥什哪几多少要能可以会得来到在是有我你他它这那个就还也都请问想一们样为")


@dataclass(frozen=True)
class Pair:
    """Two near-identical questions with different answers."""

    first: int  # which rows, counted from 0
    second: int
    words: tuple[frozenset[str], frozenset[str]]  # what only the first says, what only the second says
    shown: tuple[str, str]  # the words that differ, for a reader

    @property
    def is_told(self) -> bool:
        """Is there a word that tells them apart?"""
        return bool(self.words[0] or self.words[1])


def plain(text: str) -> str:
    """Letters, digits and characters alone, half-width, lower case."""
    return "".join(filter(str.isalnum, unicodedata.normalize("NFKC", text).lower()))


def gist(text: str) -> frozenset[str]:
    """The characters of a question that say what it is about: questions with the same cannot be told apart."""
    return frozenset(plain(text)) - _COMMON


def pairs(rows: Sequence[Row]) -> list[Pair]:
    """The near-identical questions whose answers differ, in the order of the list."""
    wordings = [[plain(text) for text in (row.question, *row.wordings)] for row in rows]
    found: dict[tuple[int, int], list[tuple[str, str]]] = defaultdict(list)
    for one, other, first, second in _near(wordings):
        if _may_be_mixed_up(rows[first], rows[second]):
            found[first, second].append((one, other))
    return [_pair(first, second, wordings, near) for (first, second), near in sorted(found.items())]


def any_near(some: Sequence[str], others: Sequence[str]) -> bool:
    """Is any of some questions much the same as one of others?"""
    return bool(process.cdist(some, others, scorer=fuzz.ratio, score_cutoff=_SAME_SUBJECT, dtype=np.uint8).any())


def said(text: str, words: frozenset[str], rivals: frozenset[str]) -> int:
    """How many characters of a text are telling words, not counting a rival's: 深户 within 非深户."""
    rest = plain(text)
    for word in sorted(rivals, key=len, reverse=True):
        if any(own in word for own in words):
            rest = rest.replace(word, "|")
    return len({place for word in words for start in _places(word, rest) for place in range(start, start + len(word))})


def _places(word: str, text: str) -> Iterator[int]:
    return (place for place in range(len(text)) if text.startswith(word, place))


def _may_be_mixed_up(one: Row, other: Row) -> bool:
    """Different answers that could both be meant: of two regions each is told by its place."""
    return one.answer != other.answer and (not one.region or not other.region or one.region == other.region)


def _near(wordings: Sequence[Sequence[str]]) -> Iterator[tuple[str, str, int, int]]:
    """Pairs of near texts with the rows they belong to, the smaller row first."""
    owners: dict[str, list[int]] = defaultdict(list)
    for row, texts in enumerate(wordings):
        for text in dict.fromkeys(texts):
            owners[text].append(row)
    for text, rows in owners.items():
        for number, first in enumerate(rows):
            yield from ((text, text, first, second) for second in rows[number + 1 : number + 1 + _MOST])
    for one, other in _alike(list(owners)):
        for first, second in islice(product(owners[one], owners[other]), _MOST):
            if first != second:
                yield (one, other, first, second) if first < second else (other, one, second, first)


def _alike(texts: Sequence[str]) -> set[tuple[str, str]]:
    """Pairs of different texts that share most of their characters, for each text the nearest few."""
    # Sorted characters: the order of words is free (居住证怎么办, 怎么办居住证).
    keys = ["".join(sorted(text)) for text in texts]
    nearest: dict[int, dict[int, int]] = defaultdict(dict)
    for bucket in _buckets(texts):
        tried = [keys[number] for number in bucket]
        near = process.cdist(tried, tried, scorer=fuzz.ratio, score_cutoff=_NEAR, dtype=np.uint8)
        np.fill_diagonal(near, 0)
        few = np.argsort(near, axis=1, kind="stable")[:, : -_MOST - 1 : -1]
        for place, number in enumerate(bucket):
            nearest[number] |= {bucket[at]: int(near[place, at]) for at in few[place].tolist() if near[place, at]}
    found = set()
    for number, others in nearest.items():
        for other in sorted(others, key=lambda each: -others[each])[:_MOST]:
            found.add((texts[min(number, other)], texts[max(number, other)]))
    return found


def _buckets(texts: Sequence[str]) -> Iterator[Sequence[int]]:
    """Numbers of texts that have a rare pair of characters in common; a big bucket is cut into overlapping ones."""
    grams = [{text[i : i + 2] for i in range(max(1, len(text) - 1))} for text in texts]
    counts = Counter(gram for held in grams for gram in held)
    by_gram: dict[str, list[int]] = defaultdict(list)
    for number, held in enumerate(grams):
        rarest = sorted(held, key=lambda gram: (counts[gram], gram))
        for gram in rarest[: int(len(rarest) * _RARE) + 1]:
            by_gram[gram].append(number)
    for bucket in by_gram.values():
        bucket.sort(key=lambda number: texts[number])
        for start in range(0, len(bucket) - 1, _BUCKET // 2):
            yield bucket[start : start + _BUCKET]
            if start + _BUCKET >= len(bucket):
                break


def _pair(first: int, second: int, wordings: Sequence[Sequence[str]], near: Sequence[tuple[str, str]]) -> Pair:
    mine, theirs = ("|".join(wordings[row]) for row in (first, second))
    words = set(mine) - set(theirs) - _COMMON, set(theirs) - set(mine) - _COMMON
    for one, other in near:
        for here, there, denied in _differences(one, other):
            if denied or (_tells(here, other) and here not in theirs):
                words[0].add(here)
            if denied or (_tells(there, one) and there not in mine):
                words[1].add(there)
    shown = [_shown(one, other) for one, other in (near[0], near[0][::-1])]
    told = frozenset(words[0] - {"|", ""}), frozenset(words[1] - {"|", ""})
    return Pair(first, second, told, (shown[0], shown[1]))


def _differences(one: str, other: str) -> Iterator[tuple[str, str, bool]]:
    """What one text has where another has something else; a lone 非 is given with what it denies: 深户, 非深户."""
    for _, start, end, begin, finish in _changes(one, other):
        here, there = one[start:end], other[begin:finish]
        denied = {here, there} <= {"", *_NEGATIONS} and "" in {here, there}
        after = one[end : end + 2] if denied else ""
        yield here + after, there + after, denied


def _changes(one: str, other: str) -> list[tuple[str, int, int, int, int]]:
    return [each for each in SequenceMatcher(None, one, other, autojunk=False).get_opcodes() if each[0] != "equal"]


def _tells(run: str, other: str) -> bool:
    """Does a differing piece say something, and something that the other text does not merely say elsewhere?"""
    return bool(set(run) - _COMMON) and not set(run) <= set(other)


def _shown(one: str, other: str) -> str:
    """What differs in the first of two texts, each piece with a neighbour so that it reads as a word."""
    pieces = (
        one[start : max(end, min(start + 2, len(one)))] or one[-2:] for _, start, end, _, _ in _changes(one, other)
    )
    return "、".join(pieces)
