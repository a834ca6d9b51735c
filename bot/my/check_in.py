"""Checking in on a page: what the session asks for, what is there already, and what came of it."""

from __future__ import annotations

import secrets
import unicodedata
from collections.abc import Iterator
from datetime import datetime
from typing import Literal, NoReturn

from aiohttp import web
from pydantic import BaseModel, Field, field_validator
from sqlalchemy.ext.asyncio import AsyncSession

from bot.my.reader import PHONE, context_of, me
from bot.my.seat_view import view
from bot.web.desk import HOUSE, go, show
from bot.web.forms import blank, read_form
from handlers import geofence, presence, presence_words, today
from handlers.message import Place
from handlers.presence import Offer, Presence, Problem
from handlers.today import Today
from records import scans, seats
from records.classes import Factor
from records.codes import Fit
from records.enrolments import Seat
from records.errors import Refused
from records.marks import Side

_BY_CHAT = "或回到公众号，点“＋”里的“位置”发过去，一样算数。"
_NO_PLACE = {
    "denied": f"您没有允许用位置。点右上角“…”进设置，允许用位置，再点一次；{_BY_CHAT}",
    "unavailable": f"手机定不了位。打开手机的“位置信息”，走到窗边再点一次；{_BY_CHAT}",
}
_TOLD_BY_THE_PAGE = {Problem.NONE, Problem.EARLY, Problem.OVER, Problem.CANCELLED, Problem.ABSENT}


class Tap(BaseModel):
    """One tap on the button: the code and the place as far as they were given, under a key of its own."""

    session: int = Field(ge=1)
    side: Side = Side.IN
    key: str = Field(min_length=8, max_length=64)  # the same tap sent again has the same
    code: str = Field(default="", title="签到码", pattern=r"^\d{6}$", description="老师屏幕上的6位数字")
    latitude: float | None = Field(default=None, title="位置", ge=-90, le=90, allow_inf_nan=False)  # WGS-84, degrees
    longitude: float | None = Field(default=None, title="位置", ge=-180, le=180, allow_inf_nan=False)
    accuracy: float | None = Field(default=None, title="位置", ge=0, allow_inf_nan=False)  # metres

    failed: Literal["", "denied", "unavailable"] = ""  # why the phone did not tell its place

    @field_validator("code", mode="before")
    @classmethod
    def _only_digits(cls, typed: str) -> str:
        return "".join(unicodedata.normalize("NFKC", typed).split())

    @property
    def place(self) -> Place | None:
        """Where the phone is, as Chinese maps give it."""
        if self.latitude is None or self.longitude is None:
            return None
        return Place(*geofence.to_gcj02(self.latitude, self.longitude), self.accuracy)


async def page(request: web.Request) -> web.Response:
    """The session that is open now, or the one that was asked for."""
    house = request.app[HOUSE]
    async with house.database.unit() as session:
        if asked := request.query.get("session", ""):
            seat = await _seat(session, request, asked)
            await _use_ticket(session, request, seat)
            side = Side.OUT if request.query.get("side") == Side.OUT else Side.IN
            return await _one(session, request, seat, side)
        context = context_of(request, session)
        day = await today.of(context)
        if to_do := to_do_now(day):
            if len(to_do) > 1:
                found = [(seat, address(seat.session.id, side)) for seat, side in to_do]
                return await show(request, "which.html", found=found)
            return await _one(session, request, *to_do[0])
        if signed := day.to_sign_in():
            return await _one(session, request, signed[-1], Side.IN)
        if coming := next((seat for seat in day.held if seat.session.opens_at > context.now), None):
            return await _one(session, request, coming, Side.IN)
        reply = await today.none_open(day, context)
    return await show(request, "nothing.html", words=reply.text)


async def tap(request: web.Request) -> NoReturn:
    """Take what was tapped; sent again, it changes nothing."""
    house, filled = request.app[HOUSE], await read_form(request, Tap)
    asked = filled.value("session")
    if (told := filled.told) is None:
        await go(request, address(asked), problem=next(iter(filled.errors.values())))
    async with house.database.unit() as session:
        seat = await _seat(session, request, asked)
        take = presence.sign_out if told.side is Side.OUT else presence.offer
        problems = []
        for offered in _offers(request, told, seat, house.clock()):
            problems.append(words_of(await take(session, seat, offered), offered.factor))
    if told.failed or not problems:
        problems.append(_lacking(told, seat))
    await go(request, address(seat.session.id, told.side), problem="".join(problems))


def address(session_id: int | str, side: Side = Side.IN) -> str:
    """The page of one session."""
    return f"/my/check-in?session={session_id}" + ("&side=out" if side is Side.OUT else "")


def to_do_now(day: Today) -> list[tuple[Seat, Side]]:
    """What a worker is to sign now: into sessions that are open, else out of those that end."""
    coming = [(seat, Side.IN) for seat in day.to_sign_in() if not day.signed_in(seat)]
    return coming or [(seat, Side.OUT) for seat in day.to_sign_out() if day.is_ending(seat)]


def words_of(found: Presence, offered: Factor) -> str:
    """Why an offer did not help, unless the page of the session tells it anyway."""
    return "" if found.problem in _TOLD_BY_THE_PAGE else presence_words.problem(found, offered)


def scan_offer(request: web.Request, code: str, at: datetime) -> Offer:
    """A scan of the trainer's screen, or the ticket for one, as it was made at a moment."""
    return _offer(request, Factor.QR, at, f"scan:{me(request).id}:{code}", code=code)


async def _one(session: AsyncSession, request: web.Request, seat: Seat, side: Side) -> web.Response:
    now = request.app[HOUSE].clock()
    seen = await view(session, seat, side, now)
    form = blank(Tap, session=seat.session.id, side=side, key=secrets.token_urlsafe(12))
    return await show(request, "check_in.html", seen=seen, form=form, here=address(seat.session.id, side))


async def _seat(session: AsyncSession, request: web.Request, session_id: str) -> Seat:
    is_key = session_id.isdecimal() and len(session_id) < 10
    if not is_key or (seat := await seats.at(session, me(request).id, int(session_id))) is None:
        raise Refused("您的课里没有这一节，可能改期了。请回到首页看今天的课。")
    return seat


async def _use_ticket(session: AsyncSession, request: web.Request, seat: Seat) -> None:
    """A scan that was made while nobody could sign in yet counts from the moment that one can."""
    house, ticket = request.app[HOUSE], request.query.get("ticket", "")
    now = house.clock()
    if ticket and seat.session.is_open(now):
        fit = scans.judge(house.database.vault, ticket, seat.session.id, me(request).id, now)
        if fit is Fit.RIGHT:
            await presence.offer(session, seat, scan_offer(request, ticket, now))


def _offers(request: web.Request, told: Tap, seat: Seat, now: datetime) -> Iterator[Offer]:
    """The facts of one tap; where saying it is enough, the tap is the fact."""
    key = f"tap:{me(request).id}:{told.key}"
    if told.code:
        yield _offer(request, Factor.CODE, now, key, code=told.code)
    if told.place:
        yield _offer(request, Factor.PLACE, now, key, place=told.place)
    if seat.training_class.needs <= {Factor.TEXT}:
        yield _offer(request, Factor.TEXT, now, key)


def _lacking(told: Tap, seat: Seat) -> str:
    """What a tap did not bring, and how to bring it."""
    if not told.failed and Factor.CODE in seat.training_class.needs:
        return "请填老师屏幕上的6位码，再点“签到”。"
    return _NO_PLACE[told.failed or "unavailable"]


def _offer(
    request: web.Request, factor: Factor, at: datetime, key: str, *, code: str = "", place: Place | None = None
) -> Offer:
    """A fact from this browser; what tells browsers and networks apart is kept as a blind index only."""
    vault, received_at = request.app[HOUSE].database.vault, request.app[HOUSE].clock()
    device, network = vault.index(f"browser {request[PHONE]}"), vault.index(f"network {request.remote}")
    return Offer(factor, at, received_at, "page", key, place, code, device, network)
