"""Two things held against each other, and sums over several lines: 初级30个、高级10个一共多少."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from handlers import wording
from handlers.choosing import Choice
from handlers.context import Context
from handlers.message import Outcome, Reply
from handlers.reading import Question, counted
from handlers.reckoning import case
from handlers.selecting import facts_of, scheme_behind, select
from knowledge.figures import plain, yuan
from knowledge.heads import pays_for_the_passed_only
from knowledge.library import Policy
from knowledge.model import Scheme
from knowledge.shelf import Entry

_STATED = re.compile(r"^[^\d，。]{0,8}(?P<number>\d+(?:\.\d+)?)(?P<unit>万?(?:元|人次|人|天|个月|次|年|家|个|%))")


def compare(likely: Choice, asked: Question, context: Context) -> Reply | None:
    """Both sides with their figures and the difference; None where the question names no two sides."""
    sides = list(_sides(likely, asked, context))
    if len(sides) < 2:
        return None
    entries = [side.entry for side in sides]
    text = _gap(sides) + "；".join(f"{side.name}：{wording.said(side.entry)[0].rstrip('。')}" for side in sides) + "。"
    cited = wording.citations(entries)
    note = wording.period_note((entry.policy for entry in entries), context.today, context.house.goes_on)
    intent = f"ask.{likely.topic}"
    return Reply(wording.lines(text, note, wording.basis(cited)), Outcome.ANSWER, intent, cited)


@dataclass(frozen=True)
class _Side:
    """One of the things that are held against each other, and the question put to it alone."""

    name: str
    entry: Entry
    asked: Question


def _gap(sides: Sequence[_Side]) -> str:
    """“高级工多，相差300元。” of two sides that pay, or that state one number of the same unit."""
    paid = [_amount(side) for side in sides]
    stated = [_STATED.match(wording.said(side.entry)[0]) for side in sides]
    if len(sides) != 2:
        return ""
    if paid[0] is not None and paid[1] is not None:
        first, second, gap = Decimal(paid[0]), Decimal(paid[1]), yuan(abs(paid[0] - paid[1]))
    elif stated[0] and stated[1] and stated[0]["unit"] == stated[1]["unit"]:
        first, second = Decimal(stated[0]["number"]), Decimal(stated[1]["number"])
        gap = f"{plain(abs(first - second))}{stated[0]['unit']}"
    else:
        return ""
    if first == second:
        return "一样多。"
    more = sides[0] if first > second else sides[1]
    return f"{more.name}多，相差{gap}。"


def _sides(likely: Choice, asked: Question, context: Context) -> Iterator[_Side]:
    shelf = context.house.shelf
    if len(asked.regions) > 1:
        for place in asked.regions:
            there = replace(asked, region=place)
            for entry in select(context.house.chooser.of_topic(likely.topic, there), there, shelf)[:1]:
                yield _Side(shelf.regions.name(place), entry, there)
        return
    named = [(slot, asked.slots[slot][0]) for slot in ("level", "certificate") if slot in asked.slots]
    if len(named) == 2:  # 高级工比专项职业能力证
        for slot, value in named:
            rest = {other: values for other, values in asked.slots.items() if other not in dict(named)}
            only = replace(asked, slots={**rest, slot: (value,)})
            for entry in select(likely, only, shelf)[:1]:
                yield _Side(value, entry, only)
        return
    for slot, values in asked.slots.items():
        if len(values) > 1:
            for value in values[:3]:
                only = replace(asked, slots={**asked.slots, slot: (value,)})
                for entry in select(likely, only, shelf)[:1]:
                    yield _Side(value, entry, only)
            return


def _amount(side: _Side) -> int | None:
    """What one side pays, where it is a plain sum."""
    scheme = scheme_behind(side.entry)
    if scheme is None:
        return None
    total = case(side.entry.policy, scheme, facts_of(side.asked, scheme)).sum
    return None if total is None or total.high is None else total.high


def counted_lines(policy: Policy, scheme: Scheme, asked: Question) -> str:
    """A sum over several counted lines; empty where the question counts none."""
    lines = counted(asked)
    if not lines or scheme.amount.kind != "table":
        return ""
    if len(lines) == 1 and pays_for_the_passed_only(scheme) and "passed" in asked.facts:
        lines = [(int(str(asked.facts["passed"])), *lines[0][1:])]  # 30个人考高级工，24个拿到证
    terms, total = [], 0
    for count, slot, value in lines:
        worked = case(policy, scheme, {slot: value, "people": count}).sum
        if worked is None or worked.high is None:
            return ""
        each = case(policy, scheme, {slot: value}).sum
        terms.append(f"{value}{yuan(each.high or 0) if each else ''}×{count}")
        total += worked.high
    return f"一共{yuan(total)}：{'＋'.join(terms)}。"
