"""A draft that the office wrote, opened again: shown as it was typed, changed, and worked out anew."""

from __future__ import annotations

from aiohttp import web

from bot.console import claim_form
from bot.console.claim_form import FACT
from bot.web.desk import HOUSE, go, key_of
from bot.web.forms import blank, read_form
from bot.web.guards import need
from handlers import claim_draft, claim_wish, programmes
from handlers.programmes import Programme
from records.claim_desk import CLERKS
from records.claim_papers import Account
from records.claim_search import claim_for
from records.claims import Claim
from records.errors import Refused

_TO = "改补贴申领"
_ADDRESS = r"/claims/{id:\d{1,9}}/edit"


def routes() -> list[web.RouteDef]:
    """The address of this page."""
    return [web.get(_ADDRESS, edit), web.post(_ADDRESS, send)]


async def edit(request: web.Request) -> web.Response:
    """The form as it was filled in."""
    house, account = request.app[HOUSE], need(request, *CLERKS, to=_TO)
    claim, programme = await _draft(request)
    async with house.database.unit() as session:
        await claim_draft.hold_open(session, claim, account)
        typed = await claim_draft.as_typed(session, claim, programme)
    facts = {FACT + name: value for name, value in claim.facts.items()}
    filled = blank(
        claim_form.model(programme),
        key=f"edit-{claim.id}-{claim.version}",
        version=claim.version,
        part=claim.part,
        payee=typed.payee,
        lines="\n".join(typed.lines),
        basis=claim.facts.get("basis", ""),
        **{name: str(value).lower() if isinstance(value, bool) else value for name, value in facts.items()},
    )
    return await claim_form.form(request, programme, filled, claim=claim)


async def send(request: web.Request) -> web.Response:
    """Work the changed claim out and show it, or keep it in place of what was there."""
    house, account = request.app[HOUSE], need(request, *CLERKS, to=_TO)
    claim, programme = await _draft(request)
    filled = await read_form(request, claim_form.model(programme))
    if (told := filled.told) is None:
        return await claim_form.form(request, programme, filled, claim=claim)
    wish, now = claim_form.wish_of(programme, told, claim.id), house.clock()
    reckoned = None
    try:
        async with house.database.unit() as session:
            if told.do == "keep":
                paid_to = Account(told.bank, told.number) if told.bank or told.number else None
                await claim_draft.rewrite(session, house, claim.id, wish, paid_to, account, told.version, now)
            else:
                reckoned = await claim_wish.reckon(session, wish, account, now)
    except Refused as refusal:
        filled = filled.refused(refusal)
        reckoned = await claim_form.reckoned(request, wish) if told.do == "keep" else None
    if filled.is_wrong or reckoned is not None:
        return await claim_form.form(request, programme, filled, reckoned, claim)
    await go(request, f"/staff/claims/{claim.id}", said="改好了，按现在的内容重新算过。")


async def _draft(request: web.Request) -> tuple[Claim, Programme]:
    house, account = request.app[HOUSE], need(request, *CLERKS, to=_TO)
    async with house.database.unit() as session:
        claim = await claim_for(session, key_of(request), account)
    programme = programmes.find(house.shelf, claim.policy_id, claim.scheme_id)
    if programme is None:
        raise Refused("这笔申领的文件已经不在了，改不了；先恢复文件，或撤回这笔。")
    return claim, programme
