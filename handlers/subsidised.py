"""What the documents of a place pay for an occupation's training: the days they count and the sum a head."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy.ext.asyncio import AsyncSession

from handlers import wording
from handlers.message import Citation
from knowledge.amounts import work_out
from knowledge.figures import plain, yuan
from knowledge.library import Policy
from knowledge.model import Daily, Scheme
from knowledge.shelf import Shelf
from records import extensions


@dataclass(frozen=True)
class Subsidy:
    """The subsidised days of an occupation, and what the days that are planned come to."""

    policy: Policy
    days: int  # the most that are paid, or those that the document fixes
    each: int  # fen a trainee, by the standard
    said: str
    fits: bool  # is every planned day paid, and none wanting?
    cited: tuple[Citation, ...]
    holds: bool  # is the document within its own period?

    @property
    def basis(self) -> str:
        """依据：古人社发〔2024〕15号 三（一）2、附件"""
        return wording.basis(self.cited)


def subsidised(shelf: Shelf, region: str, occupation: str, days: int, today: date) -> Subsidy | None:
    """What is paid for so many days of an occupation in a place; None where its documents fix nothing for it."""
    for policy in shelf.documents(region):
        holds = shelf.is_current(policy, today)
        if brand := _brand(policy, occupation):
            return _by_brand(policy, brand, days, holds)
        if found := _class_of(policy, occupation):
            return _by_class(policy, *found, occupation, days, holds)
    return None


async def standing(session: AsyncSession, subsidy: Subsidy, today: date) -> str:
    """Whether the document still holds, in a sentence; empty where it is within its own period."""
    if subsidy.holds:
        return ""
    if extension := await extensions.in_force(session, subsidy.policy.id, today):
        until = extension.until
        return f"文件执行期已过，按延续执行算（{extension.basis}，到{until.year}年{until.month}月{until.day}日）。"
    return wording.period_note([subsidy.policy], today)


def _brand(policy: Policy, occupation: str) -> Scheme | None:
    return next((each for each in policy.document.schemes if each.days and occupation in each.occupations), None)


def _class_of(policy: Policy, occupation: str) -> tuple[Scheme, str] | None:
    classes = policy.document.classes
    kind = next((name for name, listed in classes.of.items() if occupation in listed), None) if classes else None
    schemes = policy.document.schemes
    by_class = next((each for each in schemes if isinstance(each.amount, Daily) and each.amount.cap_days), None)
    return (by_class, kind) if by_class and kind else None


def _by_brand(policy: Policy, scheme: Scheme, days: int, holds: bool) -> Subsidy:
    assert scheme.days
    fixed, paid = int(policy.figures.value(scheme.days)), work_out(scheme, policy.figures, {"days": days})
    verdict = "正好" if days == fixed else f"和文件定的不一样，请改成{fixed}天，或先问县人社局"
    said = f"{scheme.name.removesuffix('补贴')}定{fixed}天，每人补{paid.shown}；计划{days}天，{verdict}。"
    cited = tuple(Citation(policy.name, at) for at in scheme.at)
    return Subsidy(policy, fixed, paid.low, said, days == fixed, cited, holds)


def _by_class(policy: Policy, scheme: Scheme, kind: str, occupation: str, days: int, holds: bool) -> Subsidy:
    assert isinstance(scheme.amount, Daily) and scheme.amount.cap_days and policy.document.classes
    most = policy.figures.value(scheme.amount.cap_days[kind])
    paid = work_out(scheme, policy.figures, {"days": days, "occupation_class": kind})
    counted = "" if days <= most else f"只按{plain(most)}天算，"
    said = f"{occupation}属{kind}，最多补{plain(most)}天；计划{days}天，{counted}每人可补{yuan(paid.low)}（按标准算：{paid.working}）。"
    places = (scheme.at[0], policy.document.classes.at)
    return Subsidy(
        policy, int(most), paid.low, said, days <= most, tuple(Citation(policy.name, at) for at in places), holds
    )
