"""Classes on a worker's pages: which there are, one of them in full, signing up and leaving again."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import NoReturn

from aiohttp import web
from sqlalchemy.ext.asyncio import AsyncSession

from bot.my.reader import READER, me
from bot.web.desk import HOUSE, go, key_of, show
from bot.web.tables import Page, read_page
from config.settings import CHINA
from handlers import fees, geofence, wording
from handlers.message import Place
from handlers.screening import obstacles
from records import enrolling, layouts, queues, seats, ties
from records.class_states import ClassState
from records.enrolments import Enrolment, Seating
from records.errors import Refused
from records.people import Person
from records.vacancies import Vacancy, vacancies, vacancy

_SHOWN = frozenset({ClassState.APPROVED, ClassState.ENDED, ClassState.HANDED_IN, ClassState.CANCELLED})
_A_PAGE = 12


@dataclass(frozen=True)
class Offered:
    """A class with how far away it is, where the reader told his place."""

    vacancy: Vacancy
    metres: float | None = None

    @property
    def away(self) -> str:
        """约1.2公里; empty where nobody knows."""
        return "" if self.metres is None else geofence.told(self.metres)


async def listed(request: web.Request) -> web.Response:
    """The classes that can be joined, filtered; the nearest first where the reader told his place."""
    asked, today = read_page(request, size=_A_PAGE), _today(request)
    async with request.app[HOUSE].database.unit() as session:
        everything = await vacancies(session, today)
    found = [Offered(each, _metres(each, asked)) for each in everything if _fits(each, asked)]
    if all(each.metres is not None for each in found):
        found.sort(key=lambda each: each.metres or 0.0)
    return await show(
        request,
        "classes.html",
        listing=asked.cut(found),
        near=bool(asked.asked("latitude")),
        occupations={each.training_class.occupation: each.training_class.occupation for each in everything},
        places={each.training_class.region: _region(request, each) for each in everything},
        months={_month(each): f"{each.training_class.starts.month}月开班" for each in everything},
    )


async def mine(request: web.Request) -> web.Response:
    """The reader's own classes, those that are over too."""
    async with request.app[HOUSE].database.unit() as session:
        held = await seats.of_person(session, me(request).id)
    return await show(request, "my_classes.html", held=held)


async def one(request: web.Request) -> web.Response:
    """One class in full, with what the reader may do about it."""
    house, person = request.app[HOUSE], request[READER].person
    async with house.database.unit() as session:
        found = await _shown(session, key_of(request), person)
        training_class = found.training_class
        sittings = [each for each in await layouts.of_class(session, training_class.id) if not each.cancelled_at]
        enrolment = await enrolling.of(session, training_class, person) if person else None
        is_in = enrolment is not None and enrolment.is_in
        turn = await queues.number(session, enrolment) if enrolment and is_in else 0
        lacks = [] if is_in or not person else await _lacking(session, request, found, person)
        voucher = await ties.fitting(session, training_class, person, house.clock()) if person and not is_in else None
        fee = await fees.told(session, house.shelf, training_class.region, _today(request))
    return await show(
        request,
        "class.html",
        found=found,
        sittings=sittings,
        days=len({each.day for each in sittings}),
        enrolment=enrolment if is_in else None,
        turn=turn,
        held_until=enrolment.held_until if enrolment and enrolment.is_kept(house.clock()) else None,
        obstacles=lacks,
        voucher=voucher,
        fee=fee[0] if fee else "请打电话问清",
        basis=wording.basis(fee[1]) if fee else "",
        bound=person is not None,
        has_begun=_today(request) >= training_class.starts,
    )


async def enrol(request: web.Request) -> NoReturn:
    """Take a seat, or a place in the queue; sent again, it is the same one."""
    house, person = request.app[HOUSE], me(request)
    async with house.database.unit() as session:
        found = await _shown(session, key_of(request), person)
        if lacks := await _lacking(session, request, found, person):
            raise Refused("".join(lacks))
        voucher = await ties.fitting(session, found.training_class, person, house.clock())
        now = house.clock()
        enrolment = await enrolling.enrol(session, found.training_class, person, voucher, now, enrolling.WORKER)
        said = await _said(session, found, enrolment)
    await go(request, _address(request), said=said)


async def leave(request: web.Request) -> NoReturn:
    """Give the seat or the place in the queue up."""
    house, person = request.app[HOUSE], me(request)
    async with house.database.unit() as session:
        found = await _shown(session, key_of(request), person)
        enrolment = await enrolling.of(session, found.training_class, person)
        if enrolment is not None:
            await enrolling.leave(session, enrolment, "本人在网页上退出", house.clock(), enrolling.WORKER)
    await go(request, _address(request), said="已经退出。想再来可以重新报名。")


async def _lacking(session: AsyncSession, request: web.Request, found: Vacancy, person: Person) -> Sequence[str]:
    """Why the reader cannot join; empty where he can."""
    house = request.app[HOUSE]
    return await obstacles(session, house.shelf, found.training_class, person, house.clock())


async def _shown(session: AsyncSession, class_id: int, person: Person | None) -> Vacancy:
    """A class that was approved; one that is still planned is nobody's business but its institution's."""
    found = await vacancy(session, class_id)
    if found is None or found.training_class.state not in _SHOWN:
        raise Refused("没有这个班，可能改期了。请回到“找班”再看。")
    return found


async def _said(session: AsyncSession, found: Vacancy, enrolment: Enrolment) -> str:
    number, starts = await queues.number(session, enrolment), found.training_class.starts
    if enrolment.seating == Seating.WAITING:
        return f"满了，给您排在候补第{number}位。有了座位马上告诉您。"
    return f"报上了，您是第{number}个。{starts.month}月{starts.day}日开课，带身份证来。"


def _fits(each: Vacancy, asked: Page) -> bool:
    told = {"occupation": each.training_class.occupation, "region": each.training_class.region, "month": _month(each)}
    return all(asked.asked(name) in ("", value) for name, value in told.items())


def _metres(each: Vacancy, asked: Page) -> float | None:
    """How far the reader's place (WGS-84, from his browser) is from a class."""
    try:
        latitude, longitude = float(asked.asked("latitude")), float(asked.asked("longitude"))
    except ValueError:
        return None
    if not (math.isfinite(latitude) and math.isfinite(longitude)):
        return None
    venue = each.training_class
    return geofence.metres(Place(*geofence.to_gcj02(latitude, longitude)), venue.latitude, venue.longitude)


def _month(each: Vacancy) -> str:
    return f"{each.training_class.starts:%Y-%m}"


def _region(request: web.Request, each: Vacancy) -> str:
    return str(request.app[HOUSE].shelf.regions.name(each.training_class.region))


def _address(request: web.Request) -> str:
    return f"/my/classes/{key_of(request)}"


def _today(request: web.Request) -> date:
    return request.app[HOUSE].clock().astimezone(CHINA).date()
