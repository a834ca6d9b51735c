"""The office's list of institutions: who may be added, permitted, warned, removed, and by whom."""

from __future__ import annotations

import asyncio

import pytest

from records import audit, institutes
from records.database import Database
from records.errors import Refused
from records.institutes import Facts
from records.institutions import Standing
from records.staff import Role, Staff
from tests.conftest import Clock
from tests.office import LINGCHUAN, an_account
from tests.schools import GUXIAN, a_school, a_trainer, an_approved_class

FACTS = Facts("宏业技校", GUXIAN, "古县岳阳镇新街8号", "03570000000")


async def test_an_institution_is_added_and_permitted(either: Database, clock: Clock) -> None:
    async with either.unit() as session:
        clerk = await an_account(session, "clerk", Role.CLERK, now=clock(), region=GUXIAN)
        school = await institutes.add(session, FACTS, ["焊工", " 电工 ", "焊工", ""], clerk, clock())
        assert (school.occupations, school.standing) == (["焊工", "电工"], Standing.GOOD)
        await institutes.permit(session, school, ["焊工"], clerk, clock())
        assert not school.may_teach("电工")
        await institutes.change(session, school, Facts(FACTS.name, GUXIAN, "古县北平镇"), clerk, clock())
        acts = await audit.history(session, school.thing)
    assert [each.event for each in acts] == [
        "institution:list:add",
        "institution:occupations:permit",
        "institution:facts:change",
    ]
    assert acts[-1].details == {"address": "古县北平镇", "phone": ""}


async def test_one_name_is_one_institution_also_when_two_clerks_add_it_at_once(either: Database, clock: Clock) -> None:
    async with either.unit() as session:
        clerk = await an_account(session, "clerk", Role.CLERK, now=clock(), region=GUXIAN)

    async def add() -> str:
        try:
            async with either.unit() as session:
                await institutes.add(session, FACTS, ["焊工"], clerk, clock())
        except Refused as refusal:
            return refusal.reason
        return "added"

    told = sorted(await asyncio.gather(add(), add()))
    assert told == ["added", "目录里已经有“宏业技校”，请在列表里找到它再改。"]


async def test_a_standing_has_a_reason_and_is_audited(either: Database, clock: Clock) -> None:
    async with either.unit() as session:
        school = await a_school(session)
        li = await an_account(session, "li", Role.APPROVER, now=clock(), region=GUXIAN)
        with pytest.raises(Refused, match="改机构状态要写原因"):
            await institutes.set_standing(session, school, Standing.WARNED, " ", li, clock())
        await institutes.set_standing(session, school, Standing.WARNED, "抽查少了12人", li, clock())
        with pytest.raises(Refused, match="已经是“已警示”"):
            await institutes.set_standing(session, school, Standing.WARNED, "再说一遍", li, clock())
        assert school.may_teach("焊工")
        (entry,) = await audit.history(session, school.thing)
    assert (entry.details["before"], entry.details["standing"]) == ("good", "warned")
    assert entry.details["remark"] == "正常→已警示：抽查少了12人"


async def test_who_may_do_what(either: Database, clock: Clock) -> None:
    async with either.unit() as session:
        school = await a_school(session)
        clerk = await an_account(session, "clerk", Role.CLERK, now=clock(), region=GUXIAN)
        elsewhere = await an_account(session, "far", Role.CLERK, now=clock(), region=LINGCHUAN)
        trainer = await a_trainer(session, school, clock())
        with pytest.raises(Refused, match="没有“审核或批准”的权限"):
            await institutes.set_standing(session, school, Standing.REMOVED, "虚报", clerk, clock())
        with pytest.raises(Refused, match="不在您账号的辖区里"):
            await institutes.add(session, FACTS, ["焊工"], elsewhere, clock())
        with pytest.raises(Refused, match="没有“经办”的权限"):
            await institutes.permit(session, school, ["美发师"], trainer, clock())
        with pytest.raises(Refused, match="不在您的辖区里"):
            await institutes.get_for(session, school.id, elsewhere)


async def test_the_list_is_of_ones_own_place_and_narrows(either: Database, clock: Clock) -> None:
    async with either.unit() as session:
        welders = await a_school(session, "甲校")
        hair = await a_school(session, "乙校", occupations=["美发师"], standing=Standing.WARNED)
        await a_school(session, "丙校", region=LINGCHUAN)
        trainer = await a_trainer(session, welders, clock())
        await an_approved_class(session, trainer, clock())
        clerk = await an_account(session, "clerk", Role.CLERK, now=clock(), region=GUXIAN)
        city = await an_account(session, "city", Role.AUDITOR, now=clock(), region="141000")

        async def names(account: Staff, **narrow: str) -> list[tuple[str, int]]:
            found = await institutes.listed(session, account, **narrow)
            return [(each.institution.name, each.classes) for each in found]

        assert await names(clerk) == [("乙校", 0), ("甲校", 1)]
        assert await names(clerk, standing="warned") == [("乙校", 0)]
        assert await names(clerk, occupation="焊工") == [("甲校", 1)]
        assert await names(clerk, words="岳阳镇") == [("乙校", 0), ("甲校", 1)]
        assert await names(trainer) == [("甲校", 1)]
        assert len(await names(city)) == 2
        assert [each.id for each in await institutes.trainers(session, welders)] == [trainer.id]
        assert await institutes.trainers(session, hair) == []


async def test_a_plan_of_no_school_of_ones_own(either: Database, clock: Clock) -> None:
    async with either.unit() as session:
        clerk = await an_account(session, "clerk", Role.CLERK, now=clock(), region=GUXIAN)
        with pytest.raises(Refused, match="没有挂在培训机构上"):
            await institutes.own(session, clerk)
