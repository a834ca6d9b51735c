"""A worker's own claim on a page: its papers, the account, the answer to a return, and taking it back."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import NoReturn

from aiohttp import web
from pydantic import BaseModel, Field
from sqlalchemy.ext.asyncio import AsyncSession

from bot import claim_files
from bot.handed_file import ACCEPTED, Scan
from bot.my.reader import me
from bot.web.desk import HOUSE, go, key_of, show
from bot.web.forms import Filled, blank, read_form
from bot.web.uploads import Upload
from config.settings import CHINA
from handlers import claim_words, own_claiming
from records import claim_desk, claim_papers, own_claims
from records.claim_papers import MOST_ADDED, OPEN_TO_ADD, Account
from records.claim_states import OPEN_TO_CHANGE
from records.claims import Claim
from records.errors import Refused

_ONE = r"/claims/{id:\d{1,9}}"
_PAPER = _ONE + r"/papers/{paper:\d{1,9}}"


class PaperForm(BaseModel):
    """One paper."""

    scan: Scan = Field(title="照片")


class AccountForm(BaseModel):
    """Another account."""

    bank: str = Field(title="开户行", max_length=60)
    number: str = Field(title="卡号", max_length=40)


class StepForm(BaseModel):
    """A step, of the claim as it was read."""

    version: int = Field(title="版本")
    said: str = Field(title="说明", max_length=200, default="")


def routes() -> list[web.RouteDef]:
    """The addresses of this page."""
    return [
        web.get(_ONE, page),
        web.post(f"{_ONE}/papers", add),
        web.get(_PAPER, paper),
        web.post(_PAPER, hand_in),
        web.post(f"{_ONE}/account", change_account),
        web.post(f"{_ONE}/submit", submit),
        web.post(f"{_ONE}/withdraw", withdraw),
    ]


async def page(request: web.Request) -> web.Response:
    """All of it."""
    return await _page(request, blank(AccountForm))


async def paper(request: web.Request) -> web.Response:
    """The file of one paper."""
    async with request.app[HOUSE].database.unit() as session:
        return await claim_files.sent(session, await _mine(request, session), key_of(request, "paper"))


async def hand_in(request: web.Request) -> NoReturn:
    """Keep the file of one paper of the checklist."""
    scan, now = await _scan(request), request.app[HOUSE].clock()

    async def does(session: AsyncSession, claim: Claim) -> None:
        await claim_papers.hand_in(session, claim, key_of(request, "paper"), scan.name, scan.content, "worker", now)

    await _do(request, does, "材料收下了。")


async def add(request: web.Request) -> NoReturn:
    """Keep a paper that is not on the checklist."""
    scan, now = await _scan(request), request.app[HOUSE].clock()

    async def does(session: AsyncSession, claim: Claim) -> None:
        await claim_papers.add(session, claim, scan.name, scan.content, "worker", now)

    await _do(request, does, "材料收下了。")


async def change_account(request: web.Request) -> web.Response:
    """Change the card that the money goes to."""
    house, filled = request.app[HOUSE], await read_form(request, AccountForm)
    if (told := filled.told) is None:
        return await _page(request, filled)
    try:
        async with house.database.unit() as session:
            claim, account = await _mine(request, session), Account(told.bank, told.number)
            await claim_papers.set_account(session, claim, account, "worker", house.clock())
    except Refused as refusal:
        return await _page(request, filled.refused(refusal))
    await go(request, f"/my/claims/{key_of(request)}", said="卡号改好了。")


async def submit(request: web.Request) -> NoReturn:
    """Hand it in again, with what he says to the return."""
    told, now, person = await _told(request), request.app[HOUSE].clock(), me(request)

    async def does(session: AsyncSession, claim: Claim) -> None:
        await own_claiming.hand_in_again(session, person, claim, told.said, told.version, now)

    await _do(request, does, "交上去了，现在等初审。")


async def withdraw(request: web.Request) -> NoReturn:
    """Take it back."""
    told, now = await _told(request), request.app[HOUSE].clock()

    async def does(session: AsyncSession, claim: Claim) -> None:
        await claim_desk.withdraw(session, claim, "worker", "本人撤回", told.version, now)

    await _do(request, does, "撤回了。以后想领，回到公众号回复“申领补贴”。")


async def _do(request: web.Request, does: Callable[[AsyncSession, Claim], Awaitable[None]], said: str) -> NoReturn:
    here = f"/my/claims/{key_of(request)}"
    try:
        async with request.app[HOUSE].database.unit() as session:
            await does(session, await _mine(request, session))
    except Refused as refusal:
        await go(request, here, problem=refusal.reason)
    await go(request, here, said=said)


async def _scan(request: web.Request) -> Upload:
    me(request)
    filled = await read_form(request, PaperForm)
    if filled.told is None:
        problem = next(iter(filled.errors.values()), "请选一张照片或一个PDF。")
        await go(request, f"/my/claims/{key_of(request)}", problem=problem)
    return filled.told.scan


async def _told(request: web.Request) -> StepForm:
    filled = await read_form(request, StepForm)
    if filled.told is None:
        await go(request, f"/my/claims/{key_of(request)}", problem=next(iter(filled.errors.values()), filled.problem))
    return filled.told


async def _page(request: web.Request, filled: Filled[AccountForm]) -> web.Response:
    house = request.app[HOUSE]
    today = house.clock().astimezone(CHINA).date()
    async with house.database.unit() as session:
        claim = await _mine(request, session)
        own = next(each for each in await own_claims.of(session, me(request), None) if each.claim.id == claim.id)
        papers = await claim_papers.of(session, claim)
        account = claim_papers.account_of(session, claim)
    return await show(
        request,
        "claim.html",
        filled=filled,
        own=own,
        claim=claim,
        name=claim_words.scheme_name(house, claim.policy_id, claim.scheme_id),
        says=claim_words.says(own, today),
        papers=papers,
        account=account,
        may_add=claim.state in OPEN_TO_ADD,
        may_change=claim.state in OPEN_TO_CHANGE,
        most_added=MOST_ADDED,
        accepted=ACCEPTED,
        here=f"/my/claims/{claim.id}",
    )


async def _mine(request: web.Request, session: AsyncSession) -> Claim:
    return await own_claims.mine(session, me(request).id, key_of(request))
