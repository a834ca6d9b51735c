"""An office to test with: its staff, its people and the followers of its account."""

from __future__ import annotations

from datetime import date, datetime
from itertools import count

from sqlalchemy.ext.asyncio import AsyncSession

from records import notices, staff
from records.audience import Audience
from records.drafts import Draft
from records.followers import Follower
from records.notices import Notice
from records.people import Membership, Person
from records.staff import Role, Staff
from records.subscriptions import Topic

LINGCHUAN = "140524"
PASSWORD = "a long enough password"
_numbers = count(1)


async def an_account(
    session: AsyncSession, login: str, *roles: Role, now: datetime, name: str = "", region: str = LINGCHUAN
) -> Staff:
    """A member of staff with PASSWORD."""
    return await staff.add(session, name or login, login, PASSWORD, set(roles), region, now, by="test")


async def a_person(
    session: AsyncSession, now: datetime, town: str = "附城镇", group: str = "", region: str = LINGCHUAN
) -> Person:
    """A person of the registry, 李*英."""
    vault, number = session.info["vault"], f"140524196805{next(_numbers):06d}"
    person = Person(
        name_sealed=vault.seal("李秀英"),
        name_masked="李*英",
        id_sealed=vault.seal(number),
        id_index=vault.index(number),
        id_masked="1405**********002X",
        region=region,
        town=town,
        born=date(1968, 5, 1),
        source="registry",
        created_at=now,
    )
    session.add(person)
    await session.flush()
    if group:
        session.add(Membership(person_id=person.id, group=group, since=date(2024, 1, 1)))
    return person


async def a_follower(
    session: AsyncSession, openid: str, now: datetime, person: Person | None = None, region: str | None = None
) -> Follower:
    """A follower who last spoke at `now`."""
    follower = Follower(
        openid=openid, person_id=person.id if person else None, region=region, first_seen=now, last_seen=now, talk={}
    )
    session.add(follower)
    await session.flush()
    return follower


def a_draft(**changes: object) -> Draft:
    """The electricians' class of 附城镇, to everybody of 陵川."""
    given: dict[str, object] = {
        "title": "附城镇电工班12月1日开班",
        "body": "20个名额，免费。想报名回复“报名”。",
        "topic": Topic.TRAINING,
        "audience": Audience(LINGCHUAN),
    }
    return Draft(**(given | changes))  # type: ignore[arg-type]


async def an_approved_notice(session: AsyncSession, now: datetime, **changes: object) -> Notice:
    """A notice that one account wrote and another approved."""
    number = next(_numbers)
    writer = await an_account(session, f"writer{number}", Role.CLERK, now=now)
    approver = await an_account(session, f"approver{number}", Role.APPROVER, now=now)
    notice = await notices.write(session, a_draft(**changes), writer, f"form-{number}", now)
    await notices.submit(session, notice, writer, now)
    await notices.approve(session, notice, approver, now)
    return notice
