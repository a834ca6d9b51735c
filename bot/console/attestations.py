"""Certificates of attendance (培训考勤证明): issuing them for a class or one trainee, and the pages to print."""

from __future__ import annotations

import segno
from aiohttp import web
from pydantic import BaseModel, Field

from bot.web.desk import HOUSE, go, key_of, show
from bot.web.forms import read_form
from bot.web.guards import need
from records import attestations, grids, institutions, roster_views
from records.attestations import ISSUERS
from records.errors import Refused
from records.trainers import class_for

_TO = "开考勤证明"


class Whose(BaseModel):
    """One trainee, or everybody where nobody is named."""

    only: int | None = Field(title="学员", default=None)


def routes() -> list[web.RouteDef]:
    """The addresses of certificates of attendance."""
    one = r"/classes/{id:\d{1,9}}/attestations"
    return [web.get(one, page), web.post(one, issue)]


async def page(request: web.Request) -> web.Response:
    """A sheet of paper for each that was issued, the last of each trainee; names are in full, and that is noted."""
    account, house = need(request, *ISSUERS, to=_TO), request.app[HOUSE]
    only = request.query.get("only", "")
    now, vault = house.clock(), house.database.vault
    async with house.database.unit() as session:
        training_class = await class_for(session, key_of(request), account)
        grid = await grids.of(session, training_class, now)
        wanted = int(only) if only.isdecimal() and len(only) < 10 else None
        issued = await attestations.latest(session, grid, wanted)
        school = await session.get_one(institutions.Institution, training_class.institution_id)
        if issued:
            await roster_views.note(session, training_class, account, now)
    address = f"{house.settings.public_url}/verify/"
    return await show(
        request,
        "attestations.html",
        grid=grid,
        school=school,
        issued=issued,
        without=[line for line in grid.lines if line.enrolment.id not in {each.enrolment.id for each in issued}],
        is_one=wanted is not None,
        names={each.enrolment.id: vault.open(each.person.name_sealed) for each in issued},
        address=address,
        qr={each.code: segno.make(f"{address}{each.code}", error="m").svg_data_uri(border=1) for each in issued},
    )


async def issue(request: web.Request) -> web.Response:
    """Issue them; once more on the same day with the same figures is the same one."""
    account, house = need(request, *ISSUERS, to=_TO), request.app[HOUSE]
    told = (await read_form(request, Whose)).told or Whose()
    back = f"/staff/classes/{key_of(request)}/attestations"
    now = house.clock()
    try:
        async with house.database.unit() as session:
            grid = await grids.of(session, await class_for(session, key_of(request), account), now)
            new = await attestations.issue(session, grid, told.only, account, now)
    except Refused as refusal:
        await go(request, back, problem=refusal.reason)
    to = f"{back}?only={told.only}" if told.only else back
    await go(request, to, said=f"开好了{new}张，可以打印。" if new else "今天开过了，数没有变，用原来的就行。")
