"""A trainer's classes: the list, one class with its timetable, and the steps to its approval."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import NoReturn

from aiohttp import web
from sqlalchemy.ext.asyncio import AsyncSession

from bot import class_sheet
from bot.teach import moving
from bot.teach import planning as plan_pages
from bot.web.desk import HOUSE, go, key_of, show, text_of
from bot.web.guards import need
from bot.web.tables import read_page
from records import class_search, institutes, planning
from records.class_search import Wanted
from records.class_states import CLASS_STATE_NAMES, OPEN_TO_CHANGE, ClassState
from records.classes import TrainingClass
from records.errors import Refused
from records.staff import Role, Staff
from records.trainers import class_for

_NUMBER = r"{id:\d{1,9}}"
_WAYS = {
    "roster": "花名册",
    "evidence": "照片和录像",
    "papers": "纸质补录",
    "sheet": "下载考勤表",
    "results": "考核结果",
    "closing": "结业上交",
    "certificates": "证书",
    "employment": "就业",
}
Act = Callable[[AsyncSession, TrainingClass, Staff, datetime], Awaitable[None]]


def routes() -> list[web.RouteDef]:
    """The addresses of classes in the trainer's area."""
    one = f"/classes/{_NUMBER}"
    session = one + r"/sessions/{session:\d{1,9}}"
    return [
        web.get("/classes", listed),
        web.get("/classes/new", plan_pages.new),
        web.post("/classes/new", plan_pages.write),
        web.get("/classes/subsidised", plan_pages.paid),
        web.get("/classes/place", plan_pages.place),
        web.get(one, page),
        web.get(f"{one}/edit", plan_pages.edit),
        web.post(f"{one}/edit", plan_pages.revise),
        web.post(f"{one}/submit", submit),
        web.post(f"{one}/cancel", cancel),
        web.get(session, moving.page),
        web.post(f"{session}/move", moving.move),
        web.post(f"{session}/cancel", moving.cancel),
    ]


async def listed(request: web.Request) -> web.Response:
    """The classes of the trainer's own institution."""
    account, asked = need(request, Role.TRAINER, to="班级"), read_page(request)
    async with request.app[HOUSE].database.unit() as session:
        institution = await institutes.own(session, account)
        wanted = Wanted(asked.asked("state"), institution.id, words=asked.asked("q"))
        rows, total = await class_search.search(session, account, wanted, asked.offset, asked.size)
    return await show(
        request,
        "classes.html",
        listing=asked.of(rows, total),
        institution=institution,
        states=CLASS_STATE_NAMES,
        tone=class_sheet.tone,
    )


async def page(request: web.Request) -> web.Response:
    """One class: what is planned, what still lacks, its timetable."""
    house, account = request.app[HOUSE], need(request, Role.TRAINER, to="班级")
    async with house.database.unit() as session:
        training_class = await class_for(session, key_of(request), account)
        sheet = await class_sheet.sheet(session, house, training_class, house.clock())
    return await show(
        request,
        "class.html",
        sheet=sheet,
        steps=class_sheet.STEPS,
        state=class_sheet.state,
        tone=class_sheet.tone,
        ways=_WAYS,
        may_change=training_class.state in OPEN_TO_CHANGE,
        may_move=training_class.state in {*OPEN_TO_CHANGE, ClassState.APPROVED},
        may_withdraw=planning.may_withdraw(training_class, account),
    )


async def submit(request: web.Request) -> NoReturn:
    """Hand the plan to the office."""
    await _step(request, planning.submit, "交给人社局审批了，有结果会在这里看到。")


async def cancel(request: web.Request) -> NoReturn:
    """Give the plan up."""
    why = text_of(await request.post(), "reason")

    async def does(session: AsyncSession, training_class: TrainingClass, account: Staff, now: datetime) -> None:
        await planning.cancel(session, training_class, account, why, now)

    await _step(request, does, "这个班已经取消。")


async def _step(request: web.Request, does: Act, said: str) -> NoReturn:
    house, account, back = (
        request.app[HOUSE],
        need(request, Role.TRAINER, to="班级"),
        f"/teach/classes/{key_of(request)}",
    )
    try:
        async with house.database.unit() as session:
            await does(session, await class_for(session, key_of(request), account), account, house.clock())
    except Refused as refusal:
        await go(request, back, problem=refusal.reason)
    await go(request, back, said=said)
