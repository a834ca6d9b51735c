"""A claim that a clerk makes: the scheme chosen, what it needs told, what it comes to, and the draft."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any, Literal
from uuid import uuid4

from aiohttp import web
from pydantic import BaseModel, Field, create_model

from bot import money
from bot.web.desk import HOUSE, go, show, text_of
from bot.web.forms import Filled, blank, plain, read_form
from bot.web.guards import need
from config.settings import CHINA
from handlers import other_claims, programmes
from handlers.other_claims import WITHOUT_CLASS, Asked, Reckoned, Typed, Wish
from handlers.programmes import Programme
from knowledge.model import Payee
from records.claim_desk import CLERKS
from records.claim_papers import Account
from records.errors import Refused

_HERE = "/staff/claims/new"
_MOST_LINES = 500
_FACT = "fact_"
_WHAT = {
    "certificate": ("证书编号", "一行一个，要在证书登记里"),
    "person": ("身份证号", "一行一个，要在名册里"),
    "item": ("名称", "一行一个，写全名，和别的单位的不重名"),
}


class NewClaimForm(BaseModel):
    """What every scheme needs; the facts of the chosen one are added to it."""

    key: str = Field(title="表单", min_length=8, max_length=64)
    do: Literal["reckon", "keep"] = Field(title="要做什么", default="reckon")
    part: int = Field(title="第几笔", default=1, ge=1)
    payee: str = Field(title="钱付给谁", max_length=80, default="")
    bank: str = Field(title="开户行", max_length=60, default="")
    number: str = Field(title="账号", max_length=40, default="")
    lines: str = Field(title="明细", max_length=40_000, default="")
    basis: str = Field(title="依据的文件", max_length=120, default="")


def routes() -> list[web.RouteDef]:
    """The addresses of this page."""
    return [web.get("/claims/new", start), web.post("/claims/new", send)]


async def start(request: web.Request) -> web.Response:
    """Choose a scheme, or fill in what the chosen one needs."""
    need(request, *CLERKS, to="写补贴申领")
    programme = await _programme(request, request.query.get("policy", ""), request.query.get("scheme", ""))
    if programme is None:
        return await _choose(request)
    return await _form(request, programme, blank(_model(programme), key=uuid4().hex))


async def send(request: web.Request) -> web.Response:
    """Work the claim out and show it, or keep it as a draft."""
    house, account, sent = request.app[HOUSE], need(request, *CLERKS, to="写补贴申领"), await request.post()
    programme = await _programme(request, text_of(sent, "policy"), text_of(sent, "scheme"))
    if programme is None:
        await go(request, _HERE, problem="请先选一个现在执行的项目。")
    filled = await read_form(request, _model(programme))
    if (told := filled.told) is None:
        return await _form(request, programme, filled)
    wish, now = _wish(programme, told), house.clock()
    reckoned = None
    try:
        async with house.database.unit() as session:
            if told.do == "keep":
                paid_to = Account(told.bank, told.number)
                claim = await other_claims.keep(session, house, wish, paid_to, account, told.key, now)
                made = claim.id
            else:
                reckoned = await other_claims.reckon(session, house, wish, account, now)
    except Refused as refusal:
        filled = filled.refused(refusal)
        reckoned = await _reckoned(request, wish) if told.do == "keep" else None
    if filled.is_wrong or reckoned is not None:
        return await _form(request, programme, filled, reckoned)
    await go(request, f"/staff/claims/{made}", said="草稿存好了。看看每一行，再提交。")


async def _choose(request: web.Request) -> web.Response:
    house, account = request.app[HOUSE], need(request, *CLERKS, to="写补贴申领")
    today = house.clock().astimezone(CHINA).date()
    async with house.database.unit() as session:
        offered = await other_claims.offered(session, house, account.region, today)
    return await show(request, "new_claim.html", programme=None, offered=offered, filled=None)


async def _form(
    request: web.Request, programme: Programme, filled: Filled[NewClaimForm], reckoned: Reckoned | None = None
) -> web.Response:
    scheme = programme.scheme
    what, hint = _WHAT[scheme.claimed]
    is_open = other_claims.leaves_the_sum_open(scheme)
    return await show(
        request,
        "new_claim.html",
        filled=filled,
        programme=programme,
        asked=_asked(programme),
        parts_of={str(place): part.name for place, part in enumerate(scheme.parts, start=1)},
        what=what,
        hint=f"{hint}，后面空一格写付多少元" if is_open else hint,
        is_open=is_open,
        is_worker=scheme.payee == Payee.WORKER,
        reckoned=reckoned,
    )


async def _reckoned(request: web.Request, wish: Wish) -> Reckoned | None:
    """What the wish comes to, where that can be said although it was not kept."""
    house, account = request.app[HOUSE], need(request, *CLERKS, to="写补贴申领")
    try:
        async with house.database.unit() as session:
            return await other_claims.reckon(session, house, wish, account, house.clock())
    except Refused:
        return None  # its sentence is on the page already


async def _programme(request: web.Request, policy_id: str, scheme_id: str) -> Programme | None:
    """The chosen one, where it is among those in force at the account's place."""
    house, account = request.app[HOUSE], need(request, *CLERKS, to="写补贴申领")
    chosen = programmes.find(house.shelf, policy_id, scheme_id)
    if chosen is None or chosen.scheme.claimed not in WITHOUT_CLASS:
        return None
    today = house.clock().astimezone(CHINA).date()
    async with house.database.unit() as session:
        offered = await other_claims.offered(session, house, account.region, today)
    return chosen if chosen in offered.get(chosen.policy, []) else None


def _asked(programme: Programme) -> list[Asked]:
    """The facts of all payments of a scheme, each once."""
    found: dict[str, Asked] = {}
    for part in range(1, max(1, len(programme.scheme.parts)) + 1):
        found |= {each.kind.name: each for each in other_claims.asked(programme, part)}
    return list(found.values())


def _model(programme: Programme) -> type[NewClaimForm]:
    """The form of one scheme."""
    fields: dict[str, Any] = {_FACT + each.kind.name: _field(each) for each in _asked(programme)}
    return create_model("SchemeForm", __base__=NewClaimForm, **fields)


def _field(asked: Asked) -> tuple[Any, Any]:
    title = f"“{asked.kind.ask}”"
    if asked.kind.kind == "number":
        return Decimal | None, Field(title=title, default=None, ge=0, le=10**10, decimal_places=2)
    if asked.kind.kind == "bool":
        return bool | None, Field(title=title, default=None)
    if asked.options:
        return Literal[tuple(asked.options)] | None, Field(title=title, default=None)
    return str, Field(title=title, default="", max_length=60)


def _wish(programme: Programme, told: NewClaimForm) -> Wish:
    part = min(told.part, max(1, len(programme.scheme.parts)))
    is_open = other_claims.leaves_the_sum_open(programme.scheme)
    rows = [(place, row.strip()) for place, row in enumerate(plain(told.lines).splitlines(), start=1) if row.strip()]
    typed = [_typed(place, row, is_open) for place, row in rows[:_MOST_LINES]]
    typed += [replace(_typed(*each, False), problem=f"一笔最多{_MOST_LINES}行。") for each in rows[_MOST_LINES:][:1]]
    return Wish(programme, part, told.payee, typed, _facts(told.model_dump()), told.basis)


def _typed(place: int, row: str, is_open: bool) -> Typed:
    """A line, with the sum at its end where the document leaves it open."""
    words = row.rsplit(maxsplit=1)
    if not is_open or len(words) < 2:
        return Typed(place, row)
    try:
        return Typed(place, words[0], money.fen(words[1]))
    except Refused as refusal:
        return Typed(place, row, problem=refusal.reason)


def _facts(told: Mapping[str, Any]) -> dict[str, Any]:
    """The facts that were told, as they are stored."""
    facts = {name.removeprefix(_FACT): value for name, value in told.items() if name.startswith(_FACT)}
    return {name: _stored(value) for name, value in facts.items() if value not in (None, "")}


def _stored(value: Any) -> Any:
    if not isinstance(value, Decimal):
        return value
    return int(value) if value == value.to_integral_value() else float(value)
