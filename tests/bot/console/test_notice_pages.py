"""A notice on the desk, from the blank form to the progress bar."""

from __future__ import annotations

import pytest

from bot.jobs.courier import Courier, Pace, Step
from handlers.context import House
from records import campaigns, recipients, windows
from records.windows import Opening
from tests.bot.console.conftest import Browser, Desk
from tests.bot.jobs.test_courier import Chat as Phones
from tests.conftest import Clock
from tests.office import LINGCHUAN, a_follower, a_person

FIELDS = {
    "title": "附城镇电工班12月1日开班",
    "body": "20个名额，免费。\r\n想报名回复“报名”。",
    "topic": "培训",
    "region": LINGCHUAN,
    "town": "附城镇",
    "groups": "农村劳动力",
    "when": "now",
}


@pytest.fixture
async def zhang(desk: Desk, house: House) -> Browser:
    """The writer, in an office with five followers of 附城镇 and one of 礼义镇."""
    async with house.database.unit() as session:
        for number in range(5):
            person = await a_person(session, house.clock(), "附城镇", "农村劳动力")
            await a_follower(session, f"w{number}", house.clock(), person)
            await windows.grant(session, {(f"w{number}", Opening.MESSAGE): house.clock()})
        await a_follower(session, "other", house.clock(), await a_person(session, house.clock(), "礼义镇"))
    browser = await desk()
    await browser.sign_in("zhang")
    return browser


@pytest.fixture
async def li(desk: Desk) -> Browser:
    browser = await desk()
    await browser.sign_in("li")
    return browser


async def a_submitted_notice(zhang: Browser, **changes: str) -> str:
    """The address of a notice that waits for approval."""
    form = await zhang.open("/staff/notices/new")
    page = await zhang.send("/staff/notices/new", key=form.value("key"), then="submit", **(FIELDS | changes))
    assert "已提交，等另一位同事批准。" in page.text, page.text
    return page.path


async def test_an_empty_list_says_what_notices_are_for(zhang: Browser) -> None:
    assert "还没有通知 开班、政策有变、补贴到账，写一条告诉大家。" in (await zhang.open("/staff/notices")).text


async def test_written_approved_by_another_and_watched_to_the_end(
    zhang: Browser, li: Browser, house: House, clock: Clock
) -> None:
    address = await a_submitted_notice(zhang)
    assert "您写的通知要由另一位同事批准" in (await zhang.open(address)).text
    assert "等您批准 1" in (await li.open("/staff/notices")).text
    page = await li.open(address)
    assert "陵川县 · 附城镇 · 农村劳动力" in page.text
    assert "批准后马上开始发，发给 5 人" in page.text
    assert "已批准，到时间就发。" in (await li.send(f"{address}/approve")).text
    async with house.database.unit() as session:
        [(notice_id, run)] = await campaigns.due(session, clock())
    courier = Courier(house, Phones(), Pace(batch=2, every=0))
    assert await courier.batch(notice_id, run) is Step.MORE
    assert "已处理 2 人，共 5 人" in (await zhang.open(address)).text
    while await courier.batch(notice_id, run) is Step.MORE:
        pass
    page = await zhang.open(address)
    assert "已发完" in page.text
    assert "发送进度 100%" in page.text
    assert "客服消息 5 人" in page.text


async def test_the_writer_cannot_approve_by_calling_the_address(zhang: Browser, house: House) -> None:
    address = await a_submitted_notice(zhang)
    page = await zhang.send(f"{address}/approve")
    assert "没有“批准通知”的权限" in page.text
    assert "待批准" in page.text


@pytest.mark.parametrize(
    "changes, said",
    [
        ({"title": ""}, "标题和正文都要写"),
        ({"body": "很长" * 150}, "正文最多240个字"),
        ({"region": "410400"}, "不在您账号的辖区里"),
        ({"region": "x"}, "请选一个地区"),
        ({"topic": "广告"}, "请选通知的主题"),
        ({"when": "later"}, "请填发送的日期和时间"),
        ({"when": "later", "send_at": "2026-11-20T08:00"}, "发送时间11月20日 08:00已经过了"),
        ({"training_class": "abc"}, "没有这个班"),
    ],
)
async def test_what_was_typed_stays_when_something_is_wrong(zhang: Browser, changes: dict[str, str], said: str) -> None:
    given = FIELDS | changes
    page = await zhang.send("/staff/notices/new", key="form", then="save", **given)
    assert page.status == 422
    assert said in page.text
    assert page.value("title") == given["title"]
    assert given["body"].splitlines()[0] in page.html
    assert "还没有通知" in (await zhang.open("/staff/notices")).text


async def test_pressing_the_button_twice_writes_one_notice(zhang: Browser) -> None:
    for _ in range(2):
        page = await zhang.send("/staff/notices/new", key="one form", then="save", **FIELDS)
        assert page.path == "/staff/notices/1"
    assert (await zhang.open("/staff/notices")).html.count('class="card row"') == 1


async def test_returned_with_a_remark_mended_and_submitted_again(zhang: Browser, li: Browser) -> None:
    address = await a_submitted_notice(zhang)
    await li.open(address)
    await li.send(f"{address}/return", remark="少写了地点")
    assert "退回意见：少写了地点" in (await zhang.open(address)).text
    form = await zhang.open(f"{address}/edit")
    assert form.value("title") == FIELDS["title"]
    page = await zhang.send(f"{address}/edit", key=form.value("key"), then="submit", **FIELDS | {"body": "在镇政府。"})
    assert "已提交" in page.text
    assert "在镇政府。" in (await li.open(address)).text


async def test_the_reach_is_counted_while_the_audience_is_chosen(zhang: Browser) -> None:
    page = await zhang.open(f"/staff/notices/reach?region={LINGCHUAN}&town=附城镇&topic=培训")
    assert '"total": 5' in page.html
    assert '"talking": 5' in page.html
    assert (await zhang.open("/staff/notices/reach?region=410400&topic=培训")).status == 422


async def test_pause_resume_and_cancel_from_the_page(zhang: Browser, li: Browser, house: House, clock: Clock) -> None:
    address = await a_submitted_notice(zhang)
    await li.open(address)
    await li.send(f"{address}/approve")
    async with house.database.unit() as session:
        await campaigns.due(session, clock())
    await zhang.open(address)
    assert "已暂停" in (await zhang.send(f"{address}/pause")).text
    assert "接着发了" in (await zhang.send(f"{address}/resume")).text
    assert "已取消，没发的不再发" in (await zhang.send(f"{address}/cancel")).text
    assert "这条通知已取消，不能继续" in (await zhang.send(f"{address}/resume")).text
    async with house.database.unit() as session:
        assert (await recipients.progress(session, 1))[1].left == 5


async def test_what_people_type_is_shown_as_text(zhang: Browser) -> None:
    await a_submitted_notice(zhang, title="<b>开班</b>", body="<script>alert(1)</script>\x00")
    for path in ("/staff/notices", "/staff/notices/1"):
        html = (await zhang.open(path)).html
        assert "<b>开班" not in html
        assert "<script>alert" not in html
