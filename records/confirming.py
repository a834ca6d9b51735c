"""Confirming: the office answers for somebody's card, and it counts as one of the county's registry."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from records import audit, people
from records.audit import Event
from records.errors import Refused
from records.id_number import IdNumber
from records.people import Person, Source
from records.staff import Staff
from records.trainers import OFFICE


async def confirm(
    session: AsyncSession,
    name: str,
    number: IdNumber,
    region: str,
    account: Staff,
    now: datetime,
    *,
    phone: str = "",
    town: str = "",
) -> Person:
    """The card of a person whom the office vouches for: opened, or taken over from what he registered himself."""
    if not account.holds(*OFFICE):
        raise Refused("只有人社局的账号能把人登记进县劳动力档案。")
    person = await people.by_id_number(session, number.value)
    if person is None:
        person = await people.register(session, name, number, region, Source.REGISTRY, now, phone=phone, town=town)
    elif not people.is_named(session, person, name):
        raise Refused("姓名和身份证号对不上登记的，请核对身份证。")
    person.source = Source.REGISTRY
    await audit.append(session, Event.PERSON_CARD_CONFIRM, account.actor, person.thing, now)
    return person
