"""Voucher rounds: two people, a budget, one message a person, and no more vouchers than were meant."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from records import audit, nudging, round_answers, round_desk
from records.database import Database
from records.errors import Refused
from records.followers import Follower
from records.nudges import Nudge
from records.people import Person
from records.rounds import Answer, Round, RoundAnswer, RoundState
from records.staff import Role
from tests.classes import LINGCHUAN, a_voucher, somebody
from tests.conftest import Clock
from tests.office import a_follower, an_account
from tests.rounds import a_round, an_offer, an_office


async def followers(session: AsyncSession, clock: Clock, number: int) -> list[Person]:
    people = [await somebody(session, clock()) for _ in range(number)]
    for each in people:
        await a_follower(session, f"phone-{each.id}", clock(), each)
    return people


async def asking(session: AsyncSession, clock: Clock, people: int = 3, **changes: object) -> tuple[Round, list[Person]]:
    """A round under way, and whom it asks."""
    asked = await followers(session, clock, people)
    return await a_round(session, LINGCHUAN, changes, clock()), asked


async def test_everybody_who_may_want_one_is_asked_once(either: Database, clock: Clock) -> None:
    async with either.unit() as session:
        clerk, approver = await an_office(session, LINGCHUAN, clock())
        asked, has_one, stranger = await followers(session, clock, 3)
        await a_voucher(session, has_one, clock())
        follower = (await session.scalars(select(Follower).where(Follower.person_id == stranger.id))).one()
        follower.subscribed = False
        round_ = await round_desk.write(session, an_offer(LINGCHUAN), clerk, "form", clock())
        assert (await round_desk.write(session, an_offer(LINGCHUAN), clerk, "form", clock())).id == round_.id
        assert await round_desk.approve(session, round_, approver, clock()) == 1
        with pytest.raises(Refused, match="正在问"):
            await round_desk.approve(session, round_, approver, clock())
        (nudge,) = (await session.scalars(select(Nudge))).all()
        assert (nudge.person_id, nudge.asks) == (asked.id, {"what": "round", "round": round_.id})
        assert "1 要　2 不要" in nudge.text and "11月27日前" in nudge.text
        events = [entry.event for entry in await audit.history(session, round_.thing)]
        assert events == ["voucher:round:write", "voucher:round:approve"]


async def test_a_second_person_approves_within_the_budget(either: Database, clock: Clock) -> None:
    async with either.unit() as session:
        clerk, approver = await an_office(session, LINGCHUAN, clock(), fen=1_000_000)
        both = await an_account(session, "both", Role.CLERK, Role.APPROVER, now=clock())
        await followers(session, clock, 1)
        own = await round_desk.write(session, an_offer(LINGCHUAN), both, "own", clock())
        with pytest.raises(Refused, match="自己提的发券不能自己批准"):
            await round_desk.approve(session, own, both, clock())
        large = await round_desk.write(session, an_offer(LINGCHUAN, most=3), clerk, "large", clock())
        with pytest.raises(Refused, match=r"全用上要10,500.00元，今年还剩10,000.00元"):
            await round_desk.approve(session, large, approver, clock())
        await round_desk.approve(session, own, approver, clock())
        small = await round_desk.write(session, an_offer(LINGCHUAN, most=1), clerk, "small", clock())
        with pytest.raises(Refused, match=r"今年还剩3,000.00元"):
            await round_desk.approve(session, small, approver, clock())
        other = await round_desk.write(session, an_offer(LINGCHUAN, scheme_id="other"), clerk, "other", clock())
        with pytest.raises(Refused, match="还没有定预算"):
            await round_desk.approve(session, other, approver, clock())


async def test_no_more_are_issued_than_were_meant(either: Database, clock: Clock) -> None:
    async with either.unit() as session:
        round_, people = await asking(session, clock, most=1)
        first, second = [await answer_of(session, round_, each) for each in people[:2]]
        for answer in (first, second):
            await round_answers.want(session, answer, clock())
        await round_answers.hold_one(session, first.id, clock())
        await round_answers.issued(session, first.id, await a_voucher(session, people[0], clock()), clock())
        await session.flush()
        with pytest.raises(Refused, match="这一批1张都发完了"):
            await round_answers.hold_one(session, second.id, clock())
        await round_answers.refuse(session, second.id, "发完了", clock())
        figures = await round_answers.count(session, round_.id)
    assert figures == {
        "all": 3, "yes": 2, "issued": 1, "refused": 1, "unfinished": 0, "declined": 0, "silent": 1,
    }  # fmt: skip
    with pytest.raises(IntegrityError):
        async with either.unit() as session:
            await session.execute(text("update voucher_rounds set issued = issued + 1"))


async def test_on_its_day_it_closes_and_who_said_nothing_is_written_down(either: Database, clock: Clock) -> None:
    async with either.unit() as session:
        round_, people = await asking(session, clock)
        said_no = await answer_of(session, round_, people[0])
        await round_answers.decline(session, said_no, clock(), "没时间")
        clock.move(days=7)
        await round_desk.close_due(session, clock())
        assert round_.state == RoundState.ASKING
        clock.move(days=1)
        await round_desk.close_due(session, clock())
        await round_desk.close_due(session, clock())
        await session.refresh(round_)
        assert round_.state == RoundState.CLOSED
        rows, total = await round_answers.rows(session, round_.id, "silent", "", 0, 9)
        assert total == 2 and {row[0].state for row in rows} == {Answer.SILENT}
        assert await round_answers.why(session, round_.id, Answer.DECLINED) == [("没时间", 1)]
        with pytest.raises(Refused, match="已经截止"):
            await round_answers.want(session, said_no, clock())
        due = await nudging.due(session, 9, clock(), timedelta(seconds=60))
        assert {each.key for each in due} <= {said_no.nudge}


async def answer_of(session: AsyncSession, round_: Round, person: Person) -> RoundAnswer:
    answer = await round_answers.of(session, round_.id, person)
    assert answer is not None
    return answer
