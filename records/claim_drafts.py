"""Drafts of claims: what is asked for, line by line, before anybody signs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from config.settings import CHINA
from records import audit, claim_moves
from records.audit import Event
from records.claim_states import CLAIM_STATE_NAMES, OPEN_TO_CHANGE, ClaimState
from records.claims import Claim, ClaimLine, Material
from records.errors import Refused


@dataclass(frozen=True)
class Line:
    """What is asked for one person or thing; blocked where there are reasons against it."""

    merit: str  # what is paid for and can be paid once
    fen: int
    working: str = ""
    person_id: int | None = None
    enrolment_id: int | None = None
    voucher_id: int | None = None
    certificate_id: int | None = None
    facts: Mapping[str, Any] = field(default_factory=dict)
    blocked: Sequence[str] = ()


@dataclass(frozen=True)
class Application:
    """What a claim is to be made of."""

    region: str
    policy_id: str
    scheme_id: str
    payee: str
    payee_name: str
    lines: Sequence[Line]
    materials: Sequence[str] = ()  # the checklist, in the document's order
    extension_id: int | None = None
    part: int = 1
    institution_id: int | None = None
    person_id: int | None = None
    class_id: int | None = None
    account: str = ""  # bank and number; kept sealed
    facts: Mapping[str, Any] = field(default_factory=dict)
    pay_months: int | None = None  # within which the document wants it paid, from the application on


async def make(session: AsyncSession, application: Application, actor: str, key: str, now: datetime) -> Claim:
    """Keep an application as a draft; the same form sent twice is one claim."""
    if (there := await claim_moves.by_key(session, key)) is not None:
        return there
    told = application
    claim = Claim(
        number="",
        key=key,
        region=told.region,
        policy_id=told.policy_id,
        scheme_id=told.scheme_id,
        extension_id=told.extension_id,
        part=told.part,
        payee=told.payee,
        institution_id=told.institution_id,
        person_id=told.person_id,
        payee_name=told.payee_name,
        account_sealed=_sealed(session, told.account),
        class_id=told.class_id,
        facts=kept_facts(told),
        made_at=now,
    )
    claim.number = key[:20]  # until its own is known
    session.add(claim)
    await session.flush()
    claim.number = f"SL-{now.astimezone(CHINA).year}-{claim.id:06d}"
    session.add_all(Material(claim_id=claim.id, name=name) for name in told.materials)
    await _write_lines(session, claim, told.lines)
    await claim_moves.note(session, claim, None, ClaimState.DRAFT, actor, "", now)
    await audit.append(session, Event.CLAIM_DRAFT, actor, claim.thing, now, number=claim.number, fen=claim.fen)
    return claim


def kept_facts(application: Application) -> dict[str, Any]:
    """The facts of the whole as they are stored with a claim."""
    return dict(application.facts) | ({"pay_months": application.pay_months} if application.pay_months else {})


async def revise(
    session: AsyncSession,
    claim: Claim,
    lines: Sequence[Line],
    actor: str,
    version: int,
    now: datetime,
    facts: Mapping[str, Any] | None = None,
) -> None:
    """Put other lines, and other facts of the whole where some are given, in place of a draft's; Refused under review."""
    await claim_moves.hold_as_read(session, claim, version)
    if claim.state not in OPEN_TO_CHANGE:
        raise Refused(f"这笔申领现在是“{CLAIM_STATE_NAMES[ClaimState(claim.state)]}”，不能再改。")
    for line in await claim_moves.lines_of(session, claim):
        await session.delete(line)
    await session.flush()
    await _write_lines(session, claim, lines)
    claim.facts = {**claim.facts, **(facts or {})}
    claim.version += 1
    await audit.append(session, Event.CLAIM_REVISE, actor, claim.thing, now, fen=claim.fen)


async def _write_lines(session: AsyncSession, claim: Claim, lines: Sequence[Line]) -> None:
    session.add_all(
        ClaimLine(
            claim_id=claim.id,
            person_id=line.person_id,
            enrolment_id=line.enrolment_id,
            voucher_id=line.voucher_id,
            certificate_id=line.certificate_id,
            merit=line.merit,
            fen=0 if line.blocked else line.fen,
            working=line.working,
            facts=dict(line.facts),
            blocked=list(line.blocked),
        )
        for line in lines
    )
    claim.fen = sum(line.fen for line in lines if not line.blocked)
    await session.flush()


def _sealed(session: AsyncSession, account: str) -> str:
    return str(session.info["vault"].seal(account)) if account else ""
