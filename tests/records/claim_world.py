"""A small office for tests of claims: accounts of every kind, budgets, and rights to money that several may ask for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from records import budgeting, voucher_desk
from records.budgets import Budget
from records.claim_drafts import Application, Line
from records.claim_states import COMMITTED, DEAD, LEGAL, RESERVING, SPENT, ClaimState
from records.claims import Claim, ClaimEvent, ClaimLine
from records.database import Database
from records.objections import Answer, Objection
from records.staff import Role, Staff
from records.voucher_desk import Grant
from records.voucher_states import State
from records.vouchers import Voucher
from tests.office import LINGCHUAN, a_person, an_account

POLICY, SCHEME = "lingchuan-2020-62", "brand_forklift"
EACH = 350_000  # fen
RIGHTS = 6
PAID_FOR = {State.REDEEMED, State.WRITTEN_OFF}
ROLES = (Role.CLERK, Role.REVIEWER, Role.APPROVER, Role.PUBLISHER)


@dataclass(frozen=True)
class World:
    """Who works there."""

    staff: Sequence[Staff]  # two of every role, and one who holds them all
    vouchers: dict[str, int]  # by the right that they are for; each led to a certificate


async def a_world(session: AsyncSession, now: datetime, budget: int) -> World:
    """An office with a budget of the year for one programme."""
    staff = [await an_account(session, f"{role}{number}", role, now=now) for role in ROLES for number in (1, 2)]
    staff.append(await an_account(session, "all", *ROLES, now=now))
    world = World(staff, {})
    await more_rights(session, world, now, budget)
    return world


async def more_rights(session: AsyncSession, world: World, now: datetime, fen: int) -> list[str]:
    """Six more rights to money, E0 to E5 at first, and so much more in the budget of the year for them."""
    rights = [f"E{number}" for number in range(len(world.vouchers), len(world.vouchers) + RIGHTS)]
    world.vouchers.update({right: await _a_certified_voucher(session, now) for right in rights})
    approver = next(each for each in world.staff if each.holds(Role.APPROVER))
    there = sum(each.budget.fen for each in await budgeting.of_year(session, LINGCHUAN, now.year))
    await budgeting.set_to(session, LINGCHUAN, POLICY, SCHEME, now.year, there + fen, approver, now)
    return rights


async def _a_certified_voucher(session: AsyncSession, now: datetime) -> int:
    person = await a_person(session, now)
    grant = Grant(POLICY, SCHEME, "叉车工", LINGCHUAN, "LC")
    voucher = await voucher_desk.issue(session, person, grant, now, "worker")
    for state in (State.REGISTERED, State.TRAINING, State.ASSESSED):
        await voucher_desk.move(session, voucher, state, "test", now)
    await voucher_desk.move(session, voucher, State.CERTIFIED, "test", now, certificate=f"C{voucher.id}")
    return voucher.id


def an_application(*merits: str, blocked: Sequence[str] = (), world: World | None = None) -> Application:
    """Forklift drivers of a class, one line a right; with their vouchers where the world has them."""
    vouchers = world.vouchers if world else {}
    lines = [Line(f"training:{merit}:1", EACH, "3500元", voucher_id=vouchers.get(merit)) for merit in merits]
    lines += [Line(f"training:{merit}:1", EACH, "3500元", blocked=("没有培训券",)) for merit in blocked]
    return Application(LINGCHUAN, POLICY, SCHEME, "institution", "示范职校", lines, pay_months=2)


async def is_sound(database: Database) -> None:
    """What must be so after whatever anybody did."""
    async with database.unit() as session:
        claims = list(await session.scalars(select(Claim)))
        lines = list(await session.scalars(select(ClaimLine)))
        events = list(await session.scalars(select(ClaimEvent).order_by(ClaimEvent.claim_id, ClaimEvent.number)))
        heard = set(await session.scalars(select(Objection.claim_id).where(Objection.answer == Answer.OPEN)))
        held = [line.merit for line in lines if line.holds]
        assert len(held) == len(set(held)), "a right is asked for twice"
        for claim in claims:
            mine = [line for line in lines if line.claim_id == claim.id]
            moves = [event for event in events if event.claim_id == claim.id]
            _is_sound(claim, mine, moves)
            assert not (claim.state == ClaimState.CLEARED and claim.id in heard), "cleared over an open objection"
        for budget in await session.scalars(select(Budget)):
            stands, mine = await budgeting.standing(session, budget), [c for c in claims if _is_from(budget, c)]
            assert stands.reserved == sum(claim.fen for claim in mine if claim.state in RESERVING)
            assert stands.approved == sum(claim.fen for claim in mine if claim.state in COMMITTED)
            assert stands.paid == sum(claim.fen for claim in mine if claim.state in SPENT)
            assert stands.approved + stands.paid <= budget.fen, "more was approved than there is"
        states = {claim.id: claim.state for claim in claims}
        for voucher in await session.scalars(select(Voucher)):
            used = [line for line in lines if line.voucher_id == voucher.id and line.holds]
            assert len({line.merit.rpartition(":")[0] for line in used}) <= 1, "one voucher is claimed for twice"
            paid = [states[line.claim_id] for line in used if states[line.claim_id] in SPENT]
            assert (voucher.state in PAID_FOR) == bool(paid), "a voucher is redeemed by its payment and by nothing else"
            assert voucher.state != State.WRITTEN_OFF or ClaimState.WRITTEN_OFF in paid


def _is_from(budget: Budget, claim: Claim) -> bool:
    """Is a claim paid from a budget? That of the year in which it was applied for."""
    programme = budget.region, budget.policy_id, budget.scheme_id
    return (claim.region, claim.policy_id, claim.scheme_id) == programme and (
        claim.applied_on is not None and claim.applied_on.year == budget.year
    )


def _is_sound(claim: Claim, lines: list[ClaimLine], moves: list[ClaimEvent]) -> None:
    assert claim.fen == sum(line.fen for line in lines) and all(isinstance(line.fen, int) for line in lines)
    assert [move.number for move in moves] == list(range(1, len(moves) + 1))
    assert moves[-1].after == claim.state
    assert all((before.after, after.after) in LEGAL for before, after in pairwise(moves))
    assert sum(move.after == ClaimState.PAID for move in moves) <= 1, "paid twice"
    signers = {claim.submitted_by, claim.reviewed_by, claim.approved_by} - {None}
    if claim.state in COMMITTED | SPENT:
        assert claim.reviewed_by and claim.approved_by and len(signers) == 2 + (claim.submitted_by is not None)
        assert all(line.holds for line in lines if line.fen)
    if claim.state in DEAD | {ClaimState.DRAFT}:
        assert not any(line.holds for line in lines)
    if claim.state in SPENT:
        assert claim.paid_on and claim.notice_until and claim.paid_on > claim.notice_until and claim.payment_ref
