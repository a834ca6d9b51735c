"""The download of a class's attendance sheet: made, audited, named so that it can be found again."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import quote

from aiohttp import web
from sqlalchemy.ext.asyncio import AsyncSession

from handlers import sheets
from handlers.context import House
from handlers.sheets import Named
from records import audit, grids
from records.audit import Event
from records.classes import TrainingClass
from records.institutions import Institution
from records.people import Person
from records.staff import Staff

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


async def download(
    session: AsyncSession, house: House, training_class: TrainingClass, account: Staff, named: Callable[[Person], Named]
) -> web.Response:
    """The sheet as a file; `named` says how much of each trainee is shown."""
    now = house.clock()
    grid = await grids.of(session, training_class, now)
    school = await session.get_one(Institution, training_class.institution_id)
    content = sheets.attendance_sheet(grid, school, {line.person.id: named(line.person) for line in grid.lines})
    event, details = Event.CLASS_SHEET_DOWNLOAD, {"trainees": len(grid.lines), "sessions": len(grid.held)}
    await audit.append(session, event, account.actor, training_class.thing, now, **details)
    name = quote(sheets.file_name(training_class, grid))
    return web.Response(
        body=content, content_type=_XLSX, headers={"Content-Disposition": f"attachment; filename*=UTF-8''{name}"}
    )
