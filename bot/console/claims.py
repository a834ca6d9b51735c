"""Claims at the office: what waits for whom, one claim on one page, and the steps that carry it on."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import date, datetime, timedelta
from typing import Any

from aiohttp import web
from pydantic import BaseModel, Field
from sqlalchemy.ext.asyncio import AsyncSession

from bot import claim_files, claim_sheet
from bot.money import Fen
from bot.web.desk import HOUSE, go, key_of, show
from bot.web.forms import Filled, blank, read_form
from bot.web.guards import need
from bot.web.tables import read_page
from config.settings import CHINA
from handlers import other_claims, procedure, programmes
from handlers.context import House
from records import budgeting, claim_desk, claim_search, noticing, paying, staff
from records.claim_desk import CLERKS
from records.claim_search import Wanted, claim_for
from records.claim_states import CLAIM_STATE_NAMES, OPEN_TO_CHANGE, ClaimState
from records.claims import Claim
from records.errors import Refused
from records.noticing import HEARERS, Posting
from records.objections import Answer, Objection
from records.staff import Role, Staff
from records.trainers import OFFICE

_ONE = r"/claims/{id:\d{1,9}}"
_SOON = timedelta(days=14)
QUEUES = {
    ClaimState.SUBMITTED: ("等初审", claim_desk.REVIEWERS),
    ClaimState.REVIEWED: ("等复核", claim_desk.APPROVERS),
    ClaimState.APPROVED: ("等公示", noticing.PUBLISHERS),
    ClaimState.CLEARED: ("等付款", paying.PAYERS),
    ClaimState.PAID: ("等核销", paying.PAYERS),
}
_RETURNERS = (*CLERKS, Role.REVIEWER, Role.APPROVER)
_REJECTERS = (Role.REVIEWER, Role.APPROVER)
_RETURNABLE = (ClaimState.SUBMITTED, ClaimState.REVIEWED, ClaimState.APPROVED, ClaimState.PUBLISHED)


class StepForm(BaseModel):
    """One step, of the claim as it was read."""

    version: int = Field(title="版本")
    reason: str = Field(title="原因", max_length=200, default="")


class PayForm(BaseModel):
    """A payment as the bank's slip has it."""

    fen: Fen = Field(title="付了多少元")
    reference: str = Field(title="银行回单号", max_length=64)
    paid_on: date = Field(title="付款日期")


class AnswerForm(BaseModel):
    """What came of an objection."""

    upheld: bool = Field(title="核实结果")
    reason: str = Field(title="核实的情况", max_length=500)


Step = Callable[[AsyncSession, House, Claim, Staff, StepForm, datetime], Awaitable[None]]


def routes() -> list[web.RouteDef]:
    """The addresses of claims in the console."""
    return [
        web.get("/claims", listed),
        web.get(_ONE, page),
        web.post(_ONE + "/{verb:" + "|".join(_STEPS) + "}", step),
        web.post(f"{_ONE}/pay", pay),
        web.post(_ONE + r"/objections/{objection:\d{1,9}}", answer),
        web.get(_ONE + r"/papers/{paper:\d{1,9}}", paper),
    ]


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
        **_looks(),
        **values,
    )


async def page(request: web.Request) -> web.Response:
    """One claim."""
    return await _page(request, blank(PayForm))


async def step(request: web.Request) -> web.Response:
    """Take a claim one step on, or back; the same click twice is one step."""
    house, account = request.app[HOUSE], need(request, *OFFICE, to="办补贴申领")
    filled, verb = await read_form(request, StepForm), request.match_info["verb"]
    here = f"/staff/claims/{key_of(request)}"
    if (told := filled.told) is None:
        await go(request, here, problem=next(iter(filled.errors.values()), filled.problem))
    does, to, said = _STEPS[verb]
    try:
        async with house.database.unit() as session:
            claim = await claim_for(session, key_of(request), account)
            await claim_desk.hold(session, claim)
            if not await _was_done(session, claim, to, account, told):
                await does(session, house, claim, account, told, house.clock())
    except Refused as refusal:
        await go(request, here, problem=refusal.reason)
    await go(request, here, said=said)


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
        **_looks(),
        **values,
    )


async def _was_done(session: AsyncSession, claim: Claim, to: ClaimState, account: Staff, told: StepForm) -> bool:
    """Is this the second click of what the same account has just done to the claim as it was read?"""
    if claim.state != to or claim.version != told.version + 1:
        return False
    return (await claim_search.last_move(session, claim)).actor == account.actor


async def _hand_in(
    session: AsyncSession, house: House, claim: Claim, account: Staff, told: StepForm, now: datetime
) -> None:
    await other_claims.hand_in(session, claim, account, told.reason, told.version, now)


async def _withdraw(
    session: AsyncSession, house: House, claim: Claim, account: Staff, told: StepForm, now: datetime
) -> None:
    await other_claims.withdraw(session, claim, account, told.reason, told.version, now)


async def _review(
    session: AsyncSession, house: House, claim: Claim, account: Staff, told: StepForm, now: datetime
) -> None:
    await claim_desk.review(session, claim, account, told.version, now)


async def _approve(
    session: AsyncSession, house: House, claim: Claim, account: Staff, told: StepForm, now: datetime
) -> None:
    await claim_desk.approve(session, claim, account, told.version, now)


async def _publish(
    session: AsyncSession, house: House, claim: Claim, account: Staff, told: StepForm, now: datetime
) -> None:
    programme = programmes.find(house.shelf, claim.policy_id, claim.scheme_id)
    if programme is None:
        raise Refused("这笔申领的文件已经不在了，公示几天没法定，请先恢复文件。")
    term = procedure.notice(house.shelf, house.settings, programme.policy, now.astimezone(CHINA).date())
    await noticing.publish(session, claim, account, Posting(term.starts, term.term.until), told.version, now)


async def _send_back(
    session: AsyncSession, house: House, claim: Claim, account: Staff, told: StepForm, now: datetime
) -> None:
    await claim_desk.send_back(session, claim, account, told.reason, told.version, now)


async def _reject(
    session: AsyncSession, house: House, claim: Claim, account: Staff, told: StepForm, now: datetime
) -> None:
    await claim_desk.reject(session, claim, account, told.reason, told.version, now)


async def _write_off(
    session: AsyncSession, house: House, claim: Claim, account: Staff, told: StepForm, now: datetime
) -> None:
    await paying.write_off(session, claim, account, now)


_STEPS: dict[str, tuple[Step, ClaimState, str]] = {
    "submit": (_hand_in, ClaimState.SUBMITTED, "提交了，等另一个人初审。"),
    "withdraw": (_withdraw, ClaimState.WITHDRAWN, "撤回了，这笔不再办。"),
    "review": (_review, ClaimState.REVIEWED, "初审通过了，等另一个人复核。"),
    "approve": (_approve, ClaimState.APPROVED, "复核通过了，接着公示。"),
    "publish": (_publish, ClaimState.PUBLISHED, "公示了，人人都能看到。"),
    "return": (_send_back, ClaimState.RETURNED, "退回了，对方会看到原因。"),
    "reject": (_reject, ClaimState.REJECTED, "定为不予通过，占着的名额放开了。"),
    "write-off": (_write_off, ClaimState.WRITTEN_OFF, "核销了，这笔办完了。"),
}


def _programme_name(house: House, policy_id: str, scheme_id: str) -> str:
    found = programmes.find(house.shelf, policy_id, scheme_id)
    return found.name if found else scheme_id


def _looks() -> dict[str, Any]:
    return {"state_of": claim_sheet.state, "tone_of": claim_sheet.tone}
