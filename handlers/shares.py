"""A share that a document states, held against the sums or heads that were told: 经费50万, 一线花了29万, 够60%吗."""

from __future__ import annotations

import re
from decimal import Decimal

from handlers.reading import Question
from intents.quantities import Quantity, quantities
from knowledge.figures import plain, yuan

_STATED = re.compile(r"(?P<share>\d+(?:\.\d+)?)%(?P<more>（含）|\(含\))?(?:以上|（含）以上)?")
_AT_MOST = re.compile(r"最多|不超过|以内|上限")
_ENOUGH = re.compile(r"够不够|够线|够[了吗]|达到|达标|达没达|卡线|合不合|符合|行不行|算不算")
_HOW_MUCH = re.compile(r"多少|几")
_MONEY = {"yuan", "big"}


def worked(asked: Question, say: str) -> str:
    """The sum that a stated share comes to, or whether what was told reaches it; empty where neither was asked."""
    stated = _STATED.findall(say)
    told = [q for q in quantities(asked.meaning.clauses) if q.unit in _MONEY or q.unit in {"people", "items"}]
    told = [q for q in told if q.value > 1 and (q.unit in _MONEY) == (told[0].unit in _MONEY)]
    if len({share for share, _ in stated}) != 1 or not told:
        return ""
    share = Decimal(stated[0][0])
    if len(told) == 1 and told[0].unit in _MONEY and _HOW_MUCH.search(asked.text):
        return f"就是{_shown(told[0], told[0].value * share / 100)}（{_shown(told[0])}×{plain(share)}%）。"
    if len(told) == 2 and _ENOUGH.search(asked.text):
        return _verdict(share, *sorted(told, key=lambda q: q.value), at_most=bool(_AT_MOST.search(say)))
    return ""


def _verdict(share: Decimal, part: Quantity, whole: Quantity, *, at_most: bool) -> str:
    reached = part.value * 100 / whole.value
    working = f"{_shown(part)}占{_shown(whole)}的{plain(round(reached, 1))}%"
    if at_most:
        return f"{'没超' if reached <= share else '超了'}，{working}。"
    if reached >= share:
        return f"够了，达到{plain(share)}%：{working}。"
    return f"不够，没达到{plain(share)}%：{working}，还差{_shown(part, whole.value * share / 100 - part.value)}。"


def _shown(quantity: Quantity, value: Decimal | None = None) -> str:
    number = quantity.value if value is None else value
    return yuan(int(number * 100)) if quantity.unit in _MONEY else f"{plain(number)}人"
