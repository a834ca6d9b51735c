"""What happens to a message between the mind and the wire: slips of finger, ear, voice recognition and script.

One edit changes one thing and never what is asked: places and figures stay as they are.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterator
from enum import StrEnum
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

import opencc
import yaml
from pypinyin.constants import PINYIN_DICT

from intents.numerals import number, to_digits
from intents.pinyin import sound
from intents.segment import cut
from knowledge.regions import Regions
from tests.numerals import written_out

_NUMERALS = "零〇一二两俩三四五六七八九十百千万亿半几双成"
_FIGURE = re.compile(r"\d+(?:\.\d+)?")
_SPOKEN = re.compile(r"[零一二两三四五六七八九十百千万]+")
_WHOLE = re.compile(r"(?<![\d.〔\[(（a-zA-Z-])[1-9]\d{0,7}(?![\d.〕\])）a-zA-Z%-])")
_MARKS = re.compile(r"[，。！？、；：…,!?;:]+")
_HAN = re.compile(r"[\u4e00-\u9fff]")
_NEAR = 0.3  # the share of misheard characters that only nearly sound the same


class Kind(StrEnum):
    """One way to go wrong."""

    TYPO = "typo"
    HOMOPHONE = "homophone"
    FILLER = "filler"
    TRADITIONAL = "traditional"
    DROP = "drop"
    NUMERAL = "numeral"
    DOUBLE = "double"


def one_edit(text: str, kind: Kind, random: Random) -> str:
    """The text with one edit of a kind; as it is where nothing can be edited without changing a place or a figure."""
    if not text.strip():
        return text
    tried = (_EDITS[kind](text, random) for _ in range(20))
    return next((edited for edited in tried if edited != text and _means(edited) == _means(text)), text)


def figures(text: str) -> list[str]:
    """The figures of a text in order, in whichever script."""
    return _FIGURE.findall(to_digits(unicodedata.normalize("NFKC", text)))


def places(text: str) -> list[str]:
    """The places that a text names, in order."""
    return [match[0] for match in _places().finditer(_converter("t2s")(text))]


def _means(text: str) -> tuple[list[str], list[str]]:
    return figures(text), places(text)


def _typo(text: str, random: Random) -> str:
    """A character that looks like another, or two neighbours the wrong way round."""
    like = [n for n in _free(text) if text[n] in _alike()]
    if like and random.random() < 0.5:
        n = random.choice(like)
        return _put(text, n, random.choice(_alike()[text[n]]))
    free = set(_free(text))
    swaps = [n for n in sorted(free) if n + 1 in free and text[n] != text[n + 1]]
    if not swaps:
        return text
    n = random.choice(swaps)
    return text[:n] + text[n + 1] + text[n] + text[n + 2 :]


def _homophone(text: str, random: Random) -> str:
    """Another frequent character of the same sound, sometimes of one that many speakers do not tell apart."""
    free = _free(text)
    if not free:
        return text
    n = random.choice(free)
    near = random.random() < _NEAR
    others = [each for each in _sounding(near)[_heard(text[n], near)] if each != text[n]]
    return _put(text, n, random.choice(others)) if others else text


def _filler(text: str, random: Random) -> str:
    """A word that says nothing, at a place where people draw breath; voice recognition writes no punctuation."""
    clauses = [clause for clause in _MARKS.split(text) if clause]
    where = random.choice(["first", "between", "last"])
    word: str = random.choice(_words()["fillers"][where])
    joined = "".join(clauses)
    if where == "last":
        return joined + word
    if where == "first":
        return word + joined
    breaks = [len("".join(clauses[: n + 1])) for n in range(len(clauses) - 1)]
    breaks = breaks or [len("".join(cut(joined)[: n + 1])) for n in range(len(cut(joined)) - 1)] or [0]
    n = random.choice(breaks)
    return joined[:n] + word + joined[n:]


def _traditional(text: str, random: Random) -> str:
    """The whole message, or one word of it, in traditional characters as written in Taiwan or Hong Kong."""
    convert = _converter(random.choice(["s2t", "s2hk"]))
    if random.random() < 0.5:
        return convert(text)
    words = cut(text)
    differing = [n for n, word in enumerate(words) if convert(word) != word]
    if not differing:
        return text
    n = random.choice(differing)
    return "".join([*words[:n], convert(words[n]), *words[n + 1 :]])


def _drop(text: str, random: Random) -> str:
    """One character left out."""
    free = _free(text)
    return _put(text, random.choice(free), "") if free and len(text) > 1 else text


def _double(text: str, random: Random) -> str:
    """One character twice."""
    free = _free(text)
    return _put(text, (n := random.choice(free)), text[n] * 2) if free else text


def _numeral(text: str, random: Random) -> str:
    """One figure in another script: Chinese numerals, digits, or full-width digits."""
    found = [*_WHOLE.finditer(text), *(match for match in _SPOKEN.finditer(text) if len(match[0]) > 1)]
    if not found:
        return text
    match = random.choice(found)
    if not match[0].isascii():
        written = str(number(match[0]))
    elif random.random() < 0.5:
        written = match[0].translate({ord("0") + digit: ord("０") + digit for digit in range(10)})
    else:
        written = written_out(int(match[0]))
    return text[: match.start()] + written + text[match.end() :]


_EDITS: dict[Kind, Callable[[str, Random], str]] = {
    Kind.TYPO: _typo,
    Kind.HOMOPHONE: _homophone,
    Kind.FILLER: _filler,
    Kind.TRADITIONAL: _traditional,
    Kind.DROP: _drop,
    Kind.NUMERAL: _numeral,
    Kind.DOUBLE: _double,
}


def _put(text: str, n: int, character: str) -> str:
    return text[:n] + character + text[n + 1 :]


def _free(text: str) -> list[int]:
    """Where a character may be changed: a Chinese one that is neither a numeral nor within the name of a place."""
    named = {n for match in _places().finditer(text) for n in range(*match.span())}
    return [n for n in range(len(text)) if _HAN.match(text[n]) and text[n] not in _NUMERALS and n not in named]


@cache
def _places() -> re.Pattern[str]:
    return re.compile("|".join(map(re.escape, sorted(Regions().by_name, key=len, reverse=True))))


@cache
def _words() -> dict[str, Any]:
    read: dict[str, Any] = yaml.safe_load(Path(__file__).with_name("noise.yaml").read_text(encoding="utf-8"))
    return read


@cache
def _alike() -> dict[str, list[str]]:
    alike: dict[str, list[str]] = defaultdict(list)
    for group in _words()["alike"]:
        for character in group:
            alike[character] += [other for other in group if other != character and other not in _NUMERALS]
    return {character: others for character, others in alike.items() if others}


@cache
def _sounding(near: bool) -> dict[str, list[str]]:
    """Frequent characters by how they sound."""
    by_sound: dict[str, list[str]] = defaultdict(list)
    for character in _frequent():
        if character not in _NUMERALS:
            by_sound[_heard(character, near)].append(character)
    return by_sound


def _heard(character: str, near: bool) -> str:
    """How a character sounds without its tone; `near` folds the sounds that many speakers do not tell apart."""
    if near:
        return sound(character)
    reading = PINYIN_DICT.get(ord(character), character).split(",")[0]
    return "".join(part for part in unicodedata.normalize("NFD", reading) if not unicodedata.combining(part))


def _frequent() -> Iterator[str]:
    """The 3,755 characters of the first level of GB 2312, which are the frequent ones."""
    for high in range(0xB0, 0xD8):
        for low in range(0xA1, 0xFF):
            if (high, low) <= (0xD7, 0xF9):
                yield bytes((high, low)).decode("gb2312")


@cache
def _converter(name: str) -> Callable[[str], str]:
    converter: Callable[[str], str] = opencc.OpenCC(name).convert
    return converter
