"""Verifying a voucher: its number is typed or scanned, the person is compared with the ID card, then it is tied to the seat."""

from __future__ import annotations

from aiohttp import web
from pydantic import BaseModel, Field

from bot.teach.one_class import class_of
from bot.web.desk import HOUSE, STAFF, go, key_of, show
from bot.web.forms import Filled, blank, read_form
from records import verifying
from records.classes import TrainingClass
from records.errors import Refused
from records.verifying import Looked


class NumberForm(BaseModel):
    """The number of a voucher as it is typed."""

    number: str = Field(title="券号", max_length=40)


def routes() -> list[web.RouteDef]:
    """The addresses of these pages."""
    of_class = r"/classes/{id:\d{1,9}}/vouchers"
    return [
        web.get(of_class, page),
        web.post(of_class, look),
        web.post(f"{of_class}/verify", verify),
    ]


async def page(request: web.Request) -> web.Response:
    """A field for the next number."""
    async with request.app[HOUSE].database.unit() as session:
        training_class = await class_of(request, session)
    return await _page(request, training_class, blank(NumberForm))


async def look(request: web.Request) -> web.Response:
    """Whose voucher it is, to be compared with the ID card; nothing is changed yet."""
    house, filled = request.app[HOUSE], await read_form(request, NumberForm)
    async with house.database.unit() as session:
        training_class = await class_of(request, session)
        if filled.told is None:
            return await _page(request, training_class, filled)
        await house.database.alone(session, verifying.guesser(request[STAFF]).key)
        number, now = filled.told.number, house.clock()
        try:
            looked = await verifying.look(session, training_class, number, request[STAFF], now)
        except Refused as refusal:
            return await _page(request, training_class, filled.refused(refusal))
    if looked.problem:
        return await _page(request, training_class, filled.refused(Refused(looked.problem), "number"), looked)
    return await _page(request, training_class, blank(NumberForm), looked)


async def verify(request: web.Request) -> web.Response:
    """The ID card is his: tie the voucher to his seat."""
    house, filled = request.app[HOUSE], await read_form(request, NumberForm)
    here, is_new = f"/teach/classes/{key_of(request)}/vouchers", False
    number, account = filled.told.number if filled.told else "", request[STAFF]
    try:
        async with house.database.unit() as session:
            training_class = await class_of(request, session)
            await house.database.alone(session, verifying.guesser(account).key)
            looked = await verifying.look(session, training_class, number, account, house.clock())
            if looked.voucher is not None and not looked.problem:
                is_new = await verifying.verify(session, training_class, looked.voucher, account, house.clock())
    except Refused as refusal:
        await go(request, here, problem=refusal.reason)
    if looked.voucher is None or looked.problem:
        await go(request, here, problem=looked.problem)
    done = "核验好了，已报到" if is_new else "之前就核验过了"
    await go(request, here, said=f"券{looked.voucher.number}{done}。接着核下一张。")


async def _page(
    request: web.Request, training_class: TrainingClass, filled: Filled[NumberForm], looked: Looked | None = None
) -> web.Response:
    return await show(request, "voucher_check.html", filled=filled, training_class=training_class, looked=looked)
