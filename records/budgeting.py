"""Budgets at work: what a programme has for a year, and what of it is reserved, approved and paid."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from config.settings import CHINA
from records import audit
from records.audience import place
from records.audit import Event
from records.budgets import Budget
from records.claim_states import COMMITTED, RESERVING, SPENT, ClaimState
from records.claims import Claim
from records.errors import Refused
from records.staff import Role, Staff

SETTERS = (Role.APPROVER,)


@dataclass(frozen=True)
class Standing:
    """How a budget stands, in fen; the year is that of the application."""

    budget: Budget
    reserved: int  # submitted and not yet approved
    approved: int
    paid: int

    @property
    def left(self) -> int:
        """What may still be approved; below zero where it was cut afterwards."""
        return self.budget.fen - self.approved - self.paid

    @property
    def is_short(self) -> bool:
        """Is more asked for than is left?"""
        return self.reserved > self.left


async def set_to(
    session: AsyncSession, region: str, policy_id: str, scheme_id: str, year: int, fen: int, by: Staff, now: datetime
) -> Budget:
    """Give a programme its money of a year; Refused below what is approved and paid already."""
    if not by.holds(*SETTERS):
        raise Refused("您的账号没有“定预算”的权限，请找管理员。")
    if fen < 0:
        raise Refused("预算不能是负数，请重新填。")
    budget = await _of(session, region, policy_id, scheme_id, year)
    before = None if budget is None else budget.fen
    if budget is None:
        budget = Budget(region=region, policy_id=policy_id, scheme_id=scheme_id, year=year, fen=fen, set_by=by.id)
        session.add(budget)
    else:
        stands = await standing(session, budget)
        if fen < stands.approved + stands.paid:
            spent = (stands.approved + stands.paid) / 100
            raise Refused(f"已经批准和付出的有{spent:,.2f}元，预算不能比这还少。")
        budget.fen, budget.set_by = fen, by.id
    await session.flush()
    await audit.append(session, Event.BUDGET_SET, by.actor, f"budget:{budget.id}", now, before=before, fen=fen)
    return budget


async def standing(session: AsyncSession, budget: Budget) -> Standing:
    """How a budget stands, summed from its claims."""
    rows = await session.execute(
        select(Claim.state, func.sum(Claim.fen))
        .where(
            Claim.region == budget.region,
            Claim.policy_id == budget.policy_id,
            Claim.scheme_id == budget.scheme_id,
            func.extract("year", Claim.applied_on) == budget.year,
        )
        .group_by(Claim.state)
    )
    sums = {ClaimState(state): int(fen or 0) for state, fen in rows}

    def of(states: frozenset[ClaimState]) -> int:
        return sum(sums.get(state, 0) for state in states)

    return Standing(budget, of(RESERVING), of(COMMITTED), of(SPENT))


async def of_year(session: AsyncSession, region: str, year: int) -> list[Standing]:
    """Every budget of a place and year."""
    found = await session.scalars(
        select(Budget)
        .where(Budget.region.startswith(place(region)), Budget.year == year)
        .order_by(Budget.region, Budget.policy_id, Budget.scheme_id)
    )
    return [await standing(session, budget) for budget in found]


async def of_claim(session: AsyncSession, claim: Claim, now: datetime) -> Standing | None:
    """The budget that a claim is paid from; None where nobody set one."""
    year = (claim.applied_on or now.astimezone(CHINA).date()).year
    budget = await _of(session, claim.region, claim.policy_id, claim.scheme_id, year)
    return None if budget is None else await standing(session, budget)


async def hold_to(session: AsyncSession, claim: Claim) -> None:
    """Refused where approving a claim would go over the year's budget, or where none was set."""
    assert claim.applied_on is not None, "only what was submitted comes to approval"
    # Two approvals in the same moment could each see money for one: they wait here for each other.
    budget = await _of(session, claim.region, claim.policy_id, claim.scheme_id, claim.applied_on.year, lock=True)
    if budget is None:
        raise Refused(f"这个项目{claim.applied_on.year}年还没有定预算，定好后才能复核通过。")
    stands = await standing(session, budget)
    if claim.fen > stands.left:
        missing = (claim.fen - stands.left) / 100
        raise Refused(f"超预算等待：今年还剩{stands.left / 100:,.2f}元，这笔差{missing:,.2f}元。调了预算再来复核。")


async def hold_room(
    session: AsyncSession, region: str, policy_id: str, scheme_id: str, year: int, fen: int, others: int
) -> None:
    """Refused where a year's budget has no room for a sum beside what others were promised; it stays locked, as above."""
    budget = await _of(session, region, policy_id, scheme_id, year, lock=True)
    if budget is None:
        raise Refused(f"这个项目{year}年还没有定预算，请先到“预算”里定好。")
    left = (await standing(session, budget)).left - others
    if fen > left:
        raise Refused(
            f"超预算：全用上要{fen / 100:,.2f}元，今年还剩{max(left, 0) / 100:,.2f}元。请减张数，或先调预算。"
        )


async def _of(
    session: AsyncSession, region: str, policy_id: str, scheme_id: str, year: int, *, lock: bool = False
) -> Budget | None:
    wanted = select(Budget).where(
        Budget.region == region, Budget.policy_id == policy_id, Budget.scheme_id == scheme_id, Budget.year == year
    )
    return (await session.scalars(wanted.with_for_update() if lock else wanted)).one_or_none()
