"""Each message once, in its turn, in time, whatever happens behind the desk."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path
from typing import Any

import structlog
from aiohttp import ClientSession
from aiohttp.test_utils import unused_port
from prometheus_client import REGISTRY
from sqlalchemy import func, select

from bot.wechat import phrases
from bot.wechat.crypto import Crypto
from handlers.message import Kind
from records.inbox import Handled
from records.spool import Spool
from records.vault import Vault
from tests.bot.wechat.conftest import Open
from tests.bot.wechat.stage import TOKEN, FreeOffice, Moody, Phone, Stage, WeChatApi, until, xml
from tests.conftest import SECRET


def event(stage: Stage, name: str, **fields: Any) -> str:
    return stage.phone.body(MsgType="event", Event=name, **fields)


def counted(name: str, **labels: str) -> float:
    return REGISTRY.get_sample_value(name, labels) or 0.0


async def test_three_deliveries_are_handled_once_and_answered_alike(stage: Stage) -> None:
    body, before = stage.phone.body("签到"), counted("skillpass_repeats_total")
    replies = [await stage.phone.post(body) for _ in range(3)]
    assert replies == ["签到，第1次办"] * 3
    assert stage.office.worked == ["签到"]
    assert counted("skillpass_repeats_total") - before == 2


async def test_a_repeat_in_flight_waits_for_the_first(stage: Stage) -> None:
    stage.office.slow["签到"] = asyncio.Event()
    body = stage.phone.body("签到")
    deliveries = [asyncio.create_task(stage.phone.post(body)) for _ in range(3)]
    await asyncio.sleep(0.05)
    assert not any(delivery.done() for delivery in deliveries)
    stage.office.slow["签到"].set()
    assert await asyncio.gather(*deliveries) == ["签到，第1次办"] * 3
    assert stage.office.worked == ["签到"]


async def test_a_repeat_that_reaches_another_process_waits_in_the_database(database: Moody, opens: Open) -> None:
    """The office is shared only to count: the two gateways know nothing of each other."""
    one, other = await opens(database), await opens(database)
    one.office.slow["签到"] = asyncio.Event()
    body = one.phone.body("签到")
    first = asyncio.create_task(one.phone.post(body))
    await asyncio.sleep(0.05)
    second = asyncio.create_task(other.phone.post(body))
    await asyncio.sleep(0.05)
    assert not second.done()
    one.office.slow["签到"].set()
    assert await first == await second == "签到，第1次办"
    assert (one.office.worked, other.office.worked) == (["签到"], [])


async def test_a_repeat_after_a_restart_gets_the_stored_reply(lone_database: Moody, opens: Open) -> None:
    stage = await opens(lone_database)
    body = stage.phone.body("签到")
    before = await stage.phone.post(body)
    await stage.stop()
    again = await opens(lone_database)
    assert await again.phone.post(body) == before
    assert again.office.worked == []


async def test_two_events_in_one_second_are_two(stage: Stage) -> None:
    for key in ("签到", "我的券"):
        await stage.phone.post(
            xml(ToUserName="g", FromUserName="o", CreateTime=5, MsgType="event", Event="CLICK", EventKey=key)
        )
    assert stage.office.worked == ["签到", "我的券"]


async def test_one_workers_messages_are_handled_in_order_and_others_do_not_wait(database: Moody, opens: Open) -> None:
    stage = await opens(database, FreeOffice(database))
    stage.office.slow["第一"] = asyncio.Event()
    deliveries = []
    for text in ("第一", "第二", "第三"):
        deliveries.append(asyncio.create_task(stage.phone.say(text)))
        await asyncio.sleep(0.02)
    stage.phone.openid = "oAnother"
    await stage.phone.say("我不等")
    stage.office.slow["第一"].set()
    await asyncio.gather(*deliveries)
    assert stage.office.worked == ["我不等", "第一", "第二", "第三"]


async def test_an_answer_that_takes_too_long_follows_by_itself(database: Moody, opens: Open, api: WeChatApi) -> None:
    stage = await opens(database, reply_seconds=0.05)
    stage.office.slow["难题"] = asyncio.Event()
    body = stage.phone.body("难题")
    assert await stage.phone.post(body) == phrases.WAIT.text
    assert await stage.phone.post(body) == phrases.WAIT.text, "a repeat while it is still at work"
    stage.office.slow["难题"].set()
    await until(lambda: api.sent() == ["难题，第1次办"])
    assert stage.office.worked == ["难题"]
    await until(lambda: stage.settings.spool.read_bytes() == b"")
    assert await stage.phone.post(body) == "难题，第1次办"
    await asyncio.sleep(0.1)
    assert len(api.sent()) == 1


async def test_a_late_answer_outlives_the_process(lone_database: Moody, opens: Open, api: WeChatApi) -> None:
    stage = await opens(lone_database, FreeOffice(lone_database), reply_seconds=0.05)
    stage.office.slow["难题"] = asyncio.Event()
    assert await stage.phone.say("难题") == phrases.WAIT.text
    # Killed: nothing more of this process happens. Its file is all that is left of the message.
    again = await opens(lone_database)
    await until(lambda: api.sent() == ["难题，第1次办"])
    assert again.office.worked == ["难题"]
    stage.office.slow["难题"].set()


async def test_a_killed_process_leaves_no_answer_behind(
    lone_database: Moody, opens: Open, api: WeChatApi, tmp_path: Path
) -> None:
    port = unused_port()
    command = [sys.executable, "-m", "tests.bot.wechat.process", str(tmp_path), str(port), api.url]
    process = await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.PIPE)
    assert process.stdout
    await process.stdout.readline()
    crypto = Crypto(TOKEN)
    phone = Phone(ClientSession(f"http://127.0.0.1:{port}"), crypto)
    assert await phone.say("难题") == phrases.WAIT.text
    process.kill()
    await process.wait()
    await phone.client.close()
    again = await opens(lone_database)
    await until(lambda: api.sent() == ["难题，第1次办"])
    assert again.office.worked == ["难题"]


async def test_a_database_that_is_not_there_costs_no_message(opens: Open) -> None:
    nowhere = Moody("postgresql+asyncpg://nobody@127.0.0.1:1/nothing", Vault(SECRET))
    stage = await opens(nowhere)
    assert await stage.phone.say("一") == phrases.KEPT.text
    assert await stage.phone.post(event(stage, "TEMPLATESENDJOBFINISH", MsgID=1, Status="success")) == ""
    assert len(Spool(stage.settings.spool, Vault(SECRET)).owed()) == 2


async def test_what_comes_while_the_records_are_gone_is_kept_and_answered(
    database: Moody, opens: Open, api: WeChatApi
) -> None:
    stage = await opens(database)
    database.gone = True
    for text in ("一", "二", "三"):
        assert await stage.phone.say(text) == phrases.KEPT.text
    assert b"\xe4\xb8\x80" not in stage.settings.spool.read_bytes(), "what a worker wrote is not readable in the file"
    database.gone = False
    await until(lambda: len(api.sent()) == 3)
    assert stage.office.worked == ["一", "二", "三"]
    assert api.sent() == ["一，第1次办", "二，第2次办", "三，第3次办"]
    await until(lambda: stage.settings.spool.read_bytes() == b"")


async def test_the_spool_is_answered_after_a_restart_too(lone_database: Moody, opens: Open, api: WeChatApi) -> None:
    stage = await opens(lone_database)
    lone_database.gone = True
    assert await stage.phone.say("一") == phrases.KEPT.text
    await stage.stop()
    lone_database.gone = False
    again = await opens(lone_database)
    await until(lambda: api.sent() == ["一，第1次办"])
    assert again.office.worked == ["一"]


async def test_an_answer_that_cannot_be_sent_goes_in_front_of_the_next(
    lone_database: Moody, opens: Open, api: WeChatApi
) -> None:
    before = counted("skillpass_late_answers_total", status="failed")
    api.on("message/custom/send", {"errcode": 48001, "errmsg": "api unauthorized"})
    stage = await opens(lone_database)
    lone_database.gone = True
    await stage.phone.say("一")
    lone_database.gone = False
    await until(lambda: counted("skillpass_late_answers_total", status="failed") > before)
    assert await stage.phone.say("二") == "刚才您问的：\n一，第1次办\n\n二，第2次办"
    assert api.sent() == []


async def test_a_kept_message_that_wechat_sends_again_is_answered_once(lone_database: Moody, opens: Open) -> None:
    stage = await opens(lone_database, wechat_app_secret="")
    lone_database.gone = True
    body = stage.phone.body("一")
    await stage.phone.post(body)
    await stage.stop()
    lone_database.gone = False
    again = await opens(lone_database, wechat_app_secret="")
    assert await again.phone.post(body) == "一，第1次办"
    assert await again.phone.say("二") == "二，第2次办"


async def test_an_account_that_may_only_reply_gives_the_answer_when_asked(lone_database: Moody, opens: Open) -> None:
    stage = await opens(lone_database, reply_seconds=0.05, wechat_app_secret="")
    stage.office.slow["难题"] = asyncio.Event()
    assert "查结果" in await stage.phone.say("难题")
    stage.office.slow["难题"].set()
    await until(lambda: stage.office.worked)
    await asyncio.sleep(0.05)
    stage.office.slow.clear()
    assert await stage.phone.say("查结果") == "难题，第1次办"
    assert await stage.phone.say("下一个") == "下一个，第2次办"


async def test_a_skill_that_breaks_costs_a_sentence_and_a_line_in_the_log(stage: Stage) -> None:
    stage.office.breaks = ValueError("140525196805010020 is not a number")
    body = stage.phone.body("我是140525196805010020")
    with structlog.testing.capture_logs() as logs:
        assert await stage.phone.post(body) == phrases.SORRY.text
    assert [log["event"] for log in logs] == ["message failed"]
    assert "140525196805010020" not in str(logs)
    stage.office.breaks = None
    assert "第1次办" in await stage.phone.post(body), "a repeat may try again, for nothing was done"


async def test_a_spool_that_cannot_be_written_is_owned_up_to(lone_database: Moody, opens: Open, tmp_path: Path) -> None:
    stage = await opens(lone_database, spool=tmp_path / "no such folder" / "spool.jsonl")
    lone_database.gone = True
    assert await stage.phone.say("一") == phrases.NOT_KEPT.text


async def test_what_asks_for_nothing_gets_nothing(stage: Stage) -> None:
    assert await stage.phone.post(event(stage, "LOCATION", Latitude="36", Longitude="112", Precision="1")) == ""
    assert await stage.phone.post(event(stage, "VIEW", EventKey="http://a")) == ""
    assert await stage.phone.post(event(stage, "kf_create_session")) == ""
    assert stage.office.kinds == [], "a phone that reports its place must not disturb the talk"
    assert await stage.phone.post(event(stage, "unsubscribe")) == ""
    assert stage.office.kinds == [Kind.UNSUBSCRIBE]


async def test_a_reply_without_words_is_success(stage: Stage) -> None:
    stage.office.says = ""
    assert await stage.phone.deliver(stage.phone.body().encode()) == (200, "success")


async def test_a_reply_that_is_too_long_goes_on_in_further_messages(stage: Stage, api: WeChatApi) -> None:
    stage.office.says = "这是一句话。" * 250
    shown = await stage.phone.say("全部")
    assert len(shown.encode()) <= 2048
    await until(lambda: shown + "".join(api.sent()) == stage.office.says)


async def test_traffic_is_counted(stage: Stage) -> None:
    before = counted("skillpass_messages_total", kind="text", outcome="answer")
    await stage.phone.say("一")
    assert counted("skillpass_messages_total", kind="text", outcome="answer") == before + 1


async def test_nothing_is_lost_when_many_come_at_once(database: Moody, opens: Open) -> None:
    stage = await opens(database)
    bodies = []
    for number in range(200):
        stage.phone.openid = f"o{number % 20}"
        bodies.append(stage.phone.body(f"{number}"))
    await asyncio.gather(*(stage.phone.post(body) for body in bodies for _ in range(2)))
    assert sorted(stage.office.worked, key=int) == [str(number) for number in range(200)]
    async with database.unit() as session:
        assert (await session.execute(select(func.count()).select_from(Handled))).scalar_one() == 200
