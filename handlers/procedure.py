"""How claims are dealt with at a place: the days of public notice and the time to pay, and who says so."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from config.settings import Settings
from knowledge.library import Policy
from knowledge.model import Figure
from knowledge.shelf import Shelf
from knowledge.workdays import Term, is_working_day, term

OWN_RULE = "本办规定"


@dataclass(frozen=True)
class Rule:
    """A number with its source."""

    value: int
    said_by: str  # 古人社发〔2024〕15号 六（五）, or the office itself


@dataclass(frozen=True)
class NoticeTerm:
    """From when to when a claim is put up, and by which rule."""

    starts: date
    term: Term
    rule: Rule


def notice_days(shelf: Shelf, settings: Settings, policy: Policy) -> Rule:
    """Working days of public notice: of the document itself, of the nearest above it that says, or the office's own."""
    return _stated(shelf, policy, "notice_days") or Rule(settings.notice_working_days, OWN_RULE)


def pay_months(shelf: Shelf, policy: Policy) -> Rule | None:
    """Months from the application to the payment, where a document sets them."""
    return _stated(shelf, policy, "pay_months")


def notice(shelf: Shelf, settings: Settings, policy: Policy, today: date) -> NoticeTerm:
    """The public notice that begins on the next working day."""
    starts = today + timedelta(days=1)
    while not is_working_day(starts):
        starts += timedelta(days=1)
    rule = notice_days(shelf, settings, policy)
    return NoticeTerm(starts, term(starts, rule.value), rule)


def _stated(shelf: Shelf, policy: Policy, name: str) -> Rule | None:
    above = [each for each in shelf.documents(policy.region) if each.id != policy.id]
    for each in (policy, *above):
        if figure := getattr(each.document.procedure, name):
            stated: Figure = each.document.figures[figure]
            return Rule(int(each.figures.value(figure)), f"{each.name} {stated.at}")
    return None
