"""Words written by ear or with a slip: 陪训, 补帖, butie, 业创, 消设防施 become the words of the subject that were meant."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterable

from intents.pinyin import as_character, heard, split_latin
from intents.segment import cut
from intents.typos import Typos

_LATIN = re.compile("[a-z]{2,}")
_MOST = 6  # words that a misheard one may be taken for
_DENIALS = frozenset("不没未无非")
_HAN = re.compile("[\u4e00-\u9fff]{2,}")


class Speller:
    """Corrects towards a lexicon of the subject's own words; a word of it, or of the dictionary, is left alone.

    `ordinary` are the characters that stand alone in what people write (我, 想, 办): where only these stand, all is well.
    """

    def __init__(self, lexicon: Iterable[str], ordinary: Collection[str] = frozenset()) -> None:
        self._known = {word for word in lexicon if len(word) >= 2}
        self._ordinary = frozenset("一二两三四五六七八九十百千万几半").union(ordinary)
        self._by_sound: dict[str, str] = {}
        lengths: dict[str, set[int]] = defaultdict(set)
        for word in sorted(self._known):
            lengths[word[0]].add(len(word))
            if _HAN.fullmatch(word):
                self._by_sound.setdefault(heard(word), word)
        self._lengths = {first: sorted(found, reverse=True) for first, found in lengths.items()}
        self._longest = max(map(len, self._known), default=2)
        self._typos = Typos(self._known, self._ordinary)

    def correct(self, text: str) -> str:
        """The text with misheard and mistyped words put right."""
        words = self._typos.mend(self._cut(_LATIN.sub(self._from_latin, text)))
        corrected: list[str] = []
        position = 0
        while position < len(words):
            count, word = self._misheard(words, position)
            corrected.append(word)
            position += count
        return "".join(corrected)

    def _misheard(self, words: list[str], position: int) -> tuple[int, str]:
        """How many words from here are one misheard word, and that word; one and itself where none is.

        Words of the dictionary may well be meant, unless four characters or more sound like a word of ours.
        """
        found = 1, words[position]
        if found[1] in self._known:
            return found
        said = sound = ""
        alone = odd = False
        for count, word in enumerate(words[position : position + _MOST], 1):
            said += word
            if len(said) > self._longest:
                break
            sound += heard(word)
            if len(word) == 1:
                alone, odd = True, odd or word not in self._ordinary
            if not (odd or (len(said) > 3 and not alone)) or said in self._known:
                continue
            if (meant := self._by_sound.get(sound)) and self._plausible(meant, said):
                found = count, meant
        return found

    def _plausible(self, word: str, said: str) -> bool:
        """Was a word of ours meant that sounds like what was said? A short one keeps a character, and an ordinary one stays."""
        if not _DENIALS.isdisjoint(word) and _DENIALS.isdisjoint(said):
            return False
        if len(word) > 3 or len(word) != len(said):
            return True
        wrong = [other for own, other in zip(word, said, strict=True) if own != other]
        return len(wrong) < len(word) and not self._ordinary.issuperset(wrong)

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
