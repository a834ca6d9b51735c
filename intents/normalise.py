"""A message made plain: half-width, simplified, digits, no fillers, dialect in standard words."""

from __future__ import annotations

import re
import unicodedata
from pathlib import Path

import opencc
import yaml

from intents.numerals import to_digits
from intents.segment import cut

_REPEATS = re.compile(r"(.)\1{2,}")
_SPACES = re.compile(r"\s+")
_PUNCTUATION = re.compile(r"[，,。.!！?？、；;：:~～…“”\"'‘’《》<>\[\]【】{}|/\\—_^*&$#@`·]+(?![0-9])")
_DECIMAL = re.compile(r"(?<=\d)\.(?=\d)")
_KEEP = re.compile(r"(?<=\d),(?=\d{3})")
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class Normaliser:
    """Reads words/plain.yaml once; `plain` is applied alike to what people write and to the wordings we know."""

    def __init__(self, path: Path = Path(__file__).parent / "words" / "plain.yaml") -> None:
        words = yaml.load(path.read_text(encoding="utf-8"), Loader=_LOADER)
        self._simplify = opencc.OpenCC("t2s").convert
        nothing = dict.fromkeys((*words["fillers"], *words["drop"]), "")
        kept = {word: word for word in (*words["keep"], *words["same"])}
        same = {form: word for word, forms in words["same"].items() for form in forms}
        self._fillers = _Replacer(nothing | kept)
        self._same = _Replacer(nothing | same | kept)

    def clean(self, text: str) -> str:
        """The same words in one spelling: half-width, simplified, digits, single spaces, lower case."""
        text = unicodedata.normalize("NFKC", text).lower()
        text = self._simplify(text)
        text = _KEEP.sub("", text)
        text = _REPEATS.sub(lambda m: m[0] if m[1].isdigit() else m[1], text)
        return _SPACES.sub(" ", to_digits(text)).strip()

    def spoken(self, cleaned: str) -> str:
        """Cleaned text without punctuation, word for word."""
        return _PUNCTUATION.sub("", cleaned.replace(" ", ""))

    def bare(self, cleaned: str) -> str:
        """Cleaned text without punctuation and fillers, in the words it came in."""
        return self._fillers(self.spoken(cleaned))

    def clauses(self, cleaned: str) -> str:
        """Cleaned text in standard words, fillers gone, a comma where a clause ends."""
        text = _PUNCTUATION.sub(",", cleaned.replace(" ", ","))
        return self._same(text).strip(",")

    def plain(self, cleaned: str) -> str:
        """What is compared: the clauses run together."""
        return self.clauses(cleaned).replace(",", "")


class _Replacer:
    """Replaces words by others, the longest first, in one pass; what cuts a word of the dictionary in two is no word."""

    def __init__(self, words: dict[str, str]) -> None:
        self._words = words
        self._pattern = re.compile("|".join(map(re.escape, sorted(words, key=len, reverse=True))))

    def __call__(self, text: str) -> str:
        match = self._pattern.search(text)
        words = None
        parts, done = [], 0
        while match:
            start, end = match.span()
            word = self._words[match[0]]
            if word != match[0]:
                words = words or _Within(text)
                if words.cut_by(start, end):  # a shorter one may fit, or one that begins later
                    match = self._pattern.match(text, start, end - 1) or self._pattern.search(text, start + 1)
                    continue
            parts += [text[done:start], word]
            done = end
            match = self._pattern.search(text, end)
        return "".join(parts) + text[done:]


class _Within:
    """The places within words of the dictionary; words of four characters and more are put together from others."""

    def __init__(self, text: str) -> None:
        self._ends: dict[int, int] = {}
        self._begins: dict[int, int] = {}
        begin = 0
        for word in cut(text):
            end = begin + len(word)
            if end - begin <= 3:
                for place in range(begin + 1, end):
                    self._ends[place], self._begins[place] = end, begin
            begin = end

    def cut_by(self, start: int, end: int) -> bool:
        """Does a span take a part of a word and something beside it? 公家 in 老公家."""
        return self._ends.get(start, end) < end or self._begins.get(end, start) > start
