"""The first page of /my: what is on today, the one thing to do now, and the ways to everything else."""

from __future__ import annotations

from aiohttp import web

from bot.my.check_in import address, to_do_now
from bot.my.reader import context_of
from bot.my.seat_view import view
from bot.web.desk import HOUSE, show
from handlers import today
from records import photo_tray, seats, vouchers
from records.enrolments import Seating
from records.marks import Side


async def page(request: web.Request) -> web.Response:
    """Today's sessions with where he stands, and the big button."""
    house = request.app[HOUSE]
    async with house.database.unit() as session:
        context = context_of(request, session)
        assert context.person is not None
        day = await today.of(context)
        views = [await view(session, seat, Side.IN, context.now) for seat in day.seats]
        to_do = [
            (await view(session, seat, side, context.now), address(seat.session.id, side))
            for seat, side in to_do_now(day)
        ]
        coming = await seats.after(session, context.person.id, context.now)
        mine = await seats.of_person(session, context.person.id)
        held = await vouchers.open_of(session, context.person)
        photos = await photo_tray.waiting(session, context.follower.openid)
    return await show(
        request,
        "home.html",
        person=context.person,
        today=context.today,
        views=views,
        to_do=to_do,
        coming=next(iter(coming), None),
        seated=[each for enrolment, each in mine if enrolment.seating == Seating.SEATED],
        waiting=[each for enrolment, each in mine if enrolment.seating == Seating.WAITING],
        held=held,
        photos=len(photos),
    )
