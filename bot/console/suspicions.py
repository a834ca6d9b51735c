"""What is worth a look: signs about check-ins with all that shows them, and what the office makes of each."""

from __future__ import annotations

from typing import Any

from aiohttp import web
from pydantic import BaseModel, Field

from bot.console.sketch import HEIGHT, WIDTH, sketch
from bot.web.desk import HOUSE, go, key_of, show
from bot.web.forms import Filled, read_form
from bot.web.guards import need
from bot.web.tables import read_page
from config.settings import CHINA
from records import findings, signs, staff, watching
from records.classes import FACTOR_NAMES
from records.errors import Refused
from records.findings import FINDING_NAMES
from records.sessions import PART_NAMES
from records.staff import Role
from records.suspicions import Finding, Sign
from records.trainers import OFFICE

JUDGES = (Role.CLERK, Role.REVIEWER, Role.APPROVER)
_ON_A_PAGE = 10
_STRONG = 70  # the score from which the chip is amber


class Judgement(BaseModel):
    """What somebody made of a sign."""

    finding: Finding = Field(title="结论")
    remark: str = Field(title="怎么核实的", max_length=200, default="")


def routes() -> list[web.RouteDef]:
    """The addresses of these pages."""
    return [web.get("/suspicions", listed), web.post(r"/suspicions/{id:\d{1,9}}", judge)]


async def listed(request: web.Request) -> web.Response:
    """What waits for a look, the highest score first; or what was looked at."""
    return await _page(request)


async def judge(request: web.Request) -> web.Response:
    """Write down what was found; what was typed stays where it is refused."""
    account, house = need(request, *JUDGES, to="核实情况"), request.app[HOUSE]
    filled = await read_form(request, Judgement)
    if filled.told is None:
        return await _page(request, filled)
    try:
        async with house.database.unit() as session:
            suspicion = await findings.one(session, key_of(request), account)
            await watching.judge(session, suspicion, account, filled.told.finding, filled.told.remark, house.clock())
    except Refused as refusal:
        return await _page(request, filled.refused(refusal))
    await go(request, "/staff/suspicions", said=f"记下了：{FINDING_NAMES[filled.told.finding]}。")


async def _page(request: web.Request, filled: Filled[Judgement] | None = None) -> web.Response:
    account, asked = need(request, *OFFICE, to="看这一页"), read_page(request, _ON_A_PAGE)
    state = Finding(asked.asked("state")) if asked.asked("state") in set(Finding) else Finding.OPEN
    sign = asked.asked("sign") if asked.asked("sign") in set(Sign) else ""
    sitting = asked.asked("session")
    of = int(sitting) if sitting.isdecimal() and len(sitting) < 10 else None
    async with request.app[HOUSE].database.unit() as session:
        rows, total = await findings.listed(session, account, state, sign, of, asked.offset, asked.size)
        names = await staff.names(session)
    values: dict[str, Any] = {
        "listing": asked.of(rows, total),
        "told": {each.worth.suspicion.id: signs.told(each.worth.suspicion) for each in rows},
        "sketches": {each.worth.suspicion.id: sketch(each.worth.training_class, each.facts) for each in rows},
        "size": (WIDTH, HEIGHT),
        "zone": CHINA,
    }
    return await show(
        request,
        "suspicions.html",
        filled=filled,
        typed_for=request.match_info.get("id", ""),
        state=state,
        strong=_STRONG,
        names=names,
        may_judge=account.holds(*JUDGES),
        finding_names=FINDING_NAMES,
        sign_names={each.value: signs.signs().words(each).name for each in Sign},
        factor_names=FACTOR_NAMES,
        part_names=PART_NAMES,
        **values,
    )
