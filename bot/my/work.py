"""A worker's work after class on a page: what we know of it, and the proof that he hands up himself."""

from __future__ import annotations

from datetime import date

from aiohttp import web
from pydantic import BaseModel, Field

from bot.handed_file import ACCEPTED, Scan
from bot.my.reader import me
from bot.web.desk import HOUSE, go, show
from bot.web.forms import Filled, blank, read_form
from handlers import placement, work_proof
from records import employing, filing
from records.employing import PROOF_NAMES, WORK_NAMES, Job
from records.employments import Work, WorkProof
from records.errors import Refused

_TONES = {Work.LOOKING: "quiet", Work.WORKING: "warn", Work.PROVEN: "good", Work.REFUTED: "bad"}


class ProofForm(BaseModel):
    """A proof of one's own work."""

    proof: WorkProof = Field(title="是哪种证明")
    employer: str = Field(title="在哪里干", max_length=80, default="")
    since: date | None = Field(title="从哪天起", default=None)
    scan: Scan = Field(title="证明照片")


def routes() -> list[web.RouteDef]:
    """The addresses of this page."""
    return [web.get("/work", page), web.post("/work", hand_up)]


async def page(request: web.Request) -> web.Response:
    """Each class that is over, and the form."""
    return await _page(request, blank(ProofForm))


async def hand_up(request: web.Request) -> web.Response:
    """Keep the proof, for each class that it still counts for; the same once more changes nothing that counts."""
    house, person, filled = request.app[HOUSE], me(request), await read_form(request, ProofForm)
    if (told := filled.told) is None:
        return await _page(request, filled)
    months, now = house.settings.employment_months, house.clock()
    try:
        async with house.database.unit() as session:
            kept = await filing.keep(session, told.scan.name, told.scan.content, "worker", now)
            job = Job(told.employer, told.since)
            await work_proof.hand_up(session, person, told.proof, kept, job, months, now)
    except Refused as refusal:
        return await _page(request, filled.refused(refusal))
    await go(request, "/my/work", said="证明交上去了。县人社局核对过就算就业，核对不上会写明原因。")


async def _page(request: web.Request, filled: Filled[ProofForm]) -> web.Response:
    house, person = request.app[HOUSE], me(request)
    months, now = house.settings.employment_months, house.clock()
    async with house.database.unit() as session:
        open_ = await employing.open_of(session, person, months, now)
        known = {each.id: await employing.of_one(session, each) for each, _ in open_}
        is_waiting = bool(await work_proof.waiting(session, person, months, now))
    papers, cited = placement.proofs(house.shelf, person.region)
    return await show(
        request,
        "work.html",
        filled=filled,
        open=open_,
        known=known,
        is_waiting=is_waiting,
        months=months,
        proofs={str(proof): name for proof, name in PROOF_NAMES.items()},
        work_names=WORK_NAMES,
        tones=_TONES,
        papers=papers,
        cited=cited,
        accepted=ACCEPTED,
    )
