"""Claims at the office: what waits for whom."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from aiohttp import web

from bot import claim_sheet
from bot.web.desk import HOUSE, show
from bot.web.guards import need
from bot.web.tables import read_page
from config.settings import CHINA
from handlers import programmes
from handlers.context import House
from records import claim_desk, claim_search, noticing, paying
from records.claim_desk import CLERKS
from records.claim_search import Wanted
from records.claim_states import CLAIM_STATE_NAMES, ClaimState
from records.noticing import HEARERS
from records.trainers import OFFICE

_SOON = timedelta(days=14)
QUEUES = {
    ClaimState.SUBMITTED: ("等初审", claim_desk.REVIEWERS),
    ClaimState.REVIEWED: ("等复核", claim_desk.APPROVERS),
    ClaimState.APPROVED: ("等公示", noticing.PUBLISHERS),
    ClaimState.CLEARED: ("等付款", paying.PAYERS),
    ClaimState.PAID: ("等核销", paying.PAYERS),
}


def routes() -> list[web.RouteDef]:
    """The address of the list."""
    return [web.get("/claims", listed)]


async def listed(request: web.Request) -> web.Response:
    """The claims of the account's place, with how many wait for what."""
    account, asked, house = need(request, *OFFICE, to="看补贴申领"), read_page(request), request.app[HOUSE]
    today = house.clock().astimezone(CHINA).date()
    policy_id, _, scheme_id = asked.asked("programme").partition(":")
    school = asked.asked("school")
    wanted = Wanted(
        state=asked.asked("state"),
        objected=asked.asked("objected") == "1",
        policy_id=policy_id,
        scheme_id=scheme_id,
        institution=int(school) if school.isdecimal() and len(school) < 10 else None,
        due_by=today + _SOON if asked.asked("due") == "soon" else None,
        words=asked.asked("q"),
    )
    async with house.database.unit() as session:
        found, total = await claim_search.search(session, account, wanted, asked.offset, asked.size)
        counts = await claim_search.counts(session, account)
        values: dict[str, Any] = {
            "objected": await claim_search.objected(session, account),
            "due": await claim_search.due(session, account, today, today + _SOON),
            "class_names": await claim_search.class_names(session, found),
            "schools": await claim_search.institutions(session, account),
            "listed_programmes": await claim_search.programmes(session, account),
        }
    return await show(
        request,
        "claims.html",
        listing=asked.of(found, total),
        queues=[
            (state, words, counts.get(state, 0), account.holds(*roles)) for state, (words, roles) in QUEUES.items()
        ],
        hears=account.holds(*HEARERS),
        may_write=account.holds(*CLERKS),
        states=CLAIM_STATE_NAMES,
        today=today,
        soon=today + _SOON,
        programme_name=lambda policy, scheme: _programme_name(house, policy, scheme),
        state_of=claim_sheet.state,
        tone_of=claim_sheet.tone,
        **values,
    )


def _programme_name(house: House, policy_id: str, scheme_id: str) -> str:
    found = programmes.find(house.shelf, policy_id, scheme_id)
    return found.name if found else scheme_id
