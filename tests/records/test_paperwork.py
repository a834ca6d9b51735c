"""Attendance from paper: entered by the trainer, counted only once the office approves, and by one person only."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from records import audit, paper_sheets, paperwork, register, standing
from records.database import Database
from records.enrolments import Seating
from records.errors import Refused
from records.marks import Side, Status
from records.paper_sheets import Handed
from records.proofs import Proof
from records.staff import Role, Staff
from tests.conftest import Clock
from tests.office import an_account
from tests.taught import GUXIAN, Taught, a_mark, a_taught_class

ON_PAPER = (Status.PRESENT, Status.LATE, Status.LEAVE, Status.ABSENT)


async def handed_up(session: AsyncSession, taught: Taught, clock: Clock, *statuses: Status) -> Handed:
    told = {each.id: status for each, status in zip(taught.enrolments, statuses, strict=True)}
    found = taught.training_class, taught.sittings[0]
    sheet = await paperwork.hand_up(session, found, told, "停电，签到设备用不了", None, taught.trainer, clock())
    return Handed(sheet, taught.sittings[0], taught.training_class)


async def test_a_sheet_counts_once_it_is_approved(either: Database, clock: Clock) -> None:
    async with either.unit() as session:
        taught = await a_taught_class(session, clock(), trainees=4)
        handed = await handed_up(session, taught, clock, *ON_PAPER)
        assert await register.holding(session, taught.sittings[0].id) == {}
        marks = await paperwork.approve(session, handed, taught.clerk, clock())
        proofs = (await session.scalars(select(Proof))).all()
        found = await standing.standings(session, taught.training_class, taught.enrolments, clock(), clock().date())
        acts = [entry.event for entry in await audit.history(session, taught.training_class.thing)]
    assert [(mark.status, mark.ways, mark.actor) for mark in marks] == [
        (status, "paper", taught.trainer.actor) for status in ON_PAPER[:3]
    ]
    assert [(proof.channel, proof.taken) for proof in proofs] == [("paper", True)] * 2
    assert [found[each.id].attended for each in taught.enrolments] == [1, 1, 0, 0]
    assert (handed.sheet.decided_by, acts[-2:]) == (taught.clerk.id, ["class:paper:enter", "class:paper:approve"])


async def test_who_has_a_mark_already_keeps_it(either: Database, clock: Clock) -> None:
    async with either.unit() as session:
        taught = await a_taught_class(session, clock())
        await a_mark(session, taught, 0, 0, Status.LATE, clock())
        handed = await handed_up(session, taught, clock, Status.PRESENT, Status.PRESENT, Status.PRESENT)
        marks = await paperwork.approve(session, handed, taught.clerk, clock())
        held = await register.latest(session, taught.sittings[0], taught.enrolments[0], Side.IN)
    assert len(marks) == 2
    assert held is not None and (held.status, held.ways) == (Status.LATE, "teacher")


async def test_a_sheet_shows_signing_out_where_that_is_asked_for(either: Database, clock: Clock) -> None:
    async with either.unit() as session:
        taught = await a_taught_class(session, clock(), trainees=2, sign_out=True)
        handed = await handed_up(session, taught, clock, Status.PRESENT, Status.LEAVE)
        marks = await paperwork.approve(session, handed, taught.clerk, clock())
        found = await standing.standing(session, taught.enrolments[0], clock(), clock().date())
    assert [mark.status for mark in marks] == [Status.PRESENT, Status.OUT, Status.LEAVE]
    assert (found.attended, found.unsigned) == (1, 0)


async def test_who_left_meanwhile_is_left_out(either: Database, clock: Clock) -> None:
    async with either.unit() as session:
        taught = await a_taught_class(session, clock())
        handed = await handed_up(session, taught, clock, *[Status.PRESENT] * 3)
        taught.enrolments[1].seating = Seating.LEFT
        marks = await paperwork.approve(session, handed, taught.clerk, clock())
    assert [mark.enrolment_id for mark in marks] == [taught.enrolments[0].id, taught.enrolments[2].id]


async def test_a_refused_sheet_enters_nothing_and_another_may_follow(either: Database, clock: Clock) -> None:
    async with either.unit() as session:
        taught = await a_taught_class(session, clock())
        handed = await handed_up(session, taught, clock, *[Status.PRESENT] * 3)
        with pytest.raises(Refused, match="已经有一份签到表在等"):
            await handed_up(session, taught, clock, *[Status.LATE] * 3)
        with pytest.raises(Refused, match="退回要写哪里不对"):
            await paperwork.refuse(session, handed, taught.clerk, " ", clock())
        await paperwork.refuse(session, handed, taught.clerk, "照片看不清", clock())
        assert await register.holding(session, taught.sittings[0].id) == {}
        await handed_up(session, taught, clock, *[Status.LATE] * 3)
        sheets = await paper_sheets.of_class(session, taught.training_class)
        assert [each.sheet.decision for each in sheets] == ["asked", "refused"]
        assert [each.sheet.id for each in await paper_sheets.decided(session, taught.clerk)] == [handed.sheet.id]
        assert len(await paper_sheets.waiting(session, taught.clerk)) == 1


async def test_what_a_trainer_cannot_enter(either: Database, clock: Clock) -> None:
    async with either.unit() as session:
        taught, other = await a_taught_class(session, clock()), await a_taught_class(session, clock())
        found, told = (
            (taught.training_class, taught.sittings[0]),
            {each.id: Status.PRESENT for each in taught.enrolments},
        )

        async def refused(
            said: str, statuses: dict[int, Status], reason: str = "停电", by: Staff = taught.trainer
        ) -> None:
            with pytest.raises(Refused, match=said):
                await paperwork.hand_up(session, found, statuses, reason, None, by, clock())

        await refused("只有这个班所在机构的老师", told, by=other.trainer)
        await refused("请写一句", told, reason=" ")
        await refused("名册刚刚变了", {taught.enrolments[0].id: Status.PRESENT})
        await refused("名册刚刚变了", told | {other.enrolments[0].id: Status.PRESENT})
        await refused("只有“到”“迟到”“请假”“缺”", told | {taught.enrolments[0].id: Status.MADE_UP})
        taught.sittings[0].cancelled_at = clock()
        await session.flush()
        await refused("已经取消了", told)
        taught.sittings[0].cancelled_at = None
        taught.sittings[0].ends_at = clock() + timedelta(minutes=1)
        await session.flush()
        await refused("还没下课", told)


async def test_only_the_office_decides_and_never_who_entered_it(either: Database, clock: Clock) -> None:
    async with either.unit() as session:
        taught = await a_taught_class(session, clock())
        handed = await handed_up(session, taught, clock, *[Status.PRESENT] * 3)
        auditor = await an_account(session, "auditor", Role.AUDITOR, now=clock(), region=GUXIAN)
        for stranger in (taught.trainer, auditor):
            with pytest.raises(Refused, match="要县人社局的经办、审核或批准人员来批"):
                await paperwork.approve(session, handed, stranger, clock())
        handed.sheet.entered_by = taught.clerk.id
        await session.flush()
        with pytest.raises(Refused, match="不能自己批"):
            await paperwork.approve(session, handed, taught.clerk, clock())
        elsewhere = await an_account(session, "elsewhere", Role.CLERK, now=clock(), region="140524")
        with pytest.raises(Refused, match="不在您的辖区里"):
            await paper_sheets.handed_for(session, handed.sheet.id, elsewhere)


async def test_of_two_who_decide_at_once_one_wins_and_the_other_is_told(either: Database, clock: Clock) -> None:
    async with either.unit() as session:
        taught = await a_taught_class(session, clock())
        sheet_id = (await handed_up(session, taught, clock, *[Status.PRESENT] * 3)).sheet.id

    async def decide(account: Staff, approves: bool) -> str:
        try:
            async with either.unit() as session:
                handed = await paper_sheets.handed_for(session, sheet_id, account)
                if approves:
                    await paperwork.approve(session, handed, account, clock())
                else:
                    await paperwork.refuse(session, handed, account, "看不清", clock())
        except Refused as refusal:
            return refusal.reason
        return ""

    told = await asyncio.gather(decide(taught.clerk, True), decide(taught.approver, False))
    assert sorted(map(bool, told)) == [False, True]
    assert any("了，不用再批" in said for said in told)
    async with either.unit() as session:
        marks = await register.holding(session, taught.sittings[0].id)
    assert len(marks) == (3 if not told[0] else 0)
