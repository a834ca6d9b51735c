"""Lists for the bank at the office: made of claims that may be paid, downloaded, dropped, and what the bank returned."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Annotated
from urllib.parse import quote

from aiohttp import web
from pydantic import BaseModel, Field
from sqlalchemy.ext.asyncio import AsyncSession

from bot import claim_sheet, money
from bot.web.desk import HOUSE, STAFF, go, key_of, show
from bot.web.forms import Filled, blank, read_form
from bot.web.guards import need
from bot.web.uploads import Upload, file_of
from config.settings import CHINA
from handlers import bank_lists, programmes
from handlers.bank_lists import Payment, Returned
from handlers.context import House
from records import audit, claim_moves, claim_papers, claim_search, paying, payment_lists, staff
from records.audit import Event
from records.claim_states import ClaimState
from records.claims import Claim
from records.errors import Refused
from records.paying import PAYERS
from records.payment_batches import PaymentBatch
from records.staff import Staff
from records.trainers import OFFICE

_ONE = r"/claims/payments/{id:\d{1,9}}"
_KINDS = {"csv": "text/csv", "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}


class ListForm(BaseModel):
    """The claims that go on one list."""

    claims: list[int] = Field(title="要付款的申领", min_length=1, max_length=500)


class SheetForm(BaseModel):
    """The bank's sheet, and the day of those lines that name none."""

    sheet: Annotated[Upload, file_of(".xlsx", ".csv")] = Field(title="银行回单表")
    paid_on: date = Field(title="付款日期")


@dataclass(frozen=True)
class Told:
    """What became of one line of the bank's sheet."""

    where: str
    number: str
    said: str
    tone: str


def routes() -> list[web.RouteDef]:
    """The addresses of these pages."""
    return [
        web.get("/claims/payments", listed),
        web.post("/claims/payments", make),
        web.get(_ONE, page),
        web.post(f"{_ONE}/drop", drop),
        web.post(f"{_ONE}/returned", take_in),
        web.get(_ONE + r"/list.{kind:csv|xlsx}", download),
    ]


async def listed(request: web.Request) -> web.Response:
    """The claims that wait for a list, and the lists."""
    account, house = need(request, *OFFICE, to="看付款单"), request.app[HOUSE]
    async with house.database.unit() as session:
        waiting = await payment_lists.waiting(session, account)
        lists = await payment_lists.made(session, account)
        left = await payment_lists.unpaid(session, lists)
        names = await staff.names(session)
    return await show(
        request,
        "payments.html",
        waiting=waiting,
        lists=lists,
        left=left,
        names=names,
        may_pay=account.holds(*PAYERS),
        programme_name=lambda claim: _name(house, claim),
    )


async def make(request: web.Request) -> web.Response:
    """Put the chosen claims on a list; sent twice, the second finds them on the first."""
    house, account, filled = request.app[HOUSE], need(request, *PAYERS, to="付款"), await read_form(request, ListForm)
    if (told := filled.told) is None:
        await go(request, "/staff/claims/payments", problem="请先勾选要付款的申领。")
    try:
        async with house.database.unit() as session:
            claims = [await claim_search.claim_for(session, key, account) for key in dict.fromkeys(told.claims)]
            if there := await _made_already(session, claims, account):
                made = there
            else:
                _hold_accounts(session, claims)
                made = await paying.batch(session, claims, account, house.clock())
    except Refused as refusal:
        await go(request, "/staff/claims/payments", problem=refusal.reason)
    await go(request, f"/staff/claims/payments/{made.id}", said="付款单做好了，下载后交银行。")


async def page(request: web.Request) -> web.Response:
    """One list."""
    today = request.app[HOUSE].clock().astimezone(CHINA).date()
    return await _page(request, blank(SheetForm, paid_on=today), [])


async def drop(request: web.Request) -> web.Response:
    """Give a list up; sent twice it is given up once."""
    house, account = request.app[HOUSE], need(request, *PAYERS, to="付款")
    try:
        async with house.database.unit() as session:
            made = await payment_lists.list_for(session, key_of(request), account)
            await paying.drop(session, made, account, house.clock())
    except Refused as refusal:
        await go(request, f"/staff/claims/payments/{key_of(request)}", problem=refusal.reason)
    await go(request, "/staff/claims/payments", said="这张付款单作废了，上面的申领可以放到别的单上。")


async def take_in(request: web.Request) -> web.Response:
    """Take in the bank's sheet, each row for itself: what is right is paid, what is wrong says why."""
    need(request, *PAYERS, to="付款")
    filled = await read_form(request, SheetForm)
    if (told := filled.told) is None:
        return await _page(request, filled, [])
    try:
        rows = bank_lists.read(told.sheet.content)
    except Refused as refusal:
        return await _page(request, filled.refused(refusal, "sheet"), [])
    return await _page(request, filled, [await _paid(request, row, told.paid_on) for row in rows])


async def download(request: web.Request) -> web.Response:
    """The list as the bank wants it, with every account in full; who took it is written down."""
    house, account, kind = request.app[HOUSE], need(request, *PAYERS, to="导出付款单"), request.match_info["kind"]
    async with house.database.unit() as session:
        made = await payment_lists.list_for(session, key_of(request), account)
        if made.dropped_at is not None:
            raise Refused("这张付款单已经作废了，不能再导出。")
        payments = [_payment(session, house, claim) for claim in await paying.claims_of(session, made)]
        event = Event.PAYMENT_BATCH_DOWNLOAD
        await audit.append(session, event, account.actor, f"batch:{made.id}", house.clock(), kind=kind, fen=made.fen)
    is_csv = kind == "csv"
    body = bank_lists.as_csv(payments, made.fen) if is_csv else bank_lists.as_xlsx(payments, made.fen, made.number)
    name = quote(f"付款单{made.number}.{kind}")
    return web.Response(
        body=body,
        content_type=_KINDS[kind],
        headers={"Content-Disposition": f"attachment; filename*=UTF-8''{name}"},
    )


async def _page(request: web.Request, filled: Filled[SheetForm], told: list[Told]) -> web.Response:
    house, account = request.app[HOUSE], need(request, *OFFICE, to="看付款单")
    async with house.database.unit() as session:
        made = await payment_lists.list_for(session, key_of(request), account)
        claims = await paying.claims_of(session, made)
        accounts = {claim.id: claim_papers.account_of(session, claim) for claim in claims}
        names = await staff.names(session)
    return await show(
        request,
        "payment.html",
        filled=filled,
        made=made,
        claims=claims,
        accounts=accounts,
        names=names,
        told=told,
        paid=sum(claim.fen for claim in claims if claim.paid_on),
        left=[claim for claim in claims if claim.state == ClaimState.CLEARED],
        may_pay=account.holds(*PAYERS),
        here=f"/staff/claims/payments/{made.id}",
        state_of=claim_sheet.state,
        tone_of=claim_sheet.tone,
    )


async def _paid(request: web.Request, row: Returned, day: date) -> Told:
    """One row in a unit of its own: what is wrong with it holds up no other."""
    house, account = request.app[HOUSE], request[STAFF]
    try:
        async with house.database.unit() as session:
            made = await payment_lists.list_for(session, key_of(request), account)
            claim = await claim_moves.by_number(session, row.number)
            if claim is None or claim.batch_id != made.id:
                raise Refused(f"{row.number[:20]}不在这张付款单上。")
            on = _day(row, day)
            is_new = await paying.pay(session, claim, money.fen(row.sum), row.reference, on, account, house.clock())
    except Refused as refusal:
        return Told(row.where, row.number, refusal.reason, "bad")
    return Told(row.where, row.number, "记下付款" if is_new else "早就记过了，没有变", "good" if is_new else "quiet")


def _day(row: Returned, otherwise: date) -> date:
    if not row.on:
        return otherwise
    try:
        return date.fromisoformat(row.on[:10])
    except ValueError as error:
        raise Refused(f"付款日期要像2026-12-05这样写，表里是“{row.on[:20]}”。") from error


async def _made_already(session: AsyncSession, claims: list[Claim], account: Staff) -> PaymentBatch | None:
    """The list that these very claims, and no others, are on: the form was sent twice."""
    keys = {claim.batch_id for claim in claims}
    if len(keys) != 1 or (key := keys.pop()) is None:
        return None
    made = await payment_lists.list_for(session, key, account)
    on_it = {claim.id for claim in await paying.claims_of(session, made)}
    return made if on_it == {claim.id for claim in claims} and made.made_by == account.id else None


def _hold_accounts(session: AsyncSession, claims: list[Claim]) -> None:
    """Refused for a claim without an account: the bank could not pay it."""
    if missing := [claim.number for claim in claims if claim_papers.account_of(session, claim) is None]:
        raise Refused(f"{'、'.join(missing[:3])}没有填收款账户，不能放进付款单。问清楚单独付，或退回补填。")


def _payment(session: AsyncSession, house: House, claim: Claim) -> Payment:
    account = claim_papers.account_of(session, claim)
    assert account is not None, "a list holds only claims with an account"
    return Payment(claim.payee_name, account.bank, account.number, claim.fen, claim.number, _name(house, claim))


def _name(house: House, claim: Claim) -> str:
    found = programmes.find(house.shelf, claim.policy_id, claim.scheme_id)
    return found.name if found else "补贴"
