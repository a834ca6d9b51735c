"""Trying a change before it counts: which questions would get another answer."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from handlers import ask
from handlers.context import Context, House

_NEAR = 12  # more than are ever weighed


@dataclass(frozen=True)
class Change:
    """One question whose answer would be another."""

    asked: str
    was: str
    becomes: str


def changes(before: House, after: House, region: str, topic: str, questions: Iterable[str]) -> Iterator[Change]:
    """The questions that a place's worker would get another answer to, with both answers.

    Only those near the topic that changes are asked; the others cannot lead to it.
    """
    for asked in dict.fromkeys(questions):
        if topic not in after.understanding.nearest(after.understanding.read(asked), _NEAR):
            continue
        was, becomes = (_said(asked, house, region) for house in (before, after))
        if was != becomes:
            yield Change(asked, was, becomes)


def examples(house: House, region: str) -> list[str]:
    """Every known wording of what the documents of a place answer."""
    held = {policy.id for policy in house.shelf.documents(region)}
    topics = {topic for topic, entries in house.shelf.by_topic.items() if any(e.policy.id in held for e in entries)}
    return [wording for topic, wording in house.shelf.questions() if topic in topics]


def _said(asked: str, house: House, region: str) -> str:
    context = Context.apart(house, region)
    return ask.respond(house.understanding.read(asked), context).text
