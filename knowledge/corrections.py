"""Corrections: what an office's staff say in place of a shipped answer, or where none was, as versions over the files."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from knowledge.library import Policy
from knowledge.model import Answer


@dataclass(frozen=True)
class Correction:
    """What is asked and what is to be said to it; without words of its own it only teaches new wordings."""

    id: int
    policy: str  # id of the document it stands on
    topic: str  # the topic it corrects; one of its own where it is new
    asked: tuple[str, ...]  # the question it arose from, and other wordings
    say: str
    then: str
    at: str  # section

    def applied(self, answers: Sequence[Answer]) -> tuple[Answer, ...]:
        """The answers of its document with this one put in the place of what was said to the topic."""
        if not self.say:
            return tuple(self._taught(answer) for answer in answers)
        mine = Answer(topic=self.topic, ask=self.asked, say=self.say, then=self.then, at=(self.at,))
        others = [answer for answer in answers if answer.topic != self.topic or answer.when]
        replaced = [wording for a in answers if a.topic == self.topic and not a.when for wording in a.ask]
        return (*others, mine.model_copy(update={"ask": (*self.asked, *replaced)}))

    def _taught(self, answer: Answer) -> Answer:
        mine = answer.topic == self.topic and not answer.when
        return answer.model_copy(update={"ask": (*answer.ask, *self.asked)}) if mine else answer


@dataclass(frozen=True, eq=False)
class Corrected(Policy):
    """A document with the corrections that are in force."""

    corrections: tuple[Correction, ...] = ()  # the earliest first

    @cached_property
    def answers(self) -> tuple[Answer, ...]:
        """All that it answers, as corrected."""
        answers = Policy(self.document).answers
        for correction in self.corrections:
            answers = correction.applied(answers)
        return answers


def corrected(policies: Iterable[Policy], corrections: Iterable[Correction]) -> list[Policy]:
    """The documents with the corrections that stand on them."""
    made: dict[str, list[Correction]] = {}
    for correction in sorted(corrections, key=lambda each: each.id):
        made.setdefault(correction.policy, []).append(correction)
    return [Corrected(p.document, tuple(made[p.id])) if p.id in made else p for p in policies]


def named(correction: Correction) -> Correction:
    """The correction with a topic of its own where it was given none."""
    return correction if correction.topic else replace(correction, topic=f"corrected.{correction.id}")
