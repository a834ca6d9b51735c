"""Holds a policy file to account: its names lead somewhere, its examples come out, its figures stand in the text."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from decimal import Decimal
from functools import cache
from pathlib import Path

import yaml

from knowledge import examples, library
from knowledge.errors import PolicyError
from knowledge.facts import catalogue
from knowledge.figures import plain
from knowledge.library import Policy, all_conditions
from knowledge.model import Condition, Figure
from knowledge.official import Official
from knowledge.regions import Regions
from knowledge.sections import WHOLE

_GROUPS = Path(__file__).with_name("groups.yaml")
_HAN: dict[float, str] = dict(enumerate("一二三四五六七八九十", 1))
_SEPARATOR = re.compile(r"(?<=\d),(?=\d{3})")  # of thousands


def check(path: Path, official: Official | None = None) -> list[str]:
    """Every problem of a policy file as “place: what is wrong”; its sections and figures are sought in the official text."""
    try:
        policy = library.read(path)
    except PolicyError as error:
        return error.problems
    except (OSError, UnicodeDecodeError) as error:
        return [f"expected a YAML file in UTF-8, {error}"]
    found = [*_names(policy), *_examples(policy)]
    return found if official is None else [*found, *_against(policy, official)]


def _names(policy: Policy) -> Iterator[str]:
    """Facts, groups, schemes and places that nobody knows."""
    region = policy.document.document.region
    if Regions().name(region) == region:
        yield f"document.region: {region} is not in regions.yaml"
    for place, condition in _conditions(policy):
        if condition.fact not in catalogue():
            yield f"{place}: the fact {condition.fact!r} is not in facts.yaml"
        elif condition.fact == "group":
            unknown = [name for name in condition.one_of or () if name not in _groups()]
            yield from (f"{place}: the group {name!r} is not in groups.yaml" for name in unknown)
    for answer in policy.document.answers:
        if answer.scheme and answer.scheme not in policy.schemes:
            yield f"answers.{answer.topic}: the scheme {answer.scheme!r} is not among the schemes"


def _conditions(policy: Policy) -> Iterator[tuple[str, Condition]]:
    for scheme in policy.document.schemes:
        yield from ((f"schemes.{scheme.id}.conditions", condition) for condition in scheme.conditions)
        for part in scheme.parts:
            yield from ((f"schemes.{scheme.id}.parts.{part.name}", condition) for condition in part.when)


def _examples(policy: Policy) -> Iterator[str]:
    for example in policy.document.examples:
        if example.scheme not in policy.schemes:
            yield f"examples: {example.name}: the scheme {example.scheme!r} is not among the schemes"
        else:
            yield from (f"examples: {failure}" for failure in examples.check(policy, example))


def _against(policy: Policy, official: Official) -> Iterator[str]:
    """Sections that the official text does not have, and figures that do not stand in the section that is cited."""
    for section in policy.document.sections:
        if not official.text(section.at):
            yield f"sections: {section.at} is not in the official text, which has {'、'.join(official.locators)}"
    whole = official.text(WHOLE)
    for name, figure in policy.document.figures.items():
        if figure.sum is not None or _counts_a_list(policy, figure):
            continue
        if not _stands_in(whole, figure):
            yield f"figures.{name}: {policy.figures.shown(name)} (at {figure.at}) does not stand in the official text"
        elif not _stands_in(official.text(figure.at), figure) and official.text(figure.at):
            yield f"figures.{name}: {policy.figures.shown(name)} stands in the official text, but not at {figure.at}"


def _stands_in(text: str, figure: Figure) -> bool:
    stated = _SEPARATOR.sub("", unicodedata.normalize("NFKC", text))
    number = re.escape(plain(Decimal(str(figure.value))))
    if re.search(rf"(?<![\d.]){number}(?!\d|\.\d)", stated):
        return True
    shown = unicodedata.normalize("NFKC", figure.shown or "") or f"{_HAN.get(figure.value or 0, number)}{figure.unit}"
    return shown in "".join(stated.split())


def _counts_a_list(policy: Policy, figure: Figure) -> bool:
    """A figure may count what its section lists, which the text leaves to the reader."""
    classes = policy.document.classes
    listed = [len(names) for names in classes.of.values()] if classes and classes.at == figure.at else []
    conditions = (each for scheme in policy.document.schemes for each in all_conditions(scheme))
    return figure.value in [*listed, *(len(each.one_of or ()) for each in conditions if each.at == figure.at)]


@cache
def _groups() -> frozenset[str]:
    return frozenset(yaml.safe_load(_GROUPS.read_text(encoding="utf-8")))
