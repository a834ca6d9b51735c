"""A trainer's day: his sessions, beginning one, what waits for him; nobody else's."""

from __future__ import annotations

from datetime import timedelta

import pytest

from handlers.context import House
from records import audit
from records.audit import Event
from records.excuses import Wish
from records.sessions import Part, Session
from records.staff import Role
from tests.bot.console.conftest import Browser
from tests.bot.teach.conftest import Door
from tests.conftest import Clock
from tests.hall import Hall, a_hall
from tests.office import an_account


async def test_the_day_names_class_place_and_who_came(feng: Browser, hall: Hall, house: House) -> None:
    async with house.database.unit() as session:
        await hall.came(session, 0, house.clock())
    page = await feng.open("/teach/")
    assert "焊工3班 上午课" in page.text
    assert "实训楼201" in page.text
    assert "到 1 / 4" in page.text
    assert "正在签到" in page.text


async def test_the_days_to_come_stand_below_with_what_is_off(feng: Browser, hall: Hall, house: House) -> None:
    later = hall.sitting.starts_at + timedelta(days=1)
    async with house.database.unit() as session:
        session.add(
            Session(
                class_id=hall.training_class.id, day=hall.sitting.day + timedelta(days=1), part=Part.MORNING,
                starts_at=later, ends_at=later + timedelta(hours=3), cancelled_at=later, cancelled_why="停电",
            )
        )  # fmt: skip
    page = await feng.open("/teach/")
    assert "11月21日 周六 焊工3班 10:10–13:10（取消）" in page.text


async def test_a_day_without_class_says_so(feng: Browser, clock: Clock) -> None:
    clock.move(days=2)
    await feng.sign_in("feng")
    assert "今天没有课" in (await feng.open("/teach/")).text


async def test_beginning_twice_is_beginning_once(feng: Browser, hall: Hall, house: House, clock: Clock) -> None:
    await feng.open("/teach/")
    page = await feng.send(f"{hall.address}/begin")
    assert "开始上课了" in page.text
    clock.move(minutes=1)
    assert "已经开始了" in (await feng.send(f"{hall.address}/begin")).text
    assert "上课中" in (await feng.open("/teach/")).text
    async with house.database.unit() as session:
        acts = await audit.history(session, hall.sitting.thing)
    assert [entry.event for entry in acts] == [Event.CLASS_SESSION_BEGIN]


@pytest.mark.parametrize(
    "hours, said", [(-3, "开课前2小时起"), (4, "时间已经过了")], ids=["three hours before", "after the end"]
)
async def test_a_session_begins_in_its_time(feng: Browser, hall: Hall, clock: Clock, hours: int, said: str) -> None:
    clock.move(hours=hours)
    await feng.open("/teach/")
    page = await feng.send(f"{hall.address}/begin")
    assert page.status == 403
    assert said in page.text


async def test_wishes_of_any_day_wait_on_the_first_page_and_are_decided_there(
    feng: Browser, hall: Hall, house: House
) -> None:
    async with house.database.unit() as session:
        excuse = await hall.asks(session, 1, Wish.LEAVE, "孩子发烧", house.clock())
    page = await feng.open("/teach/")
    assert "等您批的 1条" in page.text
    assert "孩子发烧" in page.text
    page = await feng.send(f"/teach/excuses/{excuse.id}/refuse", back="/teach/", reason=" ")
    assert "不同意要写一句原因" in page.text
    page = await feng.send(f"/teach/excuses/{excuse.id}/approve", back="/teach/")
    assert page.path == "/teach/"
    assert "同意了请假" in page.text
    assert "等您批的" not in page.text
    page = await feng.send(f"/teach/excuses/{excuse.id}/approve", back="//elsewhere.example/")
    assert page.path == "/teach/"
    assert "已经有人处理过" in page.text


async def test_another_schools_trainer_sees_and_does_nothing(door: Door, hall: Hall, house: House) -> None:
    async with house.database.unit() as session:
        await a_hall(session, house.clock(), names=["钱小燕"], login="other", name="电工1班")
        excuse = await hall.asks(session, 1, Wish.LEAVE, "孩子发烧", house.clock())
    other = await door()
    await other.sign_in("other")
    page = await other.open("/teach/")
    assert "电工1班" in page.text
    assert "焊工3班" not in page.text and "孩子发烧" not in page.text
    trainee = f"{hall.address}/trainees/{hall.enrolments[0].id}"
    for path in (hall.address, f"{hall.address}/roll", trainee):
        page = await other.open(path)
        assert page.status == 403
        assert "不归您管" in page.text and "李秀英" not in page.html
    assert (await other.send(f"{hall.address}/begin")).status == 403
    assert "不归您管" in (await other.send(f"{hall.address}/call", call=hall.call(0))).text
    page = await other.send(f"/teach/excuses/{excuse.id}/approve", back="/teach/")
    assert "只有这个班所在机构的老师" in page.text


async def test_the_office_does_not_teach(door: Door, hall: Hall, house: House) -> None:
    async with house.database.unit() as session:
        await an_account(session, "clerk", Role.CLERK, now=house.clock(), region=hall.training_class.region)
    clerk = await door()
    await clerk.sign_in("clerk")
    for path in ("/teach/", hall.address, "/teach/wechat"):
        assert "没有“上课”的权限" in (await clerk.open(path)).text


async def test_an_admin_of_the_office_reads_masked_names_and_calls_nobody(door: Door, hall: Hall, house: House) -> None:
    async with house.database.unit() as session:
        await an_account(session, "admin", Role.ADMIN, now=house.clock(), region=hall.training_class.region)
    admin = await door()
    await admin.sign_in("admin")
    page = await admin.open(hall.address)
    assert "李*英" in page.text and "李秀英" not in page.html
    assert 'name="call"' not in page.html
    assert "只有这个班所在机构的老师" in (await admin.send(f"{hall.address}/call", call=hall.call(0))).text
