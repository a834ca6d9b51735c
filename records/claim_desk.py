"""The claim desk: takes claims, carries them one step at a time, and sees to it that two people sign."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from config.settings import CHINA
from records import audit, budgeting, claim_news, claim_states
from records.audit import Event
from records.claim_states import CLAIM_STATE_NAMES, OPEN_TO_CHANGE, ClaimState
from records.claims import Claim, ClaimEvent, ClaimLine, Material
from records.errors import Refused
from records.staff import Role, Staff

REVIEWERS = (Role.REVIEWER,)
APPROVERS = (Role.APPROVER,)
CLERKS = (Role.CLERK,)


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
    if (there := await by_key(session, key)) is not None:
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
    await _note(session, claim, None, ClaimState.DRAFT, actor, "", now)
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
    await _hold(session, claim, version)
    if claim.state not in OPEN_TO_CHANGE:
        raise Refused(f"这笔申领现在是“{CLAIM_STATE_NAMES[ClaimState(claim.state)]}”，不能再改。")
    for line in await lines_of(session, claim):
        await session.delete(line)
    await session.flush()
    await _write_lines(session, claim, lines)
    claim.facts = {**claim.facts, **(facts or {})}
    claim.version += 1
    await audit.append(session, Event.CLAIM_REVISE, actor, claim.thing, now, fen=claim.fen)


async def submit(
    session: AsyncSession, claim: Claim, by: Staff | None, version: int, now: datetime, said: str = ""
) -> None:
    """Hand a claim in: from now on nobody else can ask for the same; a worker who claims himself has no account.

    `said` is what who applies answers to a return.
    """
    await _hold(session, claim, version)
    claim_states.check(ClaimState(claim.state), ClaimState.SUBMITTED)
    paying = [line for line in await lines_of(session, claim) if line.fen and not line.blocked]
    if not paying:
        raise Refused("这笔申领里没有一行能付钱，没法提交。看看每行后面写的原因。")
    await _take_merits(session, claim, paying)
    claim.submitted_by = by.id if by else None
    claim.reviewed_by = claim.approved_by = None
    today = now.astimezone(CHINA).date()
    claim.applied_on = claim.applied_on or today
    if claim.due_on is None and (months := claim.facts.get("pay_months")):
        claim.due_on = _months_after(claim.applied_on, int(months))
    await move(session, claim, ClaimState.SUBMITTED, by.actor if by else "worker", said.strip()[:200], now)


async def review(session: AsyncSession, claim: Claim, by: Staff, version: int, now: datetime) -> None:
    """初审: the first signature, by somebody who did not submit it."""
    await _hold(session, claim, version)
    claim_states.check(ClaimState(claim.state), ClaimState.REVIEWED)
    _must_hold(by, REVIEWERS, "初审")
    if claim.submitted_by == by.id:
        raise Refused("您提交的申领要由另一个人初审。")
    claim.reviewed_by = by.id
    await move(session, claim, ClaimState.REVIEWED, by.actor, "", now)


async def approve(session: AsyncSession, claim: Claim, by: Staff, version: int, now: datetime) -> None:
    """复核: the second signature, by somebody else, and only as far as the year's budget goes."""
    await _hold(session, claim, version)
    claim_states.check(ClaimState(claim.state), ClaimState.APPROVED)
    _must_hold(by, APPROVERS, "复核")
    if by.id in {claim.submitted_by, claim.reviewed_by}:
        raise Refused("复核要由没有提交、也没有初审过这笔申领的人来做。")
    await budgeting.hold_to(session, claim)
    claim.approved_by = by.id
    await move(session, claim, ClaimState.APPROVED, by.actor, "", now)


async def send_back(session: AsyncSession, claim: Claim, by: Staff, reason: str, version: int, now: datetime) -> None:
    """退回: what is to be mended is said; what it asked for stays taken, so that it keeps its place."""
    await _hold(session, claim, version)
    _must_hold(by, (*CLERKS, *REVIEWERS, *APPROVERS), "退回")
    await _back(session, claim, ClaimState.RETURNED, by.actor, _said(reason), now)


async def reject(session: AsyncSession, claim: Claim, by: Staff, reason: str, version: int, now: datetime) -> None:
    """不予通过: the claim ends here and what it asked for is free again."""
    await _hold(session, claim, version)
    _must_hold(by, (*REVIEWERS, *APPROVERS), "不予通过")
    await _back(session, claim, ClaimState.REJECTED, by.actor, _said(reason), now)
    await _give_up_merits(session, claim)


async def withdraw(session: AsyncSession, claim: Claim, actor: str, reason: str, version: int, now: datetime) -> None:
    """撤回: who applied takes it back."""
    await _hold(session, claim, version)
    await _back(session, claim, ClaimState.WITHDRAWN, actor, reason.strip(), now)
    await _give_up_merits(session, claim)


async def by_key(session: AsyncSession, key: str) -> Claim | None:
    """The claim that a form made."""
    return (await session.scalars(select(Claim).where(Claim.key == key))).one_or_none()


async def by_number(session: AsyncSession, number: str) -> Claim | None:
    """The claim of a number as it was typed."""
    wanted = number.strip().upper()
    return (await session.scalars(select(Claim).where(Claim.number == wanted))).one_or_none()


async def lines_of(session: AsyncSession, claim: Claim) -> Sequence[ClaimLine]:
    """The lines of a claim, in the order they were worked out."""
    return (await session.scalars(select(ClaimLine).where(ClaimLine.claim_id == claim.id).order_by(ClaimLine.id))).all()


async def history(session: AsyncSession, claim: Claim) -> Sequence[ClaimEvent]:
    """The moves of a claim, oldest first."""
    mine = select(ClaimEvent).where(ClaimEvent.claim_id == claim.id)
    return (await session.scalars(mine.order_by(ClaimEvent.number))).all()


async def holder_of(session: AsyncSession, merit: str) -> Claim | None:
    """The claim by which something is asked for or paid already."""
    mine = (
        select(Claim).join(ClaimLine, ClaimLine.claim_id == Claim.id).where(ClaimLine.merit == merit, ClaimLine.holds)
    )
    return (await session.scalars(mine)).one_or_none()


async def hold(session: AsyncSession, claim: Claim) -> None:
    """Wait until nobody else decides on a claim."""
    await session.refresh(claim, with_for_update=True)


async def move(session: AsyncSession, claim: Claim, to: ClaimState, actor: str, reason: str, now: datetime) -> None:
    """Carry a claim that is held one step on; Refused with a sentence where it may not go there."""
    before = ClaimState(claim.state)
    claim_states.check(before, to)
    claim.state = to
    claim.version += 1
    claim.remark = reason
    await session.flush()
    await _note(session, claim, before, to, actor, reason, now)
    await audit.append(session, Event.CLAIM_MOVE, actor, claim.thing, now, before=before, after=to, fen=claim.fen)
    await claim_news.tell(session, claim, now)


async def _back(session: AsyncSession, claim: Claim, to: ClaimState, actor: str, reason: str, now: datetime) -> None:
    claim.notice_from = claim.notice_until = None
    claim.reviewed_by = claim.approved_by = None
    await move(session, claim, to, actor, reason, now)


async def _hold(session: AsyncSession, claim: Claim, version: int) -> None:
    """Two clerks at once: the second waits here, and then sees that it is another claim than the one he read."""
    await hold(session, claim)
    if claim.version != version:
        raise Refused("这笔申领在您看的时候被别人动过，请刷新看看现在的样子再办。")


async def _take_merits(session: AsyncSession, claim: Claim, lines: Sequence[ClaimLine]) -> None:
    wanted = sorted((line for line in lines if not line.holds), key=lambda each: each.merit)
    for line in wanted:
        if (other := await holder_of(session, line.merit)) is not None and other.id != claim.id:
            raise Refused(
                f"有一行已经在{other.number}里申领过了（{CLAIM_STATE_NAMES[ClaimState(other.state)]}），同一笔钱不能领两次。"
            )
    try:
        # Two claims for the same in the same moment: both looked and saw nobody, the index lets one through. They take
        # one right after the other in one order, so that two claims with several in common never wait for each other.
        async with session.begin_nested():
            for line in wanted:
                line.holds = True
                await session.flush()
    except IntegrityError as error:
        raise Refused("有一行刚被另一笔申领占了，同一笔钱不能领两次。请刷新再看。") from error


async def _give_up_merits(session: AsyncSession, claim: Claim) -> None:
    await session.execute(update(ClaimLine).where(ClaimLine.claim_id == claim.id).values(holds=False))


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


async def _note(
    session: AsyncSession,
    claim: Claim,
    before: ClaimState | None,
    to: ClaimState,
    actor: str,
    reason: str,
    now: datetime,
) -> None:
    last = await session.scalar(select(func.max(ClaimEvent.number)).where(ClaimEvent.claim_id == claim.id))
    session.add(
        ClaimEvent(
            claim_id=claim.id,
            number=(last or 0) + 1,
            before=before,
            after=to,
            at=now,
            actor=actor,
            reason=reason,
            fen=claim.fen,
        )
    )
    await session.flush()


def _sealed(session: AsyncSession, account: str) -> str:
    return str(session.info["vault"].seal(account)) if account else ""


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
