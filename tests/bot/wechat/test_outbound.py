"""Messages of our own accord: the way is the one that WeChat allows, each error has its treatment, nothing goes twice."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import structlog

from bot.wechat import codes
from bot.wechat.codes import Treat
from bot.wechat.errors import ApiRefused, NoAnswer
from bot.wechat.ledger import Ledger
from bot.wechat.outbound import Outbound, Sent
from bot.wechat.results import Results
from bot.wechat.ways import excerpt
from handlers.message import Kind, Message
from records import consents, followers, pushes, receipts
from records.database import Setting
from records.errors import RecordsUnavailable
from records.followers import Follower
from records.pushes import Push, State
from records.receipts import Receipt
from records.windows import Opening, Window
from tests.bot.wechat.stage import Moody, WeChatApi, house_over, settings_for
from tests.conftest import Clock

WORKER = "oWorker"
SUBSCRIPTION, TEMPLATE = "subscription-template", "service-template"
CUSTOM = "message/custom/send"


class Sender:
    """An outbound with what it hangs on."""

    def __init__(self, database: Moody, api: WeChatApi, clock: Clock, folder: Path, **changes: Any) -> None:
        self.database, self.api, self.clock = database, api, clock
        self.naps: list[float] = []
        settings = settings_for(folder, wechat_api_url=api.url, **changes)
        self.out = Outbound(house_over(settings, database, clock), self._nap)

    async def _nap(self, seconds: float) -> None:
        self.naps.append(seconds)

    async def hears(self, kind: Kind = Kind.TEXT, openid: str = WORKER) -> None:
        """The worker has done something, which opens a window."""
        self.out.ledger.note(Message("1", openid, kind, self.clock()))

    async def consents(self, given: bool = True) -> None:
        async with self.database.unit() as session:
            await consents.learn(session, WORKER, SUBSCRIPTION, given, self.clock())

    async def left(self) -> int:
        async with self.database.unit() as session:
            window = await session.get(Window, (WORKER, Opening.MESSAGE))
            return window.remaining if window else 0

    async def push(self, key: str) -> Push:
        async with self.database.unit() as session:
            return await session.get_one(Push, key)


@pytest.fixture
async def sender(lone_database: Moody, api: WeChatApi, clock: Clock, tmp_path: Path) -> AsyncIterator[Sender]:
    sender = Sender(lone_database, api, clock, tmp_path)
    yield sender
    await sender.out.close()


@pytest.fixture
async def equipped(lone_database: Moody, api: WeChatApi, clock: Clock, tmp_path: Path) -> AsyncIterator[Sender]:
    """An office with both templates."""
    sender = Sender(
        lone_database, api, clock, tmp_path, wechat_subscribe_template=SUBSCRIPTION, wechat_template=TEMPLATE
    )
    yield sender
    await sender.out.close()


async def test_a_text_goes_while_the_window_is_open(sender: Sender) -> None:
    await sender.hears()
    assert await sender.out.send_text(WORKER, "焊工班“明天”开课") == Sent("sent", "customer_service")
    ((_, call),) = [call for call in sender.api.calls if call[0] == CUSTOM]
    assert call["touser"] == WORKER
    assert "焊工班“明天”开课" in call["_raw"], "not as \\u escapes, which WeChat shows as they stand"


async def test_five_go_after_a_message_and_the_sixth_waits(sender: Sender) -> None:
    await sender.hears()
    statuses = [(await sender.out.send_text(WORKER, f"{number}")).status for number in range(6)]
    assert statuses == ["sent"] * 5 + ["waiting"]
    assert sender.api.count(CUSTOM) == 5, "what WeChat would refuse is not even tried"
    await sender.hears()
    assert (await sender.out.send_text(WORKER, "又")).status == "sent"


async def test_three_go_in_the_minute_after_a_tap(sender: Sender) -> None:
    await sender.hears(Kind.CLICK)
    assert [(await sender.out.send_text(WORKER, "一")).status for _ in range(4)] == ["sent"] * 3 + ["waiting"]
    await sender.hears(Kind.SCAN)
    sender.clock.move(seconds=61)
    assert (await sender.out.send_text(WORKER, "晚了")).status == "waiting"


async def test_the_window_shuts_after_48_hours(sender: Sender) -> None:
    await sender.hears()
    await sender.out.ledger.flush()
    sender.clock.move(hours=48, seconds=1)
    assert (await sender.out.send_text(WORKER, "晚了")).code == 45015


async def test_a_long_text_goes_in_several_messages(sender: Sender) -> None:
    await sender.hears()
    assert (await sender.out.send_text(WORKER, "这是一句话。" * 200)).status == "sent"
    assert "".join(sender.api.sent()) == "这是一句话。" * 200
    assert await sender.left() == 3


async def test_a_notice_takes_the_first_way_that_is_open(equipped: Sender) -> None:
    ways = []
    await equipped.hears()
    ways.append(await equipped.out.send_notice(WORKER, "附城镇电工班12月1日开班，20个名额，免费", "n:1"))
    equipped.clock.move(hours=49)
    await equipped.consents()
    ways.append(await equipped.out.send_notice(WORKER, "附城镇电工班12月1日开班，20个名额，免费", "n:2"))
    await equipped.consents(given=False)
    ways.append(await equipped.out.send_notice(WORKER, "附城镇电工班12月1日开班，20个名额，免费", "n:3"))
    assert [(sent.status, sent.channel) for sent in ways] == [
        ("sent", "customer_service"),
        ("sent", "subscription"),
        ("sent", "template"),
    ]
    bodies = dict(equipped.api.calls)
    assert bodies["message/subscribe/bizsend"]["data"] == {"thing1": {"value": "附城镇电工班12月1日开班，20个名额…"}}
    assert len(bodies["message/template/send"]["client_msg_id"]) <= 64


async def test_without_any_way_a_notice_waits(sender: Sender) -> None:
    sent = await sender.out.send_notice(WORKER, "开班", "n:1")
    assert (sent.status, sent.channel) == ("waiting", "")
    assert "再发消息" in sent.reason
    assert sender.api.calls == []
    await sender.hears()
    assert (await sender.out.send_notice(WORKER, "开班", "n:1")).status == "sent"


async def test_a_consent_that_is_used_up_is_not_tried_again(equipped: Sender) -> None:
    await equipped.consents()
    equipped.api.on("message/subscribe/bizsend", {"errcode": 43101, "errmsg": "user refuse to accept the msg"})
    for number in range(3):
        assert (await equipped.out.send_notice(WORKER, "开班", f"n:{number}")).channel == "template"
    assert equipped.api.count("message/subscribe/bizsend") == 1


@pytest.mark.parametrize("code", [45015, 45047])
async def test_a_window_that_wechat_holds_closed_is_closed(equipped: Sender, code: int) -> None:
    await equipped.hears()
    equipped.api.on(CUSTOM, {"errcode": code, "errmsg": "no"})
    assert (await equipped.out.send_notice(WORKER, "开班", "n:1")).channel == "template"
    assert (await equipped.out.send_text(WORKER, "开班")).status == "waiting"
    assert equipped.api.count(CUSTOM) == 1


async def test_the_same_key_reaches_the_worker_once(
    database: Moody, api: WeChatApi, clock: Clock, tmp_path: Path
) -> None:
    senders = [Sender(database, api, clock, tmp_path) for _ in range(2)]
    await senders[0].hears()
    await senders[0].out.ledger.flush()
    results = await asyncio.gather(*(s.out.send_notice(WORKER, "开班", "n:1") for s in senders for _ in range(3)))
    assert api.sent() == ["开班"]
    assert {result.status for result in results} <= {"sent", "waiting"}
    assert (await senders[1].out.send_notice(WORKER, "开班", "n:1")).status == "sent"
    assert api.sent() == ["开班"]
    for sender in senders:
        await sender.out.close()


async def test_a_sending_that_a_crash_cut_off_is_not_repeated(sender: Sender) -> None:
    await sender.hears()
    async with sender.database.unit() as session:
        await pushes.begin(session, "n:1", WORKER, "customer_service", sender.clock())
    assert (await sender.out.send_notice(WORKER, "开班", "n:1")).status == "waiting", "it may still be on its way"
    sender.clock.move(minutes=1)
    sent = await sender.out.send_notice(WORKER, "开班", "n:1")
    assert (sent.status, sender.api.sent()) == ("failed", [])
    assert "不知是否送达" in sent.reason


async def test_busy_is_tried_three_times_a_little_later_each_time(sender: Sender) -> None:
    await sender.hears()
    sender.api.on(CUSTOM, {"errcode": -1, "errmsg": "system error"}, 503)
    assert (await sender.out.send_text(WORKER, "一")).status == "sent"
    assert sender.api.count(CUSTOM) == 3
    first, second = sender.naps
    assert 0.15 <= first <= 0.45 < 0.6 * 1.5
    assert 0.3 <= second <= 0.9


async def test_always_busy_waits_and_may_be_tried_again(sender: Sender) -> None:
    await sender.hears()
    sender.api.on(CUSTOM, *[{"errcode": -1, "errmsg": "system error"}] * 3)
    assert (await sender.out.send_notice(WORKER, "一", "n:1")).code == -1
    assert sender.api.count(CUSTOM) == 3
    assert await sender.left() == 5, "what did not go does not count"
    assert (await sender.out.send_notice(WORKER, "一", "n:1")).status == "sent"


async def test_a_customer_service_message_without_an_answer_is_not_repeated(sender: Sender) -> None:
    await sender.hears()
    sender.api.on(CUSTOM, 504)
    sent = await sender.out.send_notice(WORKER, "一", "n:1")
    assert (sent.status, sender.api.count(CUSTOM)) == ("failed", 1)
    assert (await sender.out.send_notice(WORKER, "一", "n:1")).status == "failed"
    assert sender.api.count(CUSTOM) == 1
    assert (await sender.push("n:1")).state == State.UNSURE


async def test_a_template_message_without_an_answer_is_repeated_for_wechat_knows_its_id(equipped: Sender) -> None:
    equipped.api.on("message/template/send", 504, {"errcode": 0, "msgid": 200})
    assert (await equipped.out.send_notice(WORKER, "一", "n:1")).status == "sent"
    ids = {body["client_msg_id"] for path, body in equipped.api.calls if path == "message/template/send"}
    assert len(ids) == 1
    assert (await equipped.push("n:1")).msg_id == "200"


async def test_a_peer_that_is_not_there_is_waited_for(
    lone_database: Moody, api: WeChatApi, clock: Clock, tmp_path: Path
) -> None:
    api.url = "http://127.0.0.1:1"
    sender = Sender(lone_database, api, clock, tmp_path)
    await sender.hears()
    assert (await sender.out.send_text(WORKER, "一")).status == "waiting"
    with pytest.raises(NoAnswer):
        await sender.out.user_info(WORKER)
    await sender.out.close()


@pytest.mark.parametrize(
    ("code", "status", "again"),
    [
        (40003, "gone", "sent"),
        (43004, "gone", "sent"),
        (43019, "gone", "sent"),
        (48002, "gone", "sent"),
        (45002, "failed", "sent"),
        (47003, "failed", "sent"),
        (99999, "failed", "sent"),
        (45011, "waiting", "waiting"),
        (45009, "waiting", "waiting"),
        (48001, "failed", "failed"),
        (50002, "failed", "failed"),
        (40164, "failed", "failed"),
    ],
)
async def test_each_code_has_its_treatment(sender: Sender, code: int, status: str, again: str) -> None:
    await sender.hears()
    sender.api.on(CUSTOM, {"errcode": code, "errmsg": "no"})
    sent = await sender.out.send_text(WORKER, "一")
    assert (sent.status, sent.code, sent.reason) == (status, code, codes.of(code).say)
    assert (await sender.out.send_text(WORKER, "二")).status == again
    assert sender.api.count(CUSTOM) == (2 if again == "sent" else 1), "a stopped channel is not called"


@pytest.mark.parametrize(
    ("code", "after"), [(45011, timedelta(minutes=1)), (45009, timedelta(hours=14)), (48001, timedelta(minutes=10))]
)
async def test_a_stopped_channel_opens_again(sender: Sender, code: int, after: timedelta) -> None:
    """It is ten in the morning: the day ends in fourteen hours."""
    await sender.hears()
    sender.api.on(CUSTOM, {"errcode": code, "errmsg": "no"})
    await sender.out.send_text(WORKER, "一")
    assert not sender.out.can_push
    sender.clock.move(seconds=after.total_seconds() - 1)
    assert (await sender.out.send_text(WORKER, "二")).status != "sent"
    sender.clock.move(seconds=1)
    assert (await sender.out.send_text(WORKER, "三")).status == "sent"


async def test_who_does_not_follow_any_more_is_remembered_so(equipped: Sender) -> None:
    async with equipped.database.unit() as session:
        await followers.meet(session, WORKER, equipped.clock())
    equipped.api.on("message/template/send", {"errcode": 43004, "errmsg": "require subscribe"})
    assert (await equipped.out.send_notice(WORKER, "一", "n:1")).status == "gone"
    async with equipped.database.unit() as session:
        assert not (await session.get_one(Follower, WORKER)).subscribed


def test_the_table_covers_the_documented_codes() -> None:
    documented = {
        Treat.BUSY: {-1},
        Treat.TOKEN: {40001, 40014, 42001},
        Treat.CONFIG: {41001, 40013, 40125, 40164, 40243, 48001, 48004, 50002},
        Treat.GONE: {40003, 43004, 43019, 48002},
        Treat.CONSENT: {43101},
        Treat.CONTENT: {45002, 45008, 47003, 40037, 40130},
        Treat.DAY: {45009},
        Treat.MINUTE: {45011, 45066},
        Treat.SHUT: {45015, 45047},
        Treat.FAIL: {45028, 45065},
    }
    for treat, numbers in documented.items():
        assert {codes.of(number).treat for number in numbers} == {treat}


async def test_many_calls_at_once_fetch_one_token(
    database: Moody, api: WeChatApi, clock: Clock, tmp_path: Path
) -> None:
    """Two processes, ten calls each."""
    senders = [Sender(database, api, clock, tmp_path) for _ in range(2)]
    await asyncio.gather(*(sender.out.user_info(WORKER) for sender in senders for _ in range(10)))
    assert (api.count("stable_token"), api.count("user/info")) == (1, 20)
    async with database.unit() as session:
        kept = await session.get_one(Setting, "wechat.token.wx0123456789abcdef")
        assert "token-1" not in kept.value, "the token is not readable in the database"
    for sender in senders:
        await sender.out.close()


async def test_a_token_is_renewed_before_it_ends(sender: Sender) -> None:
    await sender.out.user_info(WORKER)
    sender.clock.move(hours=2)
    await sender.out.user_info(WORKER)
    assert sender.api.count("stable_token") == 2


@pytest.mark.parametrize("code", [40001, 40014, 42001])
async def test_a_refused_token_is_renewed_once(sender: Sender, code: int) -> None:
    await sender.hears()
    sender.api.on(CUSTOM, {"errcode": code, "errmsg": "expired"})
    assert (await sender.out.send_text(WORKER, "一")).status == "sent"
    assert sender.api.count("stable_token") == 2


async def test_many_refused_calls_renew_the_token_once_together(sender: Sender) -> None:
    await sender.out.user_info(WORKER)
    sender.api.good_tokens = set()
    await asyncio.gather(*(sender.out.user_info(WORKER) for _ in range(10)))
    assert sender.api.count("stable_token") == 2


async def test_a_token_that_is_always_refused_stops_the_channel(sender: Sender) -> None:
    await sender.hears()
    sender.api.on(CUSTOM, *[{"errcode": 40001, "errmsg": "no"}] * 20)
    for _ in range(5):
        assert (await sender.out.send_text(WORKER, "一")).status == "failed"
    assert sender.api.count(CUSTOM) == 2


async def test_a_token_that_wechat_gives_again_though_it_is_dead_is_forced(sender: Sender) -> None:
    await sender.out.user_info(WORKER)
    sender.api.stubborn, sender.api.good_tokens = True, set()
    await sender.out.user_info(WORKER)
    assert [body["force_refresh"] for path, body in sender.api.calls if path == "stable_token"] == [False, False, True]
    sender.api.good_tokens = set()
    with pytest.raises(ApiRefused):
        await sender.out.user_info(WORKER)


async def test_a_wrong_secret_stops_the_channel_and_says_so(sender: Sender) -> None:
    await sender.hears()
    sender.api.on("stable_token", {"errcode": 40125, "errmsg": "invalid appsecret rid: 1-2"})
    with structlog.testing.capture_logs() as logs:
        sent = await sender.out.send_text(WORKER, "一")
    assert (sent.status, sent.code) == ("failed", 40125)
    assert any("rid: 1-2" in str(log) for log in logs)
    assert "secret'" not in str(logs)


async def test_an_account_without_a_secret_calls_nobody(
    lone_database: Moody, api: WeChatApi, clock: Clock, tmp_path: Path
) -> None:
    sender = Sender(lone_database, api, clock, tmp_path, wechat_app_secret="")
    await sender.hears()
    assert (await sender.out.send_text(WORKER, "一")).status == "failed"
    assert (sender.out.can_push, api.calls) == (False, [])


async def test_codes_menu_followers_and_media(sender: Sender) -> None:
    api = sender.api
    api.on("qrcode/create", {"ticket": "t", "url": "http://q", "expire_seconds": 60})
    code = await sender.out.qr_code("class-3", 60)
    assert (code.ticket, code.url, code.seconds) == ("t", "http://q", 60)
    await sender.out.create_menu({"button": [{"type": "click", "name": "签到", "key": "签到"}]})
    api.on("user/info", {"subscribe": 1, "openid": WORKER, "qr_scene_str": "class-3"})
    assert (await sender.out.user_info(WORKER)).scene == "class-3"
    api.on("message/mass/send", {"errcode": 0, "msg_id": 7}, {"errcode": 45065, "msg_id": 7})
    assert [await sender.out.mass_send([WORKER, "oB"], "开班", "mass:1") for _ in range(2)] == ["7", "7"]
    api.on("media/get", {"errcode": 40007, "errmsg": "invalid media_id"})
    with pytest.raises(ApiRefused) as refused:
        await sender.out.media("none")
    assert refused.value.code == 40007


async def test_consents_and_receipts_are_learnt_from_the_events(database: Moody, clock: Clock) -> None:
    results = Results(database, Ledger(database, clock), clock)
    popup = '[{"TemplateId": "A", "SubscribeStatusString": "accept"}, {"TemplateId": "B", "SubscribeStatusString": "reject"}]'
    sent = '[{"TemplateId": "A", "MsgID": "17", "ErrorCode": "0", "ErrorStatus": "success"}]'
    for number, items in enumerate((popup, sent, sent)):
        details = {"event": "subscribe_msg", "items": items}
        await results.record(Message(f"{number}", WORKER, Kind.DELIVERY, clock(), details=details))
    mass = {"event": "masssendjobfinish", "msg_id": "18", "total": "100", "sent": "75"}
    await results.record(Message("9", "mphelper", Kind.DELIVERY, clock(), key="sendsuccess", details=mass))
    async with database.unit() as session:
        assert await consents.has(session, WORKER, "A")
        assert not await consents.has(session, WORKER, "B")
        assert (await session.get_one(Receipt, ("17", "subscribe_msg"))).is_delivered
        assert (await session.get_one(Receipt, ("18", "masssendjobfinish"))).counts == {"total": 100, "sent": 75}
        await receipts.keep(session, "18", "masssendjobfinish", "mphelper", "err(10001)", {}, clock())
        assert not (await session.get_one(Receipt, ("18", "masssendjobfinish"))).is_delivered
    await results.leave(WORKER)
    async with database.unit() as session:
        assert not await consents.has(session, WORKER, "A")


async def test_windows_that_were_noted_while_the_database_was_gone_are_not_forgotten(sender: Sender) -> None:
    await sender.hears()
    sender.database.gone = True
    with pytest.raises(RecordsUnavailable):
        await sender.out.ledger.flush()
    sender.database.gone = False
    assert (await sender.out.send_text(WORKER, "一")).status == "sent"


@pytest.mark.parametrize(
    ("text", "shown"), [("短", "短"), ("两行\n字", "两行 字"), ("一" * 20, "一" * 20), ("一" * 21, "一" * 19 + "…")]
)
def test_an_excerpt_fits_a_field(text: str, shown: str) -> None:
    assert excerpt(text) == shown
