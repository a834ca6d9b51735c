"""A trainer plans a class: one form, all kept on error, the subsidised days, the timetable and its changes."""

from __future__ import annotations

from sqlalchemy import select

from handlers.context import House
from records import layouts, planning
from records.class_states import ClassState
from records.classes import Factor, TrainingClass
from records.nudges import Nudge
from records.staff import Role
from tests.bot.console.conftest import Page
from tests.bot.planning.conftest import FORM, Door, Town
from tests.conftest import Clock
from tests.office import an_account
from tests.schools import GUXIAN, a_school, a_trainee_of, a_trainer


async def the_class(house: House, name: str = "焊工5班") -> TrainingClass:
    async with house.database.unit() as session:
        return (await session.scalars(select(TrainingClass).where(TrainingClass.name == name))).one()


async def planned(door: Door) -> Page:
    feng = await door("feng")
    await feng.open("/teach/classes/new")
    return await feng.send("/teach/classes/new", **FORM)


async def test_a_plan_becomes_a_draft_with_its_timetable(door: Door, house: House) -> None:
    page = await planned(door)
    found = await the_class(house)
    assert page.path == f"/teach/classes/{found.id}"
    assert "计划存好了，课程表排了25天，从12月01日开始" in page.text
    assert "焊工属A类，最多补45天；计划25天，每人可补3000元" in page.text
    assert "学员花名册（还没有学员）" in page.text and "课程表（计划25天，排了25天）" in page.text
    assert "2027年的放假安排还没公布" in page.text
    assert "元旦" in page.text
    assert found.state == ClassState.DRAFT and found.needs == {Factor.CODE, Factor.PLACE}
    assert found.teachers == ["冯老师", "李老师"]


async def test_a_wrong_form_comes_back_whole_with_a_sentence_under_each_field(door: Door) -> None:
    feng = await door("feng")
    await feng.open("/teach/classes/new")
    wrong = FORM | {"capacity": "四十", "starts": "", "latitude": "111.9", "parts": "evening", "evening_starts": ""}
    page = await feng.send("/teach/classes/new", **wrong | {"evening_ends": "", "region": "古县"})
    assert page.status == 422
    for sentence in (
        "名额要填整数，如 30，您填的是“四十”。",
        "请填开课日期。",
        "纬度最大是54",
        "晚课要填上课和下课时间",
    ):
        assert sentence in page.text
    assert (page.value("name"), page.value("capacity"), page.value("venue")) == ("焊工5班", "四十", "实训楼201")
    assert "前10天安全和基本操作" in page.text


async def test_what_a_rule_refuses_keeps_the_form_too(door: Door) -> None:
    feng = await door("feng")
    await feng.open("/teach/classes/new")
    page = await feng.send("/teach/classes/new", **FORM | {"starts": "2026-11-02"})
    assert page.status == 422 and "开课日期要在今天到一年之内，您填的是2026年11月2日" in page.text
    page = await feng.send("/teach/classes/new", **FORM | {"region": "山西省"})
    assert page.status == 422 and "要填到县（市、区），如 陵川县，您填的是“山西省”" in page.text
    page = await feng.send("/teach/classes/new", **FORM | {"occupation": "美发师"})
    assert page.status == 422 and "没有被允许教美发师" in page.text
    assert page.value("venue") == "实训楼201"


async def test_the_line_of_subsidised_days_is_renewed_by_itself(door: Door) -> None:
    feng = await door("feng")

    async def told(query: str) -> str:
        return (await feng.open(f"/teach/classes/subsidised?{query}")).text

    assert "计划60天，只按45天算，每人可补5000元" in await told("occupation=焊工&days=60&region=古县")
    assert "陵川焊工培训定25天，每人补4000元" in await told("occupation=焊工&days=25&region=陵川县")
    assert "没有给这个工种定补贴的天数" in await told("occupation=电工&days=25&region=陵川县")
    for unfinished in ("", "occupation=焊工&days=&region=古县", "occupation=焊工&days=-1&region=古县", "days=9"):
        assert "选好工种、填好天数" in await told(unfinished)


async def test_a_browsers_point_is_turned_into_the_maps(door: Door) -> None:
    feng = await door("feng")
    answer = await feng.client.get("/teach/classes/place?latitude=39.911954&longitude=116.377817")
    assert await answer.json() == {"latitude": 39.913345, "longitude": 116.384047}
    assert (await feng.client.get("/teach/classes/place?latitude=here")).status == 400


async def test_a_draft_is_mended_and_a_session_moved_alone_stays_where_days_stay(door: Door, house: House) -> None:
    await planned(door)
    found, feng = await the_class(house), await door("feng")
    async with house.database.unit() as session:
        first, *_ = await layouts.of_class(session, found.id)
    at = f"/teach/classes/{found.id}"
    await feng.open(f"{at}/sessions/{first.id}")
    page = await feng.send(f"{at}/sessions/{first.id}/move", day="2026-12-05", starts="14:00", ends="17:00")
    assert page.path == at and "改到12月5日14:00了。" in page.text
    page = await feng.open(f"{at}/edit")
    assert (page.value("starts"), page.value("days"), page.value("teachers")) == ("2026-12-02", "25", "冯老师、李老师")
    await feng.send(f"{at}/edit", **FORM | {"starts": "2026-12-02", "capacity": "30"})
    async with house.database.unit() as session:
        kept = {each.id: str(each.day) for each in await layouts.of_class(session, found.id)}
    assert (await the_class(house)).capacity == 30
    assert kept[first.id] == "2026-12-05"
    await feng.open(f"{at}/edit")
    await feng.send(f"{at}/edit", **FORM | {"starts": "2026-12-02", "days": "3"})
    async with house.database.unit() as session:
        laid = await layouts.of_class(session, found.id)
    assert [str(each.day) for each in laid] == ["2026-12-02", "2026-12-03", "2026-12-04"]


async def test_with_the_office_nothing_is_changed_and_all_that_lacks_was_said(
    door: Door, house: House, town: Town
) -> None:
    await planned(door)
    found, feng = await the_class(house), await door("feng")
    at = f"/teach/classes/{found.id}"
    await feng.open(at)
    page = await feng.send(f"{at}/submit")
    assert "还差1样：学员花名册（还没有学员）。补齐再提交。" in page.text
    async with house.database.unit() as session:
        await a_trainee_of(session, found, house.clock())
    page = await feng.send(f"{at}/submit")
    assert "交给人社局审批了" in page.text and "接着写计划" not in page.text
    page = await feng.send(f"{at}/edit", **FORM)
    assert page.status == 422 and "这个班现在是“待审批”，计划不能再改" in page.text
    page = await feng.send(f"{at}/cancel", reason="场地没谈下来")
    assert "这个班取消了：场地没谈下来" in page.text


async def test_an_approved_session_is_cancelled_and_its_trainees_are_told(
    door: Door, house: House, town: Town, clock: Clock
) -> None:
    async with house.database.unit() as session:
        li = await an_account(session, "sun", Role.APPROVER, now=clock(), region=GUXIAN)
        await planning.approve(session, await session.merge(town.waiting), li, clock())
        first, *_ = await layouts.of_class(session, town.waiting.id)
    feng, at = await door("feng"), f"/teach/classes/{town.waiting.id}"
    page = await feng.open(f"{at}/sessions/{first.id}")
    assert "马上通知学员" in page.text
    page = await feng.send(
        f"{at}/sessions/{first.id}/move", day="2026-12-02", starts="08:30", ends="11:00", reason="停电"
    )
    assert page.status == 422 and "12月2日上午课（08:30开始）已经有课了" in page.text
    assert page.value("reason") == "停电"
    page = await feng.send(f"{at}/sessions/{first.id}/cancel", reason="教室停电")
    assert "这节课取消了，已经通知学员。" in page.text and "12月1日08:30的课：教室停电" in page.text
    async with house.database.unit() as session:
        assert len((await session.scalars(select(Nudge))).all()) == 1


async def test_another_schools_trainer_sees_nothing(door: Door, house: House, town: Town) -> None:
    async with house.database.unit() as session:
        await a_trainer(session, await a_school(session), house.clock(), "stranger")
    stranger, at = await door("stranger"), f"/teach/classes/{town.waiting.id}"
    assert (await stranger.open(at)).status == 403
    assert (await stranger.open(f"{at}/edit")).status == 403
    assert "焊工4班" not in (await stranger.open("/teach/classes")).text
    page = await stranger.send(f"{at}/cancel", reason="捣乱")
    assert "没有这个班，或者它不归您管" in page.text


async def test_an_account_without_a_school_is_told_whom_to_ask(door: Door, house: House) -> None:
    async with house.database.unit() as session:
        await an_account(session, "alone", Role.TRAINER, now=house.clock(), region=GUXIAN)
    alone = await door("alone")
    for path in ("/teach/classes", "/teach/classes/new"):
        page = await alone.open(path)
        assert page.status == 403 and "没有挂在培训机构上" in page.text
    zhang = await door("zhang")
    assert "没有“班级”的权限" in (await zhang.open("/teach/classes")).text
