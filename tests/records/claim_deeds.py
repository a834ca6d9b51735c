"""What anybody may try with a claim, and what comes next for it where all is well."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from config.settings import CHINA
from records import claim_desk, noticing, paying
from records.claim_states import ClaimState
from records.claims import Claim
from records.noticing import Posting
from records.payment_batches import PaymentBatch
from records.staff import Staff

Deed = Callable[[AsyncSession, Claim, Staff, Any], Awaitable[object]]


def _posting(now: Any) -> Posting:
    starts = now.astimezone(CHINA).date() + timedelta(days=1)
    return Posting(starts, starts + timedelta(days=6))


async def _object(session: AsyncSession, claim: Claim, by: Staff, now: Any) -> None:
    await noticing.object_to(session, claim, "他没去上课", now)


async def _answer(session: AsyncSession, claim: Claim, by: Staff, now: Any) -> None:
    for objection in (await noticing.of(session, claim))[-1:]:
        await noticing.answer(session, objection, by, by.id % 2 == 0, "核实过了", now)


async def _pay(session: AsyncSession, claim: Claim, by: Staff, now: Any) -> None:
    await paying.pay(session, claim, claim.fen, f"HD{claim.id}-{by.id}", now.astimezone(CHINA).date(), by, now)


async def _pay_wrongly(session: AsyncSession, claim: Claim, by: Staff, now: Any) -> None:
    await paying.pay(session, claim, claim.fen + 1, "HD", now.astimezone(CHINA).date(), by, now)


async def _batch(session: AsyncSession, claim: Claim, by: Staff, now: Any) -> None:
    await paying.batch(session, [claim], by, now)


async def _drop(session: AsyncSession, claim: Claim, by: Staff, now: Any) -> None:
    for made in await session.scalars(select(PaymentBatch).order_by(PaymentBatch.id.desc()).limit(1)):
        await paying.drop(session, made, by, now)


DEEDS: dict[str, Deed] = {
    "submit": lambda s, c, by, now: claim_desk.submit(s, c, by, c.version, now),
    "review": lambda s, c, by, now: claim_desk.review(s, c, by, c.version, now),
    "approve": lambda s, c, by, now: claim_desk.approve(s, c, by, c.version, now),
    "send back": lambda s, c, by, now: claim_desk.send_back(s, c, by, "少一页", c.version, now),
    "reject": lambda s, c, by, now: claim_desk.reject(s, c, by, "不符合", c.version, now),
    "withdraw": lambda s, c, by, now: claim_desk.withdraw(s, c, by.actor, "", c.version, now),
    "publish": lambda s, c, by, now: noticing.publish(s, c, by, _posting(now), c.version, now),
    "object": _object,
    "answer": _answer,
    "pay": _pay,
    "pay wrongly": _pay_wrongly,
    "batch": _batch,
    "drop": _drop,
    "write off": lambda s, c, by, now: paying.write_off(s, c, by, now),
    "clear": lambda s, c, by, now: noticing.clear_due(s, now),
    "an old page": lambda s, c, by, now: claim_desk.review(s, c, by, c.version - 1, now),
}

NEXT = {
    ClaimState.DRAFT: "submit",
    ClaimState.RETURNED: "submit",
    ClaimState.SUBMITTED: "review",
    ClaimState.REVIEWED: "approve",
    ClaimState.APPROVED: "publish",
    ClaimState.PUBLISHED: "clear",
    ClaimState.CLEARED: "pay",
    ClaimState.PAID: "write off",
}
