"""A notice's life: two people, no skipped step, and a sentence for every refusal."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from records import audit, notices
from records.audience import Audience
from records.database import Database
from records.errors import Refused
from records.notices import State
from records.staff import Role
from tests.conftest import Clock
from tests.office import a_draft, an_account, an_approved_notice


async def test_one_writes_another_approves(either: Database, clock: Clock) -> None:
    async with either.unit() as session:
        notice = await an_approved_notice(session, clock())
        assert notice.state == State.APPROVED
        assert notice.approved_by != notice.written_by
        acts = [entry.event for entry in await audit.history(session, notice.thing)]
    assert acts == ["notice:draft:write", "notice:draft:submit", "notice:sending:approve"]


async def test_nobody_approves_his_own_notice(either: Database, clock: Clock) -> None:
    async with either.unit() as session:
        both = await an_account(session, "zhang", Role.CLERK, Role.APPROVER, now=clock())
        notice = await notices.write(session, a_draft(), both, "form", clock())
        await notices.submit(session, notice, both, clock())
        with pytest.raises(Refused, match="自己写的通知不能自己批准"):
            await notices.approve(session, notice, both, clock())


@pytest.mark.parametrize("change", ["approved_by = written_by", "state = 'sending', approved_by = null"])
async def test_the_table_holds_the_two_person_rule_too(either: Database, clock: Clock, change: str) -> None:
    async with either.unit() as session:
        await an_approved_notice(session, clock())
    with pytest.raises(IntegrityError):
        async with either.unit() as session:
            await session.execute(text(f"update notices set {change}"))


async def test_saving_the_same_form_twice_makes_one_notice(either: Database, clock: Clock) -> None:
    async with either.unit() as session:
        zhang = await an_account(session, "zhang", Role.CLERK, now=clock())
        first = await notices.write(session, a_draft(), zhang, "form", clock())
        again = await notices.write(session, a_draft(), zhang, "form", clock())
        assert first.id == again.id
        assert len(await notices.listed(session, zhang)) == 1


@pytest.mark.parametrize(
    "changes, said",
    [
        ({"title": ""}, "标题和正文都要写"),
        ({"body": "  "}, "标题和正文都要写"),
        ({"title": "长" * 21}, "标题最多20个字，现在21个"),
        ({"body": "长" * 241}, "正文最多240个字，现在241个"),
        ({"audience": Audience("410400")}, "不在您账号的辖区里"),
        ({"audience": Audience("140000")}, "不在您账号的辖区里"),
    ],
)
async def test_a_draft_is_refused_with_a_sentence(
    either: Database, clock: Clock, changes: dict[str, object], said: str
) -> None:
    async with either.unit() as session:
        zhang = await an_account(session, "zhang", Role.CLERK, now=clock())
        with pytest.raises(Refused, match=said):
            await notices.write(session, a_draft(**changes), zhang, "form", clock())


async def test_a_time_that_passed_while_waiting_is_refused_on_submitting(either: Database, clock: Clock) -> None:
    async with either.unit() as session:
        zhang = await an_account(session, "zhang", Role.CLERK, now=clock())
        draft = a_draft(send_at=clock() + timedelta(hours=1))
        notice = await notices.write(session, draft, zhang, "form", clock())
        clock.move(hours=2)
        with pytest.raises(Refused, match="发送时间11月20日 11:00已经过了"):
            await notices.submit(session, notice, zhang, clock())


async def test_a_returned_notice_is_mended_and_goes_the_same_way(either: Database, clock: Clock) -> None:
    async with either.unit() as session:
        zhang = await an_account(session, "zhang", Role.CLERK, now=clock())
        li = await an_account(session, "li", Role.APPROVER, now=clock())
        notice = await notices.write(session, a_draft(), zhang, "form", clock())
        await notices.submit(session, notice, zhang, clock())
        with pytest.raises(Refused, match="写一句要改什么"):
            await notices.send_back(session, notice, li, " ", clock())
        await notices.send_back(session, notice, li, "少写了地点", clock())
        assert (notice.state, notice.remark) == (State.RETURNED, "少写了地点")
        await notices.revise(session, notice, a_draft(body="在镇政府二楼。"), zhang, clock())
        await notices.submit(session, notice, zhang, clock())
        await notices.approve(session, notice, li, clock())
        assert (notice.state, notice.remark) == (State.APPROVED, "")


Act = Callable[[AsyncSession, notices.Notice, notices.Staff, Clock], Awaitable[None]]


@pytest.mark.parametrize(
    "act, said",
    [
        (lambda s, n, a, c: notices.revise(s, n, a_draft(), a, c()), "已批准，不能再改"),
        (lambda s, n, a, c: notices.submit(s, n, a, c()), "已批准，不能提交"),
        (lambda s, n, a, c: notices.pause(s, n, a, c()), "已批准，不能暂停"),
        (lambda s, n, a, c: notices.resume(s, n, a, c()), "已批准，不能继续"),
        (lambda s, n, a, c: notices.send_back(s, n, a, "改", c()), "已批准，不能退回"),
    ],
)
async def test_no_step_out_of_turn(either: Database, clock: Clock, act: Act, said: str) -> None:
    async with either.unit() as session:
        notice = await an_approved_notice(session, clock())
        chief = await an_account(session, "chief", Role.ADMIN, now=clock())
        with pytest.raises(Refused, match=said):
            await act(session, notice, chief, clock)


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.TRAINER, Role.REVIEWER])
async def test_who_has_not_the_role_is_told_so(either: Database, clock: Clock, role: Role) -> None:
    async with either.unit() as session:
        other = await an_account(session, "wang", role, now=clock())
        with pytest.raises(Refused, match="没有“写通知”的权限"):
            await notices.write(session, a_draft(), other, "form", clock())


async def test_a_county_does_not_see_its_neighbours_notices(either: Database, clock: Clock) -> None:
    async with either.unit() as session:
        notice = await an_approved_notice(session, clock())
        neighbour = await an_account(session, "guxian", Role.CLERK, now=clock(), region="141025")
        city = await an_account(session, "jincheng", Role.CLERK, now=clock(), region="140500")
        assert await notices.listed(session, neighbour) == []
        assert await notices.listed(session, city) == [notice]
        with pytest.raises(Refused, match="不在您账号的辖区里"):
            await notices.get_for(session, notice.id, neighbour)
