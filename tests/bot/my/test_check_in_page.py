"""Checking in on the page, as a phone without JavaScript does it: what is asked for, what is refused, once only."""

from __future__ import annotations

import pytest

from bot.my.door import PHONE_COOKIE
from handlers.context import House
from records import codes, people, proofs
from records.marks import Status
from tests.bot.my.conftest import AWAY, HERE, WORKERS, Phone, Phones, Taught, Teach
from tests.conftest import Clock
from tests.halls import a_hall, a_mark

CODE = ["code"]


def code_of(taught: Taught, steps_ago: int = 0) -> str:
    house = taught.house
    return codes.code(house.database.vault, taught.sitting, house.clock(), steps_ago)


async def test_a_code_alone_checks_in(phone: Phone, teach: Teach) -> None:
    taught = await teach(factors=CODE, days=25)
    await phone.enter()
    page = await phone.open("/my/check-in")
    assert "焊工3班" in page.text and "6位签到码" in page.text
    page = await phone.tap(page, code=code_of(taught))
    assert "签到成功" in page.text and "10:00" in page.text
    assert "第几天 1/25" in page.text and "出勤 1/1" in page.text
    assert "下一节：下午课14:00，记得再签" in page.text
    (mark,) = await taught.marks()
    assert (mark.status, mark.ways, mark.actor) == (Status.PRESENT, "code", "worker")


@pytest.mark.parametrize("typed", ["{} {}", " {}{} ", "wide"])
async def test_digits_may_be_typed_in_any_way(phone: Phone, teach: Teach, typed: str) -> None:
    taught = await teach(factors=CODE)
    code = code_of(taught)
    wide = code.translate({ord("0") + digit: ord("０") + digit for digit in range(10)})
    page = await phone.enter(path="/my/check-in")
    page = await phone.tap(page, code=wide if typed == "wide" else typed.format(code[:3], code[3:]))
    assert "签到成功" in page.text


@pytest.mark.parametrize("typed", ["12345", "abcdef", "1234567"])
async def test_what_is_no_code_is_said_to_be_none(phone: Phone, teach: Teach, typed: str) -> None:
    taught = await teach(factors=CODE)
    page = await phone.tap(await phone.enter(path="/my/check-in"), code=typed)
    assert "签到码要填老师屏幕上的6位数字" in page.text and typed in page.text
    assert await taught.marks() == []


async def test_a_wrong_and_an_old_code_are_told_apart(phone: Phone, teach: Teach) -> None:
    taught = await teach(factors=CODE)
    page = await phone.enter(path="/my/check-in")
    wrong = "000000" if code_of(taught) != "000000" else "111111"
    assert "码不对" in (await phone.tap(page, code=wrong)).text
    assert "这个码过期了" in (await phone.tap(page, code=code_of(taught, 3), key="another tap")).text
    assert "签到成功" in (await phone.tap(page, code=code_of(taught, 1), key="a third tap")).text
    assert len(await taught.marks()) == 1


async def test_nothing_typed_asks_for_the_code(phone: Phone, teach: Teach) -> None:
    await teach(factors=CODE)
    page = await phone.tap(await phone.enter(path="/my/check-in"), code="")
    assert "请填老师屏幕上的6位码" in page.text


async def test_a_phone_that_sends_no_place_is_told_the_other_way(phone: Phone, teach: Teach) -> None:
    await teach(factors=["place"])
    page = await phone.tap(await phone.enter(path="/my/check-in"))
    assert "手机定不了位" in page.text and "点“＋”里的“位置”发过去，一样算数" in page.text


async def test_code_and_place_come_one_after_the_other_or_together(phone: Phone, phones: Phones, teach: Teach) -> None:
    taught = await teach(factors=["code", "place"])
    page = await phone.tap(await phone.enter(path="/my/check-in"), code=code_of(taught))
    assert "6位签到码 有了" in page.text and "现场位置 在教室里点一下就行" in page.text
    assert await taught.marks() == []
    assert "签到成功" in (await phone.tap(page, **HERE)).text
    other = await phones()
    page = await other.tap(await other.enter(WORKERS[1], "/my/check-in"), code=code_of(taught), **HERE)
    assert "签到成功" in page.text
    assert [mark.ways for worker in (0, 1) for mark in await taught.marks(worker)] == ["code+place"] * 2


@pytest.mark.parametrize(
    "told, words",
    [
        (AWAY, "您离教室约1.0公里，没签上"),
        (HERE | {"accuracy": 3000}, "手机定位太模糊"),
        ({"failed": "denied"}, "您没有允许用位置"),
        ({"failed": "unavailable"}, "手机定不了位"),
        ({"latitude": "nan", "longitude": "nan"}, "位置填得不对"),
        ({"latitude": "360", "longitude": "0"}, "位置"),
    ],
)
async def test_a_place_that_does_not_help_says_why(
    phone: Phone, teach: Teach, told: dict[str, object], words: str
) -> None:
    taught = await teach(factors=["place"])
    page = await phone.tap(await phone.enter(path="/my/check-in"), **told)
    assert words in page.text
    assert await taught.marks() == []


async def test_the_same_tap_sent_again_changes_nothing(phone: Phone, teach: Teach, clock: Clock) -> None:
    taught = await teach(factors=["code", "place"])
    page, code = await phone.enter(path="/my/check-in"), code_of(taught)
    for _ in range(3):
        shown = await phone.tap(page, code=code, **HERE)
        assert "签到成功" in shown.text and "10:00" in shown.text
        clock.move(seconds=100)  # the code has turned meanwhile
    assert len(await taught.marks()) == 1


async def test_one_phone_for_two_trainees_leaves_one_mark_of_the_phone(
    phone: Phone, phones: Phones, teach: Teach, house: House
) -> None:
    taught = await teach(factors=["text"])
    other = await phones()
    page = await other.enter(path="/my/check-in")
    for openid in WORKERS:
        await phone.tap(await phone.enter(openid, "/my/check-in"))
    await other.tap(page)
    kept = {cookie.key: cookie.value for cookie in phone.client.session.cookie_jar}[PHONE_COOKIE]
    async with house.database.unit() as session:
        left = [
            proof
            for seat in (taught.hall.seat(0), taught.hall.seat(1))
            for proof in await proofs.since(session, seat.session.id, seat.enrolment.id, taught.sitting.opens_at)
        ]
    devices = [proof.device for proof in left]
    assert len(devices) == 3 and len(set(devices)) == 2
    assert {proof.network for proof in left} == {house.database.vault.index("network 127.0.0.1")}
    assert house.database.vault.index(f"browser {kept}") in devices and kept not in devices


async def test_where_saying_it_is_enough_the_tap_is_the_check_in(phone: Phone, teach: Teach) -> None:
    taught = await teach(factors=["text"])
    assert "签到成功" in (await phone.tap(await phone.enter(path="/my/check-in"))).text
    assert [mark.ways for mark in await taught.marks()] == ["text"]


@pytest.mark.parametrize("factors, words", [(["qr"], "对准老师的屏幕"), (["teacher"], "老师点名")])
async def test_what_no_button_can_do_has_none(phone: Phone, teach: Teach, factors: list[str], words: str) -> None:
    await teach(factors=factors)
    page = await phone.enter(path="/my/check-in")
    assert words in page.text
    assert 'button class="main huge"' not in page.html


async def test_who_comes_late_is_told_so_kindly(phone: Phone, teach: Teach, clock: Clock) -> None:
    taught = await teach(factors=CODE)
    clock.move(minutes=17)
    page = await phone.tap(await phone.enter(path="/my/check-in"), code=code_of(taught))
    assert "已签到" in page.text and "10:17" in page.text and "记迟到（10:00上课）" in page.text


@pytest.mark.parametrize(
    "moved, words",
    [
        ({"minutes": -45}, "还没开始签到"),
        ({"hours": 3, "minutes": 1}, "还没开始签到"),  # the afternoon's
        ({"hours": 8}, "今天的课都结束了"),
        ({"days": 1}, "今天没有课"),
    ],
)
async def test_outside_the_window_it_says_what_comes(
    phone: Phone, teach: Teach, clock: Clock, moved: dict[str, float], words: str
) -> None:
    await teach(factors=CODE)
    clock.move(**moved)
    page = await phone.enter(path="/my/check-in")
    assert words in page.text
    assert '/my/"' in page.html


async def test_a_page_kept_open_too_long_checks_nobody_in(phone: Phone, teach: Teach, clock: Clock) -> None:
    taught = await teach(factors=["text"])
    page = await phone.enter(path="/my/check-in")
    clock.move(hours=4)
    page = await phone.tap(page)
    assert "这节课13:00已经下课" in page.text and "来了没签上，补签" in page.text
    assert await taught.marks() == []


async def test_a_cancelled_session_says_why(phone: Phone, teach: Teach, house: House) -> None:
    taught = await teach(factors=["text"])
    page = await phone.enter(path="/my/check-in")
    async with house.database.unit() as session:
        sitting = await session.merge(taught.sitting)
        sitting.cancelled_at, sitting.cancelled_why = house.clock(), "停电"
    assert "取消了：停电，不用签到" in (await phone.tap(page)).text
    assert await taught.marks() == []


@pytest.mark.parametrize("session", ["999", "x", "", "1" * 30])
async def test_a_session_that_is_not_his_cannot_be_signed(phone: Phone, teach: Teach, session: str) -> None:
    await teach(factors=["text"])
    page = await phone.enter(path="/my/check-in")
    page = await phone.tap(page, session=session)
    assert page.status in (200, 403)
    assert "签到成功" not in page.text


async def test_signing_out_is_offered_and_early_leave_is_said(phone: Phone, teach: Teach, clock: Clock) -> None:
    taught = await teach(factors=["text"], sign_out=True)
    page = await phone.tap(await phone.enter(path="/my/check-in"))
    assert "13:00下课，记得签退" in page.text
    assert 'href="/my/check-in?session=1&amp;side=out"' in page.html
    clock.move(hours=1)
    page = await phone.tap(await phone.open(f"/my/check-in?session={taught.sitting.id}&side=out"))
    assert "已签退" in page.text and "记早退（13:00下课）" in page.text
    clock.move(hours=2, minutes=5)
    assert [mark.status for mark in await taught.marks()] == [Status.PRESENT, Status.EARLY]


async def test_at_the_end_the_button_signs_out(phone: Phone, teach: Teach, clock: Clock) -> None:
    taught = await teach(factors=["text"], sign_out=True)
    await phone.tap(await phone.enter(path="/my/check-in"))
    clock.move(hours=2, minutes=55)
    page = await phone.enter(path="/my/check-in")
    assert page.value("side") == "out"
    assert "已签退" in (await phone.tap(page)).text
    assert [mark.status for mark in await taught.marks()] == [Status.PRESENT, Status.OUT]


async def test_absent_by_the_trainer_stays_so(phone: Phone, teach: Teach, house: House) -> None:
    taught = await teach(factors=["text"])
    page = await phone.enter(path="/my/check-in")
    async with house.database.unit() as session:
        await a_mark(session, taught.hall, 0, Status.ABSENT, house.clock())
    assert "老师记的是缺勤" in (await phone.tap(page)).text
    assert len(await taught.marks()) == 1


async def test_of_two_classes_at_once_he_chooses(phone: Phone, teach: Teach, house: House) -> None:
    taught = await teach(factors=["text"])
    async with house.database.unit() as session:
        person = await people.get(session, taught.hall.enrolments[0].person_id)
        assert person is not None
        other = await a_hall(session, house.clock(), people=[person], name="电工1班", factors=["text"])
    page = await phone.enter(path="/my/check-in")
    assert "签哪一节" in page.text and "焊工3班" in page.text and "电工1班" in page.text
    page = await phone.tap(await phone.open(f"/my/check-in?session={other.sittings[0].id}"))
    assert "签到成功" in page.text and "电工1班" in page.text
    assert "焊工3班" in (await phone.open("/my/check-in")).text
