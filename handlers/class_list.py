"""Which classes a worker is shown: found by what he named, near him first where he sent his place, four at a time."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import date
from typing import Any

from handlers import class_words
from handlers.context import Context
from handlers.message import Place, Reply
from intents.spans import Span, span
from intents.understanding import Meaning
from knowledge.regions import chain
from records import vacancies
from records.vacancies import Vacancy

_PAGE = 4
_MOST = 40  # classes of one list
_NUMERALS = str.maketrans("一二三四五六七八九两", "1234567892")
_CORE = re.compile(r"^(?:那|有没有|还有|有|要|想看|看看?)?(.+?)(?:的|培训班|班|呢|吗|没|有)*$")
_SKILL, _STEP = "training", "listed"


@dataclass
class Search:
    """What is looked for, and how far the list was shown; plain values, since it is kept between two messages."""

    region: str | None = None
    occupations: list[str] = field(default_factory=list)
    since: str = ""
    until: str = ""
    said: str = ""  # the days as they were named: 下个月
    place: list[float] = field(default_factory=list)  # the worker's, latitude and longitude
    joins: bool = False  # he said 报名: to pick is to enrol
    shown: int = 0
    classes: list[int] = field(default_factory=list)  # all that were found, in order

    @classmethod
    def of(cls, meaning: Meaning, context: Context, *, joins: bool = False) -> Search:
        """What a message looks for."""
        search = cls(
            meaning.first("region") or context.region, list(meaning.entities.get("occupation", ())), joins=joins
        )
        return search.within(span(meaning.cleaned, context.today))

    def within(self, days: Span | None) -> Search:
        """The same among the classes that begin on these days."""
        if days is None:
            return self
        return replace(self, since=days.since.isoformat(), until=days.until.isoformat(), said=days.said)

    @property
    def point(self) -> Place | None:
        """Where the worker is, if he sent it."""
        return Place(self.place[0], self.place[1]) if self.place else None

    @property
    def page(self) -> list[int]:
        """The classes that were shown last."""
        return self.classes[self.start : self.shown]

    @property
    def start(self) -> int:
        """Where the page that was shown last begins."""
        return max(self.shown - 1, 0) // _PAGE * _PAGE


def listed(context: Context) -> Search:
    """The search whose list waits for an answer."""
    assert context.talk.pending is not None
    return Search(**context.talk.pending.data["search"])


async def show(search: Search, context: Context) -> Reply:
    """The first classes that were found; where none was, what comes nearest to it."""
    found, lead = await _nearest_to(search, context)
    if not found:
        return class_words.nothing()
    classes = [each.training_class.id for each in found[:_MOST]]
    return _page(replace(search, classes=classes, shown=0), found[:_PAGE], lead, context)


async def more(search: Search, context: Context) -> Reply:
    """“还有吗”: the next ones."""
    left = search.classes[search.shown :]
    if not left:
        context.wait_for(_SKILL, _STEP, search=asdict(search))
        return class_words.no_more(search.joins)
    found = [each for id in left[:_PAGE] if (each := await vacancies.vacancy(context.session, id))]
    return _page(search, found, "", context)


def again(search: Search) -> dict[str, Any]:
    """A search as it is kept to be done once more."""
    return asdict(replace(search, shown=0, classes=[], joins=False))


def picked(search: Search, text: str, names: Sequence[tuple[int, str]], context: Context) -> int | None:
    """Which class a text picks, by its number in the list or by its name."""
    number = context.talk.number(text, len(search.page))
    if number is not None:
        return search.page[number]
    return named(text, names)


def named(text: str, names: Sequence[tuple[int, str]]) -> int | None:
    """The one class whose name stands in a text; 三班 is 3班."""
    found = [id for id, name in names if _plain(name) in _plain(text)]
    return found[0] if len(found) == 1 else None


def narrowed(search: Search, meaning: Meaning, today: date) -> Search | None:
    """“那电工的呢”, “12月的”: the same search for another occupation or other days; None where it is something else."""
    core = _CORE.match(meaning.text)
    if core is None:
        return None
    mine = [mention for mention in meaning.mentions if mention.slot == "occupation"]
    if len(mine) == 1 and mine[0].end - mine[0].start == len(core[1]):
        return replace(search, occupations=[mine[0].value])
    days = span(core[1], today) if len(core[1]) <= 4 else None
    return search.within(days) if days else None


def by_distance(found: Sequence[Vacancy], place: Place) -> list[Vacancy]:
    """The nearest first."""
    return sorted(found, key=lambda each: class_words.metres(each, place))


async def _nearest_to(search: Search, context: Context) -> tuple[list[Vacancy], str]:
    """What was asked for, or the same without the days, or without the occupation, and how that is put."""
    if found := await _find(search, context):
        return found, ""
    what = f"{search.said}没有要开的{'、'.join(search.occupations)}班"
    if search.said and (found := await _find(replace(search, since="", until=""), context)):
        return found, f"{what}，别的时间有："
    if search.occupations and (found := await _find(replace(search, occupations=[], since="", until=""), context)):
        return found, f"{what}，别的班有："
    return [], ""


async def _find(search: Search, context: Context) -> list[Vacancy]:
    found = await vacancies.vacancies(
        context.session,
        context.today,
        regions=chain(search.region) if search.region and not search.place else (),
        occupations=search.occupations,
        since=date.fromisoformat(search.since) if search.since else None,
        until=date.fromisoformat(search.until) if search.until else None,
    )
    return by_distance(found, search.point) if search.point else found


def _page(search: Search, found: Sequence[Vacancy], lead: str, context: Context) -> Reply:
    search = replace(search, shown=search.shown + len(found))
    context.wait_for(_SKILL, _STEP, search=asdict(search))
    left = len(search.classes) - search.shown
    return class_words.listed(found, lead, search.point, left, search.joins)


def _plain(text: str) -> str:
    return text.replace(" ", "").translate(_NUMERALS)
