"""The live board: every class that is taught today, how many came, and one session trainee by trainee."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from aiohttp import web

from bot.web.desk import HOUSE, key_of, show
from bot.web.guards import need
from bot.web.tables import Page, read_page
from config.settings import CHINA
from handlers import geofence, teaching_words
from records import board, dossiers, institutions, spotting, staff, turnouts
from records.board import STAGE_NAMES, Row, Stage, Wanted
from records.institutions import STANDING_NAMES
from records.marks import STATUS_NAMES, Mark, Status
from records.sessions import PART_NAMES
from records.trainers import OFFICE, session_for

EVERY = 5  # seconds after which the board renews itself
DAYS = 14
_NOW = "now"
_ON_A_PAGE = 50
STAGE_TONES = {Stage.OPEN: "good", Stage.EARLY: "quiet", Stage.OVER: "quiet", Stage.CANCELLED: "bad"}
STATUS_TONES = {
    Status.PRESENT: "good",
    Status.LATE: "warn",
    Status.MADE_UP: "info",
    Status.LEAVE: "info",
    Status.ABSENT: "bad",
    Status.OUT: "quiet",
    Status.EARLY: "warn",
}


def routes() -> list[web.RouteDef]:
    """The addresses of the board."""
    return [
        web.get("/board", page),
        web.get("/board/days", days),
        web.get(r"/board/sessions/{id:\d{1,9}}", one),
    ]


async def page(request: web.Request) -> web.Response:
    """Every session of today, those under way on top; the page renews itself."""
    account, house, asked = need(request, *OFFICE, to="看培训看板"), request.app[HOUSE], read_page(request, _ON_A_PAGE)
    now = house.clock()
    today = now.astimezone(CHINA).date()
    async with house.database.unit() as session:
        rows = await board.of_day(session, account, today, now, _wanted(asked))
        choices = await board.choices(session, account, today)
        signs = await board.signs_open(session, account)
    shown = [row for row in rows if row.stage is Stage.OPEN] if asked.asked("when") == _NOW else rows
    return await show(
        request,
        "board.html",
        listing=asked.cut(shown),
        tiles=_tiles(rows, signs),
        now=now,
        every=EVERY,
        whens={"": "今天全部", _NOW: "正在上课"},
        schools={str(key): name for key, name in sorted({(each[0].id, each[0].name) for each in choices})},
        regions={code: house.shelf.regions.name(code) for code in sorted({each[1] for each in choices})},
        occupations={name: name for name in sorted({each[2] for each in choices})},
        **_names(),
    )


async def days(request: web.Request) -> web.Response:
    """How many came in the last days, of all classes together."""
    account, house = need(request, *OFFICE, to="看培训看板"), request.app[HOUSE]
    now = house.clock()
    today = now.astimezone(CHINA).date()
    async with house.database.unit() as session:
        found = await turnouts.between(session, account, today - timedelta(days=DAYS - 1), today, now)
    return await show(request, "board_days.html", turnouts=found, days=DAYS)


async def one(request: web.Request) -> web.Response:
    """One session: everybody with time, way and distance, what was changed, and whether the register holds."""
    account, house = need(request, *OFFICE, to="看培训看板"), request.app[HOUSE]
    now = house.clock()
    async with house.database.unit() as session:
        training_class, sitting = await session_for(session, key_of(request), account)
        dossier = await dossiers.of(session, training_class, sitting)
        school = await session.get_one(institutions.Institution, training_class.institution_id)
        names = await staff.names(session)
    return await show(
        request,
        "board_session.html",
        training_class=training_class,
        sitting=sitting,
        school=school,
        dossier=dossier,
        stage=board.stage(sitting, now),
        may_check=account.holds(*spotting.VISITORS) and spotting.is_open(sitting, now),
        every=EVERY * 2,
        who=lambda mark: _who(mark, names),
        names=names,
        ways=teaching_words.ways,
        far=geofence.told,
        **_names(),
    )


def _tiles(rows: Sequence[Row], signs: int) -> dict[str, Any]:
    """The figures on top: of the sessions that are under way and have begun or somebody came to."""
    going = [row for row in rows if row.stage is Stage.OPEN]
    expected, here = sum(row.expected for row in going), sum(row.here for row in going)
    rate = here / expected if expected else None
    return {"classes": len({row.training_class.id for row in going}), "here": here, "expected": expected} | {
        "rate": rate,
        "signs": signs,
        "today": len({row.training_class.id for row in rows}),
    }


def _wanted(asked: Page) -> Wanted:
    school = asked.asked("school")
    return Wanted(
        int(school) if school.isdecimal() and len(school) < 10 else None,
        asked.asked("region"),
        asked.asked("occupation"),
    )


def _who(mark: Mark, names: dict[int, str]) -> str:
    if not mark.actor.startswith("staff:"):
        return "本人"
    return names[int(mark.actor.removeprefix("staff:"))]


def _names() -> dict[str, Any]:
    return {
        "part_names": PART_NAMES,
        "stage_names": STAGE_NAMES,
        "stage_tones": STAGE_TONES,
        "standing_names": STANDING_NAMES,
        "status_names": STATUS_NAMES,
        "status_tones": STATUS_TONES,
    }
