"""Revocation of vouchers: the office takes one back, says why, and its holder is told."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from records import audit, nudging, voucher_desk
from records.audit import Event
from records.claims import Claim, ClaimLine
from records.errors import Refused
from records.staff import Role, Staff
from records.voucher_states import State
from records.vouchers import Voucher

REVOKERS = (Role.REVIEWER, Role.APPROVER)
_OF_USE = timedelta(days=14)


async def revoke(session: AsyncSession, voucher: Voucher, account: Staff, reason: str, now: datetime) -> None:
    """Take a voucher back and tell its holder; who clicks twice revokes once.

    Refused without a reason, to who may not, where a claim rests on the voucher, and once it is settled.
    """
    if not account.holds(*REVOKERS):
        raise Refused("作废券要由初审或复核的人办。请把券号和原因告诉他们。")
    if not (why := reason.strip()[:160]):
        raise Refused("作废券要写原因，本人会看到。请填一句再提交。")
    await session.refresh(voucher, with_for_update=True)  # a second click waits here
    if voucher.state == State.REVOKED:
        return
    if number := await _claimed(session, voucher):
        raise Refused(f"申领{number}正用着这张券，请先在那里退回或不予通过，再来作废。")
    await voucher_desk.move(session, voucher, State.REVOKED, account.actor, now, why)
    await audit.append(session, Event.VOUCHER_PAPER_REVOKE, account.actor, voucher.thing, now, reason=why)
    said = f"您的{voucher.occupation}券{voucher.number}作废了：{why.rstrip('。')}。不明白的，回复“人工”找工作人员。"
    await nudging.put(session, f"{voucher.thing}:revoked", voucher.person_id, said, now, now + _OF_USE)


async def _claimed(session: AsyncSession, voucher: Voucher) -> str | None:
    """The number of the claim that holds money for this voucher."""
    lines = select(Claim.number).join(ClaimLine, ClaimLine.claim_id == Claim.id)
    found = await session.scalars(lines.where(ClaimLine.voucher_id == voucher.id, ClaimLine.holds).limit(1))
    return found.one_or_none()
