"""Which of a topic's answers fits the question: the nearest document, the variant for what is named."""

from __future__ import annotations

from collections.abc import Mapping

from handlers.choosing import Choice
from handlers.reading import Question
from handlers.workplace import work_place
from knowledge.model import Scheme, Table
from knowledge.shelf import Entry, Shelf


def select(likely: Choice, asked: Question, shelf: Shelf) -> list[Entry]:
    """The entries to put: of the nearest document that answers, its parent topic's otherwise.

    Where the nearest document is silent and one above it is not, both are put, nearest first.
    """
    entries = _best_of_each(likely.entries, asked.slots)
    if asked.region is None:
        known = [entry for entry in entries if entry.answer.known]
        entries = [e for e in known if "occupation" in e.answer.when and is_for(e, asked.slots)] or known
    if not any(entry.answer.known for entry in entries) and (parent := shelf.topic(likely.topic).parent):
        held = {policy.id for policy in shelf.documents(asked.region)} if asked.region else set()
        above = [e for e in shelf.by_topic.get(parent, ()) if e.policy.id in held]
        entries = entries or _best_of_each(above, asked.slots)
    if not entries:
        return []
    if entries[0].answer.known:
        return entries[:1]
    further = next((entry for entry in entries[1:] if entry.answer.known), None)
    return [entries[0], further] if further else entries[:1]


def _best_of_each(entries: tuple[Entry, ...] | list[Entry], slots: Mapping[str, tuple[str, ...]]) -> list[Entry]:
    """One entry a document, in the order given."""
    documents: dict[str, list[Entry]] = {}
    for entry in entries:
        documents.setdefault(entry.policy.id, []).append(entry)
    return [max(of_one, key=lambda entry: _fit(entry, slots)) for of_one in documents.values()]


def is_for(entry: Entry, slots: Mapping[str, tuple[str, ...]]) -> bool:
    """Is it the variant for what is named?"""
    return all(value in slots.get(slot, ()) for slot, value in entry.answer.when.items())


def _fit(entry: Entry, slots: Mapping[str, tuple[str, ...]]) -> float:
    """A variant counts for each thing named that it is for, and against it for each that was not named."""
    when = entry.answer.when
    named = sum(value in slots.get(slot, ()) for slot, value in when.items())
    other = sum(bool(slots.get(slot)) and value not in slots[slot] for slot, value in when.items())
    return named - 3 * other - 0.6 * (len(when) - named) + (0.1 if entry.answer.known else 0)


def scheme_behind(entry: Entry) -> Scheme | None:
    """The scheme whose money or conditions an answer is about."""
    return entry.policy.schemes.get(entry.answer.scheme or "")


def facts_of(asked: Question, scheme: Scheme) -> dict[str, object]:
    """The facts of a question: what was counted and said, and what was named."""
    facts = dict(asked.facts)
    for slot in ("level", "certificate", "group", "occupation_class", "grade", "work_place"):
        if slot in asked.slots and slot not in facts:
            facts[slot] = asked.slots[slot] if slot == "group" else asked.slots[slot][0]
    if place := work_place(asked.meaning, asked.region):
        facts["work_place"] = place
    if isinstance(scheme.amount, Table) and scheme.amount.by not in facts:
        named = [value for values in asked.slots.values() for value in values if value in scheme.amount.rows]
        if named:
            facts[scheme.amount.by] = named[0]
    return facts
