"""How characters sound, without tones and with the sounds folded that many speakers do not tell apart."""

from __future__ import annotations

import os
import re
from functools import lru_cache
from zlib import crc32

os.environ.setdefault("PYPINYIN_NO_PHRASES", "true")  # single characters only: phrases cost 60 MB and .2 s at start
from pypinyin.constants import PINYIN_DICT

_FOLDS = (
    (re.compile("^zh"), "z"),
    (re.compile("^ch"), "c"),
    (re.compile("^sh"), "s"),
    (re.compile("^n(?=[aeiouv])"), "l"),
)
_TONES = str.maketrans("āáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜńňǹḿüê", "aaaaeeeeiiiioooouuuuvvvvnnnmve")
FIRST_SOUND = "\U000f0000"  # sounds are written in private characters from here on
_LATIN = re.compile("[a-z]+")


@lru_cache(maxsize=30_000)
def sound(character: str) -> str:
    """The folded syllable of one character; the character itself where it has none."""
    readings = PINYIN_DICT.get(ord(character))
    if readings is None:
        return character
    return fold(readings.split(",")[0].translate(_TONES))


def initials(text: str) -> str:
    """The first letters of a name as they are typed to find it: lxy for 李秀英."""
    readings = (PINYIN_DICT.get(ord(character), character) for character in text)
    return "".join(reading.translate(_TONES)[0] for reading in readings).lower()


def fold(syllable: str) -> str:
    """zh/z, ch/c, sh/s, n/l and -ng/-n become one."""
    for pattern, plain in _FOLDS:
        syllable = pattern.sub(plain, syllable)
    return syllable[:-1] if syllable.endswith("ng") else syllable


@lru_cache(maxsize=1)
def _syllables() -> frozenset[str]:
    readings = {reading.translate(_TONES) for all_ in PINYIN_DICT.values() for reading in all_.split(",")}
    return frozenset(reading for reading in readings if reading.isascii() and reading.isalpha())


@lru_cache(maxsize=4_000)
def split_latin(letters: str) -> tuple[str, ...] | None:
    """Split typed pinyin into folded syllables (butie → bu, tie); None where it is no pinyin."""
    if not letters:
        return ()
    for length in range(min(6, len(letters)), 0, -1):
        head = letters[:length]
        if head in _syllables() and (rest := split_latin(letters[length:])) is not None:
            return (fold(head), *rest)
    return None


def sounds(text: str) -> list[str]:
    """The sounds of a text in order; typed pinyin counts as what it sounds like."""
    syllables: list[str] = []
    position = 0
    while position < len(text):
        latin = _LATIN.match(text, position)
        if latin and (split := split_latin(latin[0])):
            syllables.extend(split)
            position = latin.end()
        else:
            syllables.append(sound(text[position]))
            position += 1
    return syllables


def heard(text: str) -> str:
    """The sounds of a text, one character a syllable, so that texts are compared by ear as they are by eye."""
    return "".join(map(as_character, sounds(text) if _LATIN.search(text) else map(sound, text)))


@lru_cache(maxsize=30_000)
def as_character(syllable: str) -> str:
    """A private character for a syllable; the same one in every process."""
    return syllable if len(syllable) == 1 else chr(ord(FIRST_SOUND) + crc32(syllable.encode()) % 0xFFFE)
