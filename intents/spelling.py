"""Words written by ear: 陪训, 补帖, butie become the words of the subject that sound the same."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from itertools import accumulate

from intents.pinyin import as_character, heard, split_latin
from intents.segment import cut

_LATIN = re.compile("[a-z]{2,}")


class Speller:
    """Corrects towards a lexicon of the subject's own words; a word of it, or of the dictionary, is left alone."""

    def __init__(self, lexicon: Iterable[str]) -> None:
        self._known = {word for word in lexicon if len(word) >= 2}
        self._by_sound: dict[str, str] = {}
        for word in sorted(self._known):
            self._by_sound.setdefault(heard(word), word)
        self._lengths, self._sounds = _lengths(self._known), _lengths(self._by_sound)
        self._longest = max(map(len, self._known), default=2)

    def correct(self, text: str) -> str:
        """The text with misheard words put right."""
        words = self._cut(_LATIN.sub(self._from_latin, text))
        heard_ = heard("".join(words))
        ends = list(accumulate(map(len, words)))
        corrected: list[str] = []
        position = 0
        while position < len(words):
            begin = ends[position] - len(words[position])
            count, word = self._misheard(words, position, heard_, begin, ends)
            corrected.append(word)
            position += count
        return "".join(corrected)

    def _misheard(self, words: list[str], position: int, sounds: str, begin: int, ends: list[int]) -> tuple[int, str]:
        """How many words from here are one misheard word, and that word; one and itself where none is."""
        if words[position] in self._known or len(sounds) != ends[-1]:
            return 1, words[position]
        for length in self._sounds.get(sounds[begin : begin + 1], ()):
            word = self._by_sound.get(sounds[begin : begin + length])
            if word is None or begin + length not in ends:
                continue
            run = words[position : ends.index(begin + length) + 1]
            # Two characters that are a word of the dictionary may well be meant; four that sound like ours are ours.
            if "".join(run) not in self._known and (length >= 4 or any(len(each) == 1 for each in run)):
                return len(run), word
        return 1, words[position]

    def _cut(self, text: str) -> list[str]:
        """The text as words: the longest of ours first, then those of the dictionary."""
        words: list[str] = []
        position = 0
        while position < len(text):
            for length in self._lengths.get(text[position], ()):
                if text[position : position + length] in self._known:
                    words.append(text[position : position + length])
                    position += length
                    break
            else:
                words.append(text[position])
                position += 1
        return self._joined(words)

    def _joined(self, words: list[str]) -> list[str]:
        """Runs of single characters cut by the dictionary."""
        joined: list[str] = []
        loose = ""
        for word in [*words, ""]:
            if len(word) == 1:
                loose += word
                continue
            joined += cut(loose)
            loose = ""
            joined += [word] if word else []
        return joined

    def _from_latin(self, match: re.Match[str]) -> str:
        """Typed pinyin as words: the longest known word first, else the letters stay."""
        syllables = split_latin(match[0])
        if not syllables:
            return match[0]
        words: list[str] = []
        while syllables:
            for length in range(min(self._longest, len(syllables)), 1, -1):
                if word := self._by_sound.get("".join(map(as_character, syllables[:length]))):
                    words.append(word)
                    syllables = syllables[length:]
                    break
            else:
                return match[0]
        return "".join(words)


def _lengths(words: Iterable[str]) -> dict[str, list[int]]:
    """First character to the lengths of the words that begin with it, the longest first."""
    found: dict[str, set[int]] = defaultdict(set)
    for word in words:
        found[word[0]].add(len(word))
    return {first: sorted(lengths, reverse=True) for first, lengths in found.items()}
