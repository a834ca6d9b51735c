"""A claim that a clerk makes: the scheme chosen, what it comes to, and the draft."""

from __future__ import annotations

from uuid import uuid4

from aiohttp import web

from bot.console import claim_form
from bot.web.desk import HOUSE, go, show, text_of
from bot.web.forms import blank, read_form
from bot.web.guards import need
from config.settings import CHINA
from handlers import claim_wish, other_claims, programmes
from handlers.programmes import Programme
from records.claim_desk import CLERKS
from records.claim_papers import Account
from records.errors import Refused

_HERE = "/staff/claims/new"


def routes() -> list[web.RouteDef]:
    """The addresses of this page."""
    return [web.get("/claims/new", start), web.post("/claims/new", send)]


async def start(request: web.Request) -> web.Response:
    """Choose a scheme, or fill in what the chosen one needs."""
    need(request, *CLERKS, to="写补贴申领")
    programme = await _programme(request, request.query.get("policy", ""), request.query.get("scheme", ""))
    if programme is None:
        return await _choose(request)
    return await claim_form.form(request, programme, blank(claim_form.model(programme), key=uuid4().hex))


async def send(request: web.Request) -> web.Response:
    """Work the claim out and show it, or keep it as a draft."""
    house, account, sent = request.app[HOUSE], need(request, *CLERKS, to="写补贴申领"), await request.post()
    programme = await _programme(request, text_of(sent, "policy"), text_of(sent, "scheme"))
    if programme is None:
        await go(request, _HERE, problem="请先选一个现在执行的项目。")
    filled = await read_form(request, claim_form.model(programme))
    if (told := filled.told) is None:
        return await claim_form.form(request, programme, filled)
    wish, now = claim_form.wish_of(programme, told), house.clock()
    reckoned = None
    try:
        async with house.database.unit() as session:
            if told.do == "keep":
                paid_to = Account(told.bank, told.number)
                claim = await other_claims.keep(session, house, wish, paid_to, account, told.key, now)
                made = claim.id
            else:
                reckoned = await claim_wish.reckon(session, wish, account, now)
    except Refused as refusal:
        filled = filled.refused(refusal)
        reckoned = await claim_form.reckoned(request, wish) if told.do == "keep" else None
    if filled.is_wrong or reckoned is not None:
        return await claim_form.form(request, programme, filled, reckoned)
    await go(request, f"/staff/claims/{made}", said="草稿存好了。看看每一行，再提交。")


async def _choose(request: web.Request) -> web.Response:
    house, account = request.app[HOUSE], need(request, *CLERKS, to="写补贴申领")
    today = house.clock().astimezone(CHINA).date()
    async with house.database.unit() as session:
        offered = await other_claims.offered(session, house, account.region, today)
    return await show(request, "new_claim.html", programme=None, offered=offered, filled=None)


async def _programme(request: web.Request, policy_id: str, scheme_id: str) -> Programme | None:
    """The chosen one, where it is among those in force at the account's place."""
    house, account = request.app[HOUSE], need(request, *CLERKS, to="写补贴申领")
    chosen = programmes.find(house.shelf, policy_id, scheme_id)
    if chosen is None or not other_claims.may_write(chosen.scheme):
        return None
    today = house.clock().astimezone(CHINA).date()
    async with house.database.unit() as session:
        offered = await other_claims.offered(session, house, account.region, today)
    return chosen if chosen in offered.get(chosen.policy, []) else None
