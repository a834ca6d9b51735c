"""Fits the decision on questions that are none of the known wordings, and measures it with facts held out.

Run: python -m tests.bench.decision [--picture FILE]. A candidate topic is right when the reply that it leads to is
judged right. Questions of other subjects (the list of tests/bench/lists) are the ones to leave unanswered. All
questions of one fact are in the same fold; what is printed for a fold was fitted on the other four.
"""

from __future__ import annotations

import argparse
import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from config.settings import CHINA, Settings
from handlers import ask, groups, occupations, reading
from handlers.context import Context, House
from handlers.features import NAMES
from handlers.house import open_house
from handlers.message import Reply
from handlers.reading import Question
from tests.bench.judging import Verdict, judge
from tests.bench.picture import reliability
from tests.bench.questions import Row, rows

Matrix = NDArray[np.float64]
FOLDS = 5
_FIXED = {"family": 1.6, "amount": 2.0}  # too few questions go on from another or name a sum to tell; set by hand
_PENALTY = 1.0
_OUTSIDE = 0.15  # share of questions of other subjects, by weight
_OTHER_SUBJECTS = Path(__file__).parent / "lists" / "gov-asked.csv"


@dataclass(frozen=True)
class Weighed:
    """One question: the features of its candidates, and which of them lead to a right reply."""

    fold: int
    features: Matrix
    right: Matrix
    weight: float = 1.0


def house() -> House:
    """A house with the shipped knowledge; its records are never opened."""
    return open_house(Settings(database_url="sqlite+aiosqlite:///:memory:", secret_key="nothing is ever kept here"))


def weighed(house: House) -> list[Weighed]:
    """Every single question whose topic is chosen by weighing, and questions of other subjects."""
    inside = [found for row in rows() if len(row.turns) == 1 and (found := _weigh(row, house))]
    with _OTHER_SUBJECTS.open(encoding="utf-8", newline="") as file:
        texts = [row["asked"] for row in csv.DictReader(file)]
    share = _OUTSIDE / (1 - _OUTSIDE) * len(inside) / len(texts)
    regions = sorted({policy.region for policy in house.shelf.policies})
    outside = [_outside(text, regions[n % len(regions)], n % FOLDS, share, house) for n, text in enumerate(texts)]
    return inside + [each for each in outside if each]


def _weigh(row: Row, house: House) -> Weighed | None:
    question = _question(row.turns[0], row.region, house)
    if question is None or (occupations.concerns(question) and question.region):
        return None
    if groups.topic(question) and question.region:
        return None
    here = house.chooser.ground(question)
    found, features = house.chooser.features.weigh(question, here)
    topics = [house.chooser.features.topics[each] for each in found]
    right = [_is_right(row, topic, question, house) for topic in topics]
    return Weighed(row.fold, features, np.array(right, float)) if topics else None


def _outside(text: str, region: str, fold: int, weight: float, house: House) -> Weighed | None:
    question = _question(text, region, house)
    if question is None:
        return None
    found, features = house.chooser.features.weigh(question, house.chooser.ground(question))
    served = [house.chooser.features.topics[row] in house.shelf.manners for row in found]
    return Weighed(fold, features, np.array(served, float), weight) if found else None


def _question(text: str, region: str | None, house: House) -> Question | None:
    meaning = house.understanding.read(reading.without_orders(text))
    if meaning.intent != "ask":
        return None
    code = house.shelf.regions.find(region) if region and not region.isdecimal() else region
    return reading.question(meaning, Context.apart(house, code or "").talk, code, house.shelf)


def _is_right(row: Row, topic: str, question: Question, house: House) -> bool:
    reply = reply_of(row, topic, question, house)
    return judge(row, reply.text, reply.outcome) is Verdict.RIGHT


def reply_of(row: Row, topic: str, question: Question, house: House) -> Reply:
    """What the service says to a question when its topic is given."""
    that_day = datetime.combine(date.fromisoformat(row.today), time(12), CHINA).astimezone(UTC)
    context = Context.apart(replace(house, clock=lambda: that_day), question.region or "")
    if question.region is None:
        context.talk.region = context.follower.region = None
    return ask.of_topic(topic, question, context)


def ranking(found: Sequence[Weighed]) -> Matrix:
    """The weights that make right topics the first ones: a conditional logit, by damped Newton steps."""
    free = [n for n, name in enumerate(NAMES) if name not in _FIXED]
    weights = np.zeros(len(free))
    told = [each for each in found if each.right.any() and each.weight == 1.0]
    for _ in range(60):
        gradient, hessian = -2 * _PENALTY * weights, 2 * _PENALTY * np.eye(len(free))
        for each in told:
            x = each.features[:, free]
            p = np.exp(x @ weights - (x @ weights).max())
            p /= p.sum()
            right = p * each.right / (p * each.right).sum()
            mean = p @ x
            gradient += right @ x - mean
            hessian += (x * p[:, None]).T @ x - np.outer(mean, mean)
        step = np.linalg.solve(hessian, gradient)
        weights += np.clip(step, -1, 1)
    whole = np.array([_FIXED.get(name, 0.0) for name in NAMES])
    whole[free] = weights
    return whole


def leaders(found: Sequence[Weighed], weights: Matrix) -> tuple[Matrix, Matrix, Matrix]:
    """For each question (1, score, lead) of the first topic, whether that is right, and how much the question counts."""
    signs, right, counts = [], [], []
    for each in found:
        scores = each.features @ weights
        order = np.argsort(-scores)
        rival = scores[order[1]] if len(order) > 1 else 0.0
        signs.append((1.0, scores[order[0]], scores[order[0]] - rival))
        right.append(each.right[order[0]])
        counts.append(each.weight)
    return np.array(signs), np.array(right), np.array(counts)


def sureness(found: Sequence[Weighed], weights: Matrix) -> Matrix:
    """How the first topic's score and lead tell how probably it is right: a logistic regression."""
    x, y, counts = leaders(found, weights)
    fitted = np.zeros(x.shape[1])
    for _ in range(50):
        p = 1 / (1 + np.exp(-x @ fitted))
        hessian = (x * (counts * p * (1 - p))[:, None]).T @ x + 1e-3 * np.eye(len(fitted))
        fitted += np.linalg.solve(hessian, x.T @ (counts * (y - p)) - 1e-3 * fitted)
    return fitted


def held_out(found: Sequence[Weighed]) -> Iterator[tuple[float, float, float]]:
    """Of each question: how sure, whether right, and its weight, by what was fitted without its fold."""
    for fold in range(FOLDS):
        known = [each for each in found if each.fold != fold]
        weights = ranking(known)
        x, y, counts = leaders([each for each in found if each.fold == fold], weights)
        yield from zip(1 / (1 + np.exp(-x @ sureness(known, weights))), y, counts, strict=True)


def main() -> None:
    """Print the weights, and how often each band of p was right with facts held out."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--picture", type=Path)
    found = weighed(house())
    p, y, counts = (np.array(column) for column in zip(*held_out(found), strict=True))
    weights = ranking(found)
    for name, weight in zip(NAMES, weights, strict=True):
        print(f'    "{name}": {weight:.2f},')
    print("SURENESS =", tuple(round(float(each), 2) for each in sureness(found, weights)))
    inside = counts == 1.0
    print(f"questions {inside.sum()}  first topic right {y[inside].mean():.3f}; of other subjects {(~inside).sum()}")
    bands = [(low, (p >= low) & (p < low + 0.1)) for low in np.arange(0, 1, 0.1)]
    for low, band in bands:
        if band.any():
            print(
                f"p {low:.1f}-{low + 0.1:.1f}: {band.sum():5d} questions, right {np.average(y[band], weights=counts[band]):.3f}"
            )
    if (target := parser.parse_args().picture) is not None:
        reliability(p, y, counts, target)


if __name__ == "__main__":
    main()
