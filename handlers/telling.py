"""What is known of the one who asks: from the message, and from the records."""

from __future__ import annotations

from typing import Any

from handlers.context import Context
from handlers.interview import Interview, groups_named
from handlers.workplace import work_place
from intents.understanding import Meaning
from knowledge.facts import catalogue
from records import vouchers


def said(meaning: Meaning, region: str | None) -> dict[str, Any]:
    """What a text tells of the one who asks, as plain values."""
    facts: dict[str, Any] = {}
    if place := work_place(meaning, region):
        facts["work_place"] = place
    for name, value in meaning.facts.items():
        if name not in facts:
            facts[name] = value if isinstance(value, (bool, str)) else int(str(value).partition(".")[0])
    for slot in ("level", "certificate", "occupation", "grade"):
        if named := meaning.first(slot):
            facts[slot] = named
    if groups := groups_named(meaning):
        facts["group"] = groups
    return facts


async def recorded(context: Context) -> dict[str, Any]:
    """What the records know of the worker."""
    return await vouchers.facts_of(context.session, context.person, context.today) if context.person else {}


def as_asked(told: dict[str, Any], interview: Interview) -> dict[str, Any]:
    """“要是14个月呢”: months without a word of what are the months that were asked for."""
    asked = [fact for fact in interview.asked if catalogue()[fact].unit == "个月"]
    return {asked[-1] if name == "months" and asked else name: value for name, value in told.items()}
