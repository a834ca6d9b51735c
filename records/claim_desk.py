"""The claim desk: who may carry a claim which step on, so that two people sign and nobody his own."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy.ext.asyncio import AsyncSession

from config.settings import CHINA
from records import budgeting, claim_moves, claim_states, merits
from records.claim_states import ClaimState
from records.claims import Claim
from records.errors import Refused
from records.staff import Role, Staff

REVIEWERS = (Role.REVIEWER,)
APPROVERS = (Role.APPROVER,)
CLERKS = (Role.CLERK,)


async def submit(
    session: AsyncSession, claim: Claim, by: Staff | None, version: int, now: datetime, said: str = ""
) -> None:
    """Hand a claim in: from now on nobody else can ask for the same; a worker who claims himself has no account.

    `said` is what who applies answers to a return.
    """
    await claim_moves.hold_as_read(session, claim, version)
    claim_states.check(ClaimState(claim.state), ClaimState.SUBMITTED)
    paying = [line for line in await claim_moves.lines_of(session, claim) if line.fen and not line.blocked]
    if not paying:
        raise Refused("这笔申领里没有一行能付钱，没法提交。看看每行后面写的原因。")
    await merits.take(session, claim, paying)
    claim.submitted_by = by.id if by else None
    claim.reviewed_by = claim.approved_by = None
    today = now.astimezone(CHINA).date()
    claim.applied_on = claim.applied_on or today
    if claim.due_on is None and (months := claim.facts.get("pay_months")):
        claim.due_on = _months_after(claim.applied_on, int(months))
    await claim_moves.move(session, claim, ClaimState.SUBMITTED, by.actor if by else "worker", said.strip()[:200], now)


async def review(session: AsyncSession, claim: Claim, by: Staff, version: int, now: datetime) -> None:
    """初审: the first signature, by somebody who did not submit it."""
    await claim_moves.hold_as_read(session, claim, version)
    claim_states.check(ClaimState(claim.state), ClaimState.REVIEWED)
    _must_hold(by, REVIEWERS, "初审")
    if claim.submitted_by == by.id:
        raise Refused("您提交的申领要由另一个人初审。")
    claim.reviewed_by = by.id
    await claim_moves.move(session, claim, ClaimState.REVIEWED, by.actor, "", now)


async def approve(session: AsyncSession, claim: Claim, by: Staff, version: int, now: datetime) -> None:
    """复核: the second signature, by somebody else, and only as far as the year's budget goes."""
    await claim_moves.hold_as_read(session, claim, version)
    claim_states.check(ClaimState(claim.state), ClaimState.APPROVED)
    _must_hold(by, APPROVERS, "复核")
    if by.id in {claim.submitted_by, claim.reviewed_by}:
        raise Refused("复核要由没有提交、也没有初审过这笔申领的人来做。")
    await budgeting.hold_to(session, claim)
    claim.approved_by = by.id
    await claim_moves.move(session, claim, ClaimState.APPROVED, by.actor, "", now)


async def send_back(session: AsyncSession, claim: Claim, by: Staff, reason: str, version: int, now: datetime) -> None:
    """退回: what is to be mended is said; what it asked for stays taken, so that it keeps its place."""
    await claim_moves.hold_as_read(session, claim, version)
    _must_hold(by, (*CLERKS, *REVIEWERS, *APPROVERS), "退回")
    await _back(session, claim, ClaimState.RETURNED, by.actor, _said(reason), now)


async def reject(session: AsyncSession, claim: Claim, by: Staff, reason: str, version: int, now: datetime) -> None:
    """不予通过: the claim ends here and what it asked for is free again."""
    await claim_moves.hold_as_read(session, claim, version)
    _must_hold(by, (*REVIEWERS, *APPROVERS), "不予通过")
    await _back(session, claim, ClaimState.REJECTED, by.actor, _said(reason), now)
    await merits.give_up(session, claim)


async def withdraw(session: AsyncSession, claim: Claim, actor: str, reason: str, version: int, now: datetime) -> None:
    """撤回: who applied takes it back."""
    await claim_moves.hold_as_read(session, claim, version)
    await _back(session, claim, ClaimState.WITHDRAWN, actor, reason.strip(), now)
    await merits.give_up(session, claim)


async def _back(session: AsyncSession, claim: Claim, to: ClaimState, actor: str, reason: str, now: datetime) -> None:
    claim.notice_from = claim.notice_until = None
    claim.reviewed_by = claim.approved_by = None
    await claim_moves.move(session, claim, to, actor, reason, now)


def _must_hold(by: Staff, roles: Sequence[Role], what: str) -> None:
    if not by.holds(*roles):
        raise Refused(f"您的账号没有“{what}”的权限，请找管理员。")


def _said(reason: str) -> str:
    if not reason.strip():
        raise Refused("请写一句原因，申领的人要照着改。")
    return reason.strip()


def _months_after(day: date, months: int) -> date:
    """The same day so many months on; the month's last where it has no such day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
