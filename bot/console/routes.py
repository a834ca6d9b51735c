"""The staff console under /staff: every address and the function behind it."""

from __future__ import annotations

from pathlib import Path
from typing import NoReturn

from aiohttp import web

from bot import employment, own_account
from bot.console import (
    absences,
    accounts,
    attendance,
    attestations,
    board,
    budgets,
    certificates,
    checks,
    claim_steps,
    claims,
    classes,
    edit_claim,
    guesses,
    institutions,
    login,
    look,
    new_claim,
    notices,
    one_claim,
    papers,
    payments,
    people,
    photos,
    policies,
    registry,
    reports,
    rounds,
    sending,
    suspicions,
    tickets,
    vouchers,
)
from bot.web.area import STAFF_COOKIE, open_area
from bot.web.desk import AREA, STAFF, Chat, Entry
from bot.web.guards import signed_in
from handlers.context import House
from records.paperwork import DECIDERS
from records.staff import Role
from records.trainers import OFFICE

_TRAINING, _MONEY, _PEOPLE = "培训", "补贴", "档案"
NAV = [
    Entry("/staff/board", "看板", OFFICE, group=_TRAINING),
    Entry("/staff/classes", "培训班", OFFICE, group=_TRAINING),
    Entry("/staff/institutions", "机构", OFFICE, group=_TRAINING),
    Entry("/staff/suspicions", "要看一眼", OFFICE, group=_TRAINING),
    Entry("/staff/checks", "抽查", OFFICE, group=_TRAINING),
    Entry("/staff/papers", "签到表", DECIDERS, group=_TRAINING),
    Entry("/staff/claims", "申领", OFFICE, group=_MONEY),
    Entry("/staff/claims/payments", "付款", OFFICE, group=_MONEY),
    Entry("/staff/claims/budgets", "预算", OFFICE, group=_MONEY),
    Entry("/staff/vouchers", "培训券", OFFICE, group=_MONEY),
    Entry("/staff/vouchers/funnel", "券的去向", OFFICE, group=_MONEY),
    Entry("/staff/vouchers/rounds", "批量发券", OFFICE, group=_MONEY),
    Entry("/staff/guesses", "试号记录", guesses.READERS, group=_MONEY),
    Entry("/staff/certificates", "证书", OFFICE, group=_MONEY),
    Entry("/staff/people", "一人一卡", OFFICE, group=_PEOPLE),
    Entry("/staff/photos", "收到的照片", OFFICE, group=_PEOPLE),
    Entry("/staff/registry", "导入", OFFICE, group=_PEOPLE),
    Entry("/staff/policies", "文件", OFFICE),
    Entry("/staff/reports", "报表", OFFICE),
    Entry("/staff/notices", "通知"),
    Entry("/staff/tickets", "人工对话"),
    Entry("/staff/accounts", "账号", (Role.ADMIN,)),
]
_PAGES = (
    login,
    notices,
    sending,
    tickets,
    papers,
    people,
    photos,
    registry,
    absences,
    institutions,
    accounts,
    policies,
    own_account,
    classes,
    budgets,
    reports,
    claims,
    claim_steps,
    one_claim,
    new_claim,
    edit_claim,
    payments,
    board,
    attendance,
    attestations,
    certificates,
    employment,
    suspicions,
    vouchers,
    rounds,
    guesses,
    checks,
)
_HERE = Path(__file__).parent


def setup(app: web.Application, house: House, outbound: Chat) -> None:
    """Open the console on an application."""
    open_area(
        app,
        house,
        outbound,
        prefix="/staff",
        name="工作台",
        routes=_routes(),
        templates=_HERE / "templates",
        static=_HERE / "static",
        filters=look.FILTERS,
        guard=signed_in,
        nav=NAV,
        cookie=STAFF_COOKIE,
    )


async def home(request: web.Request) -> NoReturn:
    """The first page of the menu that the account finds."""
    raise web.HTTPSeeOther(request.app[AREA].entries(request[STAFF])[0].address)


def _routes() -> list[web.RouteDef]:
    return [web.get("/", home), *(route for page in _PAGES for route in page.routes())]
