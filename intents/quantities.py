"""Numbers with their units, and what they are numbers of: 失业保险交了11个月, 30人参加25人合格."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

import yaml

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_NUMBER = re.compile(
    r"(?<![\d.第])(\d+(?:\.\d+)?)(?:来|多|余|几)?(%|亿元?|万元?|块|元|个月|月|天|日|年|学时|小时|课时|次|回|趟|遍|岁|个人|人|名|口|个|家|本|张|期)?"
)
_HALF_YEAR = re.compile(r"(?<![上下])(大)?半年(?!度)")


@dataclass(frozen=True)
class Quantity:
    """A number as it was said: months for 年 and 个月, yuan for money, percent as it stands."""

    value: Decimal
    unit: str  # days months years hours people times age percent yuan items bare
    start: int
    end: int


_UNITS = {
    "%": ("percent", 1), "亿": ("yuan", 10**8), "亿元": ("yuan", 10**8), "万": ("big", 10**4), "万元": ("yuan", 10**4),
    "块": ("yuan", 1), "元": ("yuan", 1), "个月": ("months", 1), "月": ("month", 1), "天": ("days", 1), "日": ("days", 1),
    "年": ("months", 12), "学时": ("hours", 1), "小时": ("hours", 1), "课时": ("hours", 1), "次": ("times", 1),
    "回": ("times", 1), "趟": ("times", 1), "遍": ("times", 1), "岁": ("age", 1), "人": ("people", 1), "个人": ("people", 1), "名": ("people", 1),
    "口": ("people", 1), "个": ("items", 1), "家": ("items", 1), "本": ("items", 1), "张": ("items", 1), "期": ("items", 1),
}  # fmt: skip


def quantities(text: str) -> list[Quantity]:
    """Every number of a normalised text with its unit; calendar years and dates are none."""
    found = [_quantity(match) for match in _NUMBER.finditer(text)]
    found += [Quantity(Decimal(7 if m[1] else 6), "months", m.start(), m.end()) for m in _HALF_YEAR.finditer(text)]
    return sorted((q for q in found if q), key=lambda q: q.start)


def _quantity(match: re.Match[str]) -> Quantity | None:
    number, unit = Decimal(match[1]), match[2]
    if (unit == "年" and number >= 1900) or unit == "月" or (unit is None and 1990 <= number <= 2050):
        return None
    name, factor = _UNITS.get(unit or "", ("bare", 1))
    return Quantity(number * factor, name, match.start(), match.end())


@dataclass(frozen=True)
class Cue:
    """A fact that numbers of some units are read as when its words stand near."""

    fact: str
    units: frozenset[str]
    before: re.Pattern[str] | None
    after: re.Pattern[str] | None


class Situation:
    """Reads the facts of a worker's or a class's situation from a text, by the cues in words/situation.yaml."""

    def __init__(self, path: Path = Path(__file__).parent / "words" / "situation.yaml") -> None:
        words = yaml.load(path.read_text(encoding="utf-8"), Loader=_LOADER)
        self._cues = [
            Cue(
                cue["fact"],
                frozenset(cue["units"]),
                _near(cue.get("before"), end=True),
                _near(cue.get("after"), end=False),
            )
            for cue in words["numbers"]
        ]
        self._said = [(said["fact"], said["value"], re.compile(said["when"])) for said in words["said"]]

    def facts(self, text: str) -> dict[str, object]:
        """Fact to value: Decimal for numbers, bool or text for what was said in words."""
        facts: dict[str, object] = {}
        for quantity in quantities(text):
            if (fact := self._fact_of(quantity, text)) and fact not in facts:
                facts[fact] = quantity.value
        for fact, value, pattern in self._said:
            if fact not in facts and pattern.search(text):
                facts[fact] = value
        return facts

    def _fact_of(self, quantity: Quantity, text: str) -> str | None:
        if _is_unit_price(quantity, text):
            return None
        before = text[max(0, quantity.start - 14) : quantity.start].rpartition(",")[2]
        after = text[quantity.end : quantity.end + 10].partition(",")[0]
        for cue in self._cues:
            if quantity.unit not in cue.units:
                continue
            if cue.before is None and cue.after is None:
                return cue.fact
            if (cue.before and cue.before.search(before)) or (cue.after and cue.after.match(after)):
                return cue.fact
        return None


def _is_unit_price(quantity: Quantity, text: str) -> bool:
    """一天给多少, 一个人补多少: the unit that is asked for, not a count."""
    counts = text[quantity.start - 1 : quantity.start] in {"才", "只", "就"}
    return quantity.value == 1 and not counts and quantity.unit in {"days", "people", "items", "hours"}


def _near(words: str | None, *, end: bool) -> re.Pattern[str] | None:
    if not words:
        return None
    return re.compile(f"(?:{words}).{{0,6}}$" if end else f".{{0,2}}(?:{words})")
