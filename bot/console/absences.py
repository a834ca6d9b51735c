"""Who stood on an earlier sheet of the registry and is missing from a new one: listed for the office to decide."""

from __future__ import annotations

from typing import NoReturn

from aiohttp import web
from pydantic import BaseModel, Field

from bot.web.desk import HOUSE, go, key_of, show
from bot.web.forms import read_form
from bot.web.guards import need
from bot.web.tables import read_page
from records import absences, registry_desk
from records.absences import JUDGES, VERDICT_NAMES, Verdict
from records.trainers import OFFICE

VERDICT_TONES = {Verdict.MOVED: "quiet", Verdict.DIED: "quiet", Verdict.STAYS: "good"}


class VerdictForm(BaseModel):
    """What became of a person who is missing."""

    absence: int = Field(title="哪一个人", ge=1)
    verdict: Verdict = Field(title="核实结果")


def routes() -> list[web.RouteDef]:
    """The addresses of these pages."""
    one = r"/registry/{id:\d{1,9}}/absences"
    return [web.get(one, page), web.post(one, judge)]


async def page(request: web.Request) -> web.Response:
    """Who is missing from one sheet; at first only whom nobody has decided on."""
    account, house = need(request, *OFFICE, to="看表里少了的人"), request.app[HOUSE]
    asked = read_page(request)
    is_all = asked.asked("show") == "all"
    async with house.database.unit() as session:
        run = await registry_desk.run_for(session, key_of(request), account)
        missing, undecided = await absences.count(session, run)
        rows, total = await absences.listed(session, run, is_open=not is_all, offset=asked.offset, most=asked.size)
    return await show(
        request,
        "registry_absences.html",
        run=run,
        missing=missing,
        undecided=undecided,
        listing=asked.of(rows, total),
        may_judge=account.holds(*JUDGES),
        verdicts=VERDICT_NAMES,
        tones=VERDICT_TONES,
    )


async def judge(request: web.Request) -> NoReturn:
    """Decide on one person; the card itself stays as it is."""
    account, house = need(request, *JUDGES, to="核实表里少了的人"), request.app[HOUSE]
    filled, here = await read_form(request, VerdictForm), f"/staff/registry/{key_of(request)}/absences"
    if (told := filled.told) is None:
        await go(request, here, problem=filled.error("verdict") or filled.problem or "请选一个核实结果。")
    async with house.database.unit() as session:
        person = await absences.judge(session, told.absence, told.verdict, account, house.clock())
    await go(request, here, said=f"{person.name_masked}：{VERDICT_NAMES[told.verdict]}，记下了。")
