"""What is held of a person can be seen by him and erased, except for what the law makes us keep."""

from __future__ import annotations

import json

import pytest
from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession

from records import audit, people, personal_data, privacy, questions, subscriptions, tickets, voucher_desk, vouchers
from records.certificates import Certificate, Skill
from records.database import Database
from records.followers import Follower
from records.id_number import read
from records.marks import Status
from records.people import Person, Source
from records.privacy import Left
from records.questions import Question
from records.tables import METADATA
from records.tickets import Ticket
from records.voucher_desk import Grant
from records.voucher_states import State
from tests.conftest import Clock
from tests.office import a_follower
from tests.seeds import a_worker_of_the_registry, an_id_number
from tests.taught import a_mark, a_taught_class

ZHANG = an_id_number(serial=99)


async def zhang(session: AsyncSession, clock: Clock) -> tuple[Follower, Person]:
    """A person who registered himself, said who he is and asked something."""
    person = await people.register(session, "张建国", read(ZHANG, clock().date()), "140524", Source.SELF, clock())
    follower = await a_follower(session, "zhang", clock(), region="140524")
    await people.bind(session, follower, person, clock())
    await people.join(session, person, "退役军人", people.STATED, clock().date())
    questions.log(session, "zhang", "焊工补多少", "4000元", "ask", "answer", clock())
    await subscriptions.turn(session, "zhang", None, True, clock())
    ticket, _ = await tickets.open_for(session, "zhang", clock())
    await tickets.close(session, ticket, "worker", clock())
    return follower, person


async def a_voucher(session: AsyncSession, person: Person, clock: Clock) -> vouchers.Voucher:
    grant = Grant("lingchuan-2020-62", "brand_welder", "焊工", "140524", "LC")
    return await voucher_desk.issue(session, person, grant, clock(), "worker")


async def everything(database: Database) -> str:
    """All rows of the tables that hold personal data."""
    async with database.unit() as session:
        tables = ("people", "memberships", "followers", "questions", "subscriptions", "tickets")
        rows = [(await session.execute(text(f"select * from {table}"))).all() for table in tables]
        sealed = await session.scalars(select(Person))
        opened = [database.vault.open(person.name_sealed) + database.vault.open(person.id_sealed) for person in sealed]
    return f"{rows} {opened}"


async def test_one_sees_all_that_is_held_of_oneself(either: Database, clock: Clock) -> None:
    async with either.unit() as session:
        _, person = await zhang(session, clock)
        voucher = await a_voucher(session, person, clock)
        told = json.dumps(await personal_data.export(session, person, clock()), ensure_ascii=False)
    for held in ("张建国", ZHANG, "退役军人", voucher.number, "焊工补多少", "自己登记"):
        assert held in told


async def test_nothing_that_the_records_hold_of_one_is_kept_from_him(either: Database, clock: Clock) -> None:
    """Whatever table speaks of a person, an enrolment or a follower has its place among what he is shown."""
    shown = {"people", "memberships", "vouchers", "voucher_events", "enrolments", "marks", "excuses", "results"}
    shown |= {"certificates", "employments", "claim_lines", "claims", "photos", "questions", "tickets", "followers"}
    shown |= {"subscriptions", "objections", "registry_absences", "round_answers"}
    # Kept for the service itself: what was sent, answered or offered, whose content stands in a table that is shown.
    inner = {"nudges", "inbox", "pushes", "receipts", "recipients", "windows", "consents", "proofs", "suspicions"}
    inner |= {"registry_listings"}
    speaks = {
        table.name
        for table in METADATA.tables.values()
        if {"person_id", "openid", "enrolment_id", "voucher_id"} & set(table.columns.keys())
    }
    assert speaks - shown - inner == set()
    async with either.unit() as session:
        taught = await a_taught_class(session, clock(), trainees=1, days=1)
        await a_mark(session, taught, 0, 0, Status.PRESENT, clock())
        person = taught.persons[0]
        await a_follower(session, "o-li", clock(), person)
        ticket, _ = await tickets.open_for(session, "o-li", clock())
        await tickets.worker_says(session, ticket, "k1", "我的证书呢", clock())
        day = clock().date()
        session.add(
            Certificate(
                person_id=person.id, kind="专项职业能力证书", occupation="焊工", level="", number="Z1", issuer="中心",
                issued_on=day, skill=Skill.SKILLED, entered_by="test", entered_at=clock(),
            )
        )  # fmt: skip
        await session.flush()
        held = await personal_data.held(session, person, clock())
    assert held["考勤"][0]["记的"] == "出勤" and held["培训班"][0]["上了几节"] == 1
    assert held["人工对话"][0]["说的"] == "我的证书呢" and held["证书"][0]["编号"] == "Z1"


async def test_nothing_is_left_of_one_who_used_nothing(either: Database, clock: Clock) -> None:
    async with either.unit() as session:
        follower, person = await zhang(session, clock)
        voucher = await a_voucher(session, person, clock)
        assert await privacy.erase(session, follower, person, clock()) == Left()
        assert voucher.state == State.WITHDRAWN
        assert [entry.event for entry in await audit.history(session, person.thing)] == [audit.Event.PERSON_CARD_ERASE]
    left = await everything(either)
    for gone in ("张建国", ZHANG, "退役军人", either.vault.index(ZHANG), "张*国", ZHANG[-4:]):
        assert gone not in left
    async with either.unit() as session:
        assert [question.openid for question in await session.scalars(select(Question))] == [privacy.NOBODY]
        assert await people.by_id_number(session, ZHANG) is None


async def test_the_use_of_public_money_stays_on_the_books(either: Database, clock: Clock) -> None:
    async with either.unit() as session:
        follower, person = await zhang(session, clock)
        await voucher_desk.move(session, await a_voucher(session, person, clock), State.REGISTERED, "staff:1", clock())
        assert await privacy.erase(session, follower, person, clock()) == Left(accounts=True)
        assert follower.person_id is None
        kept = await people.by_id_number(session, ZHANG)
        assert kept is not None
        assert people.is_named(session, kept, "张建国")
        assert kept.consented_at is None


async def test_the_registry_keeps_its_card_but_not_what_the_worker_told(either: Database, clock: Clock) -> None:
    async with either.unit() as session:
        worker = await a_worker_of_the_registry(session, clock())
        follower = await a_follower(session, "li", clock())
        await people.bind(session, follower, worker.person, clock())
        await people.join(session, worker.person, "残疾人", people.STATED, clock().date())
        assert await privacy.erase(session, follower, worker.person, clock()) == Left(registry=True)
        groups = await people.groups_of(session, worker.person, clock().date())
        assert [member.group for member in groups] == ["农村转移就业劳动者"]
        assert await people.bearer(session, worker.person) is None


@pytest.mark.parametrize("holds_a_voucher", [True, False])
async def test_who_leaves_is_forgotten_unless_a_voucher_still_waits_for_him(
    either: Database, clock: Clock, holds_a_voucher: bool
) -> None:
    async with either.unit() as session:
        follower, person = await zhang(session, clock)
        if holds_a_voucher:
            await a_voucher(session, person, clock)
        await privacy.leave(session, follower, person)
        assert (await people.by_id_number(session, ZHANG) is not None) is holds_a_voucher
        assert follower.person_id is None
        assert follower.region is None
        assert list(await session.scalars(select(Ticket))) == []
