"""What the records hold of the worker who looks: everything, in plain words; who he is only masked, as phones are lent."""

from __future__ import annotations

from aiohttp import web

from bot.my.reader import me
from bot.web.desk import HOUSE, show
from records import masking, personal_data


async def page(request: web.Request) -> web.Response:
    """All of it, each kind to be unfolded."""
    person, house = me(request), request.app[HOUSE]
    async with house.database.reading() as session:
        sections = await personal_data.held(session, person, house.clock())
    phone = house.database.vault.open(person.phone_sealed) if person.phone_sealed else ""
    return await show(
        request,
        "held.html",
        person=person,
        phone=masking.phone(phone) if phone else "没有登记",
        region=house.shelf.regions.name(person.region),
        sections={name: rows for name, rows in sections.items() if rows},
        empty=[name for name, rows in sections.items() if not rows],
    )
