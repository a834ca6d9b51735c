"""The worker's home, attendance and voucher pages."""

from __future__ import annotations

from datetime import timedelta

import pytest

from handlers.context import House
from records import codes, excuses, people, voucher_desk, vouchers
from records.excuses import Decision, Wish
from records.marks import Status
from records.seats import roster
from records.voucher_states import State
from tests.bot.my.conftest import Phone, Taught, Teach
from tests.classes import a_voucher
from tests.conftest import Clock
from tests.halls import a_mark


async def test_home_shows_the_one_thing_to_do_now(phone: Phone, teach: Teach, clock: Clock) -> None:
    taught = await teach(factors=["text"])
    page = await phone.enter()
    assert f'class="button main huge" href="/my/check-in?session={taught.sitting.id}">签到' in page.html
    assert "上午课 10:00—13:00 焊工3班 可以签到" in page.text and "13:30起可签" in page.text
    await phone.tap(await phone.open("/my/check-in"))
    page = await phone.open("/my/")
    assert "button main huge" not in page.html and "已签到 10:00" in page.text
    clock.move(hours=8)
    assert "下午课 14:00—17:00 焊工3班 没有签到" in (await phone.open("/my/")).text
    clock.move(days=1)
    assert "今天没有课" in (await phone.open("/my/")).text


async def test_home_says_what_is_still_missing(phone: Phone, teach: Teach, house: House) -> None:
    taught = await teach(factors=["code", "place"])
    assert "还要：6位签到码、现场位置" in (await phone.enter()).text
    code = codes.code(house.database.vault, taught.sitting, house.clock())
    await phone.tap(await phone.open("/my/check-in"), code=code)
    assert "还要：现场位置" in (await phone.open("/my/")).text


async def test_home_tells_the_next_day_of_class(phone: Phone, teach: Teach, clock: Clock) -> None:
    await teach(days=2)
    clock.move(hours=-12)
    page = await phone.enter()
    assert "今天没有课 下一节：11月20日 周五 焊工3班 上午课" in page.text


async def test_attendance_is_a_calendar_of_what_the_register_says(
    phone: Phone, teach: Teach, house: House, clock: Clock
) -> None:
    taught = await teach(days=3)
    said = [Status.PRESENT, Status.LATE, Status.LEAVE, Status.MADE_UP, None]
    async with house.database.unit() as session:
        for number, status in enumerate(said):
            if status:
                await a_mark(session, taught.hall, 0, status, taught.hall.sittings[number].starts_at, number)
        sitting = await session.merge(taught.hall.sittings[5])
        sitting.cancelled_at, sitting.cancelled_why = house.clock(), "停电"
    clock.move(days=2, hours=8)
    page = await phone.enter(path="/my/attendance")
    assert "20 到 迟 21 假 补 22 缺 停" in page.text
    assert "第几天 3/3 出勤 3/5 75% 迟到 1 缺课 1 请假 1 补签 1" in page.text


async def excused(taught: Taught, worker: int = 0) -> list[tuple[str, str, str]]:
    async with taught.house.database.unit() as session:
        found = await excuses.of(session, taught.hall.enrolments[worker])
    return [(each.wish, each.reason, each.decision) for each in found]


async def test_leave_is_asked_for_and_waits_for_the_trainer(phone: Phone, teach: Teach) -> None:
    taught = await teach()
    page = await phone.enter(path="/my/attendance?ask=leave")
    afternoon = taught.hall.sittings[1].id
    assert f'<option value="{afternoon}">11月20日 下午课 14:00' in page.html
    for _ in range(2):  # sent twice, it is one wish
        page = await phone.send("/my/attendance", wish="leave", session=afternoon, reason="孩子病了")
    assert "请假已经交给老师" in page.text and "请假 11月20日下午课 等老师批 孩子病了" in page.text
    assert f'<option value="{afternoon}"' not in page.html
    assert await excused(taught) == [(Wish.LEAVE, "孩子病了", Decision.ASKED)]


async def test_a_missed_check_in_is_asked_to_be_made_up(phone: Phone, teach: Teach, clock: Clock) -> None:
    taught = await teach(made_up_most=1)
    clock.move(hours=8)
    page = await phone.enter(path="/my/attendance?ask=make_up")
    assert "来了没签上，还可补1次" in page.text
    wish = {"wish": "make_up", "session": taught.sitting.id, "reason": "手机没电"}
    page = await phone.send("/my/attendance", **wish)
    assert "补签已经交给老师" in page.text and "补签次数用完了" in page.text
    page = await phone.send("/my/attendance", **wish | {"session": taught.hall.sittings[1].id})
    assert page.status == 422 and "最多补签1次" in page.text
    assert len(await excused(taught)) == 1


@pytest.mark.parametrize(
    "told, words",
    [
        ({"reason": ""}, "原因"),
        ({"reason": "病" * 201}, "最多200个字"),
        ({"session": "999", "reason": "有事"}, "您的课里没有这一节"),
    ],
)
async def test_a_wish_that_is_wrong_comes_back_with_what_was_typed(
    phone: Phone, teach: Teach, told: dict[str, str], words: str
) -> None:
    taught = await teach()
    await phone.enter(path="/my/attendance")
    wish = {"wish": "leave", "session": taught.hall.sittings[1].id} | told
    page = await phone.send("/my/attendance", **wish)
    assert page.status == 422 and words in page.text
    assert told["reason"] in page.html
    assert await excused(taught) == []


async def test_numbers_in_a_reason_are_masked(phone: Phone, teach: Teach) -> None:
    taught = await teach()
    await phone.enter(path="/my/attendance")
    afternoon = taught.hall.sittings[1].id
    await phone.send("/my/attendance", wish="leave", session=afternoon, reason="找13812345678请的")
    assert (await excused(taught))[0][1] == "找138****5678请的"


async def test_a_refusal_shows_the_trainers_words(phone: Phone, teach: Teach, house: House) -> None:
    taught = await teach()
    async with house.database.unit() as session:
        now = house.clock()
        seat = taught.hall.seat(0, 1)
        session.add(
            excuses.Excuse(
                enrolment_id=seat.enrolment.id,
                session_id=seat.session.id,
                wish=Wish.LEAVE,
                reason="有事",
                decision=Decision.REFUSED,
                asked_at=now,
                decided_at=now,
                remark="这节要考试",
            )
        )
    assert "没同意 有事 老师：这节要考试" in (await phone.enter(path="/my/attendance")).text


async def test_who_has_no_class_is_led_to_the_classes(phone: Phone, teach: Teach, house: House) -> None:
    taught = await teach()
    async with house.database.unit() as session:
        (await session.merge(taught.hall.enrolments[0])).seating = "left"
    assert "还没有班" in (await phone.enter(path="/my/attendance")).text
    assert "您还没有报班" in (await phone.open("/my/")).text


async def test_a_voucher_shows_its_code_and_what_happened_to_it(phone: Phone, teach: Teach, house: House) -> None:
    taught = await teach()
    async with house.database.unit() as session:
        person = await people.get(session, taught.hall.enrolments[0].person_id)
        assert person is not None
        voucher = await a_voucher(session, person, house.clock())
        old = await a_voucher(session, person, house.clock(), "电工")
        await voucher_desk.move(session, old, State.WITHDRAWN, "worker", house.clock(), "不学了")
        until = (await vouchers.of(session, person))[0].expires_on
    page = await phone.enter(path="/my/voucher")
    assert until == house.clock().date() + timedelta(days=90)
    assert voucher.number in page.text and "有效到 2027年2月18日" in page.text
    assert page.html.count('class="segno"') == 1  # of the one that is of use
    assert "已退回" in page.text and "不学了" in page.text
    assert page.text.index(voucher.number) < page.text.index(old.number)


async def test_who_has_no_voucher_is_told_how_to_get_one(phone: Phone, teach: Teach) -> None:
    await teach()
    assert "回复“领券”" in (await phone.enter(path="/my/voucher")).text


async def test_one_sees_what_the_records_hold_of_oneself_with_the_number_masked(phone: Phone, teach: Teach) -> None:
    taught = await teach()
    async with taught.house.database.unit() as session:
        (_, person), *_ = await roster(session, taught.hall.training_class.id)
        await a_voucher(session, person, taught.house.clock())
    number = taught.house.database.vault.open(person.id_sealed)
    page = await phone.enter(path="/my/held")
    assert "培训班 1条" in page.text and "培训券 1条" in page.text and "没有记录的" in page.text
    assert person.id_masked in page.text and number not in page.html
