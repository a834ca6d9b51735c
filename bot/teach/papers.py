"""Attendance from paper: which sessions lack it, the sheet of one as a grid, and what became of the sheets."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from aiohttp import web
from pydantic import BaseModel, Field
from sqlalchemy.ext.asyncio import AsyncSession

from bot.teach.one_class import class_of, names, sitting_of
from bot.teach.photos import ACCEPTED, Photo
from bot.web.desk import HOUSE, STAFF, go, show, text_of
from bot.web.forms import Filled, blank, read_form
from config.settings import CHINA
from handlers.retention import retention
from records import layouts, paper_sheets, paperwork, proving, rolls, staff
from records.classes import TrainingClass
from records.errors import Refused
from records.evidence import Evidence
from records.excuses import Decision
from records.marks import THERE, Status
from records.paper_sheets import SHEET_NAMES, Handed
from records.people import Person
from records.proving import About
from records.rolls import Line
from records.sessions import PART_NAMES, Part, Session
from records.timetable import Sitting
from records.trainers import teaches

TONES = {Decision.ASKED: "warn", Decision.APPROVED: "good", Decision.REFUSED: "bad"}
CHOICES = {"present": "到", "late": "迟到", "leave": "请假", "absent": "缺"}


class SheetForm(BaseModel):
    """Why there is a sheet, and its photo; the grid beside it is read by trainee."""

    reason: str = Field(title="原因", max_length=200)
    photo: Photo | None = Field(title="签到表照片", default=None)


@dataclass(frozen=True)
class Row:
    """One trainee in the grid: with a mark already, or with what the sheet says."""

    enrolment_id: int
    name: str
    person: Person
    marked: str  # how he was marked without paper
    chosen: str
    fault: str = ""


@dataclass(frozen=True)
class Seen:
    """The grid of one session."""

    training_class: TrainingClass
    sitting: Session
    rows: list[Row]
    earlier: Handed | None  # the sheet that was sent back


def routes() -> list[web.RouteDef]:
    """The addresses of these pages."""
    return [
        web.get(r"/classes/{id:\d{1,9}}/papers", listed),
        web.get(r"/sessions/{id:\d{1,9}}/paper", form),
        web.post(r"/sessions/{id:\d{1,9}}/paper", hand_up),
    ]


async def listed(request: web.Request) -> web.Response:
    """The sessions that are over, with who came, and the sheets that were handed up for them."""
    house = request.app[HOUSE]
    now = house.clock()
    async with house.database.unit() as session:
        training_class = await class_of(request, session)
        sittings = await layouts.of_class(session, training_class.id)
        over = [each for each in sittings if each.ends_at < now and each.cancelled_at is None][::-1]
        sheets = await paper_sheets.of_class(session, training_class)
        seen: dict[str, Any] = {"counts": await rolls.counts(session, over), "names": await staff.names(session)}
    latest = {each.sitting.id: each for each in reversed(sheets)}
    may_write = teaches(training_class, request[STAFF]) and training_class.handed_in_at is None
    return await show(
        request,
        "papers.html",
        training_class=training_class,
        over=over,
        latest=latest,
        sheets=sheets,
        may_write=may_write,
        sheet_names=SHEET_NAMES,
        tones=TONES,
        **seen,
    )


async def form(request: web.Request) -> web.Response:
    """The grid of one session; a sheet that was sent back is there to be mended."""
    seen = await _seen(request)
    return await _page(request, seen, blank(SheetForm, reason=seen.earlier.sheet.reason if seen.earlier else ""))


async def hand_up(request: web.Request) -> web.Response:
    """Hand the sheet up to the office; what is wrong is said and all that was chosen is kept."""
    house, seen = request.app[HOUSE], await _seen(request, await request.post())
    filled = _complete(await read_form(request, SheetForm), seen)
    if filled.told is None:
        return await _page(request, seen, filled)
    statuses = {row.enrolment_id: Status(row.chosen) for row in seen.rows}
    try:
        async with house.database.unit() as session:
            found = await sitting_of(request, session)
            photo = await _photo(request, session, found, filled.told, seen.earlier)
            reason, now = filled.told.reason, house.clock()
            await paperwork.hand_up(session, found, statuses, reason, photo, request[STAFF], now)
    except Refused as refusal:
        return await _page(request, seen, filled.refused(refusal))
    await go(request, f"/teach/classes/{found[0].id}/papers", said="交上去了，县人社局批准后才算数，结果会显示在这里。")


async def _page(request: web.Request, seen: Seen, filled: Filled[SheetForm]) -> web.Response:
    return await show(
        request,
        "paper_form.html",
        filled=filled,
        training_class=seen.training_class,
        sitting=seen.sitting,
        rows=seen.rows,
        earlier=seen.earlier,
        choices=CHOICES,
        accepted=ACCEPTED,
    )


async def _seen(request: web.Request, sent: Mapping[str, object] | None = None) -> Seen:
    """The grid as it was sent, or as the sheet that was sent back has it."""
    async with request.app[HOUSE].database.unit() as session:
        training_class, sitting = await sitting_of(request, session)
        earlier = await _sent_back(session, sitting, training_class)
        lines = (await rolls.of(session, sitting)).lines
    named = names(request, training_class, (line.person for line in lines))
    before = {key: str(status) for key, status in earlier.statuses.items()} if earlier else {}
    rows = []
    for line in lines:
        key = line.enrolment.id
        chosen = before.get(key, "") if sent is None else text_of(sent, f"status-{key}")
        rows.append(_row(line, named[line.person.id], chosen, sent is not None))
    return Seen(training_class, sitting, rows, earlier)


def _row(line: Line, name: str, chosen: str, checked: bool) -> Row:
    if line.came is not None:
        held = _as_on_paper(Status(line.came.status))
        return Row(line.enrolment.id, name, line.person, line.came.status, held)
    is_told = chosen in CHOICES
    fault = "" if is_told or not checked else f"请给{name}选一项：到、迟到、请假或缺。"
    return Row(line.enrolment.id, name, line.person, "", chosen if is_told else "", fault)


def _as_on_paper(status: Status) -> str:
    """What a sheet would say of who has a mark already; the mark stays all the same."""
    return "present" if status in THERE and status is not Status.LATE else str(status)


def _complete(filled: Filled[SheetForm], seen: Seen) -> Filled[SheetForm]:
    """The form with what the grid and the photo lack."""
    lacking = [row for row in seen.rows if row.fault]
    told = filled.told
    if told and told.photo is None and not (seen.earlier and seen.earlier.sheet.evidence_id):
        return filled.refused(Refused("请给签到表拍一张照片，审批的同事要看原件。"), "photo")
    if told and lacking:
        return filled.refused(Refused(f"还有{len(lacking)}个人没有选，已经标出来了，选过的都还在。"))
    return filled


async def _sent_back(session: AsyncSession, sitting: Session, training_class: TrainingClass) -> Handed | None:
    """The last sheet of the session, where the office sent it back."""
    sheets = [each for each in await paper_sheets.of_class(session, training_class) if each.sitting.id == sitting.id]
    return sheets[0] if sheets and sheets[0].sheet.decision == Decision.REFUSED else None


async def _photo(
    request: web.Request, session: AsyncSession, found: Sitting, told: SheetForm, earlier: Handed | None
) -> Evidence | None:
    """The photo that came with the sheet, kept as evidence; or the one of the sheet that was sent back."""
    if told.photo is None:
        return await session.get(Evidence, earlier.sheet.evidence_id) if earlier and earlier.sheet.evidence_id else None
    training_class, sitting = found
    house, now = request.app[HOUSE], request.app[HOUSE].clock()
    until = retention(house.shelf, training_class.region).until(now.astimezone(CHINA).date())
    said = f"纸质签到表 {sitting.day.month}月{sitting.day.day}日{PART_NAMES[Part(sitting.part)]}"
    about = About(training_class, sitting, said, until)
    return (await proving.add_photo(session, about, told.photo.content, request[STAFF], now))[0]
