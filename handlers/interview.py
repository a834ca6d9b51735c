"""An eligibility interview: which fact settles most, what an answer to it means, when it is settled."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from handlers.talk import ordinal
from intents.quantities import quantities
from intents.understanding import Meaning
from knowledge.conditions import Verdict, judge
from knowledge.facts import FactKind, catalogue
from knowledge.library import Policy
from knowledge.model import Scheme
from knowledge.shelf import Shelf

UNSURE = "不清楚"
_UNSURE = re.compile(r"不清楚|不知道|说不(?:准|上|清)|忘了|不记得|不确定")
_YES = re.compile(
    r"^(?:是|对|有|嗯|能|愿意|交了|参加了?|参加过|上过|拿了|领过|满了|够了|好|行|当然|是的|有的|对的|免费)"
)
_NO = re.compile(r"^(?:不|没|无|否|未)|没有|不是|没交|没参加|没领")
_MONTHS = {"months": 1}


@dataclass
class Interview:
    """What is being found out: the schemes in question, what is known, what was asked."""

    schemes: list[tuple[str, str]]  # (policy id, scheme id)
    facts: dict[str, Any] = field(default_factory=dict)
    unsure: list[str] = field(default_factory=list)  # facts the worker does not know
    asked: list[str] = field(default_factory=list)

    @classmethod
    def load(cls, data: Mapping[str, Any]) -> Interview:
        """Take up a kept interview."""
        schemes = [(policy, scheme) for policy, scheme in data["schemes"]]
        return cls(schemes, dict(data["facts"]), list(data["unsure"]), list(data["asked"]))

    def keep(self) -> dict[str, Any]:
        """The interview as it is kept between messages."""
        return {"schemes": self.schemes, "facts": self.facts, "unsure": self.unsure, "asked": self.asked}

    def judged(self, shelf: Shelf) -> list[tuple[Policy, Scheme, Verdict]]:
        """Every scheme in question held against what is known."""
        found = []
        for policy_id, scheme_id in self.schemes:
            policy = next(policy for policy in shelf.policies if policy.id == policy_id)
            scheme = policy.schemes[scheme_id]
            found.append((policy, scheme, judge(scheme, policy.figures, self.facts)))
        return found

    def next_fact(self, shelf: Shelf, most: int) -> FactKind | None:
        """The unknown fact that most of the undecided schemes wait for; None when all is settled or enough was asked."""
        if len(self.asked) >= most:
            return None
        waiting: Counter[str] = Counter()
        for _, scheme, verdict in self.judged(shelf):
            if verdict.entitled is None:
                waiting.update(check.fact for check in verdict.open)
            if verdict.entitled is not False and scheme.amount.kind == "table":
                waiting[scheme.amount.by] += scheme.amount.by not in self.facts
        for fact in list(waiting):
            if fact in self.unsure or catalogue()[fact].whose != "worker":
                del waiting[fact]
        return catalogue()[waiting.most_common(1)[0][0]] if +waiting else None


def question(kind: FactKind, number: int, groups: list[str]) -> tuple[str, list[str]]:
    """The question with its numbered choices, 不清楚 always the last."""
    labels = [
        *(groups if kind.kind == "choices" else kind.choices),
        *(["都不是"] if kind.kind == "choices" else []),
        UNSURE,
    ]
    numbered = "　".join(f"{n} {label}" for n, label in enumerate(labels, 1))
    return f"第{number}件：{kind.ask}\n{numbered}", labels


def told(kind: FactKind, labels: list[str], said: str, meaning: Meaning) -> Any:
    """The value that an answer gives to a fact; UNSURE for “don't know”, None when it is no answer to it."""
    choice = ordinal(said, len(labels))
    label = labels[choice] if choice is not None else said.strip(" 。.！!吧")
    if label == UNSURE or (choice is None and _UNSURE.search(said)):
        return UNSURE
    if label in kind.choices:
        return kind.choices[label]
    match kind.kind:
        case "choices":
            return _groups(label, labels, meaning)
        case "number":
            return _number(kind, meaning)
        case "bool":
            return (
                False
                if _NO.search(meaning.text)
                else True
                if _YES.search(meaning.text)
                else meaning.facts.get(kind.name)
            )
        case "choice":
            return meaning.first(kind.name) or meaning.facts.get(kind.name)
    return meaning.first(kind.name)


def _groups(label: str, labels: list[str], meaning: Meaning) -> list[str] | None:
    if label == "都不是" or meaning.text in {"都不是", "没有", "不是", "都没有"}:
        return []
    named = [*meaning.entities.get("group", ()), *([label] if label in labels else [])]
    return named or None


def _number(kind: FactKind, meaning: Meaning) -> float | int | None:
    if isinstance(known := meaning.facts.get(kind.name), (Decimal, int)):
        return int(known) if known == int(known) else float(known)
    if _NO.search(meaning.text) and kind.name in {"insurance_months", "trainings_this_year"}:
        return 0
    found = [q for q in quantities(meaning.clauses) if len(meaning.text) <= 16]
    return (
        None if not found else int(found[0].value) if found[0].value == int(found[0].value) else float(found[0].value)
    )
