"""The grid of results: one line a trainee, as it was typed or filled in on a sheet, with what is wrong with it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from multidict import MultiDict
from pydantic import BaseModel, Field

from bot.web import forms
from bot.web.desk import text_of
from bot.web.forms import Typed
from handlers.result_sheets import Written
from records import assessing
from records.assessing import HIGHEST, Given
from records.classes import TrainingClass
from records.people import Person
from records.results import OUTCOME_NAMES, Outcome, Result

_NO_OUTCOME = "填了分数还没选结果，请选合格、不合格或未参加。"
OUTCOMES = {str(outcome): name for outcome, name in OUTCOME_NAMES.items()}


class LineForm(BaseModel):
    """One line of the grid."""

    outcome: Outcome | None = Field(title="结果", default=None)
    score: int | None = Field(title="分数", ge=0, le=HIGHEST, default=None)
    on: date | None = Field(title="评价日期", default=None)


class DayForm(BaseModel):
    """The day of the assessment, for every line that has none of its own."""

    on: date = Field(title="评价日期")


@dataclass(frozen=True)
class Days:
    """Today, and the day on which most were assessed."""

    today: date
    assessed: date


@dataclass(frozen=True)
class Line:
    """One trainee."""

    enrolment_id: int
    name: str
    person: Person
    values: Mapping[str, Typed]
    told: Given | None = None
    fault: str = ""

    @property
    def outcome(self) -> str:
        """passed"""
        return str(self.values.get("outcome", ""))


def typed(sent: Mapping[str, object], enrolment_id: int) -> dict[str, str]:
    """What was typed in a line."""
    return {name: text_of(sent, f"{name}-{enrolment_id}") for name in LineForm.model_fields}


def written(line: Written) -> dict[str, str]:
    """What was filled in on a sheet; a name of a result stands for it, anything else stays to be seen."""
    outcomes = {name: outcome for outcome, name in OUTCOMES.items()}
    return {"outcome": outcomes.get(line.outcome, line.outcome), "score": line.score, "on": line.on}


def kept(result: Result) -> dict[str, str]:
    """What is in the records."""
    score = "" if result.score is None else str(result.score)
    return {"outcome": str(result.outcome), "score": score, "on": result.on.isoformat()}


def all_kept(results: Mapping[int, Result]) -> dict[int, dict[str, str]]:
    """Everything that is in the records, by enrolment."""
    return {key: kept(result) for key, result in results.items()}


def line(
    training_class: TrainingClass, enrolment_id: int, name: str, person: Person, values: dict[str, str], days: Days
) -> Line:
    """A line with what it tells, or with one sentence on what is wrong; without a result it tells nothing yet."""
    filled = forms.read(MultiDict(values), LineForm)
    shown = Line(enrolment_id, name, person, filled.values)
    if filled.told is None:
        return replace(shown, fault=next(iter(filled.errors.values())))
    told = filled.told
    if told.outcome is None:
        return replace(shown, fault=_NO_OUTCOME) if told.score is not None else shown
    given = Given(told.outcome, told.score, told.on or days.assessed)
    if fault := assessing.fault(training_class, given, days.today):
        return replace(shown, fault=fault)
    return replace(shown, told=given)
