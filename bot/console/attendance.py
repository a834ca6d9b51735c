"""The attendance of a class, trainees by sessions: on the screen, as a file, with ID numbers in full where that is needed."""

from __future__ import annotations

from aiohttp import web
from pydantic import BaseModel, Field

from bot import sheet
from bot.web.desk import HOUSE, go, key_of, show
from bot.web.forms import read_form
from bot.web.guards import need
from handlers import sheets
from handlers.sheets import Named
from records import audit, grids, institutions, turnouts
from records.attestations import ISSUERS
from records.audit import Event
from records.grids import SYMBOL_NAMES, Symbol
from records.sessions import PART_NAMES
from records.staff import Role
from records.trainers import OFFICE, class_for

_SEES_NUMBERS = (Role.CLERK, Role.REVIEWER)
_STYLES = {
    Symbol.PRESENT: "present",
    Symbol.LATE: "late",
    Symbol.EARLY: "early",
    Symbol.LEAVE: "leave",
    Symbol.MADE_UP: "made-up",
    Symbol.ABSENT: "absent",
    Symbol.UNSIGNED: "unsigned",
}


class Need(BaseModel):
    """What ID numbers in full are needed for."""

    reason: str = Field(title="用途", max_length=200)


def routes() -> list[web.RouteDef]:
    """The addresses of a class's attendance."""
    one = r"/classes/{id:\d{1,9}}/attendance"
    return [web.get(one, page), web.get(f"{one}/sheet", download), web.post(f"{one}/sheet", download_in_full)]


async def page(request: web.Request) -> web.Response:
    """The whole class on one page."""
    account, house = need(request, *OFFICE, to="看考勤"), request.app[HOUSE]
    now = house.clock()
    async with house.database.unit() as session:
        training_class = await class_for(session, key_of(request), account)
        grid = await grids.of(session, training_class, now)
        found = await turnouts.of_class(session, training_class, now)
        school = await session.get_one(institutions.Institution, training_class.institution_id)
    return await show(
        request,
        "attendance.html",
        grid=grid,
        school=school,
        turnouts=found,
        due=sum(line.due for line in grid.lines),
        attended=sum(line.standing.attended for line in grid.lines),
        late=sum(line.standing.late for line in grid.lines),
        absent=sum(line.standing.absent + line.standing.unsigned for line in grid.lines),
        styles=_STYLES,
        symbol_names={
            each: name for each, name in SYMBOL_NAMES.items() if each != Symbol.UNSIGNED or training_class.sign_out
        },
        part_names=PART_NAMES,
        period=sheets.period(grid),
        may_see_numbers=account.holds(*_SEES_NUMBERS),
        may_issue=account.holds(*ISSUERS),
    )


async def download(request: web.Request) -> web.Response:
    """The sheet with names and numbers masked."""
    account, house = need(request, *OFFICE, to="看考勤"), request.app[HOUSE]
    async with house.database.unit() as session:
        training_class = await class_for(session, key_of(request), account)
        return await sheet.download(session, house, training_class, account, Named.masked)


async def download_in_full(request: web.Request) -> web.Response:
    """The sheet with both in full; what for is written down with who looked."""
    account, house = need(request, *_SEES_NUMBERS, to="看全身份证号"), request.app[HOUSE]
    filled = await read_form(request, Need)
    if filled.told is None:
        await go(request, f"/staff/classes/{key_of(request)}/attendance", problem=filled.error("reason"))
    vault = house.database.vault
    async with house.database.unit() as session:
        training_class = await class_for(session, key_of(request), account)
        event, reason = Event.CLASS_NUMBERS_VIEW, filled.told.reason
        await audit.append(session, event, account.actor, training_class.thing, house.clock(), reason=reason)
        return await sheet.download(session, house, training_class, account, lambda person: Named.full(person, vault))
