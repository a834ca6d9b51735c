"""Paying: lists for the bank, payments with their reference, and the write-off of the vouchers they were for."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from config.settings import CHINA
from records import audit, claim_moves, claim_states, voucher_desk
from records.audit import Event
from records.claim_states import ClaimState
from records.claims import Claim
from records.errors import Refused
from records.payment_batches import PaymentBatch
from records.staff import Role, Staff
from records.voucher_states import State
from records.vouchers import Voucher

PAYERS = (Role.CLERK,)


async def batch(session: AsyncSession, claims: Sequence[Claim], by: Staff, now: datetime) -> PaymentBatch:
    """Put claims that may be paid on one list for the bank; Refused for one that is on a list already."""
    _must_pay(by)
    if not claims:
        raise Refused("没有选要付款的申领。")
    for claim in sorted(claims, key=lambda each: each.id):  # in one order, so that two lists never wait for each other
        await claim_moves.hold(session, claim)
        if claim.state != ClaimState.CLEARED:
            raise Refused(f"{claim.number}现在不能付款，请刷新后重新选。")
        if claim.batch_id is not None:
            raise Refused(f"{claim.number}已经在另一张付款单上了。")
    made = PaymentBatch(
        number=f"new-{claims[0].id}",
        region=by.region,
        claims=len(claims),
        fen=sum(claim.fen for claim in claims),
        made_by=by.id,
        made_at=now,
    )
    session.add(made)
    await session.flush()
    made.number = f"FK-{now.astimezone(CHINA).year}-{made.id:05d}"
    for claim in claims:
        claim.batch_id = made.id
    await session.flush()
    numbers = [claim.number for claim in claims]
    await audit.append(
        session, Event.PAYMENT_BATCH_MAKE, by.actor, f"batch:{made.id}", now, claims=numbers, fen=made.fen
    )
    return made


async def drop(session: AsyncSession, made: PaymentBatch, by: Staff, now: datetime) -> None:
    """Give a list up before anything of it was paid; its claims may go on another."""
    _must_pay(by)
    await session.refresh(made, with_for_update=True)
    if made.dropped_at is not None:
        raise Refused("这张付款单已经作废了。")
    claims = await claims_of(session, made)
    for claim in claims:
        await claim_moves.hold(session, claim)
        if claim.state != ClaimState.CLEARED:
            raise Refused(f"这张单上的{claim.number}已经付款，不能整张作废。")
    for claim in claims:
        claim.batch_id = None
    made.dropped_at = now
    await session.flush()
    await audit.append(session, Event.PAYMENT_BATCH_DROP, by.actor, f"batch:{made.id}", now)


async def pay(
    session: AsyncSession, claim: Claim, fen: int, reference: str, paid_on: date, by: Staff, now: datetime
) -> bool:
    """Write down that a claim was paid; the same payment told again changes nothing and is False.

    Refused for another sum, for a second payment, and without the bank's reference.
    """
    await claim_moves.hold(session, claim)
    _must_pay(by)
    reference = reference.strip()
    if not reference:
        raise Refused("请填银行回单号，没有回单不能记付款。")
    if claim.paid_on is not None:
        if (claim.payment_ref, claim.fen) == (reference, fen):
            return False
        raise Refused(f"{claim.number}已经在{claim.paid_on}付过了（回单{claim.payment_ref}），不能再付。")
    claim_states.check(ClaimState(claim.state), ClaimState.PAID)
    if fen != claim.fen:
        raise Refused(f"{claim.number}应付{claim.fen / 100:,.2f}元，您填的是{fen / 100:,.2f}元，对不上。")
    if not (claim.notice_until and claim.notice_until < paid_on <= now.astimezone(CHINA).date()):
        raise Refused("付款日期要在公示结束以后、今天或今天以前。")
    vouchers = await _held_vouchers(session, claim)
    claim.paid_on, claim.payment_ref = paid_on, reference
    await claim_moves.move(session, claim, ClaimState.PAID, by.actor, reference, now)
    for voucher in vouchers:  # redeemed by the first payment; the second part finds it so
        if voucher.state == State.CERTIFIED:
            await voucher_desk.move(session, voucher, State.REDEEMED, by.actor, now, claim.number)
    return True


async def write_off(session: AsyncSession, claim: Claim, by: Staff, now: datetime) -> None:
    """核销: close a paid claim and the vouchers that it was for."""
    await claim_moves.hold(session, claim)
    _must_pay(by)
    claim_states.check(ClaimState(claim.state), ClaimState.WRITTEN_OFF)
    for voucher in await _held_vouchers(session, claim):
        if voucher.state == State.REDEEMED:
            await voucher_desk.move(session, voucher, State.WRITTEN_OFF, by.actor, now, claim.number)
    await claim_moves.move(session, claim, ClaimState.WRITTEN_OFF, by.actor, "", now)


async def claims_of(session: AsyncSession, made: PaymentBatch) -> Sequence[Claim]:
    """The claims on a list."""
    return (await session.scalars(select(Claim).where(Claim.batch_id == made.id).order_by(Claim.id))).all()


async def _held_vouchers(session: AsyncSession, claim: Claim) -> list[Voucher]:
    """All at once and before the log: somebody may be revoking one of them, and wait for the log with it in hand."""
    keys = [line.voucher_id for line in await claim_moves.lines_of(session, claim) if line.holds and line.voucher_id]
    mine = select(Voucher).where(Voucher.id.in_(keys)).order_by(Voucher.id)
    return list(await session.scalars(mine.with_for_update().execution_options(populate_existing=True)))


def _must_pay(by: Staff) -> None:
    if not by.holds(*PAYERS):
        raise Refused("您的账号没有“付款”的权限，请找管理员。")
