"""One claim at the office on one page: all of it, its payment, its papers and the objections to it."""

from __future__ import annotations

from datetime import date
from typing import Any

from aiohttp import web
from pydantic import BaseModel, Field

from bot import claim_files, claim_sheet, handed_file
from bot.money import Fen
from bot.web.desk import HOUSE, go, key_of, show
from bot.web.forms import Filled, blank, read_form
from bot.web.guards import need
from config.settings import CHINA
from handlers import other_claims, procedure
from records import budgeting, noticing, paying, staff
from records.claim_desk import CLERKS
from records.claim_search import claim_for
from records.claim_states import OPEN_TO_CHANGE, ClaimState
from records.errors import Refused
from records.noticing import HEARERS
from records.objections import Answer, Objection
from records.staff import Role
from records.trainers import OFFICE

_ONE = r"/claims/{id:\d{1,9}}"
_RETURNERS = (*CLERKS, Role.REVIEWER, Role.APPROVER)
_REJECTERS = (Role.REVIEWER, Role.APPROVER)
_RETURNABLE = (ClaimState.SUBMITTED, ClaimState.REVIEWED, ClaimState.APPROVED, ClaimState.PUBLISHED)


class PayForm(BaseModel):
    """A payment as the bank's slip has it."""

    fen: Fen = Field(title="付了多少元")
    reference: str = Field(title="银行回单号", max_length=64)
    paid_on: date = Field(title="付款日期")


class AnswerForm(BaseModel):
    """What came of an objection."""

    upheld: bool = Field(title="核实结果")
    reason: str = Field(title="核实的情况", max_length=500)


def routes() -> list[web.RouteDef]:
    """The addresses of one claim."""
    return [
        web.get(_ONE, page),
        web.post(f"{_ONE}/pay", pay),
        web.post(_ONE + r"/objections/{objection:\d{1,9}}", answer),
        web.get(_ONE + r"/objections/{objection:\d{1,9}}/photo", photo),
        web.get(_ONE + r"/papers/{paper:\d{1,9}}", paper),
    ]


async def page(request: web.Request) -> web.Response:
    """One claim."""
    return await _page(request, blank(PayForm))


async def pay(request: web.Request) -> web.Response:
    """Write down that a claim was paid."""
    house, account = request.app[HOUSE], need(request, *OFFICE, to="付款")
    filled = await read_form(request, PayForm)
    if (told := filled.told) is None:
        return await _page(request, filled)
    try:
        async with house.database.unit() as session:
            claim = await claim_for(session, key_of(request), account)
            await paying.pay(session, claim, told.fen, told.reference, told.paid_on, account, house.clock())
    except Refused as refusal:
        return await _page(request, filled.refused(refusal))
    await go(request, f"/staff/claims/{key_of(request)}", said="付款记下了，接着可以核销。")


async def answer(request: web.Request) -> web.Response:
    """Answer an objection; one that is upheld sends the claim back."""
    house, account = request.app[HOUSE], need(request, *HEARERS, to="答复异议")
    filled, here = await read_form(request, AnswerForm), f"/staff/claims/{key_of(request)}"
    if (told := filled.told) is None:
        await go(request, here, problem="请选核实结果，再写一句核实的情况。")
    try:
        async with house.database.unit() as session:
            claim = await claim_for(session, key_of(request), account)
            objections = {each.id: each for each in await noticing.of(session, claim)}
            objection: Objection | None = objections.get(key_of(request, "objection"))
            if objection is None:
                raise Refused("这笔申领没有这条异议，请刷新再看。")
            await noticing.answer(session, objection, account, told.upheld, told.reason, house.clock())
    except Refused as refusal:
        await go(request, here, problem=refusal.reason)
    await go(request, here, said="答复了，提异议的人凭回执能看到。")


async def photo(request: web.Request) -> web.Response:
    """The photo that somebody put to his objection."""
    account = need(request, *OFFICE, to="看异议")
    async with request.app[HOUSE].database.unit() as session:
        claim = await claim_for(session, key_of(request), account)
        objections = {each.id: each for each in await noticing.of(session, claim)}
        found = objections.get(key_of(request, "objection"))
        return await handed_file.answer(session, found.file_id if found else None)


async def paper(request: web.Request) -> web.Response:
    """The file of one paper."""
    account = need(request, *OFFICE, to="看申领材料")
    async with request.app[HOUSE].database.unit() as session:
        claim = await claim_for(session, key_of(request), account)
        return await claim_files.sent(session, claim, key_of(request, "paper"))


async def _page(request: web.Request, filled: Filled[PayForm]) -> web.Response:
    house, account = request.app[HOUSE], need(request, *OFFICE, to="看补贴申领")
    now = house.clock()
    async with house.database.unit() as session:
        claim = await claim_for(session, key_of(request), account)
        sheet = await claim_sheet.sheet(session, house, claim)
        values: dict[str, Any] = {
            "budget": await budgeting.of_claim(session, claim, now),
            "names": await staff.names(session),
            "may_hand_in": claim.state in OPEN_TO_CHANGE
            and account.holds(*CLERKS)
            and await other_claims.is_ours(session, claim),
        }
    today, state = now.astimezone(CHINA).date(), ClaimState(claim.state)
    posting = None
    if state is ClaimState.APPROVED and sheet.programme:
        posting = procedure.notice(house.shelf, house.settings, sheet.programme.policy, today)
    return await show(
        request,
        "claim.html",
        filled=filled,
        sheet=sheet,
        claim=claim,
        state=state,
        steps=claim_sheet.STEPS,
        hindrance=claim_sheet.hindrance(claim, account),
        posting=posting,
        open_objections=[each for each in sheet.objections if each.answer == Answer.OPEN],
        may_return=state in _RETURNABLE and account.holds(*_RETURNERS),
        may_reject=state in _RETURNABLE and account.holds(*_REJECTERS),
        may_hear=account.holds(*HEARERS),
        today=today,
        here=f"/staff/claims/{claim.id}",
        state_of=claim_sheet.state,
        tone_of=claim_sheet.tone,
        **values,
    )
