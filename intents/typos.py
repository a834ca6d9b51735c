"""Slips of the finger: a character too many, too few, wrong, or two the wrong way round in a word of the subject."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection

from rapidfuzz.distance import OSA

_HAN = re.compile("[\u4e00-\u9fff]")
_WORD = re.compile("[\u4e00-\u9fff]{3,12}")
_TELLING = frozenset("不没未无非别一二两三四五六七八九十百千万上下前后大小")  # one of these makes it another thing
_MOST = 5  # words that a slip makes of one word


class Typos:
    """Mends a run of words that is one slip away from a word of the lexicon; a slip leaves characters that stand alone."""

    def __init__(self, lexicon: Collection[str], ordinary: Collection[str] = frozenset()) -> None:
        self._known = frozenset(lexicon)
        self._usual = _TELLING.union(ordinary)
        words = [word for word in sorted(self._known) if _WORD.fullmatch(word) and not _TELLING & set(word)]
        self._longest = max(map(len, words), default=0) + 1
        ends: dict[str, list[str]] = defaultdict(list)
        for word in words:
            ends[word[0] + word[-1]].append(word)
        self._by_ends = dict(ends)

    def mend(self, words: list[str]) -> list[str]:
        """The words with slips mended; what is a word of the lexicon, or holds no lone character, stays."""
        mended: list[str] = []
        position = 0
        while position < len(words):
            count, word = self._slip(words, position)
            if mended and self._stutters(mended[-1], word):  # 贫贫困户, 补助助
                word = max(mended.pop(), word, key=len)
            mended.append(word)
            position += count
        return mended

    def _stutters(self, first: str, second: str) -> bool:
        """Is one of two words the lone character with which the other, one of ours, ends or begins?"""
        if first[-1] != second[0] or not _HAN.match(second) or (len(first) == 1) == (len(second) == 1):
            return False
        longer = max(first, second, key=len)
        return longer in self._known and (len(longer) > 2 or second[0] not in self._usual)  # 最多多少 is no stutter

    def _slip(self, words: list[str], position: int) -> tuple[int, str]:
        """How many words from here are one mistyped word, and that word; one and itself where none is."""
        first = said = words[position]
        for end in range(position + 1, min(position + _MOST, len(words))):
            said += words[end]
            if len(said) > self._longest or not _HAN.match(words[end]):
                break
            for word in self._by_ends.get(said[0] + said[-1], ()):
                if abs(len(word) - len(said)) <= 1 and self._meant(word, words[position : end + 1], said):
                    return end + 1 - position, word
        if len(first) == 1 and position + 1 < len(words) and self._turned(first, words[position + 1]):
            return 2, words[position + 1] + first
        return 1, first

    def _turned(self, first: str, second: str) -> bool:
        """Two lone characters that are a word the other way round: 业创."""
        return len(second) == 1 and second + first in self._known and not {first, second} & self._usual

    def _meant(self, word: str, run: Collection[str], said: str) -> bool:
        """Is a word one slip away, at characters that stand alone and do not make it another thing?"""
        if said in self._known or OSA.distance(word, said, score_cutoff=1) != 1:
            return False
        alone = {each for each in run if len(each) == 1}
        changed = set(said) - set(word)  # none where two are the wrong way round, or one is missing or twice
        if not changed <= alone - self._usual:
            return False
        return bool(alone) if len(said) == len(word) else len(word) > 3 and bool(alone - self._usual)
