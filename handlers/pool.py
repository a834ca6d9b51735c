"""Which schemes come into question: of the documents of a place and all above it, the nearest first."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from handlers.context import Context
from intents.understanding import Meaning
from knowledge.library import Policy
from knowledge.model import Scheme
from records import extensions

_NEAR = 8  # topics among which the scheme is sought


def named(meaning: Meaning, context: Context, region: str) -> str:
    """The scheme that the nearest topics speak of."""
    shelf = context.house.shelf
    documents = shelf.documents(region)
    for topic in (*context.house.understanding.nearest(meaning, _NEAR), context.talk.topic or ""):
        behind = [e.answer.scheme for e in shelf.by_topic.get(topic, ()) if e.policy in documents and e.answer.scheme]
        for scheme in (*behind, topic.partition(".")[0]):
            if any(scheme in policy.schemes for policy in documents):
                return scheme
    return ""


async def extended(context: Context, region: str) -> dict[str, str]:
    """The last day of each document of a place that goes on past its own period by a recorded decision."""
    found = {}
    for policy in context.house.shelf.documents(region):
        if decision := await extensions.in_force(context.session, policy.id, context.today):
            found[policy.id] = decision.until.isoformat()
    return found


def in_force(context: Context, region: str, goes_on: Mapping[str, str]) -> list[Policy]:
    """The documents that hold today, nearest first; where none does, the nearest, as what was."""
    shelf = context.house.shelf
    documents = shelf.documents(region)
    held = [policy for policy in documents if policy.id in goes_on or shelf.is_current(policy, context.today)]
    return held or documents[:1]


def nearest(documents: list[Policy]) -> Iterator[tuple[Policy, Scheme]]:
    """Every scheme of documents; of the same kind of money the nearest document's."""
    seen: set[str] = set()
    for policy in documents:
        yield from ((policy, scheme) for scheme in policy.schemes.values() if scheme.id not in seen)
        seen |= set(policy.schemes)
