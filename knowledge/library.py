"""The policy documents on the shelf: read, checked for sense, and found by region."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import yaml
from pydantic import ValidationError

from knowledge.errors import PolicyError
from knowledge.figures import Figures, references
from knowledge.model import Answer, Condition, Document, Scheme

_LITERAL = re.compile(r"\d+(?:\.\d+)?\s*(?:元|块|万|亿|天|个月|%|％|次|人|家|学时|分钟|周岁|岁)")
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
POLICIES = Path(__file__).parent / "policies"


@dataclass(frozen=True, eq=False)
class Policy:
    """One document ready for use."""

    document: Document

    @property
    def id(self) -> str:
        return self.document.document.id

    @property
    def region(self) -> str:
        """GB/T 2260 code of the place that it holds for."""
        return self.document.document.region

    @property
    def name(self) -> str:
        """How it is cited: 文号, or the title where there is none."""
        return self.document.document.number or self.document.document.title

    @cached_property
    def figures(self) -> Figures:
        """Its figures by name."""
        return Figures(self.document.figures)

    @cached_property
    def schemes(self) -> dict[str, Scheme]:
        """Its schemes by id."""
        return {scheme.id: scheme for scheme in self.document.schemes}

    @cached_property
    def answers(self) -> tuple[Answer, ...]:
        """All that it answers: written answers, and one for each row of its tables."""
        return self.document.answers + tuple(self._rows())

    def _rows(self) -> Iterator[Answer]:
        for table in self.document.tables:
            first = True
            for row, values in table.rows.items():
                cells = {
                    name: f"{value}{unit}" for (name, unit), value in zip(table.columns.items(), values, strict=True)
                }
                say = table.say.format(row=row, **cells)
                yield Answer(
                    topic=table.topic,
                    ask=table.ask if first else (),
                    when={table.key: row},
                    say=say,
                    then=table.then,
                    at=table.at,
                )
                first = False


def load(folder: Path = POLICIES) -> list[Policy]:
    """Read every policy file of a folder; PolicyError names what is wrong with one."""
    return [read(path) for path in sorted(folder.glob("*.yaml"))]


def read(path: Path) -> Policy:
    """Read one policy file."""
    try:
        raw = yaml.load(path.read_text(encoding="utf-8"), Loader=_LOADER)
        policy = Policy(Document.model_validate(raw))
    except yaml.YAMLError as error:
        raise PolicyError(path.name, [f"not YAML: {error}"]) from error
    except ValidationError as error:
        raise PolicyError(path.name, [_place(problem) for problem in error.errors()]) from error
    if problems := list(_problems(policy)):
        raise PolicyError(path.name, problems)
    return policy


def _place(problem: object) -> str:
    assert isinstance(problem, dict)
    return f"{'.'.join(map(str, problem['loc']))}: {problem['msg']}"


def _problems(policy: Policy) -> Iterator[str]:
    """Names that lead nowhere and figures typed into a text."""
    places = {section.at for section in policy.document.sections}
    for name, figure in policy.document.figures.items():
        if figure.at not in places:
            yield f"figures.{name}: section {figure.at!r} is not in sections"
        if (figure.value is None) == (figure.sum is None):
            yield f"figures.{name}: give either value or sum"
    for place, text in _texts(policy):
        for name in references(text):
            if name not in policy.figures:
                yield f"{place}: {{{name}}} is not among the figures"
        if literal := _LITERAL.search(re.sub(r"\{[^}]*\}", "", text)):
            yield f"{place}: {literal.group()!r} is typed into the text; name it under figures with its section"
    for place, name in _named_figures(policy):
        if name not in policy.figures:
            yield f"{place}: {name} is not among the figures"
    for place, at in _citations(policy):
        if at not in places:
            yield f"{place}: section {at!r} is not in sections"


def _texts(policy: Policy) -> Iterator[tuple[str, str]]:
    for answer in policy.document.answers:
        yield f"answers.{answer.topic}", answer.say
        yield f"answers.{answer.topic}", answer.then
    for scheme in policy.document.schemes:
        for condition in all_conditions(scheme):
            yield f"schemes.{scheme.id}.conditions", condition.say
            yield f"schemes.{scheme.id}.conditions", condition.lack or ""
        for limit in scheme.limits:
            yield f"schemes.{scheme.id}.limits", limit.say


def all_conditions(scheme: Scheme) -> Iterator[Condition]:
    """Every condition of a scheme: of the whole, of its parts, and the other ways to meet one."""
    for condition in (*scheme.conditions, *(gate for part in scheme.parts for gate in part.when)):
        yield condition
        if condition.or_:
            yield condition.or_


def _named_figures(policy: Policy) -> Iterator[tuple[str, str]]:
    yield from (("procedure", name) for name in policy.document.procedure.model_dump().values() if name)
    for goals in policy.document.goals:
        named = goals.model_dump(exclude={"year"}, exclude_none=True)
        yield from ((f"goals.{goals.year}", name) for name in named.values())
    for scheme in policy.document.schemes:
        place = f"schemes.{scheme.id}"
        amount = scheme.amount.model_dump()
        for key in ("amount", "low", "high", "rate", "cap", "cap_months", "share"):
            if amount.get(key):
                yield place, amount[key]
        for key in ("rows", "cap_days"):
            yield from ((place, name) for name in (amount.get(key) or {}).values())
        for key in ("steps", "tiers"):
            for step in amount.get(key, ()):
                yield from ((place, step[part]) for part in ("rate", "days", "below") if step.get(part))
        yield from ((place, name) for name in (scheme.days, scheme.threshold) if name)
        yield from ((place, part.share) for part in scheme.parts)
        yield from ((place, limit.count) for limit in scheme.limits if limit.count)
        for condition in all_conditions(scheme):
            yield from ((place, n) for n in (condition.at_least, condition.at_most, condition.less_than) if n)


def _citations(policy: Policy) -> Iterator[tuple[str, str]]:
    for answer in policy.answers:
        yield from ((f"answers.{answer.topic}", at) for at in answer.at)
    for scheme in policy.document.schemes:
        yield from ((f"schemes.{scheme.id}", at) for at in scheme.at)
        yield from ((f"schemes.{scheme.id}.conditions", condition.at) for condition in all_conditions(scheme))
