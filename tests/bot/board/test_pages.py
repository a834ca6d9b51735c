"""The office looks on: the board, one session, what is worth a look, spot checks; each for its own region and roles."""

from __future__ import annotations

import pytest
from sqlalchemy import select, text

from handlers.context import House
from records.audit import Entry, Event
from records.spot_checks import SpotCheck
from records.suspicions import Finding, Suspicion
from tests.bot.board.conftest import Door
from tests.conftest import Clock
from tests.county import County


def attendance(county: County) -> str:
    return f"/staff/classes/{county.welders.training_class.id}/attendance"


def this_morning(county: County) -> int:
    return county.welders.sittings[2].id


async def test_the_board_shows_who_came_where_something_waits_and_renews_itself(door: Door, county: County) -> None:
    page = await (await door("zhang")).open("/staff/board")
    for said in (
        "正在上课 2个班",
        "在场学员 12",
        "应到17人",
        "到课率 70%",
        "要看一眼 3",
        "焊工3班",
        "9 / 12",
        "养老护理员1班",
        "3 / 5",
        "已警示",
        "10:01",
    ):
        assert said in page.text, said
    assert "叉车工5班" not in page.text and 'data-renew=""' in page.html


@pytest.mark.parametrize(
    "query, there, gone",
    [
        ("occupation=焊工", "焊工3班", "养老护理员1班"),
        ("when=now", "正在上课", "还没开始"),
        ("school=²&region=9", "没有这样的课", "焊工3班"),
    ],
)
async def test_the_board_narrows(door: Door, query: str, there: str, gone: str) -> None:
    page = await (await door("zhang")).open(f"/staff/board?{query}")
    assert there in page.text and gone not in page.html.partition('id="live"')[2]


async def test_another_countys_office_sees_its_own_and_a_trainer_none(door: Door, county: County) -> None:
    far = await door("far")
    page = await far.open("/staff/board")
    assert "叉车工5班" in page.text and "焊工3班" not in page.text
    for address in (f"/staff/board/sessions/{this_morning(county)}", attendance(county), f"{attendance(county)}/sheet"):
        assert (await far.open(address)).status == 403
    assert (await far.open(f"/staff/checks/{this_morning(county)}")).status == 403
    assert "没有要看的" in (await far.open("/staff/suspicions")).text
    feng = await door("feng")
    for address in ("/staff/board", "/staff/board/days", "/staff/suspicions", "/staff/checks", attendance(county)):
        assert (await feng.open(address)).status == 403


async def test_a_session_is_told_trainee_by_trainee(door: Door, county: County) -> None:
    zhang = await door("zhang")
    page = await zhang.open(f"/staff/board/sessions/{this_morning(county)}")
    for said in ("周*燕 要看", "约860米", "签到码、位置", "还没到", "共9条，一条接一条核对过", "老师还没有传"):
        assert said in page.text, said
    assert "李秀英" not in page.text
    page = await zhang.open(f"/staff/board/sessions/{county.welders.sittings[0].id}")
    assert "王*国：迟到 → 出勤 冯老师" in page.text and "点错了人" in page.text and "没到" in page.text


async def test_a_register_that_was_meddled_with_is_told(door: Door, house: House, county: County) -> None:
    async with house.database.unit() as session:
        await session.execute(text("drop trigger marks_no_update"))
        told = {"sitting": this_morning(county)}
        await session.execute(text("update marks set status = 'late' where session_id = :sitting and number = 4"), told)
    page = await (await door("zhang")).open(f"/staff/board/sessions/{this_morning(county)}")
    assert "对不上：第4条的内容与校验值不符" in page.text


async def test_the_days_and_the_class_have_their_charts(door: Door, county: County) -> None:
    zhang = await door("zhang")
    page = await zhang.open("/staff/board/days")
    assert 'aria-label="11月19日 90%；"' in page.html and "18人次" in page.text
    page = await zhang.open(attendance(county))
    for said in ("应到20，实到18", "缺勤 2人次", "迟到3人次", "马*生 缺 缺", "空着的课还没下课"):
        assert said in page.text, said


async def test_a_sign_is_shown_with_its_evidence_and_a_sketch_and_never_accuses(door: Door, county: County) -> None:
    page = await (await door("zhang")).open("/staff/suspicions")
    for said in (
        "一部手机签了几个人",
        "可能是家人合用一部手机",
        "码对，人不在教室",
        "离教室860米（误差20米）",
        "不下结论",
    ):
        assert said in page.text, said
    assert "作弊" not in page.text and page.html.count('<svg class="sketch"') == 3
    assert "围栏半径200米；第2条离教室860米" in page.html


async def test_the_office_decides_once_and_says_how_it_knows(door: Door, house: House, county: County) -> None:
    zhang, li = await door("zhang"), await door("li")
    async with house.database.unit() as session:
        one = (await session.scalars(select(Suspicion).order_by(Suspicion.score))).first()
        assert one is not None
    page = await li.open("/staff/suspicions")
    page = await li.send(f"/staff/suspicions/{one.id}", finding="confirmed", remark="  ")
    assert page.status == 422 and "认定属实要写明怎么核实的" in page.text
    page = await li.send(f"/staff/suspicions/{one.id}", finding="harmless", remark="打电话问过，定位飘了")
    assert "记下了：没问题。" in page.text and "共 2 条" in page.text
    await zhang.open("/staff/suspicions")
    page = await zhang.send(f"/staff/suspicions/{one.id}", finding="confirmed", remark="我去看过")
    assert page.status == 422 and "刚有同事看过" in page.text
    page = await zhang.open("/staff/suspicions?state=harmless")
    assert "没问题：李建军" in page.text and "打电话问过，定位飘了" in page.text
    async with house.database.unit() as session:
        assert (await session.get_one(Suspicion, one.id)).finding == Finding.HARMLESS
    for login, status in (("far", 422), ("wu", 403)):
        browser = await door(login)
        await browser.open("/staff/suspicions")
        assert (await browser.send(f"/staff/suspicions/{one.id}", finding="harmless")).status == status


async def test_a_visit_is_written_down_with_its_difference(door: Door, house: House, county: County) -> None:
    zhang, at = await door("zhang"), f"/staff/checks/{this_morning(county)}"
    page = await zhang.open("/staff/checks")
    assert "今天4节课，随机抽2节" in page.text and "机构已警示" in page.text and "有情况要看" in page.text
    page = await zhang.open(at)
    page = await zhang.send(at, counted="好多", at="25:99")
    assert page.status == 422 and "好多" in page.html
    page = await zhang.send(at, counted="7", at="14:30")
    assert page.status == 422 and "还没到" in page.text
    page = await zhang.send(at, counted="7", at="10:12", remark="两人去领材料")
    assert "数到7人，登记9人，少2人" in page.text
    await zhang.send(at, counted="7", at="10:12", remark="两人去领材料")
    async with house.database.unit() as session:
        assert len((await session.scalars(select(SpotCheck))).all()) == 1
    page = await zhang.open("/staff/checks")
    assert "看过1次" in page.text and "-2" in page.text and "两人去领材料" in page.text


async def test_a_day_without_classes_is_said_kindly(door: Door, clock: Clock) -> None:
    clock.move(days=30)
    zhang = await door("zhang")
    for address in ("/staff/board", "/staff/checks"):
        assert "今天没有课" in (await zhang.open(address)).text
    assert "这些天没有上过课" in (await zhang.open("/staff/board/days")).text


async def test_the_audit_log_knows_who_judged_and_who_counted(door: Door, house: House, county: County) -> None:
    zhang, at = await door("zhang"), f"/staff/checks/{this_morning(county)}"
    await zhang.open(at)
    await zhang.send(at, counted="9", at="10:12")
    async with house.database.unit() as session:
        entry = (await session.scalars(select(Entry).where(Entry.event == Event.CLASS_SPOT_CHECK))).one()
    assert entry.actor == county.clerk.actor and entry.details["counted"] == entry.details["registered"] == 9
