"""The office's side: institutions and their standing, the list of classes, one class decided on one page."""

from __future__ import annotations

import asyncio

import pytest
from sqlalchemy import select

from handlers.context import House
from records.class_states import ClassState
from records.classes import TrainingClass
from records.institutions import Institution, Standing
from records.staff import Role
from tests.bot.planning.conftest import Door, Town
from tests.office import LINGCHUAN, an_account
from tests.schools import a_school, a_submitted_class, a_trainer

SCHOOL = {"name": "宏业技校", "region": "古县", "address": "岳阳镇新街8号", "phone": "0357-8320000"}


async def test_everything_to_decide_by_is_on_one_page(door: Door, town: Town) -> None:
    li = await door("li")
    page = await li.open(f"/staff/classes/{town.waiting.id}")
    for said in (
        "您来审批",
        "学员花名册（1人）",
        "课程表（计划25天，排了25天）",
        "前10天安全和基本操作",
        "《焊工（初级）》教材",
        "理论占40%",
        "冯老师、李老师",
        "焊工属A类，最多补45天",
        "执行期到2024年12月31日，已过",
        "2026年12月",
        "李*英",
        "1405**********002X",
        "6位签到码＋现场位置",
        "提交审批",
    ):
        assert said in page.text, said
    assert "李秀英" not in page.text


async def test_one_approves_and_the_colleague_who_taps_too_is_told(door: Door, house: House, town: Town) -> None:
    li, zhou = await door("li"), await door("zhou")
    at = f"/staff/classes/{town.waiting.id}"
    for browser in (li, zhou):
        await browser.open(at)
    pages = await asyncio.gather(li.send(f"{at}/approve"), zhou.send(f"{at}/approve"))
    told = sorted(("批准了，机构可以开课" in page.text, "只有待审批的班能批准" in page.text) for page in pages)
    assert told == [(False, True), (True, False)]
    async with house.database.unit() as session:
        assert (await session.get_one(TrainingClass, town.waiting.id)).state == ClassState.APPROVED


async def test_a_return_needs_what_is_to_be_mended_and_shows_it_to_the_school(door: Door, town: Town) -> None:
    li, at = await door("li"), f"/staff/classes/{town.waiting.id}"
    await li.open(at)
    page = await li.send(f"{at}/return", remark="  ")
    assert page.status == 422 and "退回时请写清要补什么、改什么" in page.text
    page = await li.send(f"{at}/return", remark="长" * 501)
    assert page.status == 422 and "原因最多500个字，现在501个" in page.text and "长" * 501 in page.html
    page = await li.send(f"{at}/return", remark="考核方案没写实操占多少分")
    assert page.path == "/staff/classes" and "“焊工4班”退回了" in page.text
    page = await (await door("feng")).open(f"/teach/classes/{town.waiting.id}")
    assert "县人社局退回：考核方案没写实操占多少分" in page.text and "修改计划" in page.text


async def test_what_waits_is_on_top_and_the_list_narrows(door: Door, house: House, town: Town) -> None:
    async with house.database.unit() as session:
        school = await a_school(session, "宏业技校", standing=Standing.WARNED)
        trainer = await a_trainer(session, school, house.clock())
        await a_submitted_class(session, trainer, house.clock(), name="电工1班", occupation="电工")
        away = await a_school(session, "陵川校", region=LINGCHUAN)
        far = await a_trainer(session, away, house.clock())
        await a_submitted_class(session, far, house.clock(), name="远方班", region=LINGCHUAN)
    zhang = await door("zhang")
    page = await zhang.open("/staff/classes")
    assert "等审批 2" in page.text and "机构已警示" in page.text and "远方班" not in page.text
    narrowed = {"occupation=电工": "电工1班", f"school={town.school.id}": "焊工4班", "q=4班": "焊工4班"}
    for query, name in narrowed.items():
        page = await zhang.open(f"/staff/classes?{query}")
        assert f">{name}</a></td>" in page.html and "共 1 条" in page.text
    page = await zhang.open("/staff/classes?state=approved&school=²&page=9999999")
    assert page.status == 200 and "没有这样的班" in page.text


@pytest.mark.parametrize("login, status", [("zhang", 403), ("feng", 403)])
async def test_who_may_not_judge(door: Door, town: Town, login: str, status: int) -> None:
    browser, at = await door(login), f"/staff/classes/{town.waiting.id}"
    await browser.open("/staff/classes")
    assert (await browser.send(f"{at}/approve")).status == status
    assert (await browser.send(f"{at}/return", remark="改")).status == status


async def test_another_countys_office_sees_nothing(door: Door, house: House, town: Town) -> None:
    async with house.database.unit() as session:
        await an_account(session, "far", Role.APPROVER, now=house.clock(), region=LINGCHUAN)
    far = await door("far")
    assert (await far.open(f"/staff/classes/{town.waiting.id}")).status == 403
    assert (await far.open(f"/staff/institutions/{town.school.id}")).status == 403
    assert "鑫达职校" not in (await far.open("/staff/institutions")).text


async def test_a_class_is_cancelled_with_its_reason(door: Door, house: House, town: Town) -> None:
    li, at = await door("li"), f"/staff/classes/{town.waiting.id}"
    await li.open(at)
    assert "取消要写原因" in (await li.send(f"{at}/cancel", reason="")).text
    page = await li.send(f"{at}/cancel", reason="报名的人不够")
    assert "这个班取消了：报名的人不够" in page.text and 'aria-current="step"' not in page.html


async def test_a_clerk_lists_an_institution_and_mends_it(door: Door, house: House) -> None:
    zhang = await door("zhang")
    await zhang.open("/staff/institutions/new")
    page = await zhang.send(
        "/staff/institutions/new", **SCHOOL | {"occupations": "", "phone": "没有", "region": "古县"}
    )
    assert page.status == 422 and "请填能教的工种" in page.text and "电话要填电话号码，如 0357-8320000" in page.text
    assert page.value("name") == "宏业技校"
    page = await zhang.send("/staff/institutions/new", **SCHOOL | {"occupations": "焊工、电工"})
    assert "列入目录了" in page.text and "还没有账号" in page.text
    at = page.path
    page = await zhang.open(f"{at}/edit")
    assert page.value("region") == "古县" and "焊工、电工" in page.text
    page = await zhang.send(f"{at}/edit", **SCHOOL | {"occupations": "焊工", "address": "北平镇", "region": "古县"})
    assert "改能教的工种" in page.text and "改资料" in page.text and "古县 · 北平镇" in page.text
    await zhang.open("/staff/institutions/new")
    page = await zhang.send("/staff/institutions/new", **SCHOOL | {"occupations": "焊工"})
    assert page.status == 422 and "目录里已经有“宏业技校”" in page.text
    page = await zhang.send(
        "/staff/institutions/new", **SCHOOL | {"name": "新校", "region": "月亮", "occupations": "焊工"}
    )
    assert page.status == 422 and "您填的是“月亮”" in page.text
    page = await zhang.send(
        "/staff/institutions/new", **SCHOOL | {"name": "新校", "region": "陵川县", "occupations": "焊工"}
    )
    assert page.status == 422 and "不在您账号的辖区里" in page.text


async def test_a_warning_has_its_reason_and_is_shown(door: Door, house: House, town: Town) -> None:
    li, at = await door("li"), f"/staff/institutions/{town.school.id}"
    page = await li.open(at)
    assert "焊工4班" in page.text and "feng" in page.text
    page = await li.send(f"{at}/standing", standing="warned", reason="")
    assert page.status == 422 and "请填原因" in page.text
    page = await li.send(f"{at}/standing", standing="warned", reason="抽查少了12人")
    assert "状态改成“已警示”了" in page.text and "抽查少了12人" in page.text
    assert "机构已警示" in (await li.open(f"/staff/classes/{town.waiting.id}")).text
    assert "已警示" in (await (await door("feng")).open("/teach/classes")).text
    zhang = await door("zhang")
    page = await zhang.open("/staff/institutions?standing=warned&occupation=焊工&q=鑫达")
    assert "共 1 条" in page.text
    await zhang.open(at)
    page = await zhang.send(f"{at}/standing", standing="good", reason="改好了")
    assert page.status == 422 and "没有“审核或批准”的权限" in page.text
    async with house.database.unit() as session:
        assert (await session.scalars(select(Institution.standing))).one() == Standing.WARNED
