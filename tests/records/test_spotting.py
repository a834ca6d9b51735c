"""Spot checks: a list that nobody can choose, and a count beside what the register said at that very moment."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from config.settings import CHINA
from records import register, spotting
from records.audit import Entry, Event
from records.database import Database
from records.errors import Refused
from records.institutions import Institution, Standing
from records.marks import Status
from records.spot_checks import SpotCheck
from records.spotting import Why
from records.staff import Role
from records.suspicions import Finding, Sign, Suspicion
from tests.conftest import Clock
from tests.halls import GUXIAN, a_hall, a_mark, an_entry
from tests.office import an_account


async def test_the_list_is_the_same_for_everybody_all_day_and_another_tomorrow(either: Database, clock: Clock) -> None:
    async with either.unit() as session:
        halls = [await a_hall(session, clock(), trainees=1, days=2) for _ in range(15)]
        clerk = await an_account(session, "zhang", Role.CLERK, now=clock(), region=GUXIAN)
        city = await an_account(session, "shi", Role.REVIEWER, now=clock(), region="141000")
        today = clock().astimezone(CHINA).date()
        listed = await spotting.of_day(session, clerk, today, clock())
        assert (listed.drawn, listed.sessions, len(listed.visits)) == (3, 30, 3)
        chosen = {visit.row.sitting.id for visit in listed.visits}
        gone = next(each for hall in halls for each in hall.sittings if each.id in chosen)
        gone.cancelled_at = clock()
        await a_mark(session, halls[0], 0, Status.PRESENT, clock())
        clock.move(hours=5)
        later = await spotting.of_day(session, city, today, clock())
        assert {visit.row.sitting.id for visit in later.visits} == chosen
        tomorrow = await spotting.of_day(session, clerk, today + timedelta(days=1), clock())
        places = {each.id: place for hall in halls for place, each in enumerate(hall.sittings)}
        assert {places[visit.row.sitting.id] for visit in tomorrow.visits} <= {2, 3}


async def test_signs_and_warnings_put_a_session_on_the_list(either: Database, clock: Clock) -> None:
    async with either.unit() as session:
        halls = [await a_hall(session, clock(), trainees=1) for _ in range(12)]
        clerk = await an_account(session, "zhang", Role.CLERK, now=clock(), region=GUXIAN)
        school = await session.get_one(Institution, halls[0].training_class.institution_id)
        school.standing = Standing.WARNED
        for hall, score, finding in (
            (halls[1], 80, Finding.OPEN),
            (halls[2], 30, Finding.OPEN),
            (halls[3], 90, Finding.HARMLESS),
        ):
            seat = hall.seat(0)
            session.add(
                Suspicion(session_id=seat.session.id, enrolment_id=seat.enrolment.id, sign=Sign.JUMP, score=score,
                          evidence={"proofs": []}, seen_at=clock(), finding=finding)
            )  # fmt: skip
        await session.flush()
        visits = (await spotting.of_day(session, clerk, clock().astimezone(CHINA).date(), clock())).visits
        whys = {visit.row.sitting.id: set(visit.whys) for visit in visits}
        assert all(Why.WARNED in whys[each.id] for each in halls[0].sittings)
        assert Why.SIGNS in whys[halls[1].sittings[0].id]
        for hall in (halls[2], halls[3]):
            assert whys.get(hall.sittings[0].id, set()) <= {Why.DRAWN}


async def test_a_count_stands_beside_the_register_of_that_moment(either: Database, clock: Clock) -> None:
    async with either.unit() as session:
        hall = await a_hall(session, clock(), trainees=4, sign_out=True)
        clerk = await an_account(session, "zhang", Role.CLERK, now=clock(), region=GUXIAN)
        sitting = hall.sittings[0]
        marks = [await a_mark(session, hall, trainee, Status.PRESENT, clock()) for trainee in range(3)]
        clock.move(minutes=30)
        await a_mark(session, hall, 2, Status.EARLY, clock())
        counted_at = clock.now
        clock.move(minutes=30)
        absent = an_entry(Status.ABSENT, clock(), clerk.actor, "covers up")
        await register.correct(session, marks[0], absent, "抽查以后才改的")
        await a_mark(session, hall, 3, Status.LATE, clock())
        check = await spotting.enter(session, sitting, 1, counted_at, "  ", clerk, clock())
        assert (check.counted, check.registered, check.remark) == (1, 2, "")
        assert (await spotting.enter(session, sitting, 1, counted_at, "", clerk, clock())).id == check.id
        with pytest.raises(Refused, match="已经记过1人"):
            await spotting.enter(session, sitting, 2, counted_at, "", clerk, clock())
        entries = select(func.count()).where(Entry.event == Event.CLASS_SPOT_CHECK)
        assert (
            (await session.scalars(entries)).one()
            == (await session.scalars(select(func.count(SpotCheck.id)))).one()
            == 1
        )
        (made,), total = await spotting.made(session, clerk, 0, 10)
        assert (total, made.difference) == (1, -1)


async def test_when_and_by_whom_no_count_is_taken(either: Database, clock: Clock) -> None:
    async with either.unit() as session:
        hall = await a_hall(session, clock())
        sitting = hall.sittings[0]
        clerk = await an_account(session, "zhang", Role.CLERK, now=clock(), region=GUXIAN)
        auditor = await an_account(session, "wu", Role.AUDITOR, now=clock(), region=GUXIAN)
        far = await an_account(session, "far", Role.CLERK, now=clock(), region="140524")
        for account, at, now, said in (
            (auditor, clock(), clock(), "由经办、审核或批准"),
            (far, clock(), clock(), "不归您管"),
            (clerk, clock() + timedelta(minutes=1), clock(), "还没到"),
            (clerk, sitting.opens_at - timedelta(minutes=1), clock(), "没在上"),
            (clerk, sitting.ends_at, sitting.ends_at + timedelta(hours=13), "过去半天以上"),
        ):
            with pytest.raises(Refused, match=said):
                await spotting.enter(session, sitting, 3, at, "", account, now)
        assert await spotting.at_session(session, sitting) == []
        assert (await spotting.made(session, far, 0, 10))[1] == 0
