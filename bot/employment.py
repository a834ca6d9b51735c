"""The work of a class's trainees on a page, for its trainers and for the office: the rate, the proofs, the decisions."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import date
from typing import NoReturn

from aiohttp import web
from pydantic import BaseModel, Field
from sqlalchemy.ext.asyncio import AsyncSession

from bot import handed_file
from bot.handed_file import ACCEPTED, Scan
from bot.web.desk import AREA, HOUSE, STAFF, go, key_of, show, text_of
from bot.web.forms import Filled, blank, read_form
from handlers import placement
from records import employing, enrolments, filing, seats, staff
from records.employing import PROOF_NAMES, WORK_NAMES, Job
from records.employments import Employment, Work, WorkProof
from records.enrolments import Enrolment
from records.errors import Refused
from records.reporters import is_of_office, may_report
from records.trainers import class_for, teaches

_TONES = {Work.LOOKING: "quiet", Work.WORKING: "warn", Work.PROVEN: "good", Work.REFUTED: "bad"}


class ProofForm(BaseModel):
    """A proof of one trainee's work."""

    enrolment: int = Field(title="学员")
    proof: WorkProof = Field(title="是哪种证明")
    employer: str = Field(title="在哪里干", max_length=80, default="")
    since: date | None = Field(title="从哪天起", default=None)
    scan: Scan = Field(title="证明照片")


def routes() -> list[web.RouteDef]:
    """The addresses of these pages, in whichever area they stand."""
    of_class = r"/classes/{id:\d{1,9}}/employment"
    one = of_class + r"/{enrolment:\d{1,9}}"
    return [
        web.get(of_class, page),
        web.post(of_class, hand_up),
        web.get(f"{one}/file", file),
        web.post(f"{one}/accept", accept),
        web.post(f"{one}/refute", refute),
    ]


async def page(request: web.Request) -> web.Response:
    """The rate and every trainee."""
    return await _page(request)


async def hand_up(request: web.Request) -> web.Response:
    """Keep a proof; it counts once somebody has looked at it."""
    house, account, filled = request.app[HOUSE], request[STAFF], await read_form(request, ProofForm)
    if filled.told is None:
        return await _page(request, filled)
    told, now = filled.told, house.clock()
    try:
        async with house.database.unit() as session:
            training_class = await class_for(session, key_of(request), account)
            enrolment = await enrolments.of_class(session, training_class, told.enrolment)
            kept = await filing.keep(session, told.scan.name, told.scan.content, account.actor, now)
            job = Job(told.employer, told.since)
            await employing.hand_up(session, enrolment, told.proof, kept.id, job, account, now)
    except Refused as refusal:
        return await _page(request, filled.refused(refusal))
    next_ = "打开看一眼，对得上点“算就业”。" if is_of_office(account) else "县人社局核对过就算就业。"
    await go(request, request.path, said=f"证明存好了。{next_}")


async def file(request: web.Request) -> web.Response:
    """The proof, to be looked at."""
    async with request.app[HOUSE].database.unit() as session:
        enrolment = await _enrolment(request, session)
        employment = await session.get(Employment, enrolment.id)
        return await handed_file.answer(session, employment.file_id if employment else None)


async def accept(request: web.Request) -> NoReturn:
    """It shows the work."""
    seen = text_of(await request.post(), "file")

    async def does(session: AsyncSession, enrolment: Enrolment) -> None:
        file_id = int(seen) if seen.isdecimal() and len(seen) < 10 else 0
        await employing.accept(session, enrolment, file_id, request[STAFF], request.app[HOUSE].clock())

    await _decide(request, does, "算进就业了。")


async def refute(request: web.Request) -> NoReturn:
    """It does not show it."""
    remark = text_of(await request.post(), "reason")

    async def does(session: AsyncSession, enrolment: Enrolment) -> None:
        await employing.refute(session, enrolment, remark, request[STAFF], request.app[HOUSE].clock())

    await _decide(request, does, "没有算，原因记下了。")


async def _decide(
    request: web.Request, does: Callable[[AsyncSession, Enrolment], Awaitable[None]], said: str
) -> NoReturn:
    back = f"{request.app[AREA].prefix}/classes/{key_of(request)}/employment"
    try:
        async with request.app[HOUSE].database.unit() as session:
            await does(session, await _enrolment(request, session))
    except Refused as refusal:
        await go(request, back, problem=refusal.reason)
    await go(request, back, said=said)


async def _enrolment(request: web.Request, session: AsyncSession) -> Enrolment:
    training_class = await class_for(session, key_of(request), request[STAFF])
    return await enrolments.of_class(session, training_class, key_of(request, "enrolment"))


async def _page(request: web.Request, filled: Filled[ProofForm] | None = None) -> web.Response:
    house, account = request.app[HOUSE], request[STAFF]
    async with house.database.unit() as session:
        training_class = await class_for(session, key_of(request), account)
        roster = await seats.roster(session, training_class.id)
        work = await employing.of_class(session, training_class)
        counted = await employing.count(session, training_class)
        accounts = await staff.names(session)
    vault, is_own = house.database.vault, teaches(training_class, account)
    names = {who.id: vault.open(who.name_sealed) if is_own else who.name_masked for _, who in roster}
    open_ = [row for row in roster if row[0].id not in work or work[row[0].id].state != Work.PROVEN]
    told, cited = placement.proofs(house.shelf, training_class.region)
    return await show(
        request,
        "employment.html",
        filled=filled or blank(ProofForm),
        training_class=training_class,
        here=f"{request.app[AREA].prefix}/classes/{training_class.id}",
        roster=roster,
        names=names,
        work=work,
        accounts=accounts,
        placement=placement.placement(house.shelf, training_class, counted),
        open={each.id: f"{names[who.id]} {who.id_masked[-4:]}" for each, who in open_},
        proofs={str(proof): name for proof, name in PROOF_NAMES.items()},
        proofs_told=told,
        proofs_cited=cited,
        work_names=WORK_NAMES,
        tones=_TONES,
        accepted=ACCEPTED,
        may_report=may_report(training_class, account) and training_class.state in employing.TAUGHT,
        may_accept=is_of_office(account),
    )
