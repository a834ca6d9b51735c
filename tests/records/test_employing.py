"""Work after class: asked until known, proven by a paper that somebody has seen, counted for the class."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from handlers import placement
from handlers.context import House
from handlers.placement import Placement, Threshold, needed
from records import audit, closing, employing, filing, nudging, work_questions
from records.database import Database
from records.employing import Counted, Job
from records.employments import Work, WorkProof
from records.errors import Refused
from records.files import StoredFile
from records.nudges import Nudge
from tests.conftest import Clock
from tests.office import a_follower
from tests.records.test_proving import JPEG, PNG
from tests.taught import Taught, a_taught_class

JOB = Job("鑫源厂", date(2026, 11, 1))


async def an_ended_class(session: AsyncSession, clock: Clock, trainees: int = 3) -> Taught:
    """A class that ended now, whose trainees follow."""
    taught = await a_taught_class(session, clock(), trainees=trainees)
    await closing.end(session, taught.training_class, taught.trainer, clock())
    for person in taught.persons:
        await a_follower(session, f"phone-{person.id}", clock(), person)
    return taught


async def a_scan(session: AsyncSession, clock: Clock, content: bytes = JPEG) -> StoredFile:
    """A proof as it was photographed."""
    return await filing.keep(session, "合同.jpg", content, "staff:1", clock())


async def test_everybody_is_asked_a_while_after_the_end_and_again_until_it_is_known(
    either: Database, clock: Clock
) -> None:
    async with either.unit() as session:
        taught = await an_ended_class(session, clock)
        assert await work_questions.ask(session, 4, 6, clock()) == 0
        clock.move(days=8)
        assert [await work_questions.ask(session, 4, 6, clock()) for _ in range(2)] == [3, 0]
        nudge = (await session.scalars(select(Nudge).order_by(Nudge.key))).first()
        assert nudge is not None and "1 找到了　2 还在找　3 自己干" in nudge.text
        await employing.tell(session, taught.enrolments[0], Work.WORKING, JOB, "worker", clock())
        await employing.tell(session, taught.enrolments[1], Work.LOOKING, Job(), "worker", clock())
        clock.move(days=29)
        assert await work_questions.ask(session, 4, 6, clock()) == 2  # who works is not asked again
        clock.move(hours=12)  # ten in the evening
        assert await work_questions.ask(session, 0, 6, clock()) == 0
        clock.move(days=200)
        assert await work_questions.ask(session, 4, 6, clock()) == 0
        assert len(await nudging.due(session, 10, clock(), timedelta(seconds=1))) == 0


async def test_a_paper_that_was_seen_proves_work(either: Database, clock: Clock) -> None:
    async with either.unit() as session:
        taught = await an_ended_class(session, clock)
        first, trainer, clerk = taught.enrolments[0], taught.trainer, taught.clerk
        with pytest.raises(Refused, match="还没有就业证明"):
            await employing.accept(session, first, 1, clerk, clock())
        scan, other = await a_scan(session, clock), await a_scan(session, clock, PNG)
        await employing.hand_up(session, first, WorkProof.CONTRACT, scan.id, JOB, trainer, clock())
        assert await employing.count(session, taught.training_class) == Counted(3, 0)
        with pytest.raises(Refused, match="证明换过了"):
            await employing.accept(session, first, other.id, clerk, clock())
        with pytest.raises(Refused, match="机构不能自己定"):
            await employing.accept(session, first, scan.id, trainer, clock())
        assert [(each.id, proofs) for each, proofs in await employing.to_judge(session, clerk)] == [
            (taught.training_class.id, 1)
        ]
        for _ in range(2):
            await employing.accept(session, first, scan.id, clerk, clock())
        assert await employing.to_judge(session, clerk) == []
        assert await employing.count(session, taught.training_class) == Counted(3, 1)
        told = await employing.tell(session, first, Work.LOOKING, Job(), "worker", clock())
        assert told.state == Work.PROVEN
        with pytest.raises(Refused, match=r"已经用在.*身上了"):
            await employing.hand_up(session, taught.enrolments[1], WorkProof.WAGES, scan.id, JOB, trainer, clock())
        with pytest.raises(Refused, match="要县人社局才能改"):
            await employing.refute(session, first, "查无此人", trainer, clock())
        await employing.refute(session, first, "厂里查无此人", clerk, clock())
        assert await employing.count(session, taught.training_class) == Counted(3, 0)
        acts = [entry.event for entry in await audit.history(session, first.thing)]
    assert acts == ["employment:proof:hand_up", "employment:proof:accept", "employment:proof:refute"]


async def test_what_cannot_be_is_refused(either: Database, clock: Clock) -> None:
    async with either.unit() as session:
        taught, running = await an_ended_class(session, clock), await a_taught_class(session, clock())
        scan, first = await a_scan(session, clock), taught.enrolments[0]
        for enrolment, job, account, said in (
            (first, Job(), taught.trainer, "要写在哪里干"),
            (first, Job("厂", date(2030, 1, 1)), taught.trainer, "不能晚于今天"),
            (first, JOB, running.trainer, "要由这个班所在机构的老师"),
            (running.enrolments[0], JOB, running.trainer, "结业以后才登记就业"),
        ):
            with pytest.raises(Refused, match=said):
                await employing.hand_up(session, enrolment, WorkProof.CONTRACT, scan.id, job, account, clock())


async def test_the_threshold_of_the_county_and_which_way_it_goes(house: House) -> None:
    async with house.database.unit() as session:
        taught = await a_taught_class(session, house.clock())

    def stands(trained: int, proven: int) -> Placement:
        return placement.placement(house.shelf, taught.training_class, Counted(trained, proven))

    assert stands(50, 40).said == "到80%了，按培训人数全额算。"
    assert stands(50, 37).said == "还差3人就到80%；现在只按实际就业的37人算。"
    threshold = stands(50, 40).threshold
    assert threshold is not None and threshold.cited.section == "三（一）2"
    taught.training_class.region = "140524"
    assert stands(5, 3).said == "还差1人就到80%；不到的，文件没写怎么算钱，先别报。"
    assert stands(5, 4).threshold != threshold


@given(st.integers(1, 500), st.integers(0, 100), st.data())
def test_what_is_missing_is_the_least_that_reaches_the_rate(trained: int, percent: int, data: st.DataObject) -> None:
    share = Decimal(percent) / 100
    proven = data.draw(st.integers(0, trained))
    stands = Placement(Counted(trained, proven), Threshold(share, f"{percent}%", True, None))  # type: ignore[arg-type]
    assert 0 <= needed(trained, share) <= trained
    assert Decimal(proven + stands.missing) / trained >= share
    assert not stands.missing or Decimal(proven + stands.missing - 1) / trained < share
