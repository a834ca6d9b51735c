"""What a question costs: CPU from a text to its weighed topics and clauses, on texts that were not read before.

Run: python -m tests.bench.cost. The same questions are asked with the shipped knowledge, and with 10,000 synthetic
documents imported beside it, over all counties of the country; the ratio of the two is what counts.
"""

from __future__ import annotations

import random
import statistics
import time
from collections.abc import Sequence
from datetime import date

from handlers import reading
from handlers.context import Knowing
from handlers.house import knowing
from handlers.talk import Talk
from knowledge.official import Official
from knowledge.regions import Regions, chain
from knowledge.sections import Section
from knowledge.shelf import Shelf
from tests.bench.questions import rows

DOCUMENTS = 10_000
_HEADINGS = "一二三四五六七八"
_PLACES = ("141025", "140524", "140800", "410400")


def synthetic(count: int) -> list[Official]:
    """Documents of eight sections each, made of known wordings so that their words are those of the subject."""
    chance = random.Random(7)
    words = [wording for _, wording in Shelf().questions()]
    places = sorted(code for code in set(Regions().by_name.values()) if not code.endswith("00"))
    return [
        Official(
            f"{n}号实施方案",
            f"某政发〔2024〕{n}号",
            "",
            places[n % len(places)],
            date(2024, 1, 1),
            _sections(words, chance),
        )
        for n in range(count)
    ]


def _sections(words: Sequence[str], chance: random.Random) -> tuple[Section, ...]:
    return tuple(Section(at, at, "。".join(chance.sample(words, 6)) + "。") for at in _HEADINGS)


def median(known: Knowing, texts: Sequence[str]) -> float:
    """Median CPU milliseconds of a question."""
    spent = []
    for number, text in enumerate(texts):
        region = _PLACES[number % len(_PLACES)]
        began = time.process_time()
        question = reading.question(known.understanding.read(text), Talk(), region, known.shelf)
        known.chooser.choices(question)
        list(known.clauses.find(question.meaning, chain(region)))
        spent.append(time.process_time() - began)
    return statistics.median(spent) * 1000


def main() -> None:
    """Print both medians and their ratio, and how long it takes to make the large library ready."""
    texts = [row.turns[0] for row in rows()]
    few = knowing(Shelf())
    began = time.perf_counter()
    many = knowing(Shelf(), synthetic(DOCUMENTS))
    ready = time.perf_counter() - began
    for known in (few, many):  # each place's clauses are made ready by its first question
        median(known, [f"{text}啊" for text in texts[:200]])
    alone, beside = median(few, texts), median(many, texts)
    print(f"five documents              {alone:.3f} ms of CPU a question, median of {len(texts)}")
    print(f"and {DOCUMENTS:,} imported ones   {beside:.3f} ms, ratio {beside / alone:.2f}; ready in {ready:.1f} s")


if __name__ == "__main__":
    main()
