"""One card a person: groups, trainings with attendance, certificates, vouchers, subsidies and work, together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from config.settings import CHINA
from records import audit, group_changes, masking, own_claims, people, standing, vouchers
from records.audience import place
from records.audit import Event
from records.certificates import Certificate
from records.classes import TrainingClass
from records.employments import Employment
from records.enrolments import Enrolment
from records.errors import Refused
from records.followers import Follower
from records.own_claims import Own
from records.people import Membership, Person, Source
from records.staff import Role, Staff
from records.standing import Standing
from records.vouchers import Voucher

CHANGERS = (Role.CLERK, Role.REVIEWER, Role.APPROVER)
SEES_NUMBERS = (Role.REVIEWER, Role.APPROVER)
_MOST_CLAIMS = 100
_NAMESAKES = 50


@dataclass(frozen=True)
class Training:
    """One class of a person, with his attendance and what became of his work after it."""

    enrolment: Enrolment
    training_class: TrainingClass
    standing: Standing
    employment: Employment | None


@dataclass(frozen=True)
class Card:
    """Everything that the office holds of one person."""

    person: Person
    members: Sequence[Membership]
    trainings: Sequence[Training]
    certificates: Sequence[Certificate]
    vouchers: Sequence[Voucher]
    claims: Sequence[Own]
    follower: Follower | None


async def card(session: AsyncSession, person: Person, now: datetime) -> Card:
    """The card of a person."""
    papers = select(Certificate).where(Certificate.person_id == person.id).order_by(Certificate.issued_on.desc())
    return Card(
        person,
        await group_changes.all_of(session, person),
        await trainings(session, person, now),
        (await session.scalars(papers)).all(),
        await vouchers.of(session, person),
        await own_claims.of(session, person, _MOST_CLAIMS),
        await people.bearer(session, person),
    )


async def trainings(session: AsyncSession, person: Person, now: datetime) -> list[Training]:
    """A person's classes, also those he left, the latest first."""
    rows = await session.execute(
        select(Enrolment, TrainingClass, Employment)
        .join(TrainingClass, TrainingClass.id == Enrolment.class_id)
        .outerjoin(Employment, Employment.enrolment_id == Enrolment.id)
        .where(Enrolment.person_id == person.id)
        .order_by(TrainingClass.starts.desc(), Enrolment.id.desc())
    )
    today = now.astimezone(CHINA).date()
    return [
        Training(enrolment, training_class, await standing.standing(session, enrolment, now, today), employment)
        for enrolment, training_class, employment in rows.tuples().all()
    ]


async def person_for(session: AsyncSession, person_id: int, account: Staff) -> Person:
    """The person with this key; Refused for one of another place."""
    found = await session.scalars(select(Person).where(Person.id == person_id, *_visible(account)))
    if (person := found.one_or_none()) is None:
        raise Refused("没有这个人，或者不是您这个地方的。")
    return person


async def numbered(session: AsyncSession, number: str, account: Staff, now: datetime) -> Person:
    """The person of an ID number, found by its blind index; Refused where there is none here. Audited."""
    index = session.info["vault"].index(number)
    person = (await session.scalars(select(Person).where(Person.id_index == index, *_visible(account)))).one_or_none()
    thing = person.thing if person else "person:nobody"
    await audit.append(session, Event.PERSON_CARD_SEEK, account.actor, thing, now, by="number")
    if person is None:
        raise Refused("没有找到这个身份证号的人，请核对号码，或先导入、登记。")
    return person


async def phoned(session: AsyncSession, phone: str, account: Staff, now: datetime) -> list[Person]:
    """The people of a phone number; a family may share one. Audited."""
    like = await people.by_phone(session, phone)
    found = list(await session.scalars(like.where(*_visible(account)).order_by(Person.id).limit(_NAMESAKES)))
    await audit.append(session, Event.PERSON_CARD_SEEK, account.actor, "people", now, by="phone", found=len(found))
    return found


async def namesakes(session: AsyncSession, name: str, account: Staff, now: datetime) -> list[Person]:
    """The people of exactly this name; Refused where they are too many to list. Audited."""
    like = select(Person).where(Person.name_masked == masking.name(name), *_visible(account)).order_by(Person.id)
    found = [person for person in await session.scalars(like) if people.is_named(session, person, name)]
    await audit.append(session, Event.PERSON_CARD_SEEK, account.actor, "people", now, by="name", found=len(found))
    if len(found) > _NAMESAKES:
        raise Refused(f"叫这个名字的有{len(found)}人，请用身份证号来找。")
    return found


async def listed(
    session: AsyncSession,
    account: Staff,
    now: datetime,
    *,
    region: str = "",
    town: str = "",
    group: str = "",
    offset: int = 0,
    most: int = 25,
) -> tuple[Sequence[Person], int]:
    """One page of the people of an account's place, of a region, a town or a group of today, and the number of all."""
    which = _visible(account)
    if region:
        which.append(Person.region.startswith(place(region)))
    if town:
        which.append(Person.town == town)
    if group:
        today = now.astimezone(CHINA).date()
        standing_now = (Membership.since <= today) & (Membership.until.is_(None) | (Membership.until >= today))
        which.append(Person.id.in_(select(Membership.person_id).where(Membership.group == group, standing_now)))
    total = (await session.scalars(select(func.count()).select_from(Person).where(*which))).one()
    rows = await session.scalars(select(Person).where(*which).order_by(Person.id.desc()).offset(offset).limit(most))
    return rows.all(), total


async def regions(session: AsyncSession, account: Staff) -> list[str]:
    """The codes of the regions of an account's place that somebody lives in."""
    named = select(Person.region).where(*_visible(account)).distinct().order_by(Person.region)
    return list(await session.scalars(named))


async def towns(session: AsyncSession, account: Staff) -> list[str]:
    """The towns of an account's place that somebody lives in."""
    named = select(Person.town).where(Person.town != "", *_visible(account)).distinct().order_by(Person.town)
    return list(await session.scalars(named))


async def unbind(session: AsyncSession, person: Person, reason: str, account: Staff, now: datetime) -> None:
    """Free a person from his WeChat account, so that he can tie another; Refused where he has none."""
    if not account.holds(*CHANGERS):
        raise Refused("您的账号不能解绑微信。")
    await session.refresh(person, with_for_update=True)  # he may be tying an account in this moment
    follower = await people.bearer(session, person)
    if follower is None:
        raise Refused("这个人没有绑微信，不用解绑。")
    follower.person_id, follower.talk = None, {}
    await audit.append(session, Event.PERSON_WECHAT_UNBIND, account.actor, person.thing, now, reason=reason)


def _visible(account: Staff) -> list[ColumnElement[bool]]:
    return [Person.region.startswith(place(account.region)), Person.source != Source.ERASED]
