"""A class's employment rate: how many of those trained have proven work, and which way the document's threshold goes."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal

from handlers.message import Citation
from knowledge.library import Policy
from knowledge.model import Scheme
from knowledge.shelf import Shelf
from records.classes import TrainingClass
from records.employing import Counted

_RATE = "employment_rate"
_PROOF = "就业证明"


@dataclass(frozen=True)
class Threshold:
    """The rate that a document asks for, and what it pays below it."""

    share: Decimal  # 0 to 1
    shown: str  # 80%
    pays_heads: bool  # below it those are paid for who work; otherwise nothing is said of paying below it
    cited: Citation


@dataclass(frozen=True)
class Placement:
    """How a class stands."""

    counted: Counted
    threshold: Threshold | None

    @property
    def missing(self) -> int:
        """How many more must have proven work."""
        if self.threshold is None:
            return 0
        return max(0, needed(self.counted.trained, self.threshold.share) - self.counted.proven)

    @property
    def said(self) -> str:
        """还差3人就到80%。…"""
        counted, it = self.counted, self.threshold
        if it is None:
            return "这个工种的文件没有写就业率的线。"
        if not counted.trained:
            return "名册是空的，还没有就业率。"
        if not self.missing:
            return f"到{it.shown}了，{'按培训人数全额算' if it.pays_heads else '这一条够了'}。"
        below = f"现在只按实际就业的{counted.proven}人算" if it.pays_heads else "不到的，文件没写怎么算钱，先别报"
        return f"还差{self.missing}人就到{it.shown}；{below}。"


def needed(trained: int, share: Decimal) -> int:
    """The fewest heads that are at least this share of those trained."""
    return int((trained * share).to_integral_value(ROUND_CEILING))


def placement(shelf: Shelf, training_class: TrainingClass, counted: Counted) -> Placement:
    """How a class stands against the threshold of the nearest document that has one for its occupation."""
    for policy in shelf.documents(training_class.region):
        schemes = [scheme for scheme in policy.document.schemes if scheme.claimed == "class"]
        named = [scheme for scheme in schemes if training_class.occupation in scheme.occupations]
        for scheme in (*named, *(each for each in schemes if not each.occupations)):
            if found := _threshold(policy, scheme):
                return Placement(counted, found)
    return Placement(counted, None)


def proofs(shelf: Shelf, region: str) -> tuple[str, Citation | None]:
    """Which papers prove work in a place, as its nearest document lists them, and where it does."""
    for policy in shelf.documents(region):
        for scheme in policy.document.schemes:
            for material in scheme.materials:
                if material.startswith(_PROOF) and scheme.materials_at:
                    told = material.removeprefix(_PROOF).strip("（）")
                    return told, Citation(policy.name, scheme.materials_at)
    return "劳动合同、连续两个月工资或社保的证明，有一样就行", None


def _threshold(policy: Policy, scheme: Scheme) -> Threshold | None:
    figures = policy.figures
    if scheme.shortfall and scheme.threshold:
        at = figures.figure(scheme.threshold).at
        cited = Citation(policy.name, at)
        return Threshold(figures.share(scheme.threshold), figures.shown(scheme.threshold), True, cited)
    for condition in scheme.conditions:
        if condition.fact == _RATE and isinstance(condition.at_least, str):
            name = condition.at_least
            return Threshold(figures.share(name), figures.shown(name), False, Citation(policy.name, condition.at))
    return None
