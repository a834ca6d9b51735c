"""Vouchers at the office: the list, one with its path and its revocation, and the funnel from issue to payment."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from aiohttp import web
from pydantic import BaseModel, Field

from bot.web.deeds import Deed
from bot.web.desk import HOUSE, go, key_of, show
from bot.web.forms import read_form
from bot.web.guards import need
from bot.web.tables import Page, read_page
from config.settings import CHINA
from handlers import programmes
from records import revoking, staff, voucher_funnel, voucher_search, vouchers
from records.errors import Refused
from records.revoking import REVOKERS
from records.trainers import OFFICE
from records.voucher_funnel import BY_NAMES, By
from records.voucher_paths import STAGE_NAMES, STAGES, STOP_NAMES, Stop
from records.voucher_search import Wanted
from records.voucher_states import MOVES, OPEN, SHOWN, UNUSED, State
from records.vouchers import VoucherEvent

SOON = {"3": "3天内到期", "14": "14天内到期", "30": "30天内到期"}
_ONE = r"/vouchers/{id:\d{1,9}}"
_TO = "看培训券"
_TONES = {
    State.ISSUED: "good",
    State.REGISTERED: "info",
    State.TRAINING: "info",
    State.ASSESSED: "info",
    State.CERTIFIED: "good",
    State.REDEEMED: "good",
    State.REVOKED: "bad",
}


class RevokeForm(BaseModel):
    """Why a voucher is taken back."""

    reason: str = Field(title="原因", max_length=160)


def routes() -> list[web.RouteDef]:
    """The addresses of these pages."""
    return [
        web.get("/vouchers", listed),
        web.get("/vouchers/funnel", funnel),
        web.get(_ONE, page),
        web.post(f"{_ONE}/revoke", revoke),
    ]


async def listed(request: web.Request) -> web.Response:
    """The vouchers of the place; also the rows behind every figure of the funnel."""
    account, asked, house = need(request, *OFFICE, to=_TO), read_page(request), request.app[HOUSE]
    today = house.clock().astimezone(CHINA).date()
    soon = asked.asked("soon")
    wanted = _wanted(asked, expires_by=today + timedelta(days=int(soon)) if soon in SOON else None)
    async with house.database.unit() as session:
        rows, total = await voucher_search.search(session, account, wanted, asked.offset, asked.size)
        choices: dict[str, Any] = {
            "occupations": _same(await voucher_search.occupations(session, account)),
            "regions": {
                code: house.shelf.regions.name(code) for code in await voucher_search.regions(session, account)
            },
            "months": _same(await voucher_search.months(session, account)),
            "schools": {str(each.id): each.name for each in await voucher_search.institutions(session, account)},
        }
    return await show(
        request,
        "vouchers.html",
        listing=asked.of(rows, total),
        states=SHOWN,
        soons=SOON,
        today=today,
        unused=UNUSED,
        **choices,
        **_names(),
    )


async def page(request: web.Request) -> web.Response:
    """One voucher, what happened to it, and the way to take it back."""
    account, house = need(request, *OFFICE, to=_TO), request.app[HOUSE]
    async with house.database.unit() as session:
        held = await voucher_search.voucher_for(session, key_of(request), account)
        history = await vouchers.history(session, held.voucher)
        names = await staff.names(session)
    programme = programmes.find(house.shelf, held.voucher.policy_id, held.voucher.scheme_id)
    been = {event.after for event in history}
    return await show(
        request,
        "voucher.html",
        held=held,
        programme=programme.name if programme else held.voucher.scheme_id,
        trail=_trail(history, names),
        done=[number for number, stage in enumerate(STAGES) if stage in been],
        is_open=held.voucher.state in OPEN,
        is_unused=held.voucher.state in UNUSED,
        may_revoke=held.voucher.state in MOVES[State.REVOKED].after and account.holds(*REVOKERS),
        **_names(),
    )


async def revoke(request: web.Request) -> web.Response:
    """Take a voucher back; its holder reads the reason."""
    account, house = need(request, *OFFICE, to="作废券"), request.app[HOUSE]
    filled, here = await read_form(request, RevokeForm), f"/staff/vouchers/{key_of(request)}"
    if filled.told is None:
        await go(request, here, problem=next(iter(filled.errors.values()), filled.problem))
    try:
        async with house.database.unit() as session:
            held = await voucher_search.voucher_for(session, key_of(request), account)
            await revoking.revoke(session, held.voucher, account, filled.told.reason, house.clock())
    except Refused as refusal:
        await go(request, here, problem=refusal.reason)
    await go(request, here, said="作废了，原因会发给本人。")


async def funnel(request: web.Request) -> web.Response:
    """Of the vouchers issued in a period: how many came how far, and what stopped the others."""
    account, asked, house = need(request, *OFFICE, to=_TO), read_page(request), request.app[HOUSE]
    by = By(asked.asked("by")) if asked.asked("by") in set(By) else By.OCCUPATION
    async with house.database.unit() as session:
        found = await voucher_funnel.funnel(session, account, _wanted(asked), by)
        months = await voucher_search.months(session, account)
        occupations = await voucher_search.occupations(session, account)
        schools = await voucher_search.institutions(session, account)
    kept = {name: asked.asked(name) for name in ("period", "occupation", "school")}
    years = {month[:4]: f"{month[:4]}年" for month in months}
    return await show(
        request,
        "voucher_funnel.html",
        listing=asked.cut(found.rows),
        funnel=found,
        by=by,
        by_names=BY_NAMES,
        by_key={By.INSTITUTION: "school", By.MONTH: "period"}.get(by, by.value),
        periods=years | {month: f"{month[:4]}年{int(month[5:])}月" for month in months},
        occupations=_same(occupations),
        schools={str(each.id): each.name for each in schools},
        stages=STAGES,
        rows_at=lambda **more: "/staff/vouchers?" + urlencode({k: v for k, v in (kept | more).items() if v}),
        **_names(),
    )


def _wanted(asked: Page, **more: Any) -> Wanted:
    return Wanted(
        state=asked.asked("state"),
        occupation=asked.asked("occupation"),
        region=asked.asked("region"),
        period=asked.asked("period"),
        institution=_key(asked.asked("school")),
        training_class=_key(asked.asked("class")),
        classless=asked.asked("class") == "none",
        reached=asked.asked("reached") if asked.asked("reached") in STAGES else "",
        stop=asked.asked("stop") if asked.asked("stop") in set(Stop) else "",
        words=asked.asked("q"),
        **more,
    )


def _key(text: str) -> int | None:
    return int(text) if text.isdecimal() and len(text) < 10 else None


def _same(names: Iterable[str]) -> dict[str, str]:
    return {name: name for name in names}


def _trail(history: Iterable[VoucherEvent], names: Mapping[int, str]) -> list[Deed]:
    """Who carried the voucher on when; the worker is 本人, what acts on its own 系统."""
    people = {f"staff:{number}": name for number, name in names.items()} | {"worker": "本人"}
    return [
        Deed(event.at, people.get(event.actor, "系统"), SHOWN[State(event.after)], event.reason) for event in history
    ]


def _names() -> dict[str, Any]:
    return {"state_names": SHOWN, "stage_names": STAGE_NAMES, "stop_names": STOP_NAMES, "tones": _TONES}
