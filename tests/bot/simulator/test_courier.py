"""Messages reach a bot that knows nothing of the simulator, and its replies come back, in every mode."""

from __future__ import annotations

from typing import Any

import pytest
from wechatpy.crypto import WeChatCrypto
from wechatpy.replies import ArticlesReply, ImageReply

from bot.simulator.account import Mode, Patience
from tests.bot.simulator.conftest import Desk, Seat
from tests.bot.simulator.small_bot import AES_KEY, APP_ID, TOKEN, answers, hangs_up, replies, sleeps

OUT_OF_SERVICE = "该公众号暂时无法提供服务，请稍后再试"

# What the person does, the wechatpy class that must come of it, and what it must carry.
GESTURES: list[tuple[dict[str, Any], str, dict[str, Any]]] = [
    ({"kind": "text", "text": "焊工补多少 <&> ]]>"}, "TextMessage", {"content": "焊工补多少 <&> ]]>"}),
    ({"kind": "voice", "text": "叉车证给报多钱"}, "VoiceMessage", {"recognition": "叉车证给报多钱", "format": "amr"}),
    ({"kind": "voice"}, "VoiceMessage", {"recognition": None}),
    ({"kind": "image", "url": "http://a/b.jpg"}, "ImageMessage", {"image": "http://a/b.jpg"}),
    ({"kind": "video", "media_id": "m"}, "VideoMessage", {"media_id": "m"}),
    ({"kind": "location", "latitude": 36.2661, "longitude": 111.9205, "label": "教室"}, "LocationMessage",
     {"location_x": "36.266100", "location_y": "111.920500", "label": "教室"}),
    ({"kind": "link", "url": "http://a/", "title": "通知"}, "LinkMessage", {"url": "http://a/", "title": "通知"}),
    ({"kind": "scan", "key": "class-3"}, "ScanEvent", {"scene_id": "class-3"}),
    ({"kind": "click", "key": "签到"}, "ClickEvent", {"key": "签到"}),
    ({"kind": "view", "url": "http://a/my"}, "ViewEvent", {"url": "http://a/my"}),
    ({"kind": "scancode", "key": "k", "text": "482913"}, "ScanCodeWaitMsgEvent", {"scan_result": "482913"}),
    ({"kind": "scancode", "key": "k", "text": "1", "waits": False}, "ScanCodePushEvent", {"scan_result": "1"}),
    ({"kind": "passing_location", "latitude": 36.5, "longitude": 111.5}, "LocationEvent", {"latitude": 36.5}),
    ({"kind": "location_select", "key": "k", "latitude": 36.5, "longitude": 111}, "LocationSelectEvent", {"key": "k"}),
    ({"kind": "unsubscribe"}, "UnsubscribeEvent", {}),
]  # fmt: skip


@pytest.mark.parametrize("mode", list(Mode))
@pytest.mark.parametrize("gesture, kind, carried", GESTURES)
async def test_every_kind_is_understood_by_wechatpy(
    seat: Seat, mode: Mode, gesture: dict[str, Any], kind: str, carried: dict[str, Any]
) -> None:
    desk = await seat(mode)
    openid = await desk.phone()

    await desk.do(openid, **gesture)

    [message] = desk.bot.heard
    assert type(message).__name__ == kind
    assert message.source == openid
    assert {name: getattr(message, name) for name in carried} == carried


@pytest.mark.parametrize("mode", list(Mode))
async def test_a_reply_is_shown(seat: Seat, mode: Mode) -> None:
    desk = await seat(mode)
    openid = await desk.phone()

    sent = await desk.do(openid, "text", text="你好")

    assert sent["entry"]["outcome"] == "answered"
    assert await desk.chat(openid) == [("mine", "你好"), ("theirs", "收到：你好")]


async def test_the_compatible_mode_carries_the_plain_and_the_encrypted_message(seat: Seat) -> None:
    desk = await seat(Mode.COMPATIBLE)
    openid = await desk.phone()
    desk.bot.crypto = None  # reads the plain half and answers plainly

    await desk.do(openid, "text", text="你好")

    assert desk.bot.heard[0].content == "你好"
    assert desk.bot.queries[0]["encrypt_type"] == "aes"
    assert await desk.chat(openid) == [("mine", "你好"), ("theirs", "收到：你好")]


async def test_following_by_a_code_tells_its_scene(desk: Desk) -> None:
    openid = await desk.phone(followed=False)

    await desk.do(openid, "scan", key="town-7")

    [event] = desk.bot.heard
    assert (event.event, event.scene_id) == ("subscribe_scan", "town-7")
    assert (await desk.entries(openid))[0]["text"] == "收到：subscribe_scan"


async def test_consent_travels_with_its_template(desk: Desk) -> None:
    openid = await desk.phone()

    await desk.do(openid, "consent", template_id="t-class", accept=True)

    [event] = desk.bot.heard
    assert event._data["SubscribeMsgPopupEvent"]["List"]["SubscribeStatusString"] == "accept"


async def test_an_event_without_a_kind_of_its_own_can_be_sent(desk: Desk) -> None:
    openid = await desk.phone()

    await desk.do(openid, "event", key="user_authorization_revoke", fields={"OpenID": "x", "RevokeInfo": [1, 2]})

    assert desk.bot.heard[0]._data["RevokeInfo"] == ["1", "2"]


async def test_every_message_has_a_number_of_its_own(desk: Desk) -> None:
    openid = await desk.phone()

    for _ in range(3):
        await desk.do(openid, "text", text="签到")

    assert len({message.id for message in desk.bot.heard}) == 3


async def test_the_address_is_proved(desk: Desk) -> None:
    assert await (await desk.client.post("/simulator/verify")).json() == {"ok": True, "problem": ""}


async def test_a_person_who_does_not_follow_cannot_write(desk: Desk) -> None:
    openid = await desk.phone(followed=False)

    response = await desk.client.post("/simulator/send", json={"openid": openid, "kind": "text", "text": "在吗"})

    assert response.status == 409
    assert (await response.json())["error"] == "要先关注公众号"
    assert desk.bot.heard == []


class TestGivingUp:
    """Three deliveries of the same message, then the person is told."""

    async def test_a_slow_bot_is_asked_three_times(self, desk: Desk) -> None:
        openid = await desk.phone()
        desk.bot.tempers = [sleeps(9)] * 3

        sent = await desk.do(openid, "text", text="在吗")

        assert [delivery["status"] for delivery in sent["entry"]["deliveries"]] == [None, None, None]
        assert len({(m.id, m.create_time) for m in desk.bot.heard}) == 1
        assert len({query["nonce"] for query in desk.bot.queries}) == 3
        assert await desk.chat(openid) == [("mine", "在吗"), ("note", OUT_OF_SERVICE)]

    @pytest.mark.parametrize("temper", [sleeps(9), hangs_up, answers("", 500), answers("success", 201)])
    async def test_the_second_delivery_may_still_save_it(self, desk: Desk, temper: Any) -> None:
        openid = await desk.phone()
        desk.bot.tempers = [temper]

        sent = await desk.do(openid, "text", text="在吗")

        assert len(sent["entry"]["deliveries"]) == 2
        assert await desk.chat(openid) == [("mine", "在吗"), ("theirs", "收到：在吗")]

    async def test_an_absent_bot_is_asked_three_times(self, seat: Seat) -> None:
        desk = await seat(patience=Patience(0.05))
        openid = await desk.phone()
        desk.bot.tempers = [hangs_up] * 3

        sent = await desk.do(openid, "text", text="在吗")

        assert sent["entry"]["outcome"] == "failed"
        assert len(desk.bot.heard) == 3

    async def test_an_absent_bot_is_asked_at_once_then_after_five_and_ten_seconds(
        self, seat: Seat, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        desk = await seat(patience=Patience())
        openid = await desk.phone()
        desk.bot.tempers = [hangs_up] * 3
        waits: list[float] = []

        async def skip(seconds: float) -> None:
            waits.append(seconds)

        monkeypatch.setattr("bot.simulator.courier.asyncio.sleep", skip)
        await desk.do(openid, "text", text="在吗")

        assert [round(seconds) for seconds in waits] == [5, 10]

    @pytest.mark.parametrize("body", ["", "success"])
    async def test_silence_is_no_failure(self, desk: Desk, body: str) -> None:
        openid = await desk.phone()
        desk.bot.tempers = [answers(body)]

        sent = await desk.do(openid, "text", text="在吗")

        assert sent["entry"]["outcome"] == "silent"
        assert await desk.chat(openid) == [("mine", "在吗")]

    @pytest.mark.parametrize("kind", ["unsubscribe", "view", "passing_location", "withdraw"])
    async def test_nobody_is_told_where_nobody_waits(self, desk: Desk, kind: str) -> None:
        openid = await desk.phone()
        desk.bot.tempers = [answers("{}")]
        needs = {"url": "http://a/", "latitude": 36.5, "longitude": 111.5, "template_id": "t"}

        sent = await desk.do(openid, kind, **needs)

        assert (sent["entry"]["outcome"], sent["answers"]) == ("failed", [])


def _by_hand(content: str = "好", to: str = "", sender: str = "", created: str = "1") -> Any:
    return replies(
        lambda m: (
            f"<xml><ToUserName>{to or m.source}</ToUserName><FromUserName>{sender or m.target}</FromUserName>"
            f"<CreateTime>{created}</CreateTime><MsgType>text</MsgType><Content>{content}</Content></xml>"
        )
    )


class TestStrictReading:
    """A reply that WeChat would not show is not shown, and the reason is kept for the developer."""

    @pytest.mark.parametrize(
        "temper, problem",
        [
            (answers('{"text": "好"}'), "回复不是合格的XML"),
            (answers("<xml><Content>好</Content></xml>"), "安全模式要求回复加密"),
            (_by_hand("a\x01b"), "回复不是合格的XML"),
            (_by_hand("好" * 683), "最多2048字节，收到2049字节"),
            (_by_hand(""), "Content是空的"),
            (_by_hand(to="somebody"), "ToUserName应是oZhangSan，收到的是somebody"),
            (_by_hand(sender="gh_other"), "FromUserName应是"),
            (_by_hand(created="now"), "CreateTime应是整数秒，收到的是now"),
            (replies(lambda m: '<!DOCTYPE xml [<!ENTITY a "b">]><xml>&a;</xml>'), "回复不是合格的XML"),
            (replies(lambda m: _news(m, 2)), "图文回复应有1至1条"),
            (replies(lambda m: _image(m)), "image回复的MediaId不存在"),
        ],
    )
    async def test_the_person_is_told_that_the_service_is_down(self, desk: Desk, temper: Any, problem: str) -> None:
        openid = await desk.phone()
        desk.bot.tempers = [temper]

        sent = await desk.do(openid, "text", text="在吗")

        [delivery] = sent["entry"]["deliveries"]
        assert problem in delivery["problem"]
        assert await desk.chat(openid) == [("mine", "在吗"), ("note", OUT_OF_SERVICE)]

    async def test_the_longest_text_fits(self, desk: Desk) -> None:
        openid = await desk.phone()
        desk.bot.tempers = [_by_hand("好" * 682)]

        await desk.do(openid, "text", text="在吗")

        assert await desk.chat(openid) == [("mine", "在吗"), ("theirs", "好" * 682)]

    @pytest.mark.parametrize(
        "crypto, problem",
        [
            (WeChatCrypto("another-token", AES_KEY, APP_ID), "InvalidSignatureException"),
            (WeChatCrypto(TOKEN, AES_KEY, "wx-another"), "InvalidAppIdException"),
            (WeChatCrypto(TOKEN, AES_KEY[::-1], APP_ID), "加密回复打不开"),
        ],
    )
    async def test_a_reply_sealed_by_another_hand_is_refused(self, desk: Desk, crypto: Any, problem: str) -> None:
        openid = await desk.phone()

        async def reply(bot: Any, request: Any, message: Any) -> Any:
            bot.crypto = crypto

        desk.bot.tempers = [reply]

        sent = await desk.do(openid, "text", text="在吗")

        assert problem in sent["entry"]["deliveries"][0]["problem"]
        assert sent["entry"]["outcome"] == "failed"

    async def test_an_encrypted_reply_in_plain_mode_is_refused(self, seat: Seat) -> None:
        desk = await seat(Mode.PLAIN)
        openid = await desk.phone()
        desk.bot.tempers = [answers("<xml><Encrypt>x</Encrypt></xml>")]

        sent = await desk.do(openid, "text", text="在吗")

        assert sent["entry"]["deliveries"][0]["problem"] == "明文模式不收加密的回复"

    async def test_one_article_is_shown(self, desk: Desk) -> None:
        openid = await desk.phone()
        desk.bot.tempers = [replies(lambda m: _news(m, 1))]

        await desk.do(openid, "text", text="在吗")

        [entry] = await desk.entries(openid)
        assert entry["details"]["articles"][0]["url"] == "http://a/0"


class TestStorm:
    """The same message many times at once, as after a hiccup of the network."""

    async def test_every_copy_is_the_same_message(self, desk: Desk) -> None:
        openid = await desk.phone()

        sent = await desk.do(openid, "text", text="签到", copies=20)

        assert len(desk.bot.heard) == 20
        assert len({(m.id, m.create_time) for m in desk.bot.heard}) == 1
        assert {delivery["said"] for delivery in sent["entry"]["deliveries"]} == {"收到：签到"}
        assert await desk.chat(openid) == [("mine", "签到"), ("theirs", "收到：签到")]

    async def test_one_good_answer_is_enough(self, desk: Desk) -> None:
        openid = await desk.phone()
        desk.bot.tempers = [answers("", 500)] * 4

        sent = await desk.do(openid, "text", text="签到", copies=5)

        assert sent["entry"]["outcome"] == "answered"


def _news(message: Any, count: int) -> str:
    reply = ArticlesReply(message=message)
    for number in range(count):
        reply.add_article({"title": f"第{number}条", "description": "", "image": "", "url": f"http://a/{number}"})
    return str(reply.render())


def _image(message: Any) -> str:
    return str(ImageReply(message=message, media_id="nowhere").render())
