"""Attendance from paper at the office: what waits, one sheet beside its photo, and the decision."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime

from aiohttp import web
from pydantic import BaseModel, Field
from sqlalchemy.ext.asyncio import AsyncSession

from bot.web.desk import HOUSE, STAFF, go, key_of, show
from bot.web.forms import read_form
from bot.web.guards import need
from records import institutions, paper_sheets, paperwork, rolls, staff
from records.errors import Refused
from records.excuses import Decision
from records.marks import STATUS_NAMES, Status
from records.paper_sheets import SHEET_NAMES, Handed
from records.paperwork import DECIDERS
from records.people import Person
from records.sessions import PART_NAMES
from records.staff import Staff

Act = Callable[[AsyncSession, Handed, Staff, datetime], Awaitable[str]]

TONES = {Decision.ASKED: "warn", Decision.APPROVED: "good", Decision.REFUSED: "bad"}
STATUS_TONES = {Status.PRESENT: "good", Status.LATE: "warn", Status.LEAVE: "info", Status.ABSENT: "bad"}


class RemarkForm(BaseModel):
    """Why a sheet is sent back."""

    reason: str = Field(title="退回的原因", max_length=200)


@dataclass(frozen=True)
class Row:
    """One trainee of a sheet: what it says, and the mark that he has already and keeps."""

    person: Person
    status: Status | None
    marked: str


def routes() -> list[web.RouteDef]:
    """The addresses of these pages."""
    one = r"/papers/{id:\d{1,9}}"
    return [
        web.get("/papers", listed),
        web.get(one, page),
        web.post(f"{one}/approve", approve),
        web.post(f"{one}/refuse", refuse),
    ]


async def listed(request: web.Request) -> web.Response:
    """The sheets that wait, the oldest first, and those decided last."""
    account = need(request, *DECIDERS, to="批签到表")
    async with request.app[HOUSE].database.unit() as session:
        waiting = await paper_sheets.waiting(session, account)
        decided = await paper_sheets.decided(session, account)
        names = await staff.names(session)
    return await show(
        request,
        "papers.html",
        waiting=waiting,
        decided=decided,
        names=names,
        sheet_names=SHEET_NAMES,
        part_names=PART_NAMES,
        tones=TONES,
    )


async def page(request: web.Request) -> web.Response:
    """One sheet: the photo, every trainee, and what was marked without it."""
    account = need(request, *DECIDERS, to="批签到表")
    async with request.app[HOUSE].database.unit() as session:
        handed = await paper_sheets.handed_for(session, key_of(request), account)
        roll = await rolls.of(session, handed.sitting)
        names = await staff.names(session)
        school = await session.get_one(institutions.Institution, handed.training_class.institution_id)
    paper = f"paper:{handed.sheet.id}:"
    rows = [
        Row(
            line.person,
            handed.statuses.get(line.enrolment.id),
            line.came.status if line.came and not line.came.message_id.startswith(paper) else "",
        )
        for line in roll.lines
    ]
    return await show(
        request,
        "paper.html",
        handed=handed,
        rows=rows,
        names=names,
        school=school,
        sheet_names=SHEET_NAMES,
        part_names=PART_NAMES,
        tones=TONES,
        status_names=STATUS_NAMES,
        status_tones=STATUS_TONES,
        is_own=handed.sheet.entered_by == account.id,
    )


async def approve(request: web.Request) -> web.Response:
    """Let a sheet count."""

    async def does(session: AsyncSession, handed: Handed, account: Staff, now: datetime) -> str:
        marks = await paperwork.approve(session, handed, account, now)
        return f"批准了，记进考勤{len(marks)}条；已经有记录的人不变。"

    return await _decide(request, does)


async def refuse(request: web.Request) -> web.Response:
    """Send a sheet back, with the reason."""
    filled = await read_form(request, RemarkForm)
    remark = filled.told.reason if filled.told else ""

    async def does(session: AsyncSession, handed: Handed, account: Staff, now: datetime) -> str:
        await paperwork.refuse(session, handed, account, remark, now)
        return "退回了，老师会看到原因。"

    return await _decide(request, does)


async def _decide(request: web.Request, does: Act) -> web.Response:
    house, account = request.app[HOUSE], need(request, *DECIDERS, to="批签到表")
    try:
        async with house.database.unit() as session:
            handed = await paper_sheets.handed_for(session, key_of(request), account)
            said = await does(session, handed, request[STAFF], house.clock())
    except Refused as refusal:
        await go(request, f"/staff/papers/{key_of(request)}", problem=refusal.reason)
    await go(request, "/staff/papers", said=said)
