"""Training institutions: the list, one with its standing and its classes, what may be taught."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Iterable
from datetime import datetime
from typing import Any

from aiohttp import web
from pydantic import BaseModel, Field
from sqlalchemy.ext.asyncio import AsyncSession

from bot import class_sheet
from bot.web.deeds import deeds
from bot.web.desk import HOUSE, STAFF, go, key_of, show
from bot.web.forms import Filled, blank, read_form
from bot.web.guards import need
from bot.web.tables import read_page
from records import audit, class_search, institutes, staff
from records.class_search import Wanted
from records.class_states import CLASS_STATE_NAMES
from records.errors import Refused
from records.institutes import JUDGES, KEEPERS, Facts
from records.institutions import STANDING_NAMES, Institution, Standing
from records.staff import Staff
from records.trainers import OFFICE

_NUMBER = r"{id:\d{1,9}}"
_SEPARATORS = re.compile(r"[\s、，,；;]+")
_TONES = {Standing.GOOD: "good", Standing.WARNED: "warn", Standing.REMOVED: "bad"}
_DEEDS = {
    "institution:list:add": "列入目录",
    "institution:facts:change": "改资料",
    "institution:occupations:permit": "改能教的工种",
    "institution:standing:set": "改状态",
}
Act = Callable[[AsyncSession, Institution, Staff, datetime], Awaitable[None]]


class InstitutionForm(BaseModel):
    """An institution as a clerk types it."""

    name: str = Field(title="机构名称", max_length=80)
    region: str = Field(title="县区", max_length=30)
    address: str = Field(title="地址", max_length=120)
    phone: str = Field(title="电话", pattern=r"^[\d-]{7,20}$", description="电话号码，如 0357-8320000", default="")
    occupations: str = Field(title="能教的工种", max_length=1000)

    @property
    def permitted(self) -> list[str]:
        """The occupations, however they were parted."""
        return [name for name in _SEPARATORS.split(self.occupations) if name]


class StandingForm(BaseModel):
    """What the office thinks of an institution from now on, and why."""

    standing: Standing = Field(title="状态")
    reason: str = Field(title="原因", max_length=300)


def routes() -> list[web.RouteDef]:
    """The addresses of institutions in the console."""
    one = f"/institutions/{_NUMBER}"
    return [
        web.get("/institutions", listed),
        web.get("/institutions/new", new),
        web.post("/institutions/new", add),
        web.get(one, page),
        web.get(f"{one}/edit", edit),
        web.post(f"{one}/edit", change),
        web.post(f"{one}/standing", judge),
    ]


async def listed(request: web.Request) -> web.Response:
    """The institutions of the account's place."""
    account, asked = need(request, *OFFICE, to="看培训机构"), read_page(request)
    async with request.app[HOUSE].database.unit() as session:
        everything = await institutes.listed(session, account)
        wanted = {name: asked.asked(name) for name in ("standing", "occupation")}
        found = await institutes.listed(session, account, words=asked.asked("q"), **wanted)
    return await show(
        request,
        "institutions.html",
        listing=asked.cut(found),
        occupations=_named(name for each in everything for name in each.institution.occupations),
        may_add=account.holds(*KEEPERS),
        **_names(),
    )


async def page(request: web.Request) -> web.Response:
    """One institution."""
    return await _page(request, blank(StandingForm))


async def judge(request: web.Request) -> web.Response:
    """Change its standing."""
    filled = await read_form(request, StandingForm)
    if (told := filled.told) is None:
        return await _page(request, filled)

    async def does(session: AsyncSession, institution: Institution, account: Staff, now: datetime) -> None:
        await institutes.set_standing(session, institution, told.standing, told.reason, account, now)

    try:
        await _change(request, does)
    except Refused as refusal:
        return await _page(request, filled.refused(refusal))
    await go(request, f"/staff/institutions/{key_of(request)}", said=f"状态改成“{STANDING_NAMES[told.standing]}”了。")


async def new(request: web.Request) -> web.Response:
    """An empty form."""
    account = need(request, *KEEPERS, to="登记培训机构")
    return await _form(request, blank(InstitutionForm, region=request.app[HOUSE].shelf.regions.name(account.region)))


async def add(request: web.Request) -> web.Response:
    """Put an institution on the list."""
    house, filled = request.app[HOUSE], await read_form(request, InstitutionForm)
    if filled.told is None:
        return await _form(request, filled)
    try:
        async with house.database.unit() as session:
            facts, permitted = _facts(request, filled.told), filled.told.permitted
            institution = await institutes.add(session, facts, permitted, request[STAFF], house.clock())
    except Refused as refusal:
        return await _form(request, filled.refused(refusal))
    await go(request, f"/staff/institutions/{institution.id}", said="列入目录了。")


async def edit(request: web.Request) -> web.Response:
    """The form with what is known."""
    account, house = need(request, *KEEPERS, to="登记培训机构"), request.app[HOUSE]
    async with house.database.unit() as session:
        it = await institutes.get_for(session, key_of(request), account)
    region, occupations = house.shelf.regions.name(it.region), "、".join(it.occupations)
    told = {"name": it.name, "address": it.address, "phone": it.phone, "region": region, "occupations": occupations}
    return await _form(request, blank(InstitutionForm, **told))


async def change(request: web.Request) -> web.Response:
    """Keep other facts and occupations."""
    filled = await read_form(request, InstitutionForm)
    if (told := filled.told) is None:
        return await _form(request, filled)

    async def does(session: AsyncSession, institution: Institution, account: Staff, now: datetime) -> None:
        await institutes.change(session, institution, _facts(request, told), account, now)
        await institutes.permit(session, institution, told.permitted, account, now)

    try:
        await _change(request, does)
    except Refused as refusal:
        return await _form(request, filled.refused(refusal))
    await go(request, f"/staff/institutions/{key_of(request)}", said="存好了。")


async def _change(request: web.Request, does: Act) -> None:
    house, account = request.app[HOUSE], request[STAFF]
    async with house.database.unit() as session:
        await does(session, await institutes.get_for(session, key_of(request), account), account, house.clock())


def _facts(request: web.Request, told: InstitutionForm) -> Facts:
    code = request.app[HOUSE].shelf.regions.find(told.region)
    if code is None or code.endswith("00"):
        raise Refused(f"县区要填到县（市、区），如 陵川县，您填的是“{told.region}”。")
    return Facts(told.name.strip(), code, told.address.strip(), told.phone)


async def _page(request: web.Request, filled: Filled[StandingForm]) -> web.Response:
    account = need(request, *OFFICE, to="看培训机构")
    async with request.app[HOUSE].database.unit() as session:
        institution = await institutes.get_for(session, key_of(request), account)
        classes, total = await class_search.search(session, account, Wanted(institution=institution.id), 0, 10)
        history = await audit.history(session, institution.thing)
        values: dict[str, Any] = {
            "trainers": await institutes.trainers(session, institution),
            "trail": deeds(history, await staff.names(session), _DEEDS),
        }
    return await show(
        request,
        "institution.html",
        filled=filled,
        institution=institution,
        classes=classes,
        total=total,
        states=CLASS_STATE_NAMES,
        class_tone=class_sheet.tone,
        may_change=account.holds(*KEEPERS),
        may_judge=account.holds(*JUDGES),
        others={each: name for each, name in STANDING_NAMES.items() if each != institution.standing},
        **_names(),
        **values,
    )


async def _form(request: web.Request, filled: Filled[InstitutionForm]) -> web.Response:
    return await show(request, "institution_form.html", filled=filled, id=request.match_info.get("id", ""))


def _names() -> dict[str, Any]:
    return {"standings": STANDING_NAMES, "tones": _TONES}


def _named(names: Iterable[str]) -> dict[str, str]:
    return {name: name for name in sorted(set(names))}
