"""Planning a class: one form for a new plan and for one that is mended."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from aiohttp import web
from sqlalchemy.ext.asyncio import AsyncSession

from bot.teach.plan_form import LEVELS, PROOFS, PlanForm, Timetable, fresh, typed
from bot.web.desk import HOUSE, go, key_of, show
from bot.web.forms import Filled, blank, read_form
from bot.web.guards import need
from config.settings import CHINA
from handlers import subsidised
from handlers.geofence import to_gcj02
from handlers.training_days import PACE_NAMES
from records import institutes, layouts, planning
from records.classes import TrainingClass
from records.errors import Refused
from records.sessions import PART_NAMES
from records.staff import Role, Staff
from records.trainers import class_for, hold_trainer


async def new(request: web.Request) -> web.Response:
    """An empty plan."""
    house = request.app[HOUSE]
    async with house.database.unit() as session:
        institution = await institutes.own(session, _planner(request))
    return await _page(request, blank(PlanForm, **fresh(house.shelf.regions.name(institution.region))))


async def write(request: web.Request) -> web.Response:
    """Keep a new plan with its timetable."""
    house, account, filled = request.app[HOUSE], _planner(request), await _read(request)
    if filled.told is None:
        return await _page(request, filled)
    try:
        async with house.database.unit() as session:
            plan = filled.told.plan_in(_region(request, filled.told))
            training_class = await planning.draft(session, plan, account, house.clock())
            await _lay_out(session, training_class, filled.told.timetable, account, house.clock())
    except Refused as refusal:
        return await _page(request, filled.refused(refusal))
    await go(request, f"/teach/classes/{training_class.id}", said=_kept(training_class))


async def edit(request: web.Request) -> web.Response:
    """A plan as it stands."""
    house, account = request.app[HOUSE], _planner(request)
    async with house.database.unit() as session:
        training_class = await class_for(session, key_of(request), account)
        hold_trainer(training_class, account)
        sittings = await layouts.of_class(session, training_class.id)
    region = house.shelf.regions.name(training_class.region)
    return await _page(request, blank(PlanForm, **typed(training_class, sittings, region)))


async def revise(request: web.Request) -> web.Response:
    """Keep a plan that was mended; where days and hours are as before, sessions that were moved one by one stay."""
    house, account, filled = request.app[HOUSE], _planner(request), await _read(request)
    if filled.told is None:
        return await _page(request, filled)
    try:
        async with house.database.unit() as session:
            training_class = await class_for(session, key_of(request), account)
            laid = Timetable.of(training_class, await layouts.of_class(session, training_class.id))
            plan = filled.told.plan_in(_region(request, filled.told))
            await planning.revise(session, training_class, plan, account, house.clock())
            if filled.told.timetable != laid:
                await _lay_out(session, training_class, filled.told.timetable, account, house.clock())
    except Refused as refusal:
        return await _page(request, filled.refused(refusal))
    await go(request, f"/teach/classes/{training_class.id}", said=_kept(training_class))


async def paid(request: web.Request) -> web.Response:
    """The line of the subsidised days, for the form to renew while it is filled in."""
    return await show(request, "subsidised.html", **await _paid(request, lambda name: request.query.get(name, "")))


async def place(request: web.Request) -> web.Response:
    """A browser's point as Chinese maps give it."""
    try:
        latitude, longitude = (float(request.query.get(name, "")) for name in ("latitude", "longitude"))
    except ValueError as error:
        raise web.HTTPBadRequest(text="要给出经纬度。") from error
    found = to_gcj02(latitude, longitude)
    return web.json_response({"latitude": round(found[0], 6), "longitude": round(found[1], 6)})


def _planner(request: web.Request) -> Staff:
    return need(request, Role.TRAINER, to="开班")


async def _read(request: web.Request) -> Filled[PlanForm]:
    filled = await read_form(request, PlanForm)
    if filled.told and not _region(request, filled.told):
        wanted = Refused(f"要填到县（市、区），如 陵川县，您填的是“{filled.told.region}”。")
        return filled.refused(wanted, "region")
    return filled


def _region(request: web.Request, told: PlanForm) -> str:
    """The code of the county that was typed; empty where there is none of that name."""
    code = request.app[HOUSE].shelf.regions.find(told.region) or ""
    return "" if code.endswith("00") else code


async def _lay_out(
    session: AsyncSession, training_class: TrainingClass, told: Timetable, account: Staff, now: datetime
) -> None:
    await layouts.lay_out(session, training_class, told.dates, told.hours, account, now)


def _kept(training_class: TrainingClass) -> str:
    return f"计划存好了，课程表排了{training_class.days}天，从{training_class.starts:%m月%d日}开始。看看对不对，再提交审批。"


async def _page(request: web.Request, filled: Filled[PlanForm]) -> web.Response:
    async with request.app[HOUSE].database.unit() as session:
        institution = await institutes.own(session, _planner(request))
    return await show(
        request,
        "plan.html",
        filled=filled,
        institution=institution,
        class_id=request.match_info.get("id", ""),
        occupations={name: name for name in institution.occupations},
        levels={name: name for name in LEVELS},
        proofs={key: words for key, (words, _) in PROOFS.items()},
        paces=PACE_NAMES,
        parts_of_day=PART_NAMES,
        **await _paid(request, filled.value),
    )


async def _paid(request: web.Request, typed: Callable[[str], str]) -> dict[str, Any]:
    """What the documents pay for what is typed so far; nothing until there is enough to say it."""
    house = request.app[HOUSE]
    region, days = house.shelf.regions.find(typed("region")), typed("days").strip()
    if not region or not typed("occupation") or not days.isdecimal() or int(days[:4]) < 1:
        return {"is_told": False, "subsidy": None, "standing": ""}
    today = house.clock().astimezone(CHINA).date()
    subsidy = subsidised.subsidised(house.shelf, region, typed("occupation"), int(days[:4]), today)
    async with house.database.unit() as session:
        standing = await subsidised.standing(session, subsidy, today) if subsidy else ""
    return {"is_told": True, "subsidy": subsidy, "standing": standing}
