"""A person is erased from the records as far as the law does not make us keep him."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from config.settings import CHINA
from records import audit, consents, enrolling, holding, people, photo_tray, seats, voucher_desk, vouchers
from records.audit import Event
from records.class_states import ClassState
from records.enrolments import Enrolment
from records.followers import Follower
from records.people import Membership, Person, Source
from records.questions import Question
from records.subscriptions import Subscription
from records.tickets import Stage, Ticket
from records.voucher_states import OPEN, UNUSED, State

NOBODY = "erased"  # stands in the question log for somebody who is forgotten
_NO_DAY = date(1900, 1, 1)


@dataclass(frozen=True)
class Left:
    """What erasing left in the records."""

    registry: bool = False  # the card of the labour registry, which the county keeps by law
    accounts: bool = False  # name, number and the use of vouchers: vouchers of account are kept for 30 years


async def erase(session: AsyncSession, follower: Follower, person: Person, now: datetime) -> Left:
    """Give back seats to come and unused vouchers, untie the account, forget its talk, empty the card where we may."""
    for enrolment, training_class in await seats.of_person(session, person.id):
        if training_class.starts > now.astimezone(CHINA).date() and training_class.state == ClassState.APPROVED:
            await enrolling.leave(session, enrolment, "本人要求删除信息", now, enrolling.WORKER)
    if held := await seats.held(session, person.id):
        await holding.let_go(session, *held, now)
    for voucher in await vouchers.in_states(session, person, UNUSED):
        await voucher_desk.move(session, voucher, State.WITHDRAWN, "worker", now, "本人要求删除信息")
    left = await _left_of(session, person)
    await leave(session, follower, person)
    person.phone_sealed = person.phone_index = person.consented_at = None
    await audit.append(session, Event.PERSON_CARD_ERASE, "worker", person.thing, now, accounts=left.accounts)
    return left


async def leave(session: AsyncSession, follower: Follower, person: Person | None) -> None:
    """Untie an account and forget its talk; a card that nothing and nobody needs any more is emptied."""
    await forget(session, follower)
    follower.person_id = None
    await session.flush()
    if person is None:
        return
    left = await _left_of(session, person)
    if left.accounts or await vouchers.in_states(session, person, OPEN):
        return
    stated = (Membership.person_id == person.id, Membership.proof == people.STATED)
    await session.execute(delete(Membership).where(*stated))
    if not left.registry:
        await _empty(session, person)


async def forget(session: AsyncSession, follower: Follower) -> None:
    """Forget what a follower said and chose; what was asked stays in the log as nobody's."""
    follower.region, follower.talk = None, {}
    mine = follower.openid
    await session.execute(update(Question).where(Question.openid == mine).values(openid=NOBODY))
    await session.execute(delete(Subscription).where(Subscription.openid == mine))
    await session.execute(delete(Ticket).where(Ticket.openid == mine, Ticket.stage == Stage.CLOSED))
    await consents.forget(session, mine)
    await photo_tray.forget(session, mine)


async def _left_of(session: AsyncSession, person: Person) -> Left:
    used = any(voucher.used_on is not None for voucher in await vouchers.of(session, person))
    classes = await session.scalar(select(func.count()).where(Enrolment.person_id == person.id))
    return Left(registry=person.source == Source.REGISTRY, accounts=used or bool(classes))


async def _empty(session: AsyncSession, person: Person) -> None:
    """Take the person out of the card; the row stays, since given-back vouchers point at it."""
    seal = session.info["vault"].seal
    await session.execute(delete(Membership).where(Membership.person_id == person.id))
    person.name_sealed, person.name_masked = seal(""), ""
    person.id_sealed, person.id_masked, person.id_index = seal(""), "", f"{Source.ERASED}:{person.id}"
    person.phone_sealed = person.phone_index = person.consented_at = None
    person.region, person.town, person.born = "000000", "", _NO_DAY
    person.source = Source.ERASED
    await session.flush()
