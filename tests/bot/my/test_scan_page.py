"""Scanning the trainer's screen: a scan in time counts at once, every other one is told kindly what to do."""

from __future__ import annotations

import pytest

from handlers.context import House
from records import scans
from records.enrolments import Seating
from records.marks import Status
from tests.bot.my.conftest import HERE, WORKERS, Phone, Phones, Taught, Teach
from tests.conftest import Clock
from tests.halls import a_hall

QR = ["qr"]


def screen(taught: Taught) -> str:
    """The address in the QR code that the screen shows now."""
    return f"/my/in/{scans.shown(taught.house.database.vault, taught.sitting.id, taught.house.clock())}"


async def test_a_fresh_scan_checks_in_at_once(phone: Phone, teach: Teach) -> None:
    taught = await teach(factors=QR)
    await phone.enter()
    page = await phone.open(screen(taught))
    assert page.path == "/my/check-in"
    assert "签到成功" in page.text and "10:00" in page.text
    (mark,) = await taught.marks()
    assert (mark.status, mark.ways) == (Status.PRESENT, "qr")


async def test_a_scan_serves_where_the_code_is_asked_for(phone: Phone, teach: Teach) -> None:
    taught = await teach(factors=["code"])
    await phone.enter()
    assert "签到成功" in (await phone.open(screen(taught))).text


async def test_where_the_place_is_asked_for_too_a_slow_phone_has_three_minutes(
    phone: Phone, phones: Phones, teach: Teach, clock: Clock
) -> None:
    taught = await teach(factors=["qr", "place"])
    await phone.enter()
    page = await phone.open(screen(taught))
    assert "扫老师的屏幕 有了" in page.text and "用我的位置签到" in page.text
    assert "data-at-once" in page.html
    slow = await phones()
    await slow.enter(WORKERS[1])
    late = await slow.open(screen(taught))
    clock.move(minutes=2, seconds=50)
    assert "签到成功" in (await phone.tap(page, **HERE)).text
    assert [mark.ways for mark in await taught.marks()] == ["qr+place"]
    clock.move(seconds=15)
    page = await slow.tap(late, **HERE)
    assert "扫老师的屏幕 用微信“扫一扫”" in page.text and "签到成功" not in page.text
    assert await taught.marks(1) == []


async def test_a_scan_that_is_over_says_scan_again(phone: Phone, teach: Teach, clock: Clock) -> None:
    taught = await teach(factors=QR)
    await phone.enter()
    address = screen(taught)
    clock.move(seconds=21)
    page = await phone.open(address)
    assert "这个二维码过期了（15秒换一次），请用微信再扫一次" in page.text
    assert await taught.marks() == []
    assert "签到成功" in (await phone.open(screen(taught))).text
    page = await phone.open(address)  # and afterwards it is no trouble
    assert "签到成功" in page.text and "过期" not in page.text


async def test_scanning_again_says_when_he_checked_in(phone: Phone, teach: Teach, clock: Clock) -> None:
    taught = await teach(factors=QR)
    await phone.enter()
    address = screen(taught)
    for _ in range(2):
        assert "签到成功" in (await phone.open(address)).text
    clock.move(minutes=40)
    page = await phone.open(screen(taught))
    assert "签到成功" in page.text and "10:00" in page.text
    assert len(await taught.marks()) == 1


async def test_a_scan_before_the_window_waits_and_goes_on_by_itself(phone: Phone, teach: Teach, clock: Clock) -> None:
    taught = await teach(factors=QR)
    clock.move(minutes=-31)  # a minute before half past nine
    await phone.enter()
    page = await phone.open(screen(taught))
    assert "还没开始签到" in page.text and "9:30" in page.text and "还有1分钟" in page.text
    assert 'data-renew=""' in page.html and 'http-equiv="refresh" content="60"' in page.html
    assert await taught.marks() == []
    clock.move(minutes=1, seconds=1)
    page = await phone.again()
    assert "签到成功" in page.text and "09:30" in page.text
    assert [mark.ways for mark in await taught.marks()] == ["qr"]


async def test_who_waited_longer_than_a_scan_holds_scans_again(phone: Phone, teach: Teach, clock: Clock) -> None:
    taught = await teach(factors=QR)
    clock.move(minutes=-40)
    await phone.enter()
    page = await phone.open(screen(taught))
    assert "还有10分钟" in page.text
    clock.move(minutes=11)
    page = await phone.again()
    assert "对准老师的屏幕" in page.text and "data-finished" in page.html
    assert await taught.marks() == []
    assert "签到成功" in (await phone.open(screen(taught))).text


async def test_hours_before_nobody_waits_on_the_page(phone: Phone, teach: Teach, clock: Clock) -> None:
    taught = await teach(factors=QR)
    clock.move(hours=-2)
    await phone.enter()
    page = await phone.open(screen(taught))
    assert "还没开始签到" in page.text and "data-renew" not in page.html and "refresh" not in page.html


async def test_another_class_says_whose_it_is(phone: Phone, teach: Teach, house: House) -> None:
    await teach(factors=QR)
    async with house.database.unit() as session:
        hall = await a_hall(session, house.clock(), name="电工1班", factors=QR)
    await phone.enter()
    page = await phone.open(screen(Taught(house, hall)))
    assert page.status == 403
    assert "您不在电工1班的名单上" in page.text and "当面找老师" in page.text


async def test_who_waits_for_a_seat_need_not_check_in(phone: Phone, teach: Teach, house: House) -> None:
    taught = await teach(factors=QR)
    async with house.database.unit() as session:
        (await session.merge(taught.hall.enrolments[0])).seating = Seating.WAITING
    await phone.enter()
    assert "还在候补" in (await phone.open(screen(taught))).text


async def test_the_screen_of_another_day_says_which(phone: Phone, teach: Teach, clock: Clock) -> None:
    taught = await teach(factors=QR, days=2)
    clock.move(days=1)
    await phone.enter()
    page = await phone.open(screen(taught))
    assert "这是11月20日上午课的码，不是今天的课" in page.text


async def test_a_cancelled_session_and_one_that_is_over(phone: Phone, teach: Teach, house: House, clock: Clock) -> None:
    taught = await teach(factors=QR)
    await phone.enter()
    clock.move(hours=3, minutes=1)
    assert "13:00已经下课" in (await phone.open(screen(taught))).text
    clock.move(hours=-3)
    async with house.database.unit() as session:
        sitting = await session.merge(taught.sitting)
        sitting.cancelled_at, sitting.cancelled_why = house.clock(), "停电"
    assert "取消了：停电" in (await phone.open(screen(taught))).text
    assert await taught.marks() == []


@pytest.mark.parametrize("token", ["x", "A" * 24, "签到"])
async def test_a_code_of_nobody_is_none_of_ours(phone: Phone, teach: Teach, token: str) -> None:
    await teach(factors=QR)
    await phone.enter()
    page = await phone.open(f"/my/in/{token}")
    assert page.status in (403, 404)
    assert "签到成功" not in page.text


async def test_a_session_that_is_gone_says_scan_the_present_one(phone: Phone, teach: Teach, house: House) -> None:
    await teach(factors=QR)
    await phone.enter()
    token = scans.shown(house.database.vault, 999, house.clock())
    assert "没有找到这节课" in (await phone.open(f"/my/in/{token}")).text


async def test_who_is_not_known_yet_keeps_the_time_of_his_scan(phone: Phone, teach: Teach, clock: Clock) -> None:
    taught = await teach(factors=QR)
    clock.move(minutes=4, seconds=50)
    address = screen(taught)
    assert "请在微信里打开" in (await phone.open(address)).text
    clock.move(minutes=2)
    page = await phone.enter(path=address)
    assert "签到成功" in page.text and "10:04" in page.text
    (mark,) = await taught.marks()
    assert mark.status == Status.PRESENT  # scanned in time, although the class began long before he was known
    assert (mark.received_at - mark.at).total_seconds() == 120


async def test_a_scan_does_not_wait_longer_than_its_ticket(phone: Phone, teach: Teach, clock: Clock) -> None:
    taught = await teach(factors=QR)
    address = screen(taught)
    await phone.open(address)
    clock.move(minutes=3, seconds=1)
    assert "这个二维码过期了" in (await phone.enter(path=address)).text
    assert await taught.marks() == []


async def test_at_the_end_a_scan_signs_out(phone: Phone, teach: Teach, clock: Clock) -> None:
    taught = await teach(factors=QR, sign_out=True)
    await phone.enter()
    await phone.open(screen(taught))
    clock.move(hours=2, minutes=55)
    assert "已签退" in (await phone.open(screen(taught))).text
    assert [mark.status for mark in await taught.marks()] == [Status.PRESENT, Status.OUT]
