"""The roster of a class: everybody with a seat, how he comes along, who waits, and taking somebody out."""

from __future__ import annotations

from typing import Any

from aiohttp import web
from sqlalchemy.ext.asyncio import AsyncSession

from bot.teach.one_class import class_of, names
from bot.web.desk import HOUSE, STAFF, go, key_of, show, text_of
from bot.web.forms import Filled
from config.settings import CHINA
from handlers.context import House
from records import enrolling, enrolments, masking, queues, roster_views, seats, standing, verifying
from records.class_states import ClassState
from records.classes import TrainingClass
from records.errors import Refused
from records.people import Person
from records.staff import Staff
from records.trainers import hold_trainer, teaches
from records.voucher_states import SHOWN, State

_TONES = {State.ISSUED: "warn", State.REGISTERED: "good", State.TRAINING: "good", State.ASSESSED: "info"}
_CHANGES = (ClassState.DRAFT, ClassState.RETURNED, ClassState.APPROVED)
_EMPTY: Filled[Any] = Filled({})
_TAUGHT = (ClassState.APPROVED, ClassState.ENDED)


def routes() -> list[web.RouteDef]:
    """The addresses of these pages."""
    of_class = r"/classes/{id:\d{1,9}}/roster"
    return [
        web.get(of_class, page),
        web.post(of_class + r"/{enrolment:\d{1,9}}/leave", leave),
    ]


async def page(request: web.Request) -> web.Response:
    """Everybody of the class, for its trainer by name; that he looked is noted."""
    return await page_with(request)


async def page_with(request: web.Request, **forms: Filled[Any]) -> web.Response:
    """The same with a form that must be put right: `person` or `sheet`."""
    house, account = request.app[HOUSE], request[STAFF]
    async with house.database.unit() as session:
        training_class = await class_of(request, session)
        if teaches(training_class, account):
            await roster_views.note(session, training_class, account, house.clock())
        seen = await _seen(request, session, training_class)
    wrong = next(iter(forms.values()), None)
    shown = {"person": _EMPTY, "sheet": _EMPTY} | seen | may(training_class, account) | forms
    return await show(request, "roster.html", filled=wrong, training_class=training_class, **shown)


async def leave(request: web.Request) -> web.Response:
    """Take somebody out of the class, with the reason; the first who waits moves up."""
    house, account, here = request.app[HOUSE], request[STAFF], f"/teach/classes/{key_of(request)}/roster"
    why = text_of(await request.post(), "reason")
    try:
        async with house.database.unit() as session:
            training_class = await class_of(request, session)
            hold_trainer(training_class, account)
            enrolment = await enrolments.of_class(session, training_class, key_of(request, "enrolment"))
            moved = await enrolling.leave(session, enrolment, why, house.clock(), account.actor)
    except Refused as refusal:
        await go(request, here, problem=refusal.reason)
    await go(request, here, said="移出了。" + ("候补的第一位补上了，会通知到他。" if moved else ""))


def may(training_class: TrainingClass, account: Staff) -> dict[str, bool]:
    """What the account may do with the roster now."""
    own, state = teaches(training_class, account), ClassState(training_class.state)
    return {"may_change": own and state in _CHANGES, "may_verify": own and state in _TAUGHT}


async def _seen(request: web.Request, session: AsyncSession, training_class: TrainingClass) -> dict[str, Any]:
    house = request.app[HOUSE]
    now = house.clock()
    roster = await seats.roster(session, training_class.id)
    waiting = await queues.waiting_list(session, training_class.id)
    everybody = [person for _, person in (*roster, *waiting)]
    found = [enrolment for enrolment, _ in roster]
    return {
        "roster": roster,
        "waiting": waiting,
        "names": names(request, training_class, everybody),
        "phones": {person.id: _phone(house, person) for person in everybody},
        "standings": await standing.standings(session, training_class, found, now, now.astimezone(CHINA).date()),
        "vouchers": await verifying.of_class(session, training_class),
        "voucher_names": SHOWN | {State.ISSUED: "没核验"},
        "voucher_tones": _TONES,
    }


def _phone(house: House, person: Person) -> str:
    """138****1234, where one is known."""
    return masking.phone(house.database.vault.open(person.phone_sealed)) if person.phone_sealed else ""
