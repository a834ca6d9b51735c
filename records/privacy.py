"""What the records hold of one person: shown on request, and erased as far as the law does not make us keep it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from config.settings import CHINA
from records import audit, cards, consents, enrolling, people, seats, voucher_desk, vouchers
from records.audit import Event
from records.claim_states import CLAIM_STATE_NAMES, ClaimState
from records.class_states import ClassState
from records.enrolments import SEATING_NAMES, Enrolment, Seating
from records.followers import Follower
from records.people import Membership, Person, Source
from records.questions import Question
from records.subscriptions import Subscription
from records.tickets import Stage, Ticket
from records.voucher_states import OPEN, SHOWN, UNUSED, State

NOBODY = "erased"  # stands in the question log for somebody who is forgotten
_NO_DAY = date(1900, 1, 1)


@dataclass(frozen=True)
class Left:
    """What erasing left in the records."""

    registry: bool = False  # the card of the labour registry, which the county keeps by law
    accounts: bool = False  # name, number and the use of vouchers: vouchers of account are kept for 30 years


async def export(session: AsyncSession, person: Person, now: datetime) -> dict[str, Any]:
    """Everything that is held of one person, in clear, for that person only."""
    unseal = session.info["vault"].open
    card = await cards.card(session, person, now)
    return {
        "姓名": unseal(person.name_sealed),
        "身份证号": unseal(person.id_sealed),
        "手机号": unseal(person.phone_sealed) if person.phone_sealed else "",
        "地区": person.region,
        "乡镇": person.town,
        "来源": {Source.REGISTRY: "县劳动力档案", Source.SELF: "自己登记"}[Source(person.source)],
        "同意时间": person.consented_at.isoformat() if person.consented_at else "",
        "群体": [
            {"名称": member.group, "依据": member.proof, "从": member.since.isoformat(), "到": _iso(member.until)}
            for member in card.members
        ],
        "培训券": [
            {
                "券号": voucher.number,
                "工种": voucher.occupation,
                "等级": voucher.level,
                "状态": SHOWN[State(voucher.state)],
            }
            for voucher in card.vouchers
        ],
        "培训班": [
            {
                "班名": training.training_class.name,
                "开班": training.training_class.starts.isoformat(),
                "报名": SEATING_NAMES[Seating(training.enrolment.seating)],
                "上了几节": training.standing.attended,
                "共几节": training.standing.held,
                "单位": training.employment.employer if training.employment else "",
            }
            for training in card.trainings
        ],
        "证书": [
            {"号": paper.number, "工种": paper.occupation, "等级": paper.level, "发证": paper.issued_on.isoformat()}
            for paper in card.certificates
        ],
        "补贴": [
            {
                "编号": own.claim.number,
                "收款人": own.claim.payee_name,
                "状态": CLAIM_STATE_NAMES[ClaimState(own.claim.state)],
                "分": own.line.fen,
            }
            for own in card.claims
        ],
        "问答": await _asked(session, card.follower) if card.follower else [],
    }


async def erase(session: AsyncSession, follower: Follower, person: Person, now: datetime) -> Left:
    """Give back seats to come and unused vouchers, untie the account, forget its talk, empty the card where we may."""
    for enrolment, training_class in await seats.of_person(session, person.id):
        if training_class.starts > now.astimezone(CHINA).date() and training_class.state == ClassState.APPROVED:
            await enrolling.leave(session, enrolment, "本人要求删除信息", now, enrolling.WORKER)
    for voucher in await vouchers.in_states(session, person, UNUSED):
        await voucher_desk.move(session, voucher, State.WITHDRAWN, "worker", now, "本人要求删除信息")
    left = await _left_of(session, person)
    await leave(session, follower, person)
    person.phone_sealed = person.consented_at = None
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
    person.phone_sealed, person.consented_at = None, None
    person.region, person.town, person.born = "000000", "", _NO_DAY
    person.source = Source.ERASED
    await session.flush()


def _iso(day: date | None) -> str:
    return day.isoformat() if day else ""


async def _asked(session: AsyncSession, follower: Follower) -> list[dict[str, str]]:
    found = await session.scalars(select(Question).where(Question.openid == follower.openid).order_by(Question.at))
    return [{"时间": question.at.isoformat(), "问": question.asked, "答": question.answered} for question in found]
