"""One claim of an institution: its draft with the account and what no record knows, its hand-in and withdrawal."""

from __future__ import annotations

from aiohttp import web
from pydantic import BaseModel, Field

from bot import claim_sheet, money
from bot.teach.claim_papers import ACCEPTED, own
from bot.web.desk import HOUSE, STAFF, go, key_of, show, text_of
from bot.web.forms import Filled, blank, read_form
from handlers import class_claims, programmes
from handlers.claim_questions import leaves_the_sum_open
from records import claim_desk, claim_papers
from records.claim_papers import Account
from records.claim_states import OPEN_TO_CHANGE
from records.classes import TrainingClass
from records.errors import Refused

_ONE = r"/claims/{id:\d{1,9}}"
_LONGEST_BASIS = 120  # characters
_WITHDRAWABLE = (*OPEN_TO_CHANGE, "submitted")


class AccountForm(BaseModel):
    """Another account."""

    bank: str = Field(title="开户行", max_length=60)
    number: str = Field(title="账号", max_length=40)


class VersionForm(BaseModel):
    """A step, of the claim as it was read."""

    version: int = Field(title="版本")
    reason: str = Field(title="原因", max_length=200, default="")


def routes() -> list[web.RouteDef]:
    """The addresses of one claim."""
    return [
        web.get(_ONE, page),
        web.post(f"{_ONE}/account", change_account),
        web.post(f"{_ONE}/told", tell),
        web.post(f"{_ONE}/submit", submit),
        web.post(f"{_ONE}/withdraw", withdraw),
    ]


async def page(request: web.Request) -> web.Response:
    """One claim."""
    return await _page(request, blank(AccountForm))


async def change_account(request: web.Request) -> web.Response:
    """Change where the money goes."""
    house, filled = request.app[HOUSE], await read_form(request, AccountForm)
    if (told := filled.told) is None:
        return await _page(request, filled)
    try:
        async with house.database.unit() as session:
            claim = await own(request, session)
            account = Account(told.bank, told.number)
            await claim_papers.set_account(session, claim, account, request[STAFF].actor, house.clock())
    except Refused as refusal:
        return await _page(request, filled.refused(refusal))
    await go(request, f"/teach/claims/{key_of(request)}", said="账户改好了。")


async def tell(request: web.Request) -> web.Response:
    """Take in what no record knows of the class, and work the claim out anew."""
    house, form, here = request.app[HOUSE], await request.post(), f"/teach/claims/{key_of(request)}"
    version = text_of(form, "version")
    try:
        async with house.database.unit() as session:
            claim = await own(request, session)
            programme = programmes.find(house.shelf, claim.policy_id, claim.scheme_id)
            kinds = programme.told_of_class() if programme else []
            told: dict[str, int | str] = {kind.name: _number(kind.ask, text_of(form, kind.name)) for kind in kinds}
            if programme and leaves_the_sum_open(programme.scheme):
                told |= {"each_fen": money.fen(text_of(form, "each")), "basis": text_of(form, "basis")[:_LONGEST_BASIS]}
            now = house.clock()
            is_new = await class_claims.renew(session, house, claim, told, request[STAFF], _version(version), now)
    except Refused as refusal:
        await go(request, here, problem=refusal.reason)
    await go(request, here, said="按现在的考勤、成绩和证书重新算好了。" if is_new else "又算了一遍，结果没有变。")


async def submit(request: web.Request) -> web.Response:
    """Hand the claim in as it was read."""
    house, here = request.app[HOUSE], f"/teach/claims/{key_of(request)}"
    filled = await read_form(request, VersionForm)
    try:
        async with house.database.unit() as session:
            claim = await own(request, session)
            version = filled.told.version if filled.told else 0
            if claim.state == "submitted" and claim.version == version + 1:  # the second click of the same
                is_in = True
            else:
                is_in = await class_claims.hand_in(session, house, claim, request[STAFF], version, house.clock())
    except Refused as refusal:
        await go(request, here, problem=refusal.reason)
    if not is_in:
        await go(request, here, problem="考勤、成绩或证书有了变化，金额重新算过了，请再看一遍再提交。")
    await go(request, here, said="提交了，县人社局初审后会显示在这里。")


async def withdraw(request: web.Request) -> web.Response:
    """Take the claim back."""
    house, filled = request.app[HOUSE], await read_form(request, VersionForm)
    try:
        async with house.database.unit() as session:
            claim = await own(request, session)
            told = filled.told
            version, reason = (told.version, told.reason) if told else (0, "")
            await claim_desk.withdraw(session, claim, request[STAFF].actor, reason, version, house.clock())
    except Refused as refusal:
        await go(request, f"/teach/claims/{key_of(request)}", problem=refusal.reason)
    await go(request, "/teach/claims", said="撤回了，要再申领可以重新开始。")


async def _page(request: web.Request, filled: Filled[AccountForm]) -> web.Response:
    house = request.app[HOUSE]
    async with house.database.unit() as session:
        claim = await own(request, session)
        sheet = await claim_sheet.sheet(session, house, claim)
        lacking = await claim_papers.lacking(session, claim)
        training_class = await session.get(TrainingClass, claim.class_id) if claim.class_id else None
    return await show(
        request,
        "claim.html",
        filled=filled,
        sheet=sheet,
        claim=claim,
        lacking=lacking,
        training_class=training_class,
        kinds=sheet.programme.told_of_class() if sheet.programme else [],
        is_sum_open=sheet.programme is not None and leaves_the_sum_open(sheet.programme.scheme),
        steps=claim_sheet.STEPS,
        accepted=ACCEPTED,
        may_withdraw=claim.state in _WITHDRAWABLE,
        here=f"/teach/claims/{claim.id}",
        state_of=claim_sheet.state,
        tone_of=claim_sheet.tone,
    )


def _version(typed: str) -> int:
    return int(typed) if typed.isdecimal() and len(typed) < 10 else 0


def _number(ask: str, typed: str) -> int:
    if not (typed.strip().isdecimal() and len(typed.strip()) < 8):
        raise Refused(f"“{ask}”要填一个数，没有就填0，您填的是“{typed.strip()[:10]}”。")
    return int(typed)
