"""A question list as the shelf holds it: a document of its own, each row a topic with one answer said word for word."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from hashlib import sha256

from knowledge.figures import Figures
from knowledge.library import Policy
from knowledge.likeness import gist, plain
from knowledge.lists import QuestionList, Row
from knowledge.model import Answer, Document, Identity, Period, Register

EVERYWHERE = "000000"  # region code of what holds in every place
_LONGEST = 280  # characters of an answer in a chat
_SENTENCE_END = re.compile(r"[。！？；!?;\n]")
_MARK = 20  # characters of an answer in the title of a double
_CUT = "……（全文请问工作人员）"


class _WordForWord(Figures):
    """No figures: braces in an answer are the office's own."""

    def __init__(self) -> None:
        super().__init__({})

    def fill(self, text: str, more: Mapping[str, str] | None = None) -> str:
        return text


@dataclass(frozen=True, eq=False)
class Listed(Policy):
    """The rows of one list that hold for one region."""

    rows: tuple[tuple[str, Row], ...] = ()  # with the topic of each

    @cached_property
    def figures(self) -> Figures:
        """None: what a row says is passed on as it stands."""
        return _WordForWord()

    @cached_property
    def answers(self) -> tuple[Answer, ...]:
        """One for each row."""
        return tuple(_answer(topic, row) for topic, row in self.rows)


def on_shelf(questions: QuestionList) -> list[Listed]:
    """A list as documents, one a region; the same question asked of several regions is one topic."""
    topics: dict[str, str] = {}
    taken: set[tuple[str, str]] = set()
    by_region: dict[str, list[tuple[str, Row]]] = {}
    for row in _with_doubles_marked(questions.rows):
        region, asked = row.region or EVERYWHERE, plain(row.question)
        topic = topics.setdefault(asked, _topic(questions.title, row.id))
        if (topic, region) in taken:
            topic = _topic(questions.title, row.id)
        taken.add((topic, region))
        by_region.setdefault(region, []).append((topic, row))
    return [Listed(_document(questions.title, region), tuple(rows)) for region, rows in by_region.items()]


def _with_doubles_marked(rows: Sequence[Row]) -> Iterator[Row]:
    """Rows that ask the same and answer otherwise get the beginning of the answer into their title, to be picked by."""
    answers: dict[tuple[str | None, frozenset[str]], set[str]] = defaultdict(set)
    for row in rows:
        answers[row.region, gist(row.question)].add(row.answer)
    for row in rows:
        if len(answers[row.region, gist(row.question)]) == 1:
            yield row
        else:
            marked = f"{row.question}（{row.answer[:_MARK]}{'…' if len(row.answer) > _MARK else ''}）"
            yield replace(row, question=marked, wordings=(row.question, *row.wordings))


def _topic(title: str, row: str) -> str:
    """Short, and the same as long as the list and the row are called the same."""
    return f"list.{_short(title, 8)}.{_short(row, 12)}"


def _answer(topic: str, row: Row) -> Answer:
    then = f"来源：{row.source}" if row.source else ""
    return Answer(topic=topic, ask=(row.question, *row.wordings), say=_cut(row.answer), then=then, at=(row.id,))


def _cut(text: str) -> str:
    """As much of an answer as a chat takes, up to the end of a sentence."""
    if len(text) <= _LONGEST:
        return text
    start = text[: _LONGEST - len(_CUT)]
    ends = [match.end() for match in _SENTENCE_END.finditer(start)]
    return start[: ends[-1] if ends and ends[-1] > _LONGEST // 2 else None].rstrip() + _CUT


def _document(title: str, region: str) -> Document:
    always = Period(start=date.min)
    identity = Identity(
        id=f"list.{_short(title, 8)}.{region}",
        title=title,
        issuer="",
        region=region,
        issued=date.min,
        period=always,
        source=title,
    )
    return Document(document=identity, register=Register(verified=date.min, by="", good_until=date.max), sections=())


def _short(text: str, length: int) -> str:
    return sha256(text.encode()).hexdigest()[:length]


def documents_of(lists: Sequence[QuestionList]) -> list[Listed]:
    """Several lists as documents; of two with one title the later counts."""
    latest = {questions.title: questions for questions in lists}
    return [document for questions in latest.values() for document in on_shelf(questions)]
