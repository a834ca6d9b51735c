"""Public notice (公示): a claim is put up for so many working days, and whoever objects is heard before it is paid."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from config.settings import CHINA
from records import audit, claim_desk, claim_moves, claim_states, masking, nudging
from records.audit import Event
from records.claim_states import ClaimState
from records.claims import Claim
from records.errors import Refused
from records.followers import Follower
from records.objections import Answer, Objection
from records.staff import Role, Staff

PUBLISHERS = (Role.PUBLISHER,)
HEARERS = (Role.REVIEWER, Role.APPROVER)
_OF_USE = timedelta(days=14)  # what came of an objection is news
LONGEST = 500  # characters of an objection
_LETTERS = "ACDEFGHJKLMNPQRTUVWXY34679"  # none that is taken for another


@dataclass(frozen=True)
class Posting:
    """From when to when a claim is put up; whoever knows the calendar and the rule works it out."""

    starts: date
    until: date  # the last day


async def publish(
    session: AsyncSession, claim: Claim, by: Staff, posting: Posting, version: int, now: datetime
) -> None:
    """Put an approved claim up."""
    await claim_moves.hold_as_read(session, claim, version)
    claim_states.check(ClaimState(claim.state), ClaimState.PUBLISHED)
    if not by.holds(*PUBLISHERS):
        raise Refused("您的账号没有“公示”的权限，请找管理员。")
    if not now.astimezone(CHINA).date() <= posting.starts <= posting.until:
        raise ValueError(f"expected a notice from today on, got {posting}")
    claim.notice_from, claim.notice_until = posting.starts, posting.until
    await claim_moves.move(session, claim, ClaimState.PUBLISHED, by.actor, "", now)


async def clear_due(session: AsyncSession, now: datetime, actor: str = "jobs") -> list[Claim]:
    """Pass on to payment what was up to its last day without an objection that is still open."""
    today = now.astimezone(CHINA).date()
    heard = select(Objection.claim_id).where(Objection.answer == Answer.OPEN)
    due = select(Claim).where(Claim.state == ClaimState.PUBLISHED, Claim.notice_until < today, Claim.id.not_in(heard))
    cleared = list(await session.scalars(due.order_by(Claim.id).with_for_update()))
    for claim in cleared:
        await claim_moves.move(session, claim, ClaimState.CLEARED, actor, "", now)
    return cleared


async def object_to(
    session: AsyncSession, claim: Claim, said: str, now: datetime, *, openid: str = "", line_id: int | None = None
) -> Objection:
    """Keep an objection and give its receipt; Refused when the notice is not up (any more) or nothing is said."""
    await claim_moves.hold(session, claim)  # an objection in the last second is heard before the claim is passed on
    today = now.astimezone(CHINA).date()
    if claim.state != ClaimState.PUBLISHED or claim.notice_from is None or claim.notice_until is None:
        raise Refused("这笔申领现在不在公示期，有问题请打电话或到县人社局反映。")
    if today > claim.notice_until:
        raise Refused("公示期已经过了，有问题请打电话或到县人社局反映。")
    if not said.strip():
        raise Refused("请写一句您知道的情况，我们好去核实。")
    objection = Objection(
        claim_id=claim.id,
        line_id=line_id,
        receipt="YY" + "".join(secrets.choice(_LETTERS) for _ in range(8)),
        said=said.strip()[:LONGEST],
        openid=openid,
        made_at=now,
    )
    session.add(objection)
    await session.flush()
    await audit.append(session, Event.CLAIM_OBJECTION_MAKE, "worker" if openid else "public", claim.thing, now)
    return objection


async def answer(
    session: AsyncSession, objection: Objection, by: Staff, upheld: bool, reason: str, now: datetime
) -> None:
    """Say what came of an objection; one that is upheld sends the claim back."""
    claim = await session.get_one(Claim, objection.claim_id)
    # Before the log: who decides on the claim at this moment has it in hand while he waits for the log.
    await claim_moves.hold(session, claim)
    await session.refresh(objection, with_for_update=True)
    if objection.answer != Answer.OPEN:
        raise Refused("这条异议已经答复过了。")
    if not by.holds(*HEARERS):
        raise Refused("您的账号没有“答复异议”的权限，请找管理员。")
    if not reason.strip():
        raise Refused("请写明核实的情况，提异议的人凭回执能看到。")
    objection.answer = Answer.UPHELD if upheld else Answer.DISMISSED
    objection.answered_by, objection.answered_at, objection.reason = by.id, now, reason.strip()
    details = {"receipt": objection.receipt, "upheld": upheld}
    await audit.append(session, Event.CLAIM_OBJECTION_ANSWER, by.actor, claim.thing, now, **details)
    await _tell(session, objection, claim, now)
    if upheld and claim.state == ClaimState.PUBLISHED:
        await claim_desk.send_back(session, claim, by, f"公示有异议属实：{reason.strip()}", claim.version, now)


async def _tell(session: AsyncSession, objection: Objection, claim: Claim, now: datetime) -> None:
    """Let who objected in the chat know; others look it up by their receipt."""
    follower = await session.get(Follower, objection.openid) if objection.openid else None
    if follower is None or follower.person_id is None:
        return
    found = "属实，退回去改了" if objection.answer == Answer.UPHELD else "核实过，不属实"
    said = f"您对{claim.number}的异议有结果了：{found}。{masking.hide(objection.reason).rstrip('。')}。"
    await nudging.put(session, f"objection:{objection.id}", follower.person_id, said, now, now + _OF_USE)


async def show_photo(session: AsyncSession, objection: Objection, file_id: int, now: datetime) -> None:
    """Put a photo to an objection, in place of one before; Refused once it is answered."""
    await session.refresh(objection, with_for_update=True)
    if objection.answer != Answer.OPEN:
        raise Refused(f"异议{objection.receipt}已经答复了，不能再加照片。")
    objection.file_id = file_id
    await session.flush()
    claim = await session.get_one(Claim, objection.claim_id)
    actor = "worker" if objection.openid else "public"
    await audit.append(session, Event.CLAIM_OBJECTION_SHOW, actor, claim.thing, now, receipt=objection.receipt)


async def by_receipt(session: AsyncSession, receipt: str) -> Objection | None:
    """The objection of a receipt as it was typed."""
    wanted = receipt.strip().upper()
    return (await session.scalars(select(Objection).where(Objection.receipt == wanted))).one_or_none()


async def of(session: AsyncSession, claim: Claim) -> Sequence[Objection]:
    """The objections to a claim, oldest first."""
    mine = select(Objection).where(Objection.claim_id == claim.id).order_by(Objection.id)
    return (await session.scalars(mine)).all()


async def of_follower(session: AsyncSession, openid: str, most: int = 10) -> Sequence[tuple[Objection, Claim]]:
    """The objections that one account made in the chat, the newest first, each with its claim."""
    mine = select(Objection, Claim).join(Claim, Claim.id == Objection.claim_id).where(Objection.openid == openid)
    rows = await session.execute(mine.order_by(Objection.id.desc()).limit(most))
    return [(row[0], row[1]) for row in rows]


async def open_count(session: AsyncSession, claim: Claim) -> int:
    """How many objections to a claim are not answered yet."""
    mine = select(func.count()).where(Objection.claim_id == claim.id, Objection.answer == Answer.OPEN)
    return (await session.execute(mine)).scalar_one()


async def up(session: AsyncSession, today: date, past: int = 30) -> Sequence[Claim]:
    """The claims that are up, the newest first, and the last of those that were."""
    found = select(Claim).where(Claim.notice_from.is_not(None), Claim.notice_from <= today)
    return (await session.scalars(found.order_by(Claim.notice_until.desc(), Claim.id).limit(200 + past))).all()


async def up_now(session: AsyncSession, today: date) -> Sequence[Claim]:
    """The claims that may be objected to today, the one that ends first in front."""
    found = select(Claim).where(
        Claim.state == ClaimState.PUBLISHED, Claim.notice_from <= today, Claim.notice_until >= today
    )
    return (await session.scalars(found.order_by(Claim.notice_until, Claim.id))).all()
