"""The end of a class and its hand-in: what is still open, what will be stated, and the two buttons."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import NoReturn

from aiohttp import web
from sqlalchemy.ext.asyncio import AsyncSession

from bot.teach.one_class import class_of
from bot.web.deeds import deeds
from bot.web.desk import HOUSE, STAFF, go, show
from config.settings import CHINA
from records import audit, closing, staff, summaries
from records.audit import Event
from records.class_states import ClassState
from records.classes import TrainingClass
from records.errors import Refused
from records.results import OUTCOME_NAMES
from records.staff import Staff
from records.trainers import teaches

Act = Callable[[AsyncSession, TrainingClass, Staff, datetime], Awaitable[None]]

STEPS = ["上课", "结业", "登记成绩", "上交"]
DEEDS: dict[str, str] = {
    Event.CLASS_TEACHING_END: "结业",
    Event.CLASS_RESULTS_ENTER: "登记成绩",
    Event.CLASS_TEACHING_HAND_IN: "上交",
}


def routes() -> list[web.RouteDef]:
    """The addresses of these pages."""
    of_class = r"/classes/{id:\d{1,9}}"
    return [
        web.get(f"{of_class}/closing", page),
        web.post(f"{of_class}/end", end),
        web.post(f"{of_class}/hand-in", hand_in),
    ]


async def page(request: web.Request) -> web.Response:
    """How far the class has come, what stands in the way of the next step, and the summary that will be handed in."""
    house = request.app[HOUSE]
    now = house.clock()
    async with house.database.unit() as session:
        training_class = await class_of(request, session)
        state = ClassState(training_class.state)
        summary = await summaries.summary(session, training_class, now, now.astimezone(CHINA).date())
        lacking = await _lacking(session, training_class, now)
        history = [e for e in await audit.history(session, training_class.thing) if e.event in set(DEEDS)]
        done = deeds(history, await staff.names(session), DEEDS)
    return await show(
        request,
        "closing.html",
        training_class=training_class,
        state=state,
        steps=STEPS,
        step=_step(state, summary.ungraded),
        lacking=lacking,
        summary=summary,
        outcome_names=OUTCOME_NAMES,
        deeds=done,
        may_act=teaches(training_class, request[STAFF]),
    )


async def end(request: web.Request) -> web.Response:
    """End the teaching."""
    await _do(request, closing.end, "结业了，现在登记每个人的成绩。", "results")


async def hand_in(request: web.Request) -> web.Response:
    """Hand the class in."""
    await _do(request, closing.hand_in, "上交了。考勤、成绩和名册从现在起不能再改。", "closing")


async def _do(request: web.Request, act: Act, said: str, onward: str) -> NoReturn:
    house = request.app[HOUSE]
    try:
        async with house.database.unit() as session:
            training_class = await class_of(request, session)
            await act(session, training_class, request[STAFF], house.clock())
    except Refused as refusal:
        await go(request, f"/teach/classes/{request.match_info['id']}/closing", problem=refusal.reason)
    await go(request, f"/teach/classes/{training_class.id}/{onward}", said=said)


async def _lacking(session: AsyncSession, training_class: TrainingClass, now: datetime) -> list[str]:
    """What stands in the way of the next step."""
    if training_class.state == ClassState.APPROVED:
        return await closing.before_end(session, training_class, now)
    if training_class.state == ClassState.ENDED:
        return await closing.before_hand_in(session, training_class)
    return []


def _step(state: ClassState, ungraded: int) -> int:
    if state is ClassState.HANDED_IN:
        return len(STEPS)
    if state is ClassState.ENDED:
        return 2 if ungraded else 3
    return 0
