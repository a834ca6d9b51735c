"""The QR code on the trainer's screen: a scan in time counts at once, one before the window waits for it."""

from __future__ import annotations

from datetime import datetime
from typing import NoReturn

from aiohttp import web
from aiohttp_session import get_session
from sqlalchemy.ext.asyncio import AsyncSession

from bot.my import waiting_scan
from bot.my.check_in import address, scan_offer, words_of
from bot.my.reader import context_of, me
from bot.web.desk import HOUSE, go
from config.settings import CHINA
from handlers import presence, today
from records import scans, seats
from records.classes import Factor, TrainingClass
from records.enrolments import Seat, Seating
from records.errors import Refused
from records.sessions import PART_NAMES, Session

_STALE = "这个二维码过期了（15秒换一次），请用微信再扫一次老师屏幕上的。"


async def scanned(request: web.Request) -> NoReturn:
    """Take the scan, then on to the page of its session."""
    house, token = request.app[HOUSE], request.match_info["scan"]
    now = house.clock()
    at = waiting_scan.moment(await get_session(request), token, now)
    scan = scans.read(house.database.vault, token, at)
    async with house.database.unit() as session:
        seat = await _seat(session, request, scan.session_id, now)
        day = await today.of(context_of(request, session))
        if scan.is_fresh and now >= seat.session.opens_at:
            take = presence.sign_out if day.is_ending(seat) else presence.offer
            found = await take(session, seat, scan_offer(request, token, at))
    if not scan.is_fresh:
        await go(request, address(seat.session.id), problem="" if day.signed_in(seat) else _STALE)
    if now < seat.session.opens_at:
        ticket = scans.ticket(house.database.vault, seat.session.id, me(request).id, at)
        await go(request, f"{address(seat.session.id)}&ticket={ticket}")
    await go(request, address(seat.session.id, found.side), problem=words_of(found, Factor.QR))


async def _seat(session: AsyncSession, request: web.Request, session_id: int, now: datetime) -> Seat:
    """The reader's seat at the session of the screen; Refused where he has none, or it is of another day."""
    sitting = await session.get(Session, session_id)
    if sitting is None:
        raise Refused("没有找到这节课。请扫老师屏幕上现在的二维码。")
    seat = await seats.at(session, me(request).id, session_id)
    if seat is None:
        raise Refused(await _not_his(session, me(request).id, sitting))
    if sitting.day != now.astimezone(CHINA).date():
        told = f"{sitting.day.month}月{sitting.day.day}日{PART_NAMES[sitting.part]}"
        raise Refused(f"这是{told}的码，不是今天的课。请扫老师屏幕上现在的二维码。")
    return seat


async def _not_his(session: AsyncSession, person_id: int, sitting: Session) -> str:
    training_class = await session.get_one(TrainingClass, sitting.class_id)
    mine = [enrolment for enrolment, each in await seats.of_person(session, person_id) if each.id == training_class.id]
    if mine and mine[0].seating == Seating.WAITING:
        return f"{training_class.name}您还在候补，没有座位，不用签到。有了座位马上告诉您。"
    return f"您不在{training_class.name}的名单上，签不了这个班。名单有误请当面找老师。"
