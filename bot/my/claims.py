"""A worker's money on a page: each claim with the step it has reached, what comes next, and when at the latest."""

from __future__ import annotations

from dataclasses import dataclass

from aiohttp import web

from bot.my.reader import READER, me
from bot.web.desk import HOUSE, show
from config.settings import CHINA
from handlers import claim_words
from records import noticing, own_claims
from records.claim_states import ClaimState
from records.own_claims import Own

STEPS = ("提交", "初审", "复核", "公示", "付款")
# The step that a claim is at, counted from 1; none where it has left the way.
_AT = {
    ClaimState.DRAFT: 1,
    ClaimState.SUBMITTED: 2,
    ClaimState.RETURNED: 1,
    ClaimState.REVIEWED: 3,
    ClaimState.APPROVED: 4,
    ClaimState.PUBLISHED: 4,
    ClaimState.CLEARED: 5,
    ClaimState.PAID: 6,
    ClaimState.WRITTEN_OFF: 6,
}


@dataclass(frozen=True)
class Shown:
    """One claim as the page tells it."""

    own: Own
    name: str
    says: str
    at: int | None

    @property
    def is_paid(self) -> bool:
        """Is it over, with the money paid?"""
        return self.at is not None and self.at > len(STEPS)


async def page(request: web.Request) -> web.Response:
    """All of a worker's claims, the newest first."""
    house = request.app[HOUSE]
    today = house.clock().astimezone(CHINA).date()
    async with house.database.unit() as session:
        found = await own_claims.of(session, me(request))
        objections = await noticing.of_follower(session, request[READER].openid)
    held = [
        Shown(
            own,
            claim_words.scheme_name(house, own.claim.policy_id, own.claim.scheme_id),
            claim_words.says(own, today),
            None if own.line.blocked else _AT.get(ClaimState(own.claim.state)),
        )
        for own in found
    ]
    return await show(
        request, "claims.html", held=held, steps=STEPS, objections=objections, answered=claim_words.answered
    )
