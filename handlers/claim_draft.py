"""A draft that the office wrote, opened again: what was typed, as far as it may be shown, and what is put in its place."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from handlers import claim_questions, claim_wish, other_claims
from handlers.claim_wish import Wish
from handlers.context import House
from handlers.programmes import Programme
from records import claim_drafts, claim_moves, claim_papers, people
from records.certificates import SEAL, Certificate
from records.claim_desk import CLERKS
from records.claim_drafts import Application
from records.claim_papers import Account
from records.claim_states import CLAIM_STATE_NAMES, OPEN_TO_CHANGE, ClaimState
from records.claims import Claim, ClaimLine
from records.errors import Refused
from records.people import Person
from records.staff import Staff


@dataclass(frozen=True)
class Shown:
    """A draft as its form shows it; people stand as the number of their card, never with their ID number."""

    payee: str
    lines: Sequence[str]


async def hold_open(session: AsyncSession, claim: Claim, by: Staff) -> None:
    """Refused for an account that may not change this claim, and once it is under review."""
    if not by.holds(*CLERKS) or not await other_claims.is_ours(session, claim):
        raise Refused("只有经办能改，而且只能是本办自己写的申领。")
    if claim.state not in OPEN_TO_CHANGE:
        raise Refused(f"这笔申领现在是“{CLAIM_STATE_NAMES[ClaimState(claim.state)]}”，不能再改。")


async def as_typed(session: AsyncSession, claim: Claim, programme: Programme) -> Shown:
    """What the form is filled with."""
    is_open = claim_questions.leaves_the_sum_open(programme.scheme)
    payee = await people.get(session, claim.person_id) if claim.person_id else None
    lines = [await _typed(session, each, is_open) for each in await claim_moves.lines_of(session, claim)]
    return Shown(_card(payee) if payee else claim.payee_name, lines)


async def rewrite(
    session: AsyncSession,
    house: House,
    claim_id: int,
    wish: Wish,
    account: Account | None,
    by: Staff,
    version: int,
    now: datetime,
) -> None:
    """Put what was typed in place of what the draft was; the same once more changes nothing.

    Without an account the one before stays. Refused for a draft that somebody else changed meanwhile.
    """
    claim = await session.get_one(Claim, claim_id, with_for_update=True, populate_existing=True)
    await hold_open(session, claim, by)
    application = await other_claims.application(session, house, wish, account, by, now)
    if claim.version == version + 1 and await _is_as_told(session, claim, application):
        return
    await claim_drafts.revise(session, claim, application.lines, by.actor, version, now)
    claim.part, claim.payee_name, claim.person_id = application.part, application.payee_name, application.person_id
    claim.facts = claim_drafts.kept_facts(application)
    if account is not None:
        claim.account_sealed = session.info["vault"].seal(claim_papers.kept(account))
    await session.flush()


async def _is_as_told(session: AsyncSession, claim: Claim, told: Application) -> bool:
    there = [(line.merit, line.fen) for line in await claim_moves.lines_of(session, claim)]
    wanted = [(line.merit, 0 if line.blocked else line.fen) for line in told.lines]
    same = claim.part == told.part and claim.payee_name == told.payee_name
    return there == wanted and same and claim.facts == claim_drafts.kept_facts(told)


async def _typed(session: AsyncSession, line: ClaimLine, is_open: bool) -> str:
    sum_ = f" {line.fen / 100:g}" if is_open and line.fen else ""
    if line.certificate_id is not None:
        paper = await session.get_one(Certificate, line.certificate_id)
        return (f"{claim_wish.PAPER}{paper.id}" if SEAL in paper.number else paper.number) + sum_
    if line.person_id is not None:
        return _card(await session.get_one(Person, line.person_id)) + sum_
    return line.merit.split(":")[1] + sum_


def _card(person: Person) -> str:
    return f"{claim_wish.CARD}{person.id}{person.name_masked}"
