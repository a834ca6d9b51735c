"""Voucher rounds at the office: written, approved by another, and watched: every figure opens its rows."""

from __future__ import annotations

from typing import Any, NoReturn

from aiohttp import web

from bot.console import look
from bot.console.round_form import RoundForm, offer_of, show_form
from bot.web.deeds import deeds
from bot.web.desk import HOUSE, go, key_of, show, text_of
from bot.web.forms import blank, read_form
from bot.web.guards import need
from bot.web.tables import read_page
from config.settings import CHINA
from handlers import programmes, round_offers
from records import audit, round_answers, round_desk, staff
from records.errors import Refused
from records.nudges import OUTCOME_NAMES
from records.round_answers import GROUPS
from records.round_desk import APPROVERS, WRITERS
from records.rounds import ANSWER_NAMES, ROUND_STATE_NAMES, Answer, Round, RoundState
from records.staff import Staff
from records.trainers import OFFICE

_ONE = r"/vouchers/rounds/{id:\d{1,9}}"
_ON_A_PAGE = 15
_TONES = {RoundState.SUBMITTED: "warn", RoundState.ASKING: "info", RoundState.CLOSED: "good"}
_ANSWER_TONES = {Answer.ISSUED: "good", Answer.REFUSED: "warn", Answer.WILLING: "info"}
_EVENTS = {
    "voucher:round:write": "提交",
    "voucher:round:approve": "批准，开始问",
    "voucher:round:cancel": "取消",
    "voucher:round:close": "截止",
}


def routes() -> list[web.RouteDef]:
    """The addresses of these pages."""
    return [
        web.get("/vouchers/rounds", listed),
        web.get("/vouchers/rounds/new", start),
        web.post("/vouchers/rounds/new", write),
        web.get(_ONE, page),
        web.post(_ONE + "/approve", approve),
        web.post(_ONE + "/cancel", cancel),
        web.post(_ONE + "/close", close),
    ]


async def listed(request: web.Request) -> web.Response:
    """The rounds of the place, the latest first, each with its figures."""
    account, house = need(request, *OFFICE, to="看批量发券"), request.app[HOUSE]
    async with house.database.unit() as session:
        rounds = await round_desk.listed(session, account)
        counts = {each.id: await round_answers.count(session, each.id) for each in rounds}
        names = await staff.names(session)
    return await show(
        request,
        "rounds.html",
        rounds=rounds,
        counts=counts,
        names=names,
        may_write=account.holds(*WRITERS),
        summaries={each.id: look.audience(house.shelf.regions, each.audience, {}) for each in rounds},
        **_words(),
    )


async def start(request: web.Request) -> web.Response:
    """A form to fill in."""
    account = need(request, *WRITERS, to="批量发券")
    return await show_form(request, blank(RoundForm, region=account.region))


async def write(request: web.Request) -> web.Response:
    """Put it before the second person; what is wrong comes back with the form."""
    house, account, filled = (
        request.app[HOUSE],
        need(request, *WRITERS, to="批量发券"),
        await read_form(request, RoundForm),
    )
    if filled.told is None:
        return await show_form(request, filled)
    try:
        async with house.database.unit() as session:
            today = house.clock().astimezone(CHINA).date()
            offered = await round_offers.choices(session, house.shelf, filled.told.region, today)
            offer = offer_of(house, filled.told, round_offers.pick(offered, filled.told.choice), today)
            round_ = await round_desk.write(session, offer, account, filled.told.key, house.clock())
    except Refused as refusal:
        return await show_form(request, filled.refused(refusal))
    await go(request, f"/staff/vouchers/rounds/{round_.id}", said="提交了，等另一位同事批准。批准后才开始问。")


async def page(request: web.Request) -> web.Response:
    """One round: what is offered, the figures, and the people behind the figure that was opened."""
    account, asked, house = need(request, *OFFICE, to="看批量发券"), read_page(request, _ON_A_PAGE), request.app[HOUSE]
    group = asked.asked("group") if asked.asked("group") in GROUPS else "all"
    async with house.database.unit() as session:
        round_ = await round_desk.get_for(session, key_of(request), account)
        rows, total = await round_answers.rows(
            session, round_.id, group, asked.asked("reason"), asked.offset, asked.size
        )
        counts = await round_answers.count(session, round_.id)
        refused, declined = [await round_answers.why(session, round_.id, each) for each in _EXPLAINED]
        trail = deeds(await audit.history(session, round_.thing), await staff.names(session), _EVENTS)
        today = house.clock().astimezone(CHINA).date()
        would_ask = await round_desk.count_asked(session, round_, today)
    programme = programmes.find(house.shelf, round_.policy_id, round_.scheme_id)
    return await show(
        request,
        "round.html",
        it=round_,
        listing=asked.of(rows, total),
        group=group,
        groups={name: words for name, (words, _) in GROUPS.items()},
        counts=counts,
        refused=refused,
        declined=declined,
        would_ask=would_ask,
        question=round_desk.question(round_),
        programme=programme.name if programme else round_.scheme_id,
        summary=look.audience(house.shelf.regions, round_.audience, {}),
        trail=trail,
        outcomes=OUTCOME_NAMES,
        may=_may(round_, account),
        **_words(),
    )


async def approve(request: web.Request) -> NoReturn:
    """Begin to ask."""
    house, here = request.app[HOUSE], _address(request)
    account = need(request, *APPROVERS, to="批准发券")
    try:
        async with house.database.unit() as session:
            round_ = await round_desk.get_for(session, key_of(request), account)
            people = await round_desk.approve(session, round_, account, house.clock())
    except Refused as refusal:
        await go(request, here, problem=refusal.reason)
    await go(request, here, said=f"批准了，正在问{people}人。")


async def cancel(request: web.Request) -> NoReturn:
    """Give it up before anybody was asked."""
    why = text_of(await request.post(), "reason")
    house, account, here = request.app[HOUSE], need(request, *OFFICE, to="取消发券"), _address(request)
    try:
        async with house.database.unit() as session:
            round_ = await round_desk.get_for(session, key_of(request), account)
            await round_desk.cancel(session, round_, account, why, house.clock())
    except Refused as refusal:
        await go(request, here, problem=refusal.reason)
    await go(request, here, said="取消了，没有问任何人。")


async def close(request: web.Request) -> NoReturn:
    """End the asking before its day."""
    house, account, here = request.app[HOUSE], need(request, *OFFICE, to="提前截止"), _address(request)
    try:
        async with house.database.unit() as session:
            round_ = await round_desk.get_for(session, key_of(request), account)
            await round_desk.close_early(session, round_, account, house.clock())
    except Refused as refusal:
        await go(request, here, problem=refusal.reason)
    await go(request, here, said="截止了，没答复的记成“到期没答复”。")


_EXPLAINED = (Answer.REFUSED, Answer.DECLINED)


def _may(round_: Round, account: Staff) -> dict[str, bool]:
    own, approves = round_.written_by == account.id, account.holds(*APPROVERS)
    waits = round_.state == RoundState.SUBMITTED
    return {
        "approve": approves and not own and waits,
        "wait": own and waits,
        "cancel": (approves or own) and waits,
        "close": (approves or own) and round_.state == RoundState.ASKING,
    }


def _address(request: web.Request) -> str:
    return f"/staff/vouchers/rounds/{key_of(request)}"


def _words() -> dict[str, Any]:
    return {
        "state_names": ROUND_STATE_NAMES,
        "answer_names": ANSWER_NAMES,
        "tones": _TONES,
        "answer_tones": _ANSWER_TONES,
    }
