"""Certificates: entered once, for who passed, with the voucher; whose number is it; who is newly skilled."""

from __future__ import annotations

import asyncio
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from handlers import certificate_rules
from knowledge.certificates import LEVELS, catalogue
from records import audit, certificate_search, certifying
from records.certificate_search import Wanted
from records.certificates import Certificate, Skill
from records.database import Database
from records.enrolments import Enrolment
from records.errors import Refused
from records.nudges import Nudge
from records.voucher_states import State
from records.vouchers import Voucher
from tests.certified import a_handed_in_class, a_number, a_paper
from tests.conftest import Clock
from tests.taught import a_taught_class, a_trainee


async def test_a_certificate_carries_the_voucher_on_and_the_same_again_changes_nothing(
    either: Database, clock: Clock
) -> None:
    async with either.unit() as session:
        taught, vouchers = await a_handed_in_class(session, clock)
        enter = certificate_rules.enter
        first, is_new = await enter(session, taught.enrolments[0], a_paper(), taught.trainer, clock())
        again, is_again_new = await enter(session, taught.enrolments[0], a_paper(), taught.clerk, clock())
        told = await session.get_one(Nudge, first.thing)
        deeds = [entry.event for entry in await audit.history(session, first.thing)]
    assert (is_new, is_again_new, again.id) == (True, False, first.id)
    assert (vouchers[0].state, vouchers[0].certificate) == (State.CERTIFIED, first.number)
    assert (first.skill, first.voucher_id, first.enrolment_id) == (
        Skill.SKILLED,
        vouchers[0].id,
        taught.enrolments[0].id,
    )
    assert deeds == ["certificate:paper:enter"]
    assert "焊工初级工的职业技能等级证书登记好了" in told.text


async def test_a_number_serves_once_and_it_is_said_whose_it_is(either: Database, clock: Clock) -> None:
    async with either.unit() as session:
        taught, vouchers = await a_handed_in_class(session, clock)
        await certificate_rules.enter(session, taught.enrolments[0], a_paper(), taught.trainer, clock())
        spaced = a_paper(number=" ".join(a_number(1)).lower())
        with pytest.raises(Refused) as refused:
            await certificate_rules.enter(session, taught.enrolments[1], spaced, taught.trainer, clock())
        with pytest.raises(Refused, match="他这个班已经登记过证书"):
            await certificate_rules.enter(session, taught.enrolments[0], a_paper(2), taught.trainer, clock())
    holder = taught.persons[0]
    assert f"2026年11月20日已经登记给{holder.shown}了" in refused.value.reason
    assert vouchers[1].state == State.ASSESSED


async def test_only_who_passed_a_class_that_was_handed_in_gets_one(either: Database, clock: Clock) -> None:
    async with either.unit() as session:
        taught, _ = await a_handed_in_class(session, clock)
        other = await a_taught_class(session, clock())
        with pytest.raises(Refused, match="考核结果是“不合格”"):
            await certificate_rules.enter(session, taught.enrolments[2], a_paper(), taught.trainer, clock())
        with pytest.raises(Refused, match="班级上交以后才能登记证书"):
            await certificate_rules.enter(session, other.enrolments[0], a_paper(), other.trainer, clock())
        with pytest.raises(Refused, match="要由这个班所在机构的老师或县人社局登记"):
            await certificate_rules.enter(session, taught.enrolments[0], a_paper(), other.trainer, clock())
        with pytest.raises(Refused, match="要由县人社局登记"):
            await certificate_rules.enter_apart(session, taught.persons[0], a_paper(), taught.trainer, clock())


@pytest.mark.parametrize("changes, said", [
    ({"occupation": "电工"}, "证书写的是电工，培训券是焊工的"),
    ({"kind": "结业证"}, "证书类型要是职业技能等级证书、"),
    ({"issued_on": date(2026, 11, 21)}, "发证日期不能晚于今天"),
    ({"issued_on": date(2026, 1, 1)}, "发证日期不能早于开班那天"),
    ({"number": "S123"}, "编号是22位.*您填的有4位"),
    ({"number": a_number(1, level="4")}, "编号里的等级是中级工，您选的是初级工"),
    ({"number": a_number(1, level="9")}, "编号里的等级“9”不是1到5"),
    ({"number": a_number(1, year="24")}, "编号里的年份是2024年，发证日期填的是2026年"),
    ({"level": ""}, "要选等级"),
    ({"kind": "专项职业能力证书"}, "不分等级"),
    ({"kind": "特种作业操作证", "level": "", "number": "T141025198805060127"}, "身份证号不是.*的"),
])  # fmt: skip
async def test_a_certificate_that_cannot_be_is_refused(
    either: Database, clock: Clock, changes: dict[str, object], said: str
) -> None:
    async with either.unit() as session:
        taught, vouchers = await a_handed_in_class(session, clock)
        with pytest.raises(Refused, match=said):
            await certificate_rules.enter(session, taught.enrolments[0], a_paper(**changes), taught.trainer, clock())
        assert (await session.scalars(select(Certificate))).all() == []
    assert vouchers[0].state == State.ASSESSED


async def test_a_number_that_is_an_id_number_is_kept_masked_once_an_occupation(either: Database, clock: Clock) -> None:
    async with either.unit() as session:
        taught, vouchers = await a_handed_in_class(session, clock)
        person = taught.persons[0]
        id_number = either.vault.open(person.id_sealed)
        paper = a_paper(kind="特种作业操作证", level="", number=f"t{id_number.lower()}")
        first, _ = await certificate_rules.enter(session, taught.enrolments[0], paper, taught.trainer, clock())
        again, is_new = await certificate_rules.enter(session, taught.enrolments[0], paper, taught.trainer, clock())
        aside = a_paper(kind="特种作业操作证", level="", number=f"T{id_number}", occupation="电工")
        second, _ = await certificate_rules.enter_apart(session, person, aside, taught.clerk, clock())
    assert (again.id, is_new) == (first.id, False)
    assert first.shown == second.shown == f"T{person.id_masked}" == vouchers[0].certificate
    assert id_number not in first.number
    assert first.number != second.number


async def test_what_a_certificate_made_of_somebody_does_not_depend_on_the_order_of_entry(
    either: Database, clock: Clock
) -> None:
    async with either.unit() as session:
        taught, _ = await a_handed_in_class(session, clock)
        now, _ = await certificate_rules.enter(session, taught.enrolments[0], a_paper(), taught.trainer, clock())
        assert now.skill == Skill.SKILLED
        old = a_paper(level="中级工", number=a_number(7, "4", "20"), issued_on=date(2020, 5, 1), occupation="电工")
        before, _ = await certificate_rules.enter_apart(session, taught.persons[0], old, taught.clerk, clock())
        rise = a_paper(level="高级工", number=a_number(8, "3"), occupation="电工")
        later, _ = await certificate_rules.enter_apart(session, taught.persons[0], rise, taught.clerk, clock())
    assert [before.skill, now.skill, later.skill] == [Skill.SKILLED, Skill.NONE, Skill.HIGHLY_SKILLED]


@given(st.lists(st.sampled_from(("", *LEVELS)), max_size=8))
def test_somebody_is_new_at_most_once_of_each(levels: list[str]) -> None:
    high = catalogue().high
    found = certifying.skills(levels, high)
    assert found.count(Skill.SKILLED) <= 1
    assert found.count(Skill.HIGHLY_SKILLED) == (1 if set(levels) & high else 0)
    assert not levels or found[0] != Skill.NONE


async def test_a_correction_leaves_what_stood_there_in_the_log_and_follows_the_voucher(
    either: Database, clock: Clock
) -> None:
    async with either.unit() as session:
        taught, vouchers = await a_handed_in_class(session, clock)
        first, _ = await certificate_rules.enter(session, taught.enrolments[0], a_paper(1), taught.trainer, clock())
        await certificate_rules.enter(session, taught.enrolments[1], a_paper(2), taught.trainer, clock())
        correct = certificate_rules.correct
        with pytest.raises(Refused, match="请联系县人社局"):
            await correct(session, first, a_paper(3), "抄错了", taught.trainer, clock())
        with pytest.raises(Refused, match="要写原因"):
            await correct(session, first, a_paper(3), " ", taught.clerk, clock())
        with pytest.raises(Refused, match="已经登记给"):
            await correct(session, first, a_paper(2), "抄错了", taught.clerk, clock())
        await correct(session, first, a_paper(3), "抄错了", taught.clerk, clock())
        entry = (await audit.history(session, first.thing))[-1]
    assert first.number == vouchers[0].certificate == a_number(3)
    assert (entry.details["before"]["number"], entry.details["after"]["number"]) == (a_number(1), a_number(3))


async def test_each_sees_what_is_his_business(either: Database, clock: Clock) -> None:
    async with either.unit() as session:
        taught, _ = await a_handed_in_class(session, clock)
        other = await a_taught_class(session, clock())
        entered, _ = await certificate_rules.enter(session, taught.enrolments[0], a_paper(), taught.trainer, clock())
        somebody = await a_trainee(session, 777, clock())
        await certificate_rules.enter_apart(session, somebody, a_paper(5, occupation="电工"), taught.clerk, clock())
        for account, wanted, count in (
            (taught.clerk, Wanted(), 2),
            (taught.clerk, Wanted(words="电工"), 1),
            (taught.clerk, Wanted(skill="highly_skilled"), 0),
            (taught.trainer, Wanted(), 1),
            (other.trainer, Wanted(), 0),
        ):
            assert (await certificate_search.search(session, account, wanted, 0, 10))[1] == count
        with pytest.raises(Refused, match="不归您管"):
            await certificate_search.certificate_for(session, entered.id, other.trainer)


@pytest.mark.postgres
@pytest.mark.parametrize("either", ["postgresql"], indirect=True)
async def test_one_number_for_two_people_in_the_same_moment_is_somebodys_once(either: Database, clock: Clock) -> None:
    async with either.unit() as session:
        taught, vouchers = await a_handed_in_class(session, clock)

    async def give(place: int) -> bool:
        try:
            async with either.unit() as session:
                enrolment = await session.get_one(Enrolment, taught.enrolments[place].id)
                await certificate_rules.enter(session, enrolment, a_paper(), taught.trainer, clock())
        except Refused:
            return False
        return True

    assert sorted(await asyncio.gather(give(0), give(1))) == [False, True]
    async with either.unit() as session:
        states = [(await session.get_one(Voucher, each.id)).state for each in vouchers[:2]]
        assert len((await session.scalars(select(Certificate))).all()) == 1
    assert sorted(states) == [State.ASSESSED, State.CERTIFIED]
