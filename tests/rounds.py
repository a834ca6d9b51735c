"""A voucher round to test with: offered by a clerk, approved by a colleague, its messages put."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from itertools import count
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from records import budgeting, round_desk
from records.audience import Audience
from records.round_desk import Offer
from records.rounds import Round
from records.staff import Role, Staff
from tests.office import an_account

UNTIL = date(2026, 11, 27)
_numbers = count(1)


def an_offer(region: str, **changes: Any) -> Offer:
    """Two vouchers for welders of 陵川, to be answered within a week."""
    given = {
        "policy_id": "lingchuan-2020-62", "scheme_id": "brand_welder", "occupation": "焊工", "level": "",
        "audience": Audience(region), "most": 2, "each_fen": 350_000, "until": UNTIL,
    }  # fmt: skip
    return Offer(**(given | changes))


async def an_office(session: AsyncSession, region: str, now: datetime, fen: int = 2_000_000) -> tuple[Staff, Staff]:
    """A clerk and an approver, with a budget for welders."""
    number = next(_numbers)
    clerk = await an_account(session, f"clerk{number}", Role.CLERK, now=now, region=region)
    approver = await an_account(session, f"approver{number}", Role.APPROVER, now=now, region=region)
    await budgeting.set_to(session, region, "lingchuan-2020-62", "brand_welder", now.year, fen, approver, now)
    return clerk, approver


async def a_round(session: AsyncSession, region: str, changes: Mapping[str, Any], now: datetime) -> Round:
    """A round under way."""
    clerk, approver = await an_office(session, region, now)
    round_ = await round_desk.write(session, an_offer(region, **changes), clerk, f"form-{next(_numbers)}", now)
    await round_desk.approve(session, round_, approver, now)
    return round_
