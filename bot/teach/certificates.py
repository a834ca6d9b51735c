"""The certificates of a class: who has one, entering one with its scan, and an evaluation body's sheet."""

from __future__ import annotations

from datetime import date

from aiohttp import web
from pydantic import BaseModel, Field
from sqlalchemy.ext.asyncio import AsyncSession

from bot import certificate_import, handed_file
from bot.certificate_import import SheetForm
from bot.handed_file import ACCEPTED, Scan
from bot.teach.one_class import class_of, names
from bot.web.desk import HOUSE, STAFF, go, key_of, show, text_of
from bot.web.forms import Filled, blank, read_form
from handlers import certificate_rows, certificate_rules, certificate_sheets
from handlers.certificate_rules import Paper
from handlers.certificate_sheets import Desk
from knowledge.certificates import LEVELS, catalogue
from records import assessing, certificate_search, enrolments, filing, seats
from records.certificates import SKILL_NAMES
from records.class_states import ClassState
from records.classes import TrainingClass
from records.errors import Refused
from records.results import OUTCOME_NAMES, Outcome
from records.trainers import hold_trainer, teaches


class PaperForm(BaseModel):
    """One certificate of one trainee."""

    enrolment: int = Field(title="学员")
    kind: str = Field(title="证书类型", max_length=40)
    level: str = Field(title="等级", max_length=16, default="")
    number: str = Field(title="证书编号", max_length=60)
    issued_on: date = Field(title="发证日期")
    issuer: str = Field(title="发证机构", max_length=120)
    scan: Scan | None = Field(title="证书照片", default=None)


def routes() -> list[web.RouteDef]:
    """The addresses of these pages."""
    of_class = r"/classes/{id:\d{1,9}}/certificates"
    return [
        web.get(of_class, page),
        web.post(of_class, enter),
        web.get(f"{of_class}/template.xlsx", certificate_import.template),
        web.post(f"{of_class}/check", check),
        web.post(f"{of_class}/apply", apply),
        web.get(r"/certificates/{id:\d{1,9}}/file", file),
    ]


async def page(request: web.Request) -> web.Response:
    """Who has a certificate, and the forms."""
    return await _page(request)


async def enter(request: web.Request) -> web.Response:
    """Enter one; sent twice it is entered once."""
    house, account, filled = request.app[HOUSE], request[STAFF], await read_form(request, PaperForm)
    if filled.told is None:
        return await _page(request, paper=filled)
    told, now = filled.told, house.clock()
    try:
        async with house.database.unit() as session:
            training_class = await _own(request, session)
            enrolment = await enrolments.of_class(session, training_class, told.enrolment)
            scan = told.scan and await filing.keep(session, told.scan.name, told.scan.content, account.actor, now)
            paper = Paper(
                told.kind, training_class.occupation, told.level, told.number, told.issuer, told.issued_on,
                scan.id if scan else None,
            )  # fmt: skip
            entered, is_new = await certificate_rules.enter(session, enrolment, paper, account, now)
    except Refused as refusal:
        return await _page(request, paper=filled.refused(refusal))
    said = f"登记好了：{entered.shown}，{SKILL_NAMES[entered.skill]}。" if is_new else "这本证已经登记过了。"
    await go(request, request.path, said=said)


async def check(request: web.Request) -> web.Response:
    """Show what a sheet would do; nothing is entered yet."""
    house, filled = request.app[HOUSE], await read_form(request, SheetForm)
    if filled.told is None:
        return await _page(request, sheet=filled)
    try:
        rows = certificate_rows.read(filled.told.sheet.content)
        async with house.database.unit() as session:
            training_class = await _own(request, session)
            desk = Desk(request[STAFF], house.clock(), training_class)
            done = await certificate_sheets.check(session, rows, desk)
    except Refused as refusal:
        return await _page(request, sheet=filled.refused(refusal, "sheet"))
    kept = certificate_import.sealed(request, rows)
    return await show(request, "certificate_check.html", training_class=training_class, done=done, kept=kept)


async def apply(request: web.Request) -> web.Response:
    """Enter the rows of a sheet that was looked at."""
    house, back = request.app[HOUSE], f"/teach/classes/{key_of(request)}/certificates"
    try:
        rows = certificate_import.opened(request, text_of(await request.post(), "kept"))
        async with house.database.unit() as session:
            desk = Desk(request[STAFF], house.clock(), await _own(request, session))
            done = await certificate_sheets.apply(session, rows, desk)
    except Refused as refusal:
        await go(request, back, problem=refusal.reason)
    await go(request, back, said=certificate_import.said(done))


async def file(request: web.Request) -> web.Response:
    """The scan of a certificate, for its class's trainers and the office."""
    async with request.app[HOUSE].database.unit() as session:
        held = await certificate_search.certificate_for(session, key_of(request), request[STAFF])
        return await handed_file.answer(session, held.certificate.file_id)


async def _own(request: web.Request, session: AsyncSession) -> TrainingClass:
    training_class = await class_of(request, session)
    hold_trainer(training_class, request[STAFF])
    return training_class


async def _page(
    request: web.Request, paper: Filled[PaperForm] | None = None, sheet: Filled[SheetForm] | None = None
) -> web.Response:
    async with request.app[HOUSE].database.unit() as session:
        training_class = await class_of(request, session)
        roster = await seats.roster(session, training_class.id)
        results = await assessing.of_class(session, training_class)
        certificates = await certificate_search.of_class(session, training_class)
    named = names(request, training_class, (person for _, person in roster))
    passed = [row for row in roster if row[0].id in results and results[row[0].id].outcome == Outcome.PASSED]
    lacking = {each.id: f"{named[who.id]} {who.id_masked[-4:]}" for each, who in passed if each.id not in certificates}
    given = {"kind": "职业技能等级证书", "level": training_class.level or ""}
    wrong = next((each for each in (paper, sheet) if each and each.is_wrong), None)
    return await show(
        request,
        "certificates.html",
        status=422 if wrong else 200,
        filled=paper or blank(PaperForm, **given),
        sheet=sheet or blank(SheetForm),
        sheet_problem=sheet.problem if sheet else "",
        training_class=training_class,
        roster=roster,
        names=named,
        results=results,
        outcome_names=OUTCOME_NAMES,
        certificates=certificates,
        passed=passed,
        lacking=lacking,
        kinds={name: name for name in catalogue().kinds},
        levels={level: level for level in LEVELS},
        rules=[kind.say for kind in catalogue().kinds.values()],
        skill_names=SKILL_NAMES,
        accepted=ACCEPTED,
        may_enter=teaches(training_class, request[STAFF]) and training_class.state == ClassState.HANDED_IN,
    )
