"""Fits the weights of the decision on wordings held out of the index, and prints them with their reliability.

Run: python -m tests.bench.decision. Each fifth of every topic's wordings is ranked by an index that lacks it; in
each round a fifth of the topics is left out altogether, so that “not known” is learnt too.
"""

from __future__ import annotations

import random
import statistics
import time
from collections.abc import Iterator

import numpy as np

from handlers import reading
from handlers.choosing import Chooser
from handlers.features import NAMES
from handlers.house import subject_words
from handlers.talk import Talk
from intents.understanding import Understanding
from knowledge.shelf import Shelf

FOLDS = 5


def rounds(shelf: Shelf) -> Iterator[tuple[np.ndarray, np.ndarray, np.ndarray]]:  # type: ignore[type-arg]
    """For each round: features of candidates, whether right, and which question each belongs to."""
    random.seed(7)
    asked = [
        (answer.topic, wording, policy.region)
        for policy in shelf.policies
        for answer in policy.answers
        for wording in answer.ask
    ]
    topics = sorted({topic for topic, _, _ in asked})
    for fold in range(FOLDS):
        gone = {topic for topic in topics if random.random() < 0.15}
        held = [row for number, row in enumerate(asked) if number % FOLDS == fold]
        held_wordings = {(topic, wording) for topic, wording, _ in held}
        kept = [(t, w) for t, w in shelf.questions() if (t, w) not in held_wordings and t not in gone]
        said = [(t, w) for t, w in shelf.texts() if t not in gone]
        understanding = Understanding(kept, said, shelf.names(), subject_words(shelf), commands=[])
        chooser = Chooser(shelf, understanding)
        yield _round(chooser, understanding, shelf, held)


def _round(chooser, understanding, shelf, held):  # type: ignore[no-untyped-def]
    rows, right, owner = [], [], []
    for number, (topic, wording, region) in enumerate(held):
        question = reading.question(understanding.read(wording), Talk(), region, shelf)
        found, features = chooser.features.weigh(question, chooser.ground(question))
        rows.extend(features)
        right.extend(chooser.features.topics[row] == topic for row in found)
        owner.extend(number for _ in found)
    return np.array(rows), np.array(right, float), np.array(owner)


def fit(x: np.ndarray, y: np.ndarray, penalty: float = 1e-3) -> np.ndarray:  # type: ignore[type-arg]
    """Logistic regression by Newton's method."""
    weights = np.zeros(x.shape[1])
    for _ in range(30):
        p = 1 / (1 + np.exp(-x @ weights))
        gradient = x.T @ (y - p) - penalty * weights
        hessian = (x * (p * (1 - p))[:, None]).T @ x + penalty * np.eye(x.shape[1])
        weights += np.linalg.solve(hessian, gradient)
    return weights


def cost(shelf: Shelf) -> float:
    """Median CPU seconds from a text to its weighed topics, over wordings that were not read before."""
    understanding = Understanding(shelf.questions(), shelf.texts(), shelf.names(), subject_words(shelf))
    chooser = Chooser(shelf, understanding)
    spent = []
    for _, wording in list(shelf.questions())[::7]:
        began = time.process_time()
        chooser.choices(reading.question(understanding.read(wording + "呀"), Talk(), "141025", shelf))
        spent.append(time.process_time() - began)
    return statistics.median(spent)


def main() -> None:
    """Print the fitted weights and how often each band of p was right."""
    found = list(rounds(Shelf()))
    p_all, y_all = [], []
    for left_out in range(len(found)):
        train = [r for i, r in enumerate(found) if i != left_out]
        weights = fit(np.vstack([r[0] for r in train]), np.concatenate([r[1] for r in train]))
        x, y, owner = found[left_out]
        p = 1 / (1 + np.exp(-x @ weights))
        for number in np.unique(owner):
            mine = np.flatnonzero(owner == number)
            top = mine[np.argmax(p[mine])]
            p_all.append(p[top])
            y_all.append(y[top])
    p, y = np.array(p_all), np.array(y_all)
    weights = fit(np.vstack([r[0] for r in found]), np.concatenate([r[1] for r in found]))
    print(f"CPU a question, median: {cost(Shelf()) * 1000:.2f} ms")
    for name, weight in zip(NAMES, weights, strict=True):
        print(f'    "{name}": {weight:.2f},')
    print(f"questions {len(p)}  first topic right {y.mean():.3f}")
    for low in np.arange(0, 1, 0.1):
        band = (p >= low) & (p < low + 0.1)
        if band.any():
            print(f"p {low:.1f}-{low + 0.1:.1f}: {band.sum():5d} questions, right {y[band].mean():.3f}")


if __name__ == "__main__":
    main()
