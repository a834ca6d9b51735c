"""The attendance sheet of a trainer's class as a file, with the names by which he calls the roll."""

from __future__ import annotations

from aiohttp import web

from bot import sheet
from bot.teach.one_class import class_of
from bot.web.desk import HOUSE, STAFF
from handlers.sheets import Named
from records.people import Person
from records.trainers import teaches


def routes() -> list[web.RouteDef]:
    """The address of the sheet."""
    return [web.get(r"/classes/{id:\d{1,9}}/sheet", download)]


async def download(request: web.Request) -> web.Response:
    """ID numbers stay masked; so do names for who does not teach the class."""
    house, account = request.app[HOUSE], request[STAFF]
    async with house.database.unit() as session:
        training_class = await class_of(request, session)

        def named(person: Person) -> Named:
            if teaches(training_class, account):
                return Named.called(person, house.database.vault)
            return Named.masked(person)

        return await sheet.download(session, house, training_class, account, named)
