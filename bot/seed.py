"""Puts the made-up county into the records: workers, classes, staff, and a class that is always in session."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot import seed_classes, seed_outcomes
from bot.county import Worker, phones, plan, workers
from config.settings import CHINA
from records import extensions, id_number, people, staff
from records.database import Database
from records.followers import Follower
from records.institutions import Institution
from records.people import Membership, Person, Source
from records.staff import Role, Staff
from records.vault import Vault


async def fill(database: Database, password: str, now: datetime) -> bool:
    """Fill an empty database, all or nothing; one that is filled stays as it is, and False says so."""
    async with database.unit() as session:
        if (await session.scalars(select(Institution.id).limit(1))).first() is not None:
            return False
        registry = await _register(session, now)
        institutions = await _institutions(session)
        accounts = await _employ(session, institutions, password, now)
        _follow(session, registry, now)
        await seed_classes.open_all(session, registry, institutions, accounts, now)
        extension = await extensions.in_force(session, plan()["extension"]["policy"], _day(now))
        assert extension is not None, "the county's plan goes on"
        await seed_outcomes.give(session, accounts, extension, now)
    return True


def _day(now: datetime) -> date:
    return now.astimezone(CHINA).date()


async def _register(session: AsyncSession, now: datetime) -> list[Person]:
    """The registry in two statements: a demo should not keep anybody waiting."""
    registry = [_card(worker, session.info["vault"], now) for worker in workers()]
    session.add_all(registry)
    await session.flush()
    since = date(now.year, 1, 1)
    for worker, person in zip(workers(), registry, strict=True):
        if worker.group:
            session.add(Membership(person_id=person.id, group=worker.group, proof="县劳动力档案", since=since))
    return registry


def _card(worker: Worker, vault: Vault, now: datetime) -> Person:
    number = id_number.read(worker.id_number, _day(now))
    return Person(
        **people.sealed(vault, worker.name, number, worker.phone),
        region=worker.region,
        town=worker.town,
        source=Source.REGISTRY,
        created_at=now,
    )


def _follow(session: AsyncSession, registry: Sequence[Person], now: datetime) -> None:
    dice, by_worker = random.Random(15), dict(zip(workers(), registry, strict=True))
    for phone in phones():
        seen = now - timedelta(hours=dice.uniform(1, 240))
        region = phone.worker.region
        follower = Follower(openid=phone.openid, region=region, first_seen=seen, last_seen=seen, talk={})
        if phone.is_known:
            person = by_worker[phone.worker]
            follower.person_id, person.consented_at = person.id, seen
        session.add(follower)


async def _institutions(session: AsyncSession) -> list[Institution]:
    institutions = [Institution(**each) for each in plan()["institutions"]]
    session.add_all(institutions)
    await session.flush()
    return institutions


async def _employ(
    session: AsyncSession, institutions: Sequence[Institution], password: str, now: datetime
) -> dict[str, Staff]:
    """Open the accounts; one of them records that the county's plan goes on, another approves."""
    made, region = plan(), next(iter(plan()["places"]))
    accounts = {}
    for each in made["staff"]:
        roles = {Role(role) for role in each["roles"]}
        school = institutions[each["institution"]].id if "institution" in each else None
        account = await staff.add(session, each["name"], each["login"], password, roles, region, now, "demo", school)
        accounts[each["login"]] = account
    told, until = made["extension"], date(now.year + 1, 12, 31)
    extension = await extensions.record(
        session, told["policy"], told["reason"], told["basis"], until, accounts["clerk"], now
    )
    await extensions.approve(session, extension, accounts["approver"], now)
    return accounts
