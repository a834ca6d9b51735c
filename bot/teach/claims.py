"""An institution's claims: those it made, and the start of one for a class that is over."""

from __future__ import annotations

from uuid import uuid4

from aiohttp import web
from pydantic import BaseModel, Field
from sqlalchemy.ext.asyncio import AsyncSession

from bot import claim_sheet
from bot.web.desk import HOUSE, STAFF, go, key_of, show
from bot.web.forms import Filled, blank, read_form
from bot.web.guards import need
from config.settings import CHINA
from handlers import class_claims, programmes
from handlers.class_claims import CLAIMABLE
from records import claim_search
from records.claim_papers import Account
from records.claims import Claim
from records.class_search import Wanted, search
from records.classes import TrainingClass
from records.errors import Refused
from records.staff import Role, Staff
from records.trainers import class_for, teaches

_MOST_CLASSES = 50


class StartForm(BaseModel):
    """Which programme is claimed, and where the money goes."""

    wish: str = Field(title="要申领的项目", max_length=160)
    bank: str = Field(title="开户行", max_length=60)
    number: str = Field(title="账号", max_length=40)
    key: str = Field(title="表单", min_length=8, max_length=64)


def routes() -> list[web.RouteDef]:
    """The addresses of these pages."""
    return [
        web.get("/claims", listed),
        web.get(r"/classes/{id:\d{1,9}}/claim", start),
        web.post(r"/classes/{id:\d{1,9}}/claim", begin),
    ]


async def listed(request: web.Request) -> web.Response:
    """The institution's claims, those that came back on top, and the classes that may be claimed for."""
    account, house = need(request, Role.TRAINER, to="申领补贴"), request.app[HOUSE]
    async with house.database.unit() as session:
        claims = await claim_search.of_institution(session, account)
        classes = await _claimable(session, account)
    claimed = {each.class_id for each in claims if each.state not in ("withdrawn", "rejected")}
    names = {each.id: each.name for each in classes}
    return await show(
        request,
        "claims.html",
        claims=claims,
        classes=[each for each in classes if each.id not in claimed],
        class_names=names,
        steps=claim_sheet.STEPS,
        step_of=claim_sheet.step_of,
        programme_name=lambda claim: _name(request, claim),
        state_of=claim_sheet.state,
        tone_of=claim_sheet.tone,
    )


async def start(request: web.Request) -> web.Response:
    """Which programme to claim for a class, with why the others do not fit."""
    return await _start(request, blank(StartForm, key=uuid4().hex))


async def begin(request: web.Request) -> web.Response:
    """Make the draft; the same form sent twice is one claim."""
    house, filled = request.app[HOUSE], await read_form(request, StartForm)
    if (told := filled.told) is None:
        return await _start(request, filled)
    try:
        async with house.database.unit() as session:
            training_class = await _own_class(request, session)
            account = Account(told.bank, told.number)
            claim = await class_claims.begin(
                session, house, training_class, told.wish, account, request[STAFF], told.key, house.clock()
            )
    except Refused as refusal:
        return await _start(request, filled.refused(refusal))
    await go(request, f"/teach/claims/{claim.id}", said="草稿写好了。看看每一行，把材料交齐，再提交。")


async def _start(request: web.Request, filled: Filled[StartForm]) -> web.Response:
    house = request.app[HOUSE]
    today = house.clock().astimezone(CHINA).date()
    async with house.database.unit() as session:
        training_class = await _own_class(request, session)
        fits = await class_claims.fits(session, house, training_class, today)
    if not filled.value("wish") and (first := next((each for each in fits if not each.problem), None)):
        filled = blank(StartForm, **dict(filled.values) | {"wish": first.key}) if not filled.is_wrong else filled
    return await show(
        request,
        "claim_start.html",
        filled=filled,
        training_class=training_class,
        may_claim=training_class.state in CLAIMABLE,
        fitting=[each for each in fits if not each.problem],
        others=[each for each in fits if each.problem],
    )


async def _own_class(request: web.Request, session: AsyncSession) -> TrainingClass:
    account = need(request, Role.TRAINER, to="申领补贴")
    training_class = await class_for(session, key_of(request), account)
    if not teaches(training_class, account):
        raise Refused("补贴由这个班所在的机构自己申领。")
    return training_class


async def _claimable(session: AsyncSession, account: Staff) -> list[TrainingClass]:
    """The institution's classes that are over."""
    found = []
    for state in CLAIMABLE:
        wanted = Wanted(state=state, institution=account.institution_id or 0)
        rows, _ = await search(session, account, wanted, 0, _MOST_CLASSES)
        found += [each.training_class for each in rows]
    return found


def _name(request: web.Request, claim: Claim) -> str:
    found = programmes.find(request.app[HOUSE].shelf, claim.policy_id, claim.scheme_id)
    return found.name if found else "补贴"
