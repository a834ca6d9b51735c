"""Messages to one person: windows, templates and consents."""

from __future__ import annotations

from typing import Any

import pytest

from tests.bot.simulator.conftest import Desk, Seat, to
from tests.bot.simulator.small_bot import answers

SEND = "message/custom/send"


def notice(openid: str, **more: Any) -> dict[str, Any]:
    return {"touser": openid, "template_id": "t-class", "data": {"thing1": {"value": "电工班开班"}}, **more}


class TestCustomerService:
    async def test_five_messages_after_a_message(self, desk: Desk) -> None:
        openid = await desk.phone()
        await desk.do(openid, "text", text="在吗")

        codes = [await desk.code(SEND, to(openid, str(number))) for number in range(6)]

        assert codes == [0, 0, 0, 0, 0, 45047]
        assert [e["text"] for e in await desk.entries(openid) if e["channel"] == "custom"] == list("01234")

    async def test_a_new_message_opens_the_window_anew(self, desk: Desk) -> None:
        openid = await desk.phone()
        await desk.do(openid, "text", text="在吗")
        for _ in range(5):
            await desk.call(SEND, to(openid))

        await desk.do(openid, "text", text="还在吗")

        assert await desk.code(SEND, to(openid)) == 0

    async def test_the_window_lasts_two_days(self, desk: Desk) -> None:
        openid = await desk.phone()
        await desk.do(openid, "text", text="在吗")

        desk.clock.forward(hours=47, minutes=59)
        await desk.log_in()
        assert await desk.code(SEND, to(openid)) == 0
        desk.clock.forward(minutes=1)
        assert await desk.code(SEND, to(openid)) == 45015

    @pytest.mark.parametrize(
        "tap",
        [
            {"kind": "click", "key": "签到"},
            {"kind": "scan", "key": "class-3"},
            {"kind": "scancode", "key": "k", "text": "482913"},
            {"kind": "text", "text": "有用", "menu_item": "1"},
        ],
    )
    async def test_three_messages_in_a_minute_after_a_tap(self, desk: Desk, tap: dict[str, str]) -> None:
        openid = await desk.phone()
        await desk.do(openid, **tap)

        assert [await desk.code(SEND, to(openid)) for _ in range(4)] == [0, 0, 0, 45047]
        desk.clock.forward(minutes=1)
        assert await desk.code(SEND, to(openid)) == 45015

    async def test_following_opens_a_minute_and_leaving_shuts_everything(self, desk: Desk) -> None:
        openid = await desk.phone(followed=False)
        await desk.do(openid, "subscribe")
        assert await desk.code(SEND, to(openid)) == 0

        await desk.do(openid, "text", text="在吗")
        await desk.do(openid, "unsubscribe")

        assert await desk.code(SEND, to(openid)) == 45015

    async def test_the_shorter_window_is_used_first(self, desk: Desk) -> None:
        openid = await desk.phone()
        await desk.do(openid, "text", text="在吗")
        await desk.do(openid, "click", key="签到")

        for _ in range(3):
            await desk.call(SEND, to(openid))
        desk.clock.forward(minutes=2)

        assert [await desk.code(SEND, to(openid)) for _ in range(6)] == [0] * 5 + [45047]

    async def test_nobody_who_was_silent_is_written_to(self, desk: Desk) -> None:
        assert await desk.code(SEND, to(await desk.phone())) == 45015

    async def test_who_turned_messages_off(self, desk: Desk) -> None:
        openid = await desk.phone()
        await desk.do(openid, "text", text="在吗")
        await desk.client.patch(f"/simulator/phones/{openid}", json={"receives": False})

        assert await desk.code(SEND, to(openid)) == 48002

    @pytest.mark.parametrize(
        "change, code",
        [
            ({"touser": "oNobody"}, 40003),
            ({"msgtype": "smoke"}, 40008),
            ({"text": {"content": ""}}, 44004),
            ({"text": {"content": "好" * 683}}, 45002),
            ({"msgtype": "image", "image": {"media_id": "nowhere"}}, 40007),
            ({"msgtype": "news", "news": {"articles": [{"title": "1"}, {"title": "2"}]}}, 45008),
        ],
    )
    async def test_what_is_refused_uses_nothing_up(self, desk: Desk, change: dict[str, Any], code: int) -> None:
        openid = await desk.phone()
        await desk.do(openid, "text", text="在吗")

        assert await desk.code(SEND, {**to(openid), **change}) == code
        assert [await desk.code(SEND, to(openid)) for _ in range(5)] == [0] * 5


class TestTemplates:
    SEND = "message/template/send"

    async def test_the_card_arrives_and_the_result_follows(self, desk: Desk) -> None:
        openid = await desk.phone()

        answer = await desk.call(self.SEND, notice(openid, url="http://a/my"))
        [entry] = await desk.entries(openid)
        [event] = await desk.bot.hears(1)

        assert entry["details"] == {"title": "服务通知", "url": "http://a/my", "rows": {"thing1": "电工班开班"}}
        assert (event.event, event.id, event.status) == ("templatesendjobfinish", answer["msgid"], "success")

    async def test_a_card_that_was_refused_by_the_person(self, desk: Desk) -> None:
        openid = await desk.phone()
        await desk.client.patch(f"/simulator/phones/{openid}", json={"receives": False})

        assert await desk.code(self.SEND, notice(openid)) == 0
        [event] = await desk.bot.hears(1)
        assert event.status == "failed:user block"
        assert await desk.entries(openid) == []

    async def test_the_same_id_within_ten_minutes_is_sent_once(self, desk: Desk) -> None:
        openid = await desk.phone()
        first = await desk.call(self.SEND, notice(openid, client_msg_id="job-1"))
        second = await desk.call(self.SEND, notice(openid, client_msg_id="job-1"))
        desk.clock.forward(minutes=10)
        third = await desk.call(self.SEND, notice(openid, client_msg_id="job-1"))

        assert first["msgid"] == second["msgid"] != third["msgid"]
        assert len(await desk.entries(openid)) == 2

    async def test_what_wechat_drops_and_cuts(self, desk: Desk) -> None:
        openid = await desk.phone()
        data = {"first": {"value": "您好"}, "thing1": {"value": "长" * 30}, "remark": {"value": "谢谢"}}

        await desk.call(self.SEND, {**notice(openid), "data": data})

        assert (await desk.entries(openid))[0]["details"]["rows"] == {"thing1": "长" * 20}

    async def test_refusals(self, seat: Seat) -> None:
        desk = await seat(templates={"t-class": "开班通知"})
        follower, stranger = await desk.phone("oA"), await desk.phone("oB", followed=False)

        assert await desk.code(self.SEND, notice("oNobody")) == 40003
        assert await desk.code(self.SEND, notice(stranger)) == 43004
        assert await desk.code(self.SEND, notice(follower, template_id="t-unknown")) == 40037
        assert await desk.code(self.SEND, notice(follower, data={})) == 47003


class TestSubscriptions:
    SEND = "message/subscribe/bizsend"

    async def test_one_notice_for_each_consent(self, desk: Desk) -> None:
        openid = await desk.phone()
        assert await desk.code(self.SEND, notice(openid)) == 43101
        await desk.do(openid, "consent", template_id="t-class")

        assert [await desk.code(self.SEND, notice(openid)) for _ in range(2)] == [0, 43101]
        events = await desk.bot.hears(2)
        assert events[1]._data["SubscribeMsgSentEvent"]["List"]["ErrorStatus"] == "success"

    async def test_a_lasting_consent_ends_with_its_withdrawal(self, desk: Desk) -> None:
        openid = await desk.phone()
        await desk.do(openid, "consent", template_id="t-class", always=True)
        assert [await desk.code(self.SEND, notice(openid)) for _ in range(3)] == [0, 0, 0]

        await desk.do(openid, "withdraw", template_id="t-class")

        assert await desk.code(self.SEND, notice(openid)) == 43101

    async def test_declining_is_no_consent(self, desk: Desk) -> None:
        openid = await desk.phone()
        await desk.do(openid, "consent", template_id="t-class", accept=False)
        assert await desk.code(self.SEND, notice(openid)) == 43101

    @pytest.mark.parametrize(
        "name, value",
        [("thing1", "长" * 21), ("thing1", "一\n二"), ("number2", "三"), ("phrase3", "ok"), ("note", "x")],
    )
    async def test_a_field_that_breaks_its_rule_is_named(self, desk: Desk, name: str, value: str) -> None:
        openid = await desk.phone()
        await desk.do(openid, "consent", template_id="t-class")

        answer = await desk.call(self.SEND, notice(openid, data={name: {"value": value}}))

        assert answer["errcode"] == 47003
        assert f"data.{name}.value" in answer["errmsg"]


async def test_a_result_is_delivered_again_when_the_bot_stumbles(desk: Desk) -> None:
    openid = await desk.phone()
    desk.bot.tempers = [answers("", 500)]
    await desk.call("message/template/send", notice(openid))
    events = await desk.bot.hears(2)
    assert len({event.id for event in events}) == 1
