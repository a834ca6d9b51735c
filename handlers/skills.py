"""All skills in one list, and which of them a message calls."""

from __future__ import annotations

from typing import Any

from handlers import (
    ask,
    check_in,
    eligibility,
    employment,
    enrolment,
    excuse,
    held_seat,
    help,
    my_certificates,
    notices,
    own_claim,
    person,
    photo,
    profile,
    progress,
    refuse,
    round_answer,
    teaching,
    training,
    voucher,
)
from handlers.context import Handler, Skill
from handlers.message import Choice, Citation, Kind, Message, Outcome, Reply
from intents.understanding import Meaning

SKILLS: tuple[Skill, ...] = (
    ask.SKILL,
    refuse.SKILL,
    eligibility.SKILL,
    voucher.SKILL,
    check_in.SKILL,
    excuse.SKILL,
    training.SKILL,
    enrolment.SKILL,
    held_seat.SKILL,
    round_answer.SKILL,
    teaching.SKILL,
    profile.SKILL,
    progress.SKILL,
    own_claim.SKILL,
    my_certificates.SKILL,
    employment.SKILL,
    photo.SKILL,
    notices.SKILL,
    person.SKILL,
    help.SKILL,
)
BY_NAME = {skill.name: skill for skill in SKILLS}
BY_INTENT: dict[str, Handler] = {intent: handler for skill in SKILLS for intent, handler in skill.intents.items()}

# What is not said in words calls a skill by its kind.
_BY_KIND = {
    Kind.LOCATION: "check_in.place",
    Kind.SUBSCRIBE: "help.welcome",
    Kind.UNSUBSCRIBE: "profile.leave",
    Kind.SCAN: "check_in.scan",
    Kind.IMAGE: "photo.image",
    Kind.VIDEO: "help.image",
    Kind.FILE: "help.image",
    Kind.LINK: "help.image",
}


def handler_for(message: Message, meaning: Meaning) -> Handler:
    """The skill that answers this message."""
    if message.kind in _BY_KIND:
        return BY_INTENT[_BY_KIND[message.kind]]
    if message.kind is Kind.VOICE and not message.text.strip():
        return BY_INTENT["help.voice"]
    if message.kind in {Kind.TEXT, Kind.VOICE, Kind.CLICK}:
        return BY_INTENT[meaning.intent]
    return BY_INTENT["help.silence"]


def reply_to_keep(reply: Reply) -> dict[str, Any]:
    """A reply as it is stored for a repeat."""
    return {
        "text": reply.text,
        "outcome": reply.outcome,
        "intent": reply.intent,
        "citations": [[c.document, c.section] for c in reply.citations],
        "choices": [[c.label, c.sends, c.document, c.section] for c in reply.choices],
    }


def reply_from(kept: dict[str, Any]) -> Reply:
    """A stored reply."""
    return Reply(
        kept["text"],
        Outcome(kept["outcome"]),
        kept["intent"],
        tuple(Citation(*c) for c in kept["citations"]),
        tuple(Choice(*c) for c in kept["choices"]),
    )
