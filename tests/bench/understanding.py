"""How well the service understands words that it was never taught, beside plain retrieval on the same rows.

Run: python -m tests.bench.understanding. The rows are tests/questions, none of which is among the known wordings; the
weights of the decision are fitted on them, so for the held-out figure each fifth of the facts is asked of a decision
that was fitted on the other four. The baselines find the nearest known wording of a place's documents and give the
answer of its topic through the same pages of the service: BM25 over words, and the character ratio of rapidfuzz.
"""

from __future__ import annotations

import asyncio
import math
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence

import jieba
from rapidfuzz import fuzz, process

from handlers import choosing
from handlers.context import House
from handlers.features import NAMES
from handlers.reading import Question, question
from handlers.talk import Talk
from tests.bench import decision
from tests.bench.asking import Answered, ask
from tests.bench.judging import Verdict, judge
from tests.bench.questions import Row, rows

Ranker = Callable[[str], str]  # a text to the wording nearest to it
_K1, _B = 1.2, 0.75


def held_out(house: House) -> list[Answered]:
    """Every row, answered by a decision that was fitted without its fact."""
    found = decision.weighed(house)
    answered: list[Answered] = []
    shipped = dict(choosing.WEIGHTS), choosing.SURENESS
    for fold in range(decision.FOLDS):
        known = [each for each in found if each.fold != fold]
        weights = decision.ranking(known)
        choosing.WEIGHTS.update(zip(NAMES, map(float, weights), strict=True))
        choosing.SURENESS = tuple(map(float, decision.sureness(known, weights)))  # type: ignore[assignment]
        answered += asyncio.run(ask(row for row in rows() if row.fold == fold))
    choosing.WEIGHTS.update(shipped[0])
    choosing.SURENESS = shipped[1]
    return answered


def baseline(house: House, rank: Callable[[Sequence[str]], Ranker]) -> list[Verdict]:
    """Each single question answered with the topic of the nearest wording of its place's documents."""
    wordings: dict[str | None, dict[str, str]] = defaultdict(dict)
    places = {policy.region for policy in house.shelf.policies}
    for topic, wording in house.shelf.questions():
        for place in places:
            held = {policy.id for policy in house.shelf.documents(place)}
            if any(entry.policy.id in held for entry in house.shelf.by_topic.get(topic, ())):
                wordings[place][wording] = topic
        wordings[None][wording] = topic
    rankers = {place: rank(list(known)) for place, known in wordings.items()}
    return [_plainly(row, house, wordings, rankers) for row in rows() if len(row.turns) == 1]


def _plainly(
    row: Row, house: House, wordings: dict[str | None, dict[str, str]], rankers: dict[str | None, Ranker]
) -> Verdict:
    region = house.shelf.regions.find(row.region) if row.region else None
    place = region if region in rankers else None
    topic = wordings[place][rankers[place](row.turns[0])]
    asked: Question = question(house.understanding.read(row.turns[0]), Talk(), region, house.shelf)
    reply = decision.reply_of(row, topic, asked, house)
    return judge(row, reply.text, reply.outcome)


def bm25(known: Sequence[str]) -> Ranker:
    """Plain BM25 over jieba's words."""
    documents = [Counter(jieba.cut(text)) for text in known]
    lengths = [sum(document.values()) for document in documents]
    mean = sum(lengths) / len(lengths)
    postings: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for number, document in enumerate(documents):
        for word, count in document.items():
            postings[word].append((number, count))

    def rank(text: str) -> str:
        scores: dict[int, float] = defaultdict(float)
        for word in jieba.cut(text):
            held = postings.get(word, ())
            idf = math.log(1 + (len(known) - len(held) + 0.5) / (len(held) + 0.5))
            for number, count in held:
                scores[number] += idf * count * (_K1 + 1) / (count + _K1 * (1 - _B + _B * lengths[number] / mean))
        return known[max(scores, key=scores.__getitem__)] if scores else known[0]

    return rank


def ratio(known: Sequence[str]) -> Ranker:
    """The known wording with the highest ratio of shared characters."""
    return lambda text: process.extractOne(text, known, scorer=fuzz.ratio)[0]


def _print(name: str, verdicts: Iterable[Verdict]) -> None:
    counts = Counter(verdicts)
    whole = sum(counts.values())
    print(f"{name:34} {whole:5}  right {counts[Verdict.RIGHT] / whole:.3f}  wrong {counts[Verdict.WRONG] / whole:.3f}")


def main() -> None:
    """Print the share of right and wrong replies of each way."""
    jieba.setLogLevel("ERROR")
    house = decision.house()
    shipped = asyncio.run(ask(rows()))
    _print("as shipped", (each.verdict for each in shipped))
    apart = held_out(house)
    _print("facts held out of the decision", (each.verdict for each in apart))
    single = [each for each in apart if len(each.row.turns) == 1]
    _print("  of single questions", (each.verdict for each in single))
    _print("  BM25 over words", baseline(house, bm25))
    _print("  rapidfuzz ratio", baseline(house, ratio))
    kinds: dict[str, list[Verdict]] = defaultdict(list)
    for each in apart:
        kinds[each.row.kind].append(each.verdict)
    for kind, verdicts in sorted(kinds.items()):
        _print(f"    {kind}", verdicts)


if __name__ == "__main__":
    main()
