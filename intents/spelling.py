"""Words written by ear: 陪训, 补帖, butie become the words of the subject that sound the same."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable

from intents.pinyin import as_character, heard, split_latin
from intents.segment import cut

_LATIN = re.compile("[a-z]{2,}")


class Speller:
    """Corrects towards a lexicon of the subject's own words; a word of it, or of the dictionary, is left alone."""

    def __init__(self, lexicon: Iterable[str]) -> None:
        self._known = {word for word in lexicon if len(word) >= 2}
        self._by_sound: dict[str, str] = {}
        lengths: dict[str, set[int]] = defaultdict(set)
        for word in sorted(self._known):
            self._by_sound.setdefault(heard(word), word)
            lengths[word[0]].add(len(word))
        self._lengths = {first: sorted(found, reverse=True) for first, found in lengths.items()}
        self._longest = max(map(len, self._known), default=2)

    def correct(self, text: str) -> str:
        """The text with misheard words put right."""
        words = self._cut(_LATIN.sub(self._from_latin, text))
        corrected: list[str] = []
        position = 0
        while position < len(words):
            count, word = self._misheard(words, position)
            corrected.append(word)
            position += count
        return "".join(corrected)

    def _misheard(self, words: list[str], position: int) -> tuple[int, str]:
        """How many words from here are one misheard word, and that word; one and itself where none is."""
        if words[position] in self._known:
            return 1, words[position]
        for count in range(min(6, len(words) - position), 0, -1):
            run = words[position : position + count]
            said = "".join(run)
            if not 2 <= len(said) <= self._longest or said in self._known:
                continue
            # Two characters that are a word of the dictionary may well be meant; four that sound like ours are ours.
            if len(said) < 4 and all(len(word) > 1 for word in run):
                continue
            if word := self._by_sound.get(heard(said)):
                return count, word
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
