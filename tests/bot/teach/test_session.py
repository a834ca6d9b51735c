"""One session's page: counts, the roll, calling it with and without a script, and putting a mark right."""

from __future__ import annotations

from datetime import timedelta

import pytest

from handlers.context import House
from records import register, scheduling
from records.class_states import ClassState
from records.classes import TrainingClass
from records.marks import Side, Status
from records.sessions import Session
from tests.bot.console.conftest import Browser
from tests.conftest import Clock
from tests.hall import Hall

SCRIPT = {"Accept": "application/json"}


async def marks(house: House, hall: Hall, number: int) -> list[tuple[str, str, str]]:
    async with house.database.unit() as session:
        found = await register.history(session, hall.sitting, hall.enrolments[number])
        assert await register.fault(session, hall.sitting.id) == ""
    return [(mark.status, mark.ways, mark.reason) for mark in found]


async def test_who_is_missing_stands_first_with_full_names(feng: Browser, hall: Hall, house: House) -> None:
    async with house.database.unit() as session:
        await hall.came(session, 0, house.clock())
    text = (await feng.open(hall.address)).text
    assert "1 / 4 到" in text
    assert text.index("没到 3人") < text.index("王建国") < text.index("已到 1人") < text.index("李秀英")
    assert "10:00 签到码" in text


async def test_a_tap_without_a_script_enters_and_says_so(feng: Browser, hall: Hall, house: House) -> None:
    await feng.open(hall.address)
    page = await feng.send(f"{hall.address}/call", call=hall.call(1, "late"))
    assert page.path == hall.address
    assert "记上了：王*国，迟到，10:00" in page.text
    assert await marks(house, hall, 1) == [("late", "teacher", "")]
    async with house.database.unit() as session:
        mark = await register.latest(session, hall.sitting, hall.enrolments[1], Side.IN)
    assert mark and mark.actor == hall.trainer.actor


async def test_the_same_tap_three_times_is_one_mark(feng: Browser, hall: Hall, house: House) -> None:
    await feng.open(hall.address)
    told = [await call(feng, hall, 0) for _ in range(3)]
    assert [each["is_new"] for each in told] == [True, False, False]
    assert await marks(house, hall, 0) == [("present", "teacher", "")]


async def test_a_tap_that_was_kept_on_the_phone_counts_from_when_it_was_made(
    feng: Browser, hall: Hall, house: House, clock: Clock
) -> None:
    await feng.open(hall.address)
    clock.move(hours=5)
    await call(feng, hall, 0, ago=str(5 * 3600 - 60))
    async with house.database.unit() as session:
        mark = await register.latest(session, hall.sitting, hall.enrolments[0], Side.IN)
    assert mark is not None
    assert (mark.received_at, mark.received_at - mark.at) == (clock(), timedelta(seconds=5 * 3600 - 60))


@pytest.mark.parametrize(
    "hours, ago, said",
    [
        (-1, "", "开课前30分钟起可以点"),
        (4, "", "点名时间过了"),
        (30, str(29 * 3600), "超过24小时"),
    ],
    ids=["an hour before", "an hour after", "kept too long"],
)
async def test_a_tap_outside_its_time_is_refused_with_what_to_do(
    feng: Browser, hall: Hall, house: House, clock: Clock, hours: int, ago: str, said: str
) -> None:
    clock.move(hours=hours)
    await feng.sign_in("feng")
    assert said in (await call(feng, hall, 0, ago=ago))["problem"]
    assert await marks(house, hall, 0) == []


async def test_who_checked_in_himself_keeps_his_own_mark(feng: Browser, hall: Hall, house: House) -> None:
    await feng.open(hall.address)
    async with house.database.unit() as session:
        await hall.came(session, 0, house.clock())
    told = await call(feng, hall, 0, "leave")
    assert told["is_new"] is False
    assert "已经记了出勤（10:00，签到码），没有改" in told["said"]
    assert await marks(house, hall, 0) == [("present", "code", "")]


@pytest.mark.parametrize("told", ["", "7", "x:present", "1:absent", "999999:present"])
async def test_what_no_button_sends_enters_nothing(feng: Browser, hall: Hall, told: str) -> None:
    await feng.open(hall.address)
    page = await feng.send(f"{hall.address}/call", call=told)
    assert page.path == hall.address
    assert "没看懂" in page.text or "不在这个班的名单里" in page.text
    assert "0 / 4 到" in page.text


async def test_a_wrong_tap_is_put_right_with_a_reason_and_stays_to_be_seen(
    feng: Browser, hall: Hall, house: House
) -> None:
    await feng.open(hall.address)
    await call(feng, hall, 0)
    trainee = f"{hall.address}/trainees/{hall.enrolments[0].id}"
    page = await feng.open(trainee)
    form = {"mark": page.value("mark"), "key": page.value("key"), "status": "absent"}
    page = await feng.send(trainee, **form, reason="")
    assert page.status == 422
    assert "请填原因" in page.text
    assert 'value="absent" checked' in page.html
    page = await feng.send(trainee, **form, reason="点错了人")
    assert "改好了：缺勤" in page.text and "0 / 4 到" in page.text
    assert "改好了" in (await feng.send(trainee, **form, reason="点错了人")).text
    assert await marks(house, hall, 0) == [("present", "teacher", ""), ("absent", "teacher", "点错了人")]
    text = (await feng.open(trainee)).text
    assert "出勤" in text and "缺勤（更正）" in text and "点错了人" in text


async def test_of_two_corrections_at_once_the_second_is_told(feng: Browser, hall: Hall, house: House) -> None:
    await feng.open(hall.address)
    await call(feng, hall, 0)
    trainee = f"{hall.address}/trainees/{hall.enrolments[0].id}"
    mark = (await feng.open(trainee)).value("mark")
    await feng.send(trainee, mark=mark, key="one", status="late", reason="晚了十分钟")
    page = await feng.send(trainee, mark=mark, key="two", status="leave", reason="请了假")
    assert page.status == 422
    assert "刚被别人改过" in page.text
    assert len(await marks(house, hall, 0)) == 2


async def test_signing_out_by_the_trainer_where_the_class_asks_for_it(
    feng: Browser, hall: Hall, house: House, clock: Clock
) -> None:
    async with house.database.unit() as session:
        (await session.get_one(TrainingClass, hall.training_class.id)).sign_out = True
    clock.move(minutes=20)
    page = await feng.open(hall.address)
    assert ":out" not in page.html
    assert "还没签到" in (await call(feng, hall, 0, "out"))["problem"]
    await call(feng, hall, 0)
    assert f'value="{hall.call(0, "out")}"' in (await feng.open(hall.address)).html
    await call(feng, hall, 0, "out")
    assert [status for status, _, _ in await marks(house, hall, 0)] == [Status.PRESENT, Status.OUT]


@pytest.mark.parametrize("state, said", [(ClassState.HANDED_IN, "已经上交"), (ClassState.CANCELLED, "不上课")])
async def test_a_closed_register_takes_no_more(
    feng: Browser, hall: Hall, house: House, state: ClassState, said: str
) -> None:
    async with house.database.unit() as session:
        training_class = await session.get_one(TrainingClass, hall.training_class.id)
        training_class.state = state
        training_class.handed_in_at = house.clock() if state is ClassState.HANDED_IN else None
    page = await feng.open(hall.address)
    assert 'name="call"' not in page.html
    assert said in (await call(feng, hall, 0))["problem"]


async def test_a_cancelled_session_says_why(feng: Browser, hall: Hall, house: House) -> None:
    async with house.database.unit() as session:
        sitting = await session.get_one(Session, hall.sitting.id)
        sitting.cancelled_at, sitting.cancelled_why = house.clock(), "停电"
    page = await feng.open(hall.address)
    assert "这节课取消了：停电" in page.text
    assert 'name="call"' not in page.html
    assert "已经取消" in (await call(feng, hall, 0))["problem"]


async def test_a_moved_session_says_from_when_and_why(feng: Browser, hall: Hall, house: House, clock: Clock) -> None:
    later = hall.sitting.starts_at + timedelta(hours=1)
    async with house.database.unit() as session:
        sitting = await session.get_one(Session, hall.sitting.id)
        await scheduling.move_session(
            session, sitting, later, later + timedelta(hours=2), hall.trainer, "老师堵在路上", clock()
        )
    text = (await feng.open(hall.address)).text
    assert "改过时间，原来是 11月20日 10:10。原因：老师堵在路上" in text
    assert "11:10–13:10" in text


async def test_the_part_that_renews_itself_is_sent_only_when_it_changed(
    feng: Browser, hall: Hall, house: House
) -> None:
    tag = (await feng.client.get(f"{hall.address}/roll")).headers["ETag"]
    same = await feng.client.get(f"{hall.address}/roll", headers={"If-None-Match": tag})
    assert (same.status, await same.text()) == (304, "")
    async with house.database.unit() as session:
        await hall.came(session, 0, house.clock())
    after = await feng.client.get(f"{hall.address}/roll", headers={"If-None-Match": tag})
    assert after.status == 200
    assert after.headers["ETag"] != tag


async def call(browser: Browser, hall: Hall, number: int, status: str = "present", ago: str = "0") -> dict[str, object]:
    """Tap as the page's script does."""
    form = {"csrf": browser.token, "call": hall.call(number, status), "ago": ago}
    answer = await browser.client.post(f"{hall.address}/call", data=form, headers=SCRIPT)
    told: dict[str, object] = await answer.json()
    assert answer.status == (409 if "problem" in told else 200)
    return told
