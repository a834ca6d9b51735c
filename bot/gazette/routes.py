"""Public notice under /notice: what is up and what was, one claim, an objection to it, and what came of that."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from urllib.parse import quote

from aiohttp import web
from aiohttp.typedefs import Handler
from pydantic import BaseModel, Field

from bot.gazette import posted
from bot.handed_file import ACCEPTED, Scan
from bot.web.area import open_area
from bot.web.desk import HOUSE, Chat, go, show
from bot.web.forms import Filled, blank, read_form
from bot.web.tables import read_page
from config.settings import CHINA
from handlers.context import House
from records import claim_moves, filing, guessing, masking, noticing
from records.claims import Claim
from records.errors import Refused
from records.guesses import Kind, Way
from records.guessing import Guesser
from records.objections import Answer

COOKIE = "skillpass_notice"
_HERE = Path(__file__).parent
_ONE = r"/{number:SL-\d{4}-\d{6}}"
_LONGEST = 20  # characters of a receipt as it is typed


class ObjectionForm(BaseModel):
    """What somebody knows of a claim."""

    line: str = Field(title="哪一行", max_length=60, default="")
    said: str = Field(title="您知道的情况", max_length=400)
    photo: Scan | None = Field(title="照片", default=None)


def setup(app: web.Application, house: House, outbound: Chat) -> None:
    """Open the pages on an application."""
    open_area(
        app,
        house,
        outbound,
        prefix="/notice",
        name="公示",
        routes=[
            web.get("/", listed),
            web.get("/answer", look_up),
            web.get("/answer/{receipt}", answered),
            web.get(_ONE, page),
            web.post(_ONE, object_to),
        ],
        templates=_HERE / "templates",
        guard=_open_to_all,
        nav=[],
        cookie=COOKIE,
        filters={"hide": masking.hide},
    )


async def listed(request: web.Request) -> web.Response:
    """What is up, and below it what was."""
    house, asked = request.app[HOUSE], read_page(request)
    async with house.database.unit() as session:
        everything = await posted.all_of(session, house, _today(house))
    current = [each for each in everything if each.is_up]
    past = asked.cut([each for each in everything if not each.is_up])
    return await show(request, "notices.html", current=current, past=past)


async def page(request: web.Request) -> web.Response:
    """One claim as everybody may see it."""
    return await _page(request, blank(ObjectionForm))


async def object_to(request: web.Request) -> web.Response:
    """Take an objection and give its receipt; the same words sent twice are one objection."""
    house, filled = request.app[HOUSE], await read_form(request, ObjectionForm)
    if (told := filled.told) is None:
        return await _page(request, filled)
    maker, now = Guesser(Kind.OBJECTION, Way.NETWORK, request.remote or ""), house.clock()
    said = f"{told.line}：{told.said}" if told.line else told.said
    try:
        async with house.database.unit() as session:
            await house.database.alone(session, maker.key)
            await guessing.hold(session, maker, now)
            claim = (await posted.of_number(session, house, request.match_info["number"], _today(house))).claim
            await claim_moves.hold(session, claim)
            waiting = [each for each in await noticing.of(session, claim) if each.answer == Answer.OPEN]
            same = next((each for each in waiting if each.said == said and not each.openid), None)
            objection = same or await noticing.object_to(session, claim, said, now)
            if told.photo:
                kept = await filing.keep(session, told.photo.name, told.photo.content, "public", now)
                await noticing.show_photo(session, objection, kept.id, now)
            await guessing.miss(session, maker, claim.number, now, exists=True)
    except Refused as refusal:
        return await _page(request, filled.refused(refusal))
    await go(request, f"/notice/answer/{objection.receipt}", said="收到了。核实以前，这笔钱不会付。")


async def look_up(request: web.Request) -> web.Response:
    """Where a receipt is typed."""
    if typed := request.query.get("receipt", "").strip()[:_LONGEST]:
        raise web.HTTPSeeOther(f"/notice/answer/{quote(typed, safe='')}")
    return await _answer(request)


async def answered(request: web.Request) -> web.Response:
    """What came of an objection."""
    house, typed = request.app[HOUSE], request.match_info["receipt"][:_LONGEST]
    guesser, now = Guesser(Kind.RECEIPT, Way.NETWORK, request.remote or ""), house.clock()
    try:
        async with house.database.unit() as session:
            await house.database.alone(session, guesser.key)
            await guessing.hold(session, guesser, now)
            if objection := await noticing.by_receipt(session, typed):
                claim = await session.get_one(Claim, objection.claim_id)
                return await show(request, "answer.html", objection=objection, claim=claim, typed="")
            await guessing.miss(session, guesser, typed, now)
    except Refused as refusal:
        return await _answer(request, typed, refusal.reason, 429)
    return await _answer(request, typed, "没有这个回执号，请照着回执再核对一遍，是YY开头的10位。", 404)


async def _answer(request: web.Request, typed: str = "", problem: str = "", status: int = 200) -> web.Response:
    return await show(request, "answer.html", status=status, objection=None, claim=None, typed=typed, problem=problem)


async def _page(request: web.Request, filled: Filled[ObjectionForm]) -> web.Response:
    house = request.app[HOUSE]
    try:
        async with house.database.unit() as session:
            found = await posted.of_number(session, house, request.match_info["number"], _today(house))
    except Refused as refusal:
        return await show(request, "sorry.html", status=404, sentence=refusal.reason, back="/notice/")
    rows = {f"第{place}行 {line.who}": f"第{place}行 {line.who}" for place, line in enumerate(found.lines, 1)}
    return await show(
        request, "notice.html", filled=filled, posted=found, rows={"": "整笔申领"} | rows, accepted=ACCEPTED
    )


def _today(house: House) -> date:
    return house.clock().astimezone(CHINA).date()


@web.middleware
async def _open_to_all(request: web.Request, handler: Handler) -> web.StreamResponse:
    """A public notice is for everybody."""
    return await handler(request)
