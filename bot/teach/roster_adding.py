"""Taking people into a class: one by one, or a whole sheet that is first shown row by row."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Annotated
from urllib.parse import quote

from aiohttp import web
from cryptography.exceptions import InvalidTag
from pydantic import BaseModel, Field
from sqlalchemy.ext.asyncio import AsyncSession

from bot.teach import roster
from bot.teach.one_class import class_of
from bot.teach.results import XLSX
from bot.web.desk import HOUSE, STAFF, go, key_of, show, text_of
from bot.web.forms import read_form
from bot.web.uploads import Upload, file_of
from handlers import roster_sheets, rosters
from handlers.roster_sheets import Roster, Row
from handlers.rosters import Applied
from records.classes import TrainingClass
from records.errors import Refused
from records.trainers import hold_trainer

_HIM = "这一位"


class PersonForm(BaseModel):
    """One person, as his ID card names him."""

    name: str = Field(title="姓名", max_length=30)
    id_number: str = Field(title="身份证号", max_length=30)


class SheetForm(BaseModel):
    """A sheet of many."""

    sheet: Annotated[Upload, file_of(".xlsx", ".csv", megabytes=5)] = Field(title="名单")


def routes() -> list[web.RouteDef]:
    """The addresses of these pages."""
    of_class = r"/classes/{id:\d{1,9}}/roster"
    return [
        web.post(f"{of_class}/add", add),
        web.get(f"{of_class}/template.xlsx", template),
        web.post(f"{of_class}/check", check),
        web.post(f"{of_class}/apply", apply),
    ]


async def add(request: web.Request) -> web.Response:
    """Take one person in; what stands in the way is said beside the form."""
    filled = await read_form(request, PersonForm)
    if filled.told is None:
        return await roster.page_with(request, person=filled)
    him = Row(_HIM, filled.told.name.strip(), filled.told.id_number.strip())
    try:
        applied = await _take_in(request, Roster((him,)))
    except Refused as refusal:
        return await roster.page_with(request, person=filled.refused(refusal))
    if applied.faults:
        return await roster.page_with(
            request, person=filled.refused(Refused("".join(applied.faults[0].says)), "id_number")
        )
    await go(request, _here(request), said=_told(applied))


async def template(request: web.Request) -> web.Response:
    """The sheet to fill in."""
    headers = {"Content-Disposition": f"attachment; filename*=UTF-8''{quote('花名册模板.xlsx')}"}
    return web.Response(body=roster_sheets.template(), content_type=XLSX, headers=headers)


async def check(request: web.Request) -> web.Response:
    """Show which rows of a sheet can be taken in and what is wrong with the others; nothing is changed yet."""
    house, filled = request.app[HOUSE], await read_form(request, SheetForm)
    if filled.told is None:
        return await roster.page_with(request, sheet=filled)
    try:
        read = roster_sheets.read(filled.told.sheet.content)
        async with house.database.unit() as session:
            training_class = await _own(request, session)
            checked = await rosters.check(session, house.shelf, training_class, read, request[STAFF], house.clock())
    except Refused as refusal:
        return await roster.page_with(request, sheet=filled.refused(refusal, "sheet"))
    kept = _sealed(request, Roster(tuple(good.row for good in checked.good)))
    return await show(request, "roster_check.html", training_class=training_class, checked=checked, kept=kept)


async def apply(request: web.Request) -> web.Response:
    """Take the good rows in, looked at once more; what changed meanwhile is said."""
    try:
        applied = await _take_in(request, _opened(request, text_of(await request.post(), "kept")))
    except Refused as refusal:
        await go(request, _here(request), problem=refusal.reason)
    faults = "；".join(f"{fault.where} {fault.name}：{''.join(fault.says)}" for fault in applied.faults[:3])
    await go(request, _here(request), said=_told(applied), problem=f"这几行没加上：{faults}" if faults else "")


async def _take_in(request: web.Request, read: Roster) -> Applied:
    house = request.app[HOUSE]
    async with house.database.unit() as session:
        training_class = await _own(request, session)
        return await rosters.apply(session, house.shelf, training_class, read, request[STAFF], house.clock())


async def _own(request: web.Request, session: AsyncSession) -> TrainingClass:
    training_class = await class_of(request, session)
    hold_trainer(training_class, request[STAFF])
    return training_class


def _here(request: web.Request) -> str:
    return f"/teach/classes/{key_of(request)}/roster"


def _told(applied: Applied) -> str:
    parts = {"加进来{}人": applied.seated, "名额满了，{}人排候补": applied.waiting, "{}人本来就在": applied.already}
    return "，".join(said.format(count) for said, count in parts.items() if count) + "。" if any(parts.values()) else ""


def _sealed(request: web.Request, read: Roster) -> str:
    """The rows on their way through the page: encrypted, for this account and class alone."""
    kept = {"for": _owner(request), "rows": [asdict(row) for row in read.rows]}
    return request.app[HOUSE].database.vault.seal(json.dumps(kept, ensure_ascii=False))


def _opened(request: web.Request, sealed: str) -> Roster:
    try:
        kept = json.loads(request.app[HOUSE].database.vault.open(sealed))
    except (ValueError, InvalidTag) as error:
        raise Refused("名单没有收完整，请重新传一次。") from error
    if kept["for"] != _owner(request):
        raise Refused("这份名单不是给这个班核对的，请在这个班里重新传一次。")
    return Roster(tuple(Row(**row) for row in kept["rows"]))


def _owner(request: web.Request) -> str:
    return f"roster of class {key_of(request)} by {request[STAFF].actor}"
