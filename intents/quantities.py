"""Numbers with their units, and what they are numbers of: 失业保险交了11个月, 30人参加25人合格."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path

import yaml

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_NUMBER = re.compile(
    r"(?<![\d.第])(\d+(?:\.\d+)?|十(?=[来多几]))(?:来|多|余|几)?(%|亿元?|万元?|块|元|个月|个来月|月|天|日|年|个?学时|个?小时|个?课时|次|回|趟|遍|岁|个人|人|名|口|个(?!局|部门|单位|条件|方面|问题|文件|等级|级别|环节|步骤)|家|本|张|期)?"
)
_HALF_YEAR = re.compile(r"(?<![上下])(大|小)?半年(?!度)")
_HALF_YEARS = {None: 6, "大": 7, "小": 5}
# 快1年, 不到12个月: what is said to be just short of a number is one less.
_JUST_UNDER = re.compile(r"(?:快|将近|接近|不到|不满|未满|没到|没满|没够|不够|差1点儿?)(?:到|满|够|有|是|要|就)?$")
_COUNTED_DOWN = frozenset({"months", "days", "hours", "people", "age", "percent"})
# 交了2月: months, where 2月 would be February; a month of the calendar follows no verb.
_LASTED = re.compile(r"(?:了|满|够|有|过|才|只|就|快|到|多|整|约|差)$")


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


_SAME_UNIT = {"个来月": "个月", "个学时": "学时", "个小时": "小时", "个课时": "课时"}
_AND = {"", "零", "又"}
_FALLS_SHORT = re.compile(r"^(?:就|才|就要|不)?(?:满|到|够)$")


def quantities(text: str) -> list[Quantity]:
    """Every number of a normalised text with its unit; calendar years and dates are none."""
    found = [_quantity(match) for match in _NUMBER.finditer(text)]
    found += [Quantity(Decimal(_HALF_YEARS[m[1]]), "months", *m.span()) for m in _HALF_YEAR.finditer(text)]
    return _joined(sorted((_as_meant(q, text) for q in found if q), key=lambda q: q.start), text)


def _joined(found: list[Quantity], text: str) -> list[Quantity]:
    """1年3个月 is one time of 15 months; 差2个月满1年 is one of 10."""
    whole: list[Quantity] = []
    for quantity in found:
        last = whole[-1] if whole else None
        if last and last.unit == quantity.unit == "months":
            between = text[last.end : quantity.start]
            if between in _AND and last.value % 12 == 0 and quantity.value < 12:
                whole[-1] = Quantity(last.value + quantity.value, "months", last.start, quantity.end)
                continue
            if _FALLS_SHORT.match(between) and text[: last.start].endswith("差") and last.value < quantity.value:
                whole[-1] = Quantity(quantity.value - last.value, "months", last.start, quantity.end)
                continue
        whole.append(quantity)
    return whole


def _quantity(match: re.Match[str]) -> Quantity | None:
    number, unit = Decimal(10 if match[1] == "十" else match[1]), _SAME_UNIT.get(match[2] or "", match[2])
    if unit == "月" and number <= 24 and _is_a_time(match):
        unit = "个月"
    if (unit == "年" and number >= 1900) or unit == "月" or (unit is None and 1990 <= number <= 2050):
        return None
    name, factor = _UNITS.get(unit or "", ("bare", 1))
    return Quantity(number * factor, name, *match.span())


def _is_a_time(match: re.Match[str]) -> bool:
    before, after = match.string[: match.start()], match.string[match.end() :]
    return bool(_LASTED.search(before)) and not after.startswith(("份", "底", "初", "中"))


def _as_meant(quantity: Quantity, text: str) -> Quantity:
    under = quantity.unit in _COUNTED_DOWN and quantity.value > 0 and _JUST_UNDER.search(text[: quantity.start])
    return replace(quantity, value=quantity.value - 1) if under else quantity


@dataclass(frozen=True)
class Cue:
    """A fact that numbers of some units are read as when its words stand near."""

    fact: str
    units: frozenset[str]
    before: re.Pattern[str] | None
    after: re.Pattern[str] | None


_TOGETHER = re.compile(r"合起来|加起来|加1?起|合计|加1?块|合1?块|两[项批拨期]1?共|两[项批拨期]合")


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
        together = bool(_TOGETHER.search(text))
        for quantity in quantities(text):
            fact = self._fact_of(quantity, text)
            if fact == "people" and together and facts.get(fact, quantity.value) != quantity.value:
                facts[fact] += quantity.value  # type: ignore[operator]  # 两口子…两个人 are the same two
            elif fact and fact not in facts:
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
