"""Classes as the office sees them: what waits for approval, the list, one class with all that a decision needs."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any, NoReturn

from aiohttp import web
from pydantic import BaseModel, Field
from sqlalchemy.ext.asyncio import AsyncSession

from bot import class_sheet
from bot.web.desk import HOUSE, go, key_of, show, text_of
from bot.web.forms import read_form
from bot.web.guards import need
from bot.web.tables import Page, read_page
from records import capacity, class_search, class_states, employing, institutes, planning
from records.class_search import Wanted
from records.class_states import CLASS_STATE_NAMES, ClassState
from records.classes import TrainingClass
from records.errors import Refused
from records.planning import JUDGES
from records.plans import MOST_SEATS
from records.staff import Staff
from records.trainers import OFFICE, class_for

_NUMBER = r"{id:\d{1,9}}"
Act = Callable[[AsyncSession, TrainingClass, Staff, datetime], Awaitable[None]]


class CapacityForm(BaseModel):
    """How many seats a class has."""

    capacity: int = Field(title="名额", ge=1, le=MOST_SEATS)


def routes() -> list[web.RouteDef]:
    """The addresses of classes in the console."""
    one = f"/classes/{_NUMBER}"
    return [
        web.get("/classes", listed),
        web.get(one, page),
        web.post(f"{one}/approve", approve),
        web.post(f"{one}/return", send_back),
        web.post(f"{one}/cancel", cancel),
        web.post(f"{one}/capacity", set_capacity),
    ]


async def listed(request: web.Request) -> web.Response:
    """What waits for approval on top, then every class by what is asked for."""
    account, asked, house = need(request, *OFFICE, to="看培训班"), read_page(request), request.app[HOUSE]
    async with house.database.unit() as session:
        rows, total = await class_search.search(session, account, _wanted(asked), asked.offset, asked.size)
        schools = [each.institution for each in await institutes.listed(session, account)]
        occupations = await class_search.occupations(session, account)
        regions = await class_search.regions(session, account)
        return await show(
            request,
            "classes.html",
            listing=asked.of(rows, total),
            waiting=await class_search.to_judge(session, account),
            work_proofs=await employing.to_judge(session, account),
            may_judge=account.holds(*JUDGES),
            states={state: name for state, name in CLASS_STATE_NAMES.items() if state != ClassState.DRAFT},
            schools={str(each.id): each.name for each in schools},
            occupations={name: name for name in occupations},
            regions={code: house.shelf.regions.name(code) for code in regions},
            tone=class_sheet.tone,
        )


async def page(request: web.Request) -> web.Response:
    """One class."""
    return await _page(request)


async def approve(request: web.Request) -> NoReturn:
    """Let the class be taught."""
    await _step(request, planning.approve, "批准了，机构可以开课，学员可以报名。")


async def send_back(request: web.Request) -> web.Response:
    """Return the plan; what was typed stays where it is refused."""
    house, remark = request.app[HOUSE], text_of(await request.post(), "remark")
    account = need(request, *JUDGES, to="审批开班")
    try:
        async with house.database.unit() as session:
            training_class = await class_for(session, key_of(request), account)
            await planning.send_back(session, training_class, account, remark, house.clock())
    except Refused as refusal:
        return await _page(request, status=422, remark=remark, problem=refusal.reason)
    await go(request, "/staff/classes", said=f"“{training_class.name}”退回了，机构会看到您写的意见。")


async def cancel(request: web.Request) -> NoReturn:
    """Give the class up."""
    why = text_of(await request.post(), "reason")

    async def does(session: AsyncSession, training_class: TrainingClass, account: Staff, now: datetime) -> None:
        await planning.cancel(session, training_class, account, why, now)

    await _step(request, does, "这个班取消了，已经通知报名的人。")


async def set_capacity(request: web.Request) -> NoReturn:
    """Give the class another number of seats; who moves up is told."""
    house, account = request.app[HOUSE], need(request, *JUDGES, to="改名额")
    here, filled = f"/staff/classes/{key_of(request)}", await read_form(request, CapacityForm)
    if filled.told is None:
        await go(request, here, problem=next(iter(filled.errors.values()), filled.problem))
    try:
        async with house.database.unit() as session:
            training_class = await class_for(session, key_of(request), account)
            moved = await capacity.set_to(session, training_class, filled.told.capacity, account, house.clock())
    except Refused as refusal:
        await go(request, here, problem=refusal.reason)
    told = f"，候补的{moved}人有了座位，已经发消息告诉他们" if moved else ""
    await go(request, here, said=f"名额改成{filled.told.capacity}个了{told}。")


async def _step(request: web.Request, does: Act, said: str) -> NoReturn:
    house, account, back = (
        request.app[HOUSE],
        need(request, *JUDGES, to="审批开班"),
        f"/staff/classes/{key_of(request)}",
    )
    try:
        async with house.database.unit() as session:
            await does(session, await class_for(session, key_of(request), account), account, house.clock())
    except Refused as refusal:
        await go(request, back, problem=refusal.reason)
    await go(request, back, said=said)


def _wanted(asked: Page) -> Wanted:
    school = asked.asked("school")
    return Wanted(
        state=asked.asked("state"),
        institution=int(school) if school.isdecimal() and len(school) < 10 else None,
        occupation=asked.asked("occupation"),
        region=asked.asked("region"),
        words=asked.asked("q"),
    )


async def _page(request: web.Request, status: int = 200, remark: str = "", **more: Any) -> web.Response:
    house, account = request.app[HOUSE], need(request, *OFFICE, to="看培训班")
    async with house.database.unit() as session:
        training_class = await class_for(session, key_of(request), account)
        sheet = await class_sheet.sheet(session, house, training_class, house.clock())
    may_judge = planning.may_judge(training_class, account)
    return await show(
        request,
        "class.html",
        status=status,
        sheet=sheet,
        remark=remark,
        longest=planning.LONGEST_REMARK,
        steps=class_sheet.STEPS,
        state=class_sheet.state,
        tone=class_sheet.tone,
        may_judge=may_judge and training_class.state == ClassState.SUBMITTED,
        may_cancel=may_judge and class_states.can(ClassState(training_class.state), ClassState.CANCELLED),
        may_resize=capacity.may_set(training_class, account) and training_class.state == ClassState.APPROVED,
        is_waiting=training_class.state == ClassState.SUBMITTED,
        **more,
    )
