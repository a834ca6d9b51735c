"""The results of a class: a grid that is typed or filled from a sheet, and saved as often as needed until the hand-in."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import date
from typing import Annotated
from urllib.parse import quote

from aiohttp import web
from pydantic import BaseModel, Field
from sqlalchemy.ext.asyncio import AsyncSession

from bot.teach import result_grid
from bot.teach.one_class import class_of, names
from bot.teach.result_grid import OUTCOMES, DayForm, Days, Line
from bot.web.desk import HOUSE, STAFF, go, show
from bot.web.forms import Filled, blank, read_form
from bot.web.uploads import Upload, file_of
from config.settings import CHINA
from handlers import result_sheets
from records import assessing, seats
from records.class_states import ClassState
from records.classes import TrainingClass
from records.errors import Refused
from records.results import OUTCOME_NAMES, Outcome, Result
from records.trainers import teaches

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class SheetForm(BaseModel):
    """A sheet that was filled in."""

    sheet: Annotated[Upload, file_of(".xlsx", ".csv", megabytes=2)] = Field(title="成绩表")


def routes() -> list[web.RouteDef]:
    """The addresses of these pages."""
    of_class = r"/classes/{id:\d{1,9}}/results"
    return [
        web.get(of_class, page),
        web.post(of_class, save),
        web.get(f"{of_class}/sheet.xlsx", sheet),
        web.post(f"{of_class}/sheet", fill_in),
    ]


async def page(request: web.Request) -> web.Response:
    """The grid with what is in the records."""
    async with request.app[HOUSE].database.unit() as session:
        training_class = await class_of(request, session)
        known = await assessing.of_class(session, training_class)
        days = _days(request, known)
        lines = await _lines(request, session, training_class, result_grid.all_kept(known), days)
    return await _page(request, training_class, lines, days)


async def save(request: web.Request) -> web.Response:
    """Save every line that has a result; where one is wrong, the whole grid comes back as it was typed."""
    house, sent, day = request.app[HOUSE], await request.post(), await read_form(request, DayForm)
    days = Days(_today(request), day.told.on if day.told else _today(request))
    async with house.database.unit() as session:
        training_class = await class_of(request, session)
        roster = await seats.roster(session, training_class.id)
        typed = {enrolment.id: result_grid.typed(sent, enrolment.id) for enrolment, _ in roster}
        lines = await _lines(request, session, training_class, typed, days)
        wrong = sum(bool(line.fault) for line in lines)
        if wrong or day.told is None:
            problem = day.error("on") or f"有{wrong}个人的成绩要改，改好再存，填过的都还在。"
            return await _page(request, training_class, lines, days, problem=problem)
        told = {line.enrolment_id: line.told for line in lines if line.told}
        try:
            count = await assessing.enter(session, training_class, told, request[STAFF], house.clock())
        except Refused as refusal:
            return await _page(request, training_class, lines, days, problem=refusal.reason)
    lacking = len(lines) - len(told)
    left = f"还有{lacking}人没有成绩。" if lacking else "所有人都有成绩了，可以去上交。"
    await go(request, request.path, said=(f"存好了，改动{count}人。" if count else "没有改动。") + left)


async def sheet(request: web.Request) -> web.Response:
    """The class's sheet to fill in, with what is known already."""
    async with request.app[HOUSE].database.unit() as session:
        training_class = await class_of(request, session)
        known = await assessing.of_class(session, training_class)
        roster = await seats.roster(session, training_class.id)
        named = names(request, training_class, (person for _, person in roster))
    rows = []
    for enrolment, person in roster:
        result = known.get(enrolment.id)
        score = "" if result is None or result.score is None else result.score
        told = [OUTCOME_NAMES[Outcome(result.outcome)], score, result.on.isoformat()] if result else ["", "", ""]
        rows.append([enrolment.id, named[person.id], person.id_masked, *told])
    address = quote(f"{training_class.name}成绩表.xlsx")
    headers = {"Content-Disposition": f"attachment; filename*=UTF-8''{address}"}
    return web.Response(body=result_sheets.template(rows), content_type=XLSX, headers=headers)


async def fill_in(request: web.Request) -> web.Response:
    """Fill the grid in from a sheet; nothing is saved until the trainer has looked at it."""
    filled = await read_form(request, SheetForm)
    async with request.app[HOUSE].database.unit() as session:
        training_class = await class_of(request, session)
        known = await assessing.of_class(session, training_class)
        days, values = _days(request, known), result_grid.all_kept(known)
        lines = await _lines(request, session, training_class, values, days)
        if filled.told is None:
            return await _page(request, training_class, lines, days, filled)
        try:
            found = result_sheets.read(filled.told.sheet.content, {line.enrolment_id: line.name for line in lines})
        except Refused as refusal:
            return await _page(request, training_class, lines, days, filled.refused(refusal, "sheet"))
        values |= {key: result_grid.written(each) for key, each in found.items()}
        lines = await _lines(request, session, training_class, values, days)
    wrong = sum(bool(line.fault) for line in lines)
    note = f"表里{len(found)}人填到下面了，还没存。"
    if wrong:
        return await _page(request, training_class, lines, days, problem=f"{note}有{wrong}个人要改，改好再存。")
    return await _page(request, training_class, lines, days, said=f"{note}看一遍没问题，点“存成绩”。")


async def _lines(
    request: web.Request,
    session: AsyncSession,
    training_class: TrainingClass,
    values: Mapping[int, dict[str, str]],
    days: Days,
) -> list[Line]:
    roster = await seats.roster(session, training_class.id)
    named = names(request, training_class, (person for _, person in roster))
    return [
        result_grid.line(training_class, enrolment.id, named[person.id], person, values.get(enrolment.id, {}), days)
        for enrolment, person in roster
    ]


async def _page(
    request: web.Request,
    training_class: TrainingClass,
    lines: list[Line],
    days: Days,
    filled: Filled[SheetForm] | None = None,
    **notes: str,
) -> web.Response:
    may_write = teaches(training_class, request[STAFF]) and training_class.state == ClassState.ENDED
    return await show(
        request,
        "results.html",
        status=422 if "problem" in notes else 200,
        filled=filled or blank(SheetForm),
        training_class=training_class,
        lines=lines,
        outcomes=OUTCOMES,
        day=blank(DayForm, on=days.assessed),
        may_write=may_write,
        **notes,
    )


def _days(request: web.Request, known: Mapping[int, Result]) -> Days:
    """Today, and the day that most results have; before the first, today."""
    today = _today(request)
    commonest = Counter(result.on for result in known.values()).most_common(1)
    return Days(today, commonest[0][0] if commonest else today)


def _today(request: web.Request) -> date:
    return request.app[HOUSE].clock().astimezone(CHINA).date()
