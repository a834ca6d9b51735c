"""Whom a notice reaches: place, town, group, class, and what the worker wants."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from config.settings import Settings
from records import consents, subscriptions, windows
from records.audience import Audience, Reach, reach
from records.classes import TrainingClass
from records.database import Database
from records.enrolments import Enrolment
from records.institutions import Institution
from records.people import Membership
from records.subscriptions import Topic
from records.windows import Opening
from tests.conftest import Clock
from tests.office import LINGCHUAN, a_follower, a_person

TEMPLATE = "a template of the office"


async def a_town(database: Database, clock: Clock) -> None:
    """Four followers of 陵川 (two of 附城镇), one of 古县, one of no known place, and a person who follows nothing."""
    async with database.unit() as session:
        farmer = await a_person(session, clock(), "附城镇", "农村劳动力")
        veteran = await a_person(session, clock(), "附城镇", "退役军人")
        other = await a_person(session, clock(), "礼义镇", "农村劳动力")
        await a_person(session, clock(), "附城镇", "农村劳动力")  # follows nothing
        await a_follower(session, "farmer", clock(), farmer)
        await a_follower(session, "veteran", clock(), veteran)
        await a_follower(session, "other", clock(), other)
        await a_follower(session, "told-us", clock(), region=LINGCHUAN)
        await a_follower(session, "guxian", clock(), region="141025")
        await a_follower(session, "unknown", clock())


async def count(database: Database, clock: Clock, audience: Audience, topic: Topic = Topic.TRAINING) -> Reach:
    async with database.unit() as session:
        return await reach(session, audience, topic, clock(), Settings(wechat_subscribe_template=TEMPLATE))


@pytest.mark.parametrize(
    "audience, total",
    [
        (Audience("140524"), 4),
        (Audience("140524", unplaced=True), 5),
        (Audience("140500"), 4),
        (Audience("140000"), 5),
        (Audience("410000"), 0),
        (Audience("140524", town="附城镇"), 2),
        (Audience("140524", town="附城镇", groups=("农村劳动力",)), 1),
        (Audience("140524", groups=("农村劳动力", "退役军人")), 3),
        (Audience("140524", town="附城镇", unplaced=True), 2),
    ],
)
async def test_place_town_and_groups_narrow(either: Database, clock: Clock, audience: Audience, total: int) -> None:
    await a_town(either, clock)
    assert (await count(either, clock, audience)).total == total


async def test_a_membership_that_ended_does_not_count(either: Database, clock: Clock) -> None:
    async with either.unit() as session:
        person = await a_person(session, clock())
        await a_follower(session, "worker", clock(), person)
        ended = {"since": date(2020, 1, 1), "until": date(2025, 12, 31)}
        session.add(Membership(person_id=person.id, group="脱贫劳动力", **ended))
    assert (await count(either, clock, Audience(LINGCHUAN, groups=("脱贫劳动力",)))).total == 0


async def test_a_class_is_an_audience(either: Database, clock: Clock) -> None:
    async with either.unit() as session:
        person = await a_person(session, clock())
        await a_follower(session, "trainee", clock(), person)
        await a_follower(session, "neighbour", clock(), await a_person(session, clock()))
        school = Institution(name="鑫达职校", region=LINGCHUAN, address="城关", occupations=["电工"])
        session.add(school)
        await session.flush()
        electricians = TrainingClass(
            institution_id=school.id,
            name="电工3班",
            occupation="电工",
            region=LINGCHUAN,
            venue="实训楼",
            latitude=35.77,
            longitude=113.28,
            starts=date(2026, 12, 1),
            days=25,
        )
        session.add(electricians)
        await session.flush()
        session.add(Enrolment(class_id=electricians.id, person_id=person.id, enrolled_at=clock()))
    assert (await count(either, clock, Audience(LINGCHUAN, training_class=electricians.id))).total == 1


async def test_reach_tells_the_ways_apart(either: Database, clock: Clock) -> None:
    await a_town(either, clock)
    async with either.unit() as session:
        await windows.grant(session, {("farmer", Opening.MESSAGE): clock(), ("guxian", Opening.MESSAGE): clock()})
        await windows.grant(session, {("told-us", Opening.MESSAGE): clock() - timedelta(hours=49)})
        await consents.learn(session, "farmer", TEMPLATE, True, clock())  # the window goes first
        await consents.learn(session, "other", TEMPLATE, True, clock())
        await consents.learn(session, "told-us", "another template", True, clock())
        await subscriptions.turn(session, "veteran", Topic.TRAINING, False, clock())
    found = await count(either, clock, Audience(LINGCHUAN))
    assert found == Reach(total=3, talking=1, consented=1, templated=0, later=1, stopped=1, strangers=1)


async def test_with_a_template_nobody_waits(either: Database, clock: Clock) -> None:
    await a_town(either, clock)
    async with either.unit() as session:
        settings = Settings(wechat_template="T1")
        found = await reach(session, Audience(LINGCHUAN), Topic.TRAINING, clock(), settings)
    assert (found.total, found.templated, found.later) == (4, 4, 0)


async def test_a_word_on_one_topic_goes_before_the_word_on_all(either: Database, clock: Clock) -> None:
    async with either.unit() as session:
        await a_follower(session, "worker", clock(), region=LINGCHUAN)
        assert await subscriptions.wanted(session, "worker") == list(Topic)
        await subscriptions.turn(session, "worker", None, False, clock())
        await subscriptions.turn(session, "worker", Topic.JOBS, True, clock())
        assert await subscriptions.wanted(session, "worker") == [Topic.JOBS]
    assert (await count(either, clock, Audience(LINGCHUAN), Topic.JOBS)).total == 1
    assert (await count(either, clock, Audience(LINGCHUAN), Topic.POLICY)).total == 0
    async with either.unit() as session:
        await subscriptions.turn(session, "worker", None, True, clock())
        assert await subscriptions.wanted(session, "worker") == list(Topic)
