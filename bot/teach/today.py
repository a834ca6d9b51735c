"""A trainer's day: today's sessions with who is there, what waits for a decision, the days to come."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from aiohttp import web
from sqlalchemy.ext.asyncio import AsyncSession

from bot.web.desk import HOUSE, show
from bot.web.guards import need
from config.settings import CHINA
from records import excusing, rolls, timetable
from records.classes import TrainingClass
from records.excusing import Waiting
from records.sessions import Session
from records.staff import Role, Staff
from records.timetable import Sitting

_AHEAD = timedelta(days=7)


async def page(request: web.Request) -> web.Response:
    """Today, and the week below it."""
    account, house = need(request, Role.TRAINER, to="上课"), request.app[HOUSE]
    now = house.clock()
    day = now.astimezone(CHINA).date()
    async with house.database.unit() as session:
        found = await timetable.between(session, account, day, day + _AHEAD)
        todays = [each for each in found if each[1].day == day]
        return await show(
            request,
            "today.html",
            now=now,
            day=day,
            todays=todays,
            counts=await rolls.counts(session, [sitting for _, sitting in todays]),
            may_begin=timetable.may_begin,
            coming=_by_day([each for each in found if each[1].day > day]),
            wishes=await wishes(session, account),
        )


async def wishes(session: AsyncSession, account: Staff) -> list[tuple[TrainingClass, Waiting]]:
    """What waits for a decision in every class of an account."""
    classes = await timetable.taught(session, account)
    return [(each, row) for each in classes for row in await excusing.waiting(session, each.id)]


def _by_day(found: Sequence[Sitting]) -> list[tuple[date, list[tuple[TrainingClass, list[Session]]]]]:
    """The sessions of every day, those of one class together."""
    days: dict[date, dict[int, tuple[TrainingClass, list[Session]]]] = {}
    for training_class, sitting in found:
        of_day = days.setdefault(sitting.day, {})
        of_day.setdefault(training_class.id, (training_class, []))[1].append(sitting)
    return [(day, list(classes.values())) for day, classes in days.items()]
