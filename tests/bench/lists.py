"""Measures answers from a question list on subjects that nothing here was tuned to, beside plain baselines.

Run: python -m tests.bench.lists. The list (lists/gov.csv) and what is asked of it (lists/gov-asked.csv: two
wordings an answer that the list does not have, and questions that no row answers) are home-made, in own words;
figures in the answers are plausible and need not be true.
"""

from __future__ import annotations

import asyncio
import csv
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jieba
import numpy as np
from rapidfuzz import fuzz, process

from bot.cli.ask import Day, answer_row, scratch_house
from handlers import reading
from handlers.context import House
from handlers.house import knowing
from handlers.talk import Talk
from knowledge.lists import QuestionList, read_list
from knowledge.regions import Regions
from knowledge.shelf import Shelf

HERE = Path(__file__).parent / "lists"
PLACE = "古县"
_THRESHOLDS = np.linspace(0, 1, 201)


@dataclass(frozen=True)
class Asked:
    """A question and the row that answers it; empty where none does."""

    row: str
    text: str


@dataclass(frozen=True)
class Result:
    """What one method made of a question: rows best first, and the row it answered with, if it did."""

    ranked: Sequence[str]
    answered: str | None  # empty: with something else than a row of the list
    offered: Sequence[str] = ()


def read() -> tuple[QuestionList, list[Asked]]:
    """The list and what is asked of it."""
    with (HERE / "gov-asked.csv").open(encoding="utf-8", newline="") as file:
        asked = [Asked(row["id"], row["asked"]) for row in csv.DictReader(file)]
    return read_list(HERE / "gov.csv", Regions(), "办事问答"), asked


async def product(shelf: Shelf, asked: Sequence[Asked]) -> list[Result]:
    """Through the same dispatch as a worker's message; the ranking is the chooser's."""
    clock = Day()
    house = await scratch_house(clock)
    house.knowing = knowing(shelf)
    results = []
    for number, each in enumerate(asked):
        row = {"id": number, "region": PLACE, "turns": [each.text]}
        reply = (await answer_row(row, number, house, clock))["replies"][0]
        results.append(_result(reply, _ranked(house, each.text)))
    await house.database.close()
    return results


def _ranked(house: House, text: str) -> list[str]:
    region = house.shelf.regions.find(PLACE)
    question = reading.question(house.understanding.read(text), Talk(), region, house.shelf)
    likely = house.chooser.choices(question)
    return [choice.entries[0].answer.at[0] if choice.entries else choice.topic for choice in likely]


def _result(reply: dict[str, Any], ranked: list[str]) -> Result:
    cited = [place["section"] for place in reply["citations"]]
    offered = [choice["section"] for choice in reply["choices"]]
    answers = reply["outcome"] == "answer" and len(cited) <= 1
    return Result(ranked, (cited[0] if cited else "") if answers else None, offered or cited)


class Bm25:
    """BM25 of every wording, k1 1.2 and b 0.4; a row counts by its best wording."""

    def __init__(self, wordings: Sequence[str], cut: Callable[[str], list[str]]) -> None:
        self._cut = cut
        texts = [Counter(cut(wording)) for wording in wordings]
        held = Counter(gram for text in texts for gram in text)
        self._idf = {gram: float(np.log(1 + (len(texts) - n + 0.5) / (n + 0.5))) for gram, n in held.items()}
        self._lengths = np.array([text.total() for text in texts])
        self._postings: dict[str, list[tuple[int, int]]] = {}
        for number, text in enumerate(texts):
            for gram, count in text.items():
                self._postings.setdefault(gram, []).append((number, count))

    def __call__(self, text: str) -> Any:
        """How well each wording fits, as a share of what the text could score."""
        scores = np.zeros(len(self._lengths))
        said = set(self._cut(text))
        for gram in said & self._postings.keys():
            rows, counts = map(np.array, zip(*self._postings[gram], strict=True))
            damping = 1.2 * (0.6 + 0.4 * self._lengths[rows] / self._lengths.mean())
            scores[rows] += self._idf[gram] * counts * 2.2 / (counts + damping)
        unseen = max(self._idf.values())
        return scores / (2.2 * sum(self._idf.get(gram, unseen) for gram in said) or 1)


def baseline(score: Callable[[str], Any], owners: Sequence[str], asked: Sequence[Asked]) -> list[Result]:
    """Ranks rows by their best wording, and answers above the threshold at which it is right most often.

    The threshold is chosen on the very questions that are measured, in the baseline's favour.
    """
    found: list[tuple[list[str], float]] = []
    for each in asked:
        scores = score(each.text)
        order = np.argsort(-scores, kind="stable")[:20]
        found.append((list(dict.fromkeys(owners[n] for n in order)), float(scores[order[0]])))
    worth = [
        sum(
            (1 if ranked[0] == each.row else -1)
            for (ranked, best), each in zip(found, asked, strict=True)
            if best >= bar
        )
        for bar in _THRESHOLDS
    ]
    bar = _THRESHOLDS[int(np.argmax(worth))]
    return [Result(ranked, ranked[0] if best >= bar else None) for ranked, best in found]


def line(name: str, results: Sequence[Result], asked: Sequence[Asked]) -> str:
    """One method's figures."""
    known = [(each, result) for each, result in zip(asked, results, strict=True) if each.row]
    unknown = [result for each, result in zip(asked, results, strict=True) if not each.row]
    answered = [(each, result) for each, result in known if result.answered is not None]
    right = sum(each.row == result.answered for each, result in answered)
    offered = sum(result.answered is None and each.row in result.offered for each, result in known)
    figures = (
        sum(each.row in result.ranked[:1] for each, result in known) / len(known),
        sum(each.row in result.ranked[:3] for each, result in known) / len(known),
        len(answered) / len(known),
        right / max(1, len(answered)),
        offered / len(known),
        sum(result.answered is not None for result in unknown) / len(unknown),
    )
    return f"{name:<28}" + "".join(f"{figure * 100:>10.1f}" for figure in figures)


def main() -> None:
    """Print one line a method, in percent."""
    questions, asked = read()
    wordings = [(row.id, text) for row in questions.rows for text in (row.question, *row.wordings)]
    owners, texts = [id for id, _ in wordings], [text for _, text in wordings]

    def alike(scorer: Any) -> Callable[[str], Any]:
        return lambda text: process.cdist([text], texts, scorer=scorer)[0] / 100

    print(
        f"{len(questions.rows)} rows, {sum(bool(each.row) for each in asked)} questions, "
        f"{sum(not each.row for each in asked)} that no row answers"
    )
    heads = ("top-1", "top-3", "answered", "right", "offered", "unknown")
    print(" " * 28 + "".join(f"{head:>10}" for head in heads))
    print(line("the list alone", asyncio.run(product(Shelf([], [questions]), asked)), asked))
    print(line("with the documents", asyncio.run(product(Shelf(lists=[questions]), asked)), asked))
    jieba.setLogLevel("ERROR")
    for name, score in {
        "BM25, jieba words": Bm25(texts, jieba.lcut),
        "BM25, character pairs": Bm25(texts, lambda text: [text[i : i + 2] for i in range(len(text) - 1)]),
        "rapidfuzz WRatio": alike(fuzz.WRatio),
        "rapidfuzz ratio": alike(fuzz.ratio),
    }.items():
        print(line(name, baseline(score, owners, asked), asked))
    print(
        "answered, offered: of the questions that a row answers; right: of those answered; unknown: of the others, answered"
    )


if __name__ == "__main__":
    main()
