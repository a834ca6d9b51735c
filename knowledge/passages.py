"""Official documents cut into clauses short enough to be quoted."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from knowledge.official import Official
from knowledge.sections import END, HEAD, Section

LONGEST = 150  # characters
_SENTENCES = re.compile(r"[^。！？；;\n]*(?:[。！？；;][”’」』）)]*|\n|$)")
_PIECES = re.compile(r"[^，,、]*(?:[，,、]|$)")
_DUTY = re.compile(r"[（(](?:责任单位|牵头单位|配合单位)[:：][^（）()]*[）)]")


@dataclass(frozen=True, eq=False)
class Passage:
    """One clause, word for word, with where it stands and under which headings."""

    official: Official
    at: str
    text: str
    under: str  # the headings above it, from the highest; what they say goes for the clause


def passages(official: Official) -> Iterator[Passage]:
    """Every clause of a document, in order; a heading that stands over others alone is no clause."""
    headings = {section.at: section.heading for section in official.sections}
    above = {
        section.at: "".join(h for at, h in headings.items() if h and _is_above(at, section.at))
        for section in official.sections
    }
    for section in official.sections:
        if section.at in {HEAD, END} or (section.text == section.heading and _has_below(section, official)):
            continue
        for text in _clauses(section.text.removeprefix(f"{section.heading}\n")):
            under = above[section.at] + (section.heading if section.heading not in text else "")
            yield Passage(official, section.at, text, under)


def _clauses(text: str) -> Iterator[str]:
    """Whole sentences as long as they fit; a longer one is cut at its commas."""
    held = ""
    for sentence in _SENTENCES.findall(text):
        for piece in [sentence] if len(sentence) <= LONGEST else _cut(sentence):
            if held and (len(held) + len(piece) > LONGEST or held.endswith("\n")):
                yield held.strip()
                held = ""
            held += piece
    if held.strip():
        yield held.strip()


def _cut(sentence: str) -> Iterator[str]:
    held = ""
    for piece in _PIECES.findall(sentence):
        for part in (piece[n : n + LONGEST] for n in range(0, len(piece), LONGEST)):
            if held and len(held) + len(part) > LONGEST:
                yield held
                held = ""
            held += part
    if held:
        yield held


def _is_above(at: str, below: str) -> bool:
    return at != below and below.startswith(at)


def _has_below(section: Section, official: Official) -> bool:
    return any(_is_above(section.at, other.at) for other in official.sections)
