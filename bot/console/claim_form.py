"""The form of a claim that a clerk writes: what every scheme needs, what the chosen one needs, and what it comes to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any, Literal

from aiohttp import web
from pydantic import BaseModel, Field, create_model

from bot import money
from bot.web.desk import HOUSE, STAFF, show
from bot.web.forms import Filled, plain
from handlers import claim_questions, claim_wish
from handlers.claim_questions import Asked
from handlers.claim_wish import Reckoned, Typed, Wish
from handlers.programmes import Programme
from knowledge.model import Payee
from records.claims import Claim
from records.errors import Refused

_MOST_LINES = 500
FACT = "fact_"
_WHAT = {
    "certificate": ("证书编号", "一行一个，要在证书登记里"),
    "person": ("身份证号", "一行一个，要在名册里"),
    "class": ("身份证号", "一行一个，要在名册里；按他最近上完的班算"),
    "item": ("名称", "一行一个，写全名，和别的单位的不重名"),
}


class ClaimForm(BaseModel):
    """What every scheme needs; the facts of the chosen one are added to it."""

    key: str = Field(title="表单", min_length=8, max_length=64)
    version: int = Field(title="版本", default=0)
    do: Literal["reckon", "keep"] = Field(title="要做什么", default="reckon")
    part: int = Field(title="第几笔", default=1, ge=1)
    payee: str = Field(title="钱付给谁", max_length=80, default="")
    bank: str = Field(title="开户行", max_length=60, default="")
    number: str = Field(title="账号", max_length=40, default="")
    lines: str = Field(title="明细", max_length=40_000, default="")
    basis: str = Field(title="依据的文件", max_length=120, default="")


async def form(
    request: web.Request,
    programme: Programme,
    filled: Filled[ClaimForm],
    reckoned: Reckoned | None = None,
    claim: Claim | None = None,
) -> web.Response:
    """The page of the form; of a new claim, or of a draft that is changed."""
    scheme = programme.scheme
    what, hint = _WHAT[scheme.claimed]
    is_open = claim_questions.leaves_the_sum_open(scheme)
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
        claim=claim,
    )


async def reckoned(request: web.Request, wish: Wish) -> Reckoned | None:
    """What the wish comes to, where that can be said although it was not kept."""
    house, account = request.app[HOUSE], request[STAFF]
    try:
        async with house.database.unit() as session:
            return await claim_wish.reckon(session, wish, account, house.clock())
    except Refused:
        return None  # its sentence is on the page already


def _asked(programme: Programme) -> list[Asked]:
    """The facts of all payments of a scheme, each once."""
    found: dict[str, Asked] = {}
    for part in range(1, max(1, len(programme.scheme.parts)) + 1):
        found |= {each.kind.name: each for each in claim_questions.asked(programme, part)}
    return list(found.values())


def model(programme: Programme) -> type[ClaimForm]:
    """The form of one scheme."""
    fields: dict[str, Any] = {FACT + each.kind.name: _field(each) for each in _asked(programme)}
    return create_model("SchemeForm", __base__=ClaimForm, **fields)


def _field(asked: Asked) -> tuple[Any, Any]:
    title = f"“{asked.kind.ask}”"
    if asked.kind.kind == "number":
        return Decimal | None, Field(title=title, default=None, ge=0, le=10**10, decimal_places=2)
    if asked.kind.kind == "bool":
        return bool | None, Field(title=title, default=None)
    if asked.options:
        return Literal[tuple(asked.options)] | None, Field(title=title, default=None)
    return str, Field(title=title, default="", max_length=60)


def wish_of(programme: Programme, told: ClaimForm, claim_id: int = 0) -> Wish:
    """The claim as it was typed."""
    part = min(told.part, max(1, len(programme.scheme.parts)))
    is_open = claim_questions.leaves_the_sum_open(programme.scheme)
    rows = [(place, row.strip()) for place, row in enumerate(plain(told.lines).splitlines(), start=1) if row.strip()]
    typed = [_typed(place, row, is_open) for place, row in rows[:_MOST_LINES]]
    typed += [replace(_typed(*each, False), problem=f"一笔最多{_MOST_LINES}行。") for each in rows[_MOST_LINES:][:1]]
    return Wish(programme, part, told.payee, typed, _facts(told.model_dump()), told.basis, claim_id)


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
    facts = {name.removeprefix(FACT): value for name, value in told.items() if name.startswith(FACT)}
    return {name: _stored(value) for name, value in facts.items() if value not in (None, "")}


def _stored(value: Any) -> Any:
    if not isinstance(value, Decimal):
        return value
    return int(value) if value == value.to_integral_value() else float(value)
