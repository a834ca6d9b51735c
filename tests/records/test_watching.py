"""Signs of fakes are seen with their evidence; what is harmless is not, and nothing is ever decided by itself."""

from __future__ import annotations

import asyncio
from itertools import count
from typing import Any

import pytest
from sqlalchemy import event, select
from sqlalchemy.ext.asyncio import AsyncSession

from handlers.context import House
from records import audit, signs, watching
from records.audit import Event
from records.classes import Factor
from records.database import Database
from records.enrolments import Seat
from records.errors import Refused
from records.proofs import Proof
from records.staff import Role
from records.suspicions import Finding, Sign, Suspicion
from tests.conftest import Clock
from tests.halls import GUXIAN, Hall, a_hall
from tests.office import a_person, an_account

_keys = count(1)
ONE_DEGREE = 111_195  # metres to the north


async def offers(
    session: AsyncSession,
    seat: Seat,
    factor: Factor,
    clock: Clock,
    *,
    metres: int | None = None,
    device: str = "",
    network: str = "",
    channel: str = "page",
    accuracy: float | None = 20.0,
) -> list[Suspicion]:
    """A trainee offers a fact at this moment; a place is so many metres north of the venue."""
    venue = seat.training_class
    is_place = metres is not None
    proof = Proof(
        enrolment_id=seat.enrolment.id, session_id=seat.session.id, factor=factor, at=clock(), received_at=clock(),
        taken=metres is None or metres <= venue.radius, why="" if metres is None or metres <= venue.radius else "outside",
        latitude=venue.latitude + metres / ONE_DEGREE if metres is not None else None,
        longitude=venue.longitude if is_place else None, accuracy=accuracy if is_place else None, distance=metres,
        channel=channel, device=device or f"phone of {seat.enrolment.person_id}", network=network,
        message_id=f"m-{next(_keys)}",
    )  # fmt: skip
    session.add(proof)
    await session.flush()
    return await watching.look(session, seat, proof)


async def kept(session: AsyncSession, sign: Sign) -> dict[int, Suspicion]:
    """What is kept of one sign, by enrolment."""
    found = await session.scalars(select(Suspicion).where(Suspicion.sign == sign).order_by(Suspicion.id))
    return {suspicion.enrolment_id: suspicion for suspicion in found}


async def nothing(session: AsyncSession) -> bool:
    return (await session.scalars(select(Suspicion))).first() is None


async def test_an_honest_class_raises_nothing(either: Database, clock: Clock) -> None:
    async with either.unit() as session:
        hall = await a_hall(session, clock(), trainees=12)
        for trainee in range(12):
            await offers(session, hall.seat(trainee), Factor.CODE, clock, network=f"mobile {trainee}")
            clock.move(seconds=7)
            await offers(session, hall.seat(trainee), Factor.PLACE, clock, metres=30 + trainee)
        assert await nothing(session)


class TestSharedPhone:
    """One phone for two trainees."""

    async def test_in_one_session_it_tells_on_both(self, either: Database, clock: Clock) -> None:
        async with either.unit() as session:
            hall = await a_hall(session, clock())
            await offers(session, hall.seat(0), Factor.QR, clock, device="a phone")
            clock.move(seconds=40)
            await offers(session, hall.seat(1), Factor.QR, clock, device="a phone")
            await offers(session, hall.seat(2), Factor.QR, clock, device="another")
            found = await kept(session, Sign.SHARED_PHONE)
            assert set(found) == {hall.enrolments[0].id, hall.enrolments[1].id}
            assert found[hall.enrolments[0].id].evidence["with"] == [hall.enrolments[1].id]
            assert {each.score for each in found.values()} == {55}
            told = signs.told(found[hall.enrolments[1].id])
        assert told.seen == "同一节课里，这部手机还给另外1名学员签过到，共1天这样。"

    async def test_it_weighs_more_on_the_second_day(self, either: Database, clock: Clock) -> None:
        async with either.unit() as session:
            hall = await a_hall(session, clock(), days=2)
            for sitting in (0, 1, 2):
                for trainee in (0, 1):
                    await offers(session, hall.seat(trainee, sitting), Factor.QR, clock, device="a phone")
                clock.move(hours=4 if sitting == 0 else 20)
            rows = await session.scalars(select(Suspicion).where(Suspicion.enrolment_id == hall.enrolments[0].id))
            scores = {each.session_id: (each.score, each.evidence["days"]) for each in rows}
        assert list(scores.values()) == [(55, 1), (55, 1), (70, 2)]

    async def test_husband_and_wife_in_two_classes_are_hardly_worth_a_look(
        self, either: Database, clock: Clock
    ) -> None:
        async with either.unit() as session:
            hers, his = await a_hall(session, clock()), await a_hall(session, clock(), name="电工1班")
            await offers(session, hers.seat(0), Factor.QR, clock, device="their phone")
            for _ in range(3):
                clock.move(minutes=1)
                await offers(session, his.seat(0), Factor.QR, clock, device="their phone")
            found = await kept(session, Sign.SHARED_PHONE)
            assert {key: each.score for key, each in found.items()} == {his.enrolments[0].id: 15}
            assert signs.told(found[his.enrolments[0].id]).seen == "这部手机最近还给另一个班的1名学员签过到。"

    async def test_one_persons_phone_in_two_classes_is_his_own(self, either: Database, clock: Clock) -> None:
        async with either.unit() as session:
            person = await a_person(session, clock())
            for hall in [await a_hall(session, clock(), people=[person]) for _ in range(2)]:
                await offers(session, hall.seat(0), Factor.QR, clock, device="his phone")
            assert await nothing(session)

    async def test_a_phone_handed_on_a_month_ago_is_forgotten(self, either: Database, clock: Clock) -> None:
        async with either.unit() as session:
            before, now = await a_hall(session, clock()), await a_hall(session, clock())
            await offers(session, before.seat(0), Factor.QR, clock, device="a phone")
            clock.move(days=30)
            await offers(session, now.seat(0), Factor.QR, clock, device="a phone")
            assert await nothing(session)

    async def test_the_trainers_own_phone_is_no_sign(self, either: Database, clock: Clock) -> None:
        async with either.unit() as session:
            hall = await a_hall(session, clock())
            for trainee in range(3):
                await offers(session, hall.seat(trainee), Factor.TEACHER, clock, device="trainer", channel="trainer")
            assert await nothing(session)

    async def test_two_at_the_same_moment_are_seen(self, either: Database, clock: Clock) -> None:
        async with either.unit() as session:
            hall = await a_hall(session, clock())

        async def check_in(trainee: int) -> None:
            async with either.unit() as session:
                await offers(session, hall.seat(trainee), Factor.QR, clock, device="a phone")

        await asyncio.gather(check_in(0), check_in(1), check_in(2))
        async with either.unit() as session:
            found = await kept(session, Sign.SHARED_PHONE)
        assert [each.evidence["others"] for each in found.values()] == [2, 2, 2]


class TestCodeOutside:
    """A right code, from a place outside the fence."""

    @pytest.mark.parametrize("first, second", [("code", "place"), ("place", "code")])
    async def test_a_right_code_from_home(self, either: Database, clock: Clock, first: str, second: str) -> None:
        async with either.unit() as session:
            hall = await a_hall(session, clock())
            for kind in (first, second):
                metres = 3_000 if kind == "place" else None
                await offers(session, hall.seat(0), Factor(kind), clock, metres=metres)
                clock.move(seconds=20)
            found = (await kept(session, Sign.CODE_OUTSIDE))[hall.enrolments[0].id]
            assert (found.score, found.finding) == (75, Finding.OPEN)
            told = signs.told(found)
        assert told.seen == "签到码是对的，可前后20秒发来的位置离教室3000米（该在200米以内）。"

    @pytest.mark.parametrize(
        "metres, accuracy",
        [(190, 20.0), (320, 30.0), (340, None), (900, 800.0)],
        ids=["inside", "near", "near and no accuracy stated", "rough measurement"],
    )
    async def test_drift_is_no_sign(self, either: Database, clock: Clock, metres: int, accuracy: float | None) -> None:
        async with either.unit() as session:
            hall = await a_hall(session, clock())
            await offers(session, hall.seat(0), Factor.CODE, clock)
            await offers(session, hall.seat(0), Factor.PLACE, clock, metres=metres, accuracy=accuracy)
            assert await nothing(session)

    async def test_who_walks_in_is_no_sign(self, either: Database, clock: Clock) -> None:
        """His place was refused at the gate; three minutes later he sits in the hall."""
        async with either.unit() as session:
            hall = await a_hall(session, clock())
            await offers(session, hall.seat(0), Factor.PLACE, clock, metres=450)
            clock.move(minutes=3)
            await offers(session, hall.seat(0), Factor.PLACE, clock, metres=20)
            await offers(session, hall.seat(0), Factor.CODE, clock)
            assert await nothing(session)

    async def test_the_place_of_somebody_else_is_no_sign(self, either: Database, clock: Clock) -> None:
        async with either.unit() as session:
            hall = await a_hall(session, clock())
            await offers(session, hall.seat(0), Factor.CODE, clock)
            await offers(session, hall.seat(1), Factor.PLACE, clock, metres=3_000)
            assert await nothing(session)


class TestJump:
    """Two places too far apart for the time between them."""

    async def test_eighty_kilometres_in_half_an_hour(self, either: Database, clock: Clock) -> None:
        async with either.unit() as session:
            hall = await a_hall(session, clock())
            await offers(session, hall.seat(0), Factor.PLACE, clock, metres=80_000)
            clock.move(minutes=30)
            await offers(session, hall.seat(0), Factor.PLACE, clock, metres=0)
            found = (await kept(session, Sign.JUMP))[hall.enrolments[0].id]
            assert found.score == 50
            assert found.evidence == {
                "proofs": found.evidence["proofs"], "metres": 80_000, "seconds": 1_800, "kmh": 160,
            }  # fmt: skip
            assert signs.told(found).seen == "两次位置相距80000米，只隔1800秒（合每小时160公里）。"

    async def test_a_hop_of_more_than_a_kilometre_within_a_minute(self, either: Database, clock: Clock) -> None:
        async with either.unit() as session:
            hall = await a_hall(session, clock())
            await offers(session, hall.seat(0), Factor.PLACE, clock, metres=1_300)
            clock.move(seconds=50)
            await offers(session, hall.seat(0), Factor.PLACE, clock, metres=10)
            assert (await kept(session, Sign.JUMP))[hall.enrolments[0].id].score == 40

    async def test_between_two_classes_of_one_day(self, either: Database, clock: Clock) -> None:
        async with either.unit() as session:
            person = await a_person(session, clock())
            here = await a_hall(session, clock(), people=[person])
            there = await a_hall(session, clock(), people=[person], latitude=37.2668, name="电工1班")
            await offers(session, here.seat(0), Factor.PLACE, clock, metres=0)
            clock.move(minutes=10)
            await offers(session, there.seat(0), Factor.PLACE, clock, metres=0)
            found = (await kept(session, Sign.JUMP))[there.enrolments[0].id]
        assert found.evidence["metres"] == pytest.approx(ONE_DEGREE, abs=10)

    async def test_it_is_seen_too_when_the_earlier_place_reaches_us_later(self, either: Database, clock: Clock) -> None:
        async with either.unit() as session:
            hall = await a_hall(session, clock())
            clock.move(minutes=10)
            await offers(session, hall.seat(0), Factor.PLACE, clock, metres=0)
            clock.move(minutes=-10)
            assert await offers(session, hall.seat(0), Factor.PLACE, clock, metres=50_000)

    @pytest.mark.parametrize("metres, minutes", [(450, 0.1), (900, 0.9), (20_000, 20), (60_000, 240)])
    async def test_drift_and_driving_are_no_sign(
        self, either: Database, clock: Clock, metres: int, minutes: float
    ) -> None:
        async with either.unit() as session:
            hall = await a_hall(session, clock())
            await offers(session, hall.seat(0), Factor.PLACE, clock, metres=metres)
            clock.move(minutes=minutes)
            await offers(session, hall.seat(0), Factor.PLACE, clock, metres=0)
            assert await nothing(session)


class TestBurst:
    """Several in one second from one network."""

    async def test_five_in_one_second_from_a_network_the_class_does_not_use(
        self, either: Database, clock: Clock
    ) -> None:
        async with either.unit() as session:
            hall = await a_hall(session, clock(), trainees=8)
            await a_usual_session(session, hall, clock, network="hall")
            for trainee in range(4):
                await offers(session, hall.seat(trainee, 1), Factor.QR, clock, network="one computer")
                clock.move(seconds=0.15)
            assert await nothing(session)
            await offers(session, hall.seat(4, 1), Factor.QR, clock, network="one computer")
            found = await kept(session, Sign.BURST)
            assert set(found) == {enrolment.id for enrolment in hall.enrolments[:5]}
            assert {(each.score, each.evidence["count"]) for each in found.values()} == {(50, 5)}
            for trainee in (5, 6, 7):
                await offers(session, hall.seat(trainee, 1), Factor.QR, clock, network="one computer")
            last = (await kept(session, Sign.BURST))[hall.enrolments[7].id]
            assert (last.score, last.evidence["count"]) == (65, 8)
            assert signs.told(last).seen == "包括这名学员在内，8人在同一秒里从同一个网络签到。"

    async def test_the_halls_wireless_is_no_sign(self, either: Database, clock: Clock) -> None:
        async with either.unit() as session:
            hall = await a_hall(session, clock(), trainees=8)
            await a_usual_session(session, hall, clock, network="hall")
            for trainee in range(8):
                await offers(session, hall.seat(trainee, 1), Factor.QR, clock, network="hall")
            assert await nothing(session)

    async def test_on_the_first_day_it_is_hardly_worth_a_look(self, either: Database, clock: Clock) -> None:
        async with either.unit() as session:
            hall = await a_hall(session, clock(), trainees=6)
            for trainee in range(6):
                await offers(session, hall.seat(trainee), Factor.QR, clock, network="hall")
            assert {each.score for each in (await kept(session, Sign.BURST)).values()} == {20}

    async def test_one_after_the_other_is_no_sign(self, either: Database, clock: Clock) -> None:
        async with either.unit() as session:
            hall = await a_hall(session, clock(), trainees=12)
            for trainee in range(12):
                await offers(session, hall.seat(trainee), Factor.QR, clock, network="hall")
                clock.move(seconds=0.4)
            assert await nothing(session)

    async def test_chat_shows_no_network_and_is_no_sign(self, either: Database, clock: Clock) -> None:
        async with either.unit() as session:
            hall = await a_hall(session, clock(), trainees=8)
            for trainee in range(8):
                await offers(session, hall.seat(trainee), Factor.CODE, clock, channel="chat")
            assert await nothing(session)

    async def test_one_trainee_who_taps_often_is_no_sign(self, either: Database, clock: Clock) -> None:
        async with either.unit() as session:
            hall = await a_hall(session, clock())
            for _ in range(8):
                await offers(session, hall.seat(0), Factor.QR, clock, network="hall")
            assert await nothing(session)


class TestSharedCode:
    """A code that was used outside before anybody used it inside."""

    async def test_first_outside_then_inside(self, either: Database, clock: Clock) -> None:
        async with either.unit() as session:
            hall = await a_hall(session, clock())
            await offers(session, hall.seat(0), Factor.CODE, clock)
            await offers(session, hall.seat(0), Factor.PLACE, clock, metres=4_000)
            for trainee in (1, 2):
                clock.move(seconds=5)
                await offers(session, hall.seat(trainee), Factor.CODE, clock)
                await offers(session, hall.seat(trainee), Factor.PLACE, clock, metres=15)
            found = await kept(session, Sign.SHARED_CODE)
            assert {key: each.score for key, each in found.items()} == {hall.enrolments[0].id: 35}
            told = signs.told(found[hall.enrolments[0].id])
        assert told.seen == "这一轮签到码最先由教室外的人用，随后2人跟着用；用的人里共有1人在教室外。"

    async def test_passed_on_in_a_group(self, either: Database, clock: Clock) -> None:
        async with either.unit() as session:
            hall = await a_hall(session, clock(), trainees=4)
            for trainee in range(4):
                await offers(session, hall.seat(trainee), Factor.CODE, clock)
                await offers(session, hall.seat(trainee), Factor.PLACE, clock, metres=4_000 if trainee < 3 else 15)
                clock.move(seconds=5)
            found = await kept(session, Sign.SHARED_CODE)
            assert {key: each.score for key, each in found.items()} == {
                enrolment.id: 55 for enrolment in hall.enrolments[:3]
            }
            assert found[hall.enrolments[0].id].evidence["with"] == [each.id for each in hall.enrolments[1:3]]

    async def test_first_inside_then_outside_is_for_the_one_outside_alone(self, either: Database, clock: Clock) -> None:
        async with either.unit() as session:
            hall = await a_hall(session, clock())
            for trainee, metres in ((0, 15), (1, 15), (2, 4_000)):
                await offers(session, hall.seat(trainee), Factor.CODE, clock)
                await offers(session, hall.seat(trainee), Factor.PLACE, clock, metres=metres)
                clock.move(seconds=5)
            assert await kept(session, Sign.SHARED_CODE) == {}
            assert set(await kept(session, Sign.CODE_OUTSIDE)) == {hall.enrolments[2].id}

    async def test_in_the_next_half_minute_there_is_another_code(self, either: Database, clock: Clock) -> None:
        async with either.unit() as session:
            hall = await a_hall(session, clock())
            for trainee, metres in ((0, 4_000), (1, 15), (2, 15)):
                await offers(session, hall.seat(trainee), Factor.CODE, clock)
                await offers(session, hall.seat(trainee), Factor.PLACE, clock, metres=metres)
                clock.move(seconds=31)
            assert await kept(session, Sign.SHARED_CODE) == {}


async def test_a_sign_is_kept_once_its_evidence_grows_and_its_score_only_rises(either: Database, clock: Clock) -> None:
    async with either.unit() as session:
        hall = await a_hall(session, clock())
        for metres in (400, 12_000, 700):
            await offers(session, hall.seat(0), Factor.CODE, clock)
            await offers(session, hall.seat(0), Factor.PLACE, clock, metres=metres)
            clock.move(minutes=5)
        found = (await session.scalars(select(Suspicion).where(Suspicion.sign == Sign.CODE_OUTSIDE))).one()
    assert (found.score, found.evidence["metres"], len(found.evidence["proofs"])) == (90, 12_000, 6)


async def test_the_same_message_again_changes_nothing(either: Database, clock: Clock) -> None:
    async with either.unit() as session:
        hall = await a_hall(session, clock())
        await offers(session, hall.seat(0), Factor.CODE, clock)
        await offers(session, hall.seat(0), Factor.PLACE, clock, metres=3_000)
        before = {(each.id, each.score, str(each.evidence)) for each in await session.scalars(select(Suspicion))}
        place = (await session.scalars(select(Proof).where(Proof.factor == Factor.PLACE))).one()
        await watching.look(session, hall.seat(0), place)
        after = {(each.id, each.score, str(each.evidence)) for each in await session.scalars(select(Suspicion))}
    assert before == after != set()


async def test_what_nobody_has_judged_is_listed_by_its_score_for_the_office_of_the_place(
    either: Database, clock: Clock
) -> None:
    async with either.unit() as session:
        hall = await a_hall(session, clock())
        await suspected(session, hall, clock, 0, metres=700)
        await suspected(session, hall, clock, 1, metres=12_000)
        clerk = await an_account(session, "clerk", Role.CLERK, now=clock(), region=GUXIAN)
        elsewhere = await an_account(session, "elsewhere", Role.CLERK, now=clock(), region="140524")
        listed = await watching.open_ones(session, clerk)
        assert [each.suspicion.enrolment_id for each in listed] == [hall.enrolments[1].id, hall.enrolments[0].id]
        assert (listed[0].training_class, listed[0].session) == (hall.training_class, hall.sittings[0])
        assert listed[0].person.id == hall.enrolments[1].person_id
        assert await watching.open_ones(session, elsewhere) == []
        trainer = await an_account(session, "trainer", Role.TRAINER, now=clock(), region=GUXIAN)
        trainer.institution_id = hall.training_class.institution_id
        with pytest.raises(Refused, match="没有查看签到疑点的权限"):
            await watching.open_ones(session, trainer)


async def test_a_person_judges_once_and_it_is_written_down(either: Database, clock: Clock) -> None:
    async with either.unit() as session:
        hall = await a_hall(session, clock())
        suspicion = await suspected(session, hall, clock, 0, metres=3_000)
        clerk = await an_account(session, "clerk", Role.CLERK, now=clock(), region=GUXIAN)
        auditor = await an_account(session, "auditor", Role.AUDITOR, now=clock(), region=GUXIAN)
        elsewhere = await an_account(session, "elsewhere", Role.CLERK, now=clock(), region="140524")
        for account, finding, why in (
            (auditor, Finding.HARMLESS, "没有查看签到疑点的权限"),
            (elsewhere, Finding.HARMLESS, "不归您管"),
            (clerk, Finding.CONFIRMED, "要写明怎么核实的"),
        ):
            with pytest.raises(Refused, match=why):
                await watching.judge(session, suspicion, account, finding, "  ", clock())
        await watching.judge(session, suspicion, clerk, Finding.HARMLESS, "打电话问过，定位飘了", clock())
        with pytest.raises(Refused, match="刚有同事看过"):
            await watching.judge(session, suspicion, clerk, Finding.CONFIRMED, "再看看", clock())
        assert await watching.open_ones(session, clerk) == []
        noted = (await audit.history(session, hall.training_class.thing))[-1]
        assert (noted.event, noted.actor) == (Event.CLASS_SIGN_JUDGE, clerk.actor)
        assert noted.details["remark"] == "打电话问过，定位飘了"

        clock.move(minutes=5)
        await suspected(session, hall, clock, 0, metres=30_000)
        await session.refresh(suspicion)
        assert (suspicion.score, suspicion.finding, suspicion.found_at) == (75, Finding.HARMLESS, noted.at)


async def test_of_two_who_judge_at_once_one_does(either: Database, clock: Clock) -> None:
    async with either.unit() as session:
        hall = await a_hall(session, clock())
        suspicion = await suspected(session, hall, clock, 0, metres=3_000)
        clerk = await an_account(session, "clerk", Role.CLERK, now=clock(), region=GUXIAN)

    async def judge(finding: Finding) -> bool:
        try:
            async with either.unit() as session:
                mine = await session.get_one(Suspicion, suspicion.id)
                await watching.judge(session, mine, clerk, finding, "看过现场照片", clock())
        except Refused:
            return False
        return True

    assert sum(await asyncio.gather(judge(Finding.HARMLESS), judge(Finding.CONFIRMED))) == 1


async def test_looking_reads_no_table_from_end_to_end(house: House, clock: Clock) -> None:
    plans: list[str] = []

    def explain(connection: Any, cursor: Any, statement: str, parameters: Any, *_: object) -> None:
        if statement.startswith("SELECT"):
            steps = connection.exec_driver_sql(f"explain query plan {statement}", parameters)
            plans.extend(step[3] for step in steps)

    async with house.database.unit() as session:
        hall = await a_hall(session, clock(), trainees=6, days=2)
        await a_usual_session(session, hall, clock, network="hall")
        event.listen(house.database.engine.sync_engine, "before_cursor_execute", explain)
        for trainee in range(6):
            await offers(session, hall.seat(trainee, 1), Factor.QR, clock, device="a phone", network="one computer")
            await offers(session, hall.seat(trainee, 1), Factor.PLACE, clock, metres=9_000 * trainee)
        clock.move(seconds=30)
        await offers(session, hall.seat(5, 1), Factor.PLACE, clock, metres=0)
        event.remove(house.database.engine.sync_engine, "before_cursor_execute", explain)
        found = {Sign(each) for each in await session.scalars(select(Suspicion.sign))}
    assert found == set(Sign) - {Sign.SHARED_CODE}, "every question was asked"
    assert any("SEARCH proofs USING INDEX ix_proofs_device" in plan for plan in plans)
    assert [plan for plan in plans if plan.startswith("SCAN")] == []


def test_every_sign_is_put_kindly_and_names_a_harmless_reason() -> None:
    table = signs.signs()
    for sign in Sign:
        words = table.words(sign)
        assert words.harmless.startswith("可能")
        assert all(1 <= points <= 100 for points in words.scores.values())
        assert list(words.scores.values()) == sorted(words.scores.values()), "more of it never weighs less"
        assert not any(accusing in words.name + words.seen + words.harmless for accusing in ("作弊", "造假", "代签"))


async def suspected(session: AsyncSession, hall: Hall, clock: Clock, trainee: int, *, metres: int) -> Suspicion:
    """A right code, and a place that is not the hall."""
    await offers(session, hall.seat(trainee), Factor.CODE, clock)
    await offers(session, hall.seat(trainee), Factor.PLACE, clock, metres=metres)
    return (await kept(session, Sign.CODE_OUTSIDE))[hall.enrolments[trainee].id]


async def a_usual_session(session: AsyncSession, hall: Hall, clock: Clock, *, network: str) -> None:
    """The first session: most of them through one network, one after the other; then the next one begins."""
    for trainee in range(len(hall.enrolments)):
        through = network if trainee % 4 else "mobile"
        await offers(session, hall.seat(trainee), Factor.QR, clock, network=through)
        clock.move(seconds=3)
    clock.move(hours=4)
