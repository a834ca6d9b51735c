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
_HERE = Path(__file__).parent
_NUMBER = r"{id:\d{1,9}}"


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
    notice, ticket = f"/notices/{_NUMBER}", f"/tickets/{_NUMBER}"
    return [
        web.get("/", home),
        web.get("/login", login.form),
        web.post("/login", login.enter),
        web.post("/logout", login.leave),
        web.get("/notices", notices.listed),
        web.get("/notices/new", notices.start),
        web.post("/notices/new", notices.write),
        web.get("/notices/reach", notices.reach),
        web.get(notice, notices.one),
        web.get(f"{notice}/edit", notices.edit),
        web.post(f"{notice}/edit", notices.revise),
        web.get(f"{notice}/progress", sending.progress),
        web.post(f"{notice}/return", sending.send_back),
        web.post(notice + r"/{verb:submit|approve|pause|resume|cancel}", sending.act),
        *papers.routes(),
        *people.routes(),
        *photos.routes(),
        *registry.routes(),
        *absences.routes(),
        web.get("/tickets", tickets.listed),
        web.get(ticket, tickets.one),
        web.get(f"{ticket}/talk", tickets.talk),
        web.post(f"{ticket}/take", tickets.take),
        web.post(f"{ticket}/reply", tickets.reply),
        web.post(f"{ticket}/close", tickets.close),
        *institutions.routes(),
        *accounts.routes(),
        *policies.routes(),
        *own_account.routes(),
        *classes.routes(),
        *budgets.routes(),
        *reports.routes(),
        *claims.routes(),
        *claim_steps.routes(),
        *one_claim.routes(),
        *new_claim.routes(),
        *edit_claim.routes(),
        *payments.routes(),
        *board.routes(),
        *attendance.routes(),
        *attestations.routes(),
        *certificates.routes(),
        *employment.routes(),
        *suspicions.routes(),
        *vouchers.routes(),
        *rounds.routes(),
        *guesses.routes(),
        *checks.routes(),
    ]
