"""Budgets at the office: what each programme has for a year, how it stands, and the form that sets it."""

from __future__ import annotations

from dataclasses import dataclass

from aiohttp import web
from pydantic import BaseModel, Field

from bot.money import Fen
from bot.web.desk import HOUSE, go, show
from bot.web.forms import Filled, blank, read_form
from bot.web.guards import need
from config.settings import CHINA
from handlers import programmes
from handlers.context import House
from records import budgeting
from records.audience import place
from records.budgeting import SETTERS, Standing
from records.errors import Refused
from records.staff import Staff
from records.trainers import OFFICE

_EARLIEST, _WIDTH = 2020, 100


class BudgetForm(BaseModel):
    """The money of one programme for one year."""

    programme: str = Field(title="项目", max_length=140)
    region: str = Field(title="地方", max_length=30)
    year: int = Field(title="年份", ge=_EARLIEST, le=2100)
    fen: Fen = Field(title="预算")


@dataclass(frozen=True)
class Bar:
    """A budget with its bar: how wide each piece is, of a hundred."""

    standing: Standing
    name: str
    basis: str
    paid: float
    approved: float
    reserved: float


def routes() -> list[web.RouteDef]:
    """The addresses of these pages."""
    return [web.get("/claims/budgets", page), web.post("/claims/budgets", change)]


async def page(request: web.Request) -> web.Response:
    """The budgets of a year."""
    account = need(request, *OFFICE, to="看预算")
    region = request.app[HOUSE].shelf.regions.name(account.region)
    return await _page(request, blank(BudgetForm, region=region, year=_year(request)))


async def change(request: web.Request) -> web.Response:
    """Set a budget."""
    house, account = request.app[HOUSE], need(request, *SETTERS, to="定预算")
    filled = await read_form(request, BudgetForm)
    if (told := filled.told) is None:
        return await _page(request, filled)
    try:
        region, programme = _place(house, account, told.region), programmes.by_key(house.shelf, told.programme)
        if programme is None:
            raise Refused("请选一个项目。")
        policy, scheme, now = programme.policy.id, programme.scheme.id, house.clock()
        async with house.database.unit() as session:
            await budgeting.set_to(session, region, policy, scheme, told.year, told.fen, account, now)
    except Refused as refusal:
        return await _page(request, filled.refused(refusal))
    await go(request, f"/staff/claims/budgets?year={told.year}", said=f"“{programme.name}”{told.year}年的预算定好了。")


async def _page(request: web.Request, filled: Filled[BudgetForm]) -> web.Response:
    house, account, year = request.app[HOUSE], need(request, *OFFICE, to="看预算"), _year(request)
    async with house.database.unit() as session:
        found = await budgeting.of_year(session, account.region, year)
    this_year = house.clock().astimezone(CHINA).year
    return await show(
        request,
        "budgets.html",
        filled=filled,
        year=year,
        years=range(this_year + 1, this_year - 3, -1),
        bars=[_bar(house, each) for each in found],
        options=_options(house, account),
        may_set=account.holds(*SETTERS),
    )


def _bar(house: House, standing: Standing) -> Bar:
    budget = standing.budget
    found = programmes.find(house.shelf, budget.policy_id, budget.scheme_id)
    whole = max(budget.fen, standing.paid + standing.approved + standing.reserved, 1)
    paid, approved, reserved = (
        round(part * _WIDTH / whole, 2) for part in (standing.paid, standing.approved, standing.reserved)
    )
    return Bar(
        standing, found.name if found else budget.scheme_id, found.basis if found else "", paid, approved, reserved
    )


def _options(house: House, account: Staff) -> dict[str, dict[str, str]]:
    """The programmes of the account's place, by document."""
    options: dict[str, dict[str, str]] = {}
    for each in programmes.of_place(house.shelf, account.region):
        options.setdefault(each.policy.name, {})[each.key] = each.name
    return options


def _place(house: House, account: Staff, typed: str) -> str:
    code = house.shelf.regions.find(typed)
    if code is None or not code.startswith(place(account.region)):
        where = house.shelf.regions.name(account.region)
        raise Refused(f"只能定{where}和下面地方的预算，您填的是“{typed}”。")
    return code


def _year(request: web.Request) -> int:
    typed = request.query.get("year", "")
    if typed.isdecimal() and len(typed) == 4 and int(typed) >= _EARLIEST:
        return int(typed)
    return request.app[HOUSE].clock().astimezone(CHINA).year
