"""Slips of the finger: a character too many, too few, wrong, or two the wrong way round in a word of the subject."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection

from rapidfuzz.distance import OSA

_HAN = re.compile("[\u4e00-\u9fff]")
_WORD = re.compile("[\u4e00-\u9fff]{2,12}")
_TELLING = frozenset("不没未无非别一二两三四五六七八九十百千万上下前后大小")  # one of these makes it another thing
_MOST = 5  # words that a slip makes of one word


class Typos:
    """Mends a run of words that is one slip away from a word of the lexicon; a slip leaves characters that stand alone."""

    def __init__(self, lexicon: Collection[str], ordinary: Collection[str] = frozenset()) -> None:
        self._known = frozenset(filter(_WORD.fullmatch, lexicon))
        self._usual = _TELLING.union(ordinary)
        words = [word for word in sorted(self._known) if len(word) > 2 and _TELLING.isdisjoint(word)]
        self._longest = max(map(len, words), default=0) + 1
        ends: dict[str, list[str]] = defaultdict(list)
        for word in words:
            ends[word[0] + word[-1]].append(word)
        self._by_ends = dict(ends)

    def mend(self, words: list[str]) -> list[str]:
        """The words with slips mended; what is a word of the lexicon, or holds no unusual lone character, stays."""
        odd = {word for word in words if len(word) == 1 and word not in self._usual and _HAN.match(word)}
        mended: list[str] = []
        position = 0
        while position < len(words):
            count, word = self._slip(words, position, odd) if odd else (1, words[position])
            if mended and mended[-1][-1] == word[0] and self._stutters(mended[-1], word):  # 贫贫困户, 补助助
                word = max(mended.pop(), word, key=len)
            mended.append(word)
            position += count
        return mended

    def _stutters(self, first: str, second: str) -> bool:
        """Is one of two words the lone character with which the other, one of ours, ends or begins?"""
        longer = max(first, second, key=len)
        if min(len(first), len(second)) > 1 or longer not in self._known:
            return False
        return len(longer) > 2 or second[0] not in self._usual  # 最多多少 is no stutter

    def _slip(self, words: list[str], position: int, odd: set[str]) -> tuple[int, str]:
        """How many words from here are one mistyped word, and that word; one and itself where none is."""
        first = said = words[position]
        strange = first in odd
        for end in range(position + 1, min(position + _MOST, len(words))):
            said += words[end]
            if len(said) > self._longest or not _HAN.match(words[end]):
                break
            strange = strange or words[end] in odd
            if not strange or said in self._known:
                continue
            for word in self._by_ends.get(said[0] + said[-1], ()):
                if abs(len(word) - len(said)) <= 1 and self._meant(word, said, odd):
                    return end + 1 - position, word
        if first in odd and position + 1 < len(words) and words[position + 1] in odd:
            turned = words[position + 1] + first  # 业创
            if turned in self._known:
                return 2, turned
        return 1, first

    def _meant(self, word: str, said: str, odd: set[str]) -> bool:
        """Is a word one slip away, at characters that stand alone and are not usual there?"""
        if OSA.distance(word, said, score_cutoff=1) != 1:
            return False
        wrong = set(said) - set(word)  # none where two are the wrong way round, or one is missing or twice
        return wrong <= odd and (len(said) == len(word) or len(word) > 3)
