"""Who is let in, and that nothing hostile gets further than the door."""

from __future__ import annotations

import json
from typing import Any

import pytest
import structlog
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from wechatpy.crypto import WeChatCrypto

from bot.wechat.errors import Misconfigured
from bot.wechat.inbound import LARGEST
from handlers.message import Kind
from tests.bot.wechat.conftest import Open
from tests.bot.wechat.stage import AES_KEY, APP_ID, SENT_AT, TOKEN, Moody, Stage, content, sha1, xml
from tests.conftest import Clock
from tests.shared import needs_reference, rows


async def test_wechat_asks_whether_the_address_is_ours(stage: Stage) -> None:
    query = {"timestamp": "1714036504", "nonce": "1514711492", "echostr": "4375120948345356249"}
    signature = sha1(TOKEN, query["timestamp"], query["nonce"])
    async with stage.client.get("/wechat", params={**query, "signature": signature}) as response:
        assert (response.status, await response.text()) == (200, "4375120948345356249")
        assert response.content_type == "text/plain"
    for wrong in ({**query, "signature": "0" * 40}, query, {"signature": signature}, {}):
        async with stage.client.get("/wechat", params=wrong) as response:
            assert response.status == 403


@pytest.mark.parametrize(
    "body", [b"<xml><broken", b"\xff\xfe", b"<!DOCTYPE xml [<!ENTITY a 'b'>]><xml>&a;</xml>", b"{", b""]
)
async def test_a_wrong_signature_is_refused_before_the_body_is_looked_at(stage: Stage, body: bytes) -> None:
    assert (await stage.phone.deliver(body, signature="0" * 40))[0] == 403
    async with stage.client.post("/wechat", data=body) as response:
        assert response.status == 403


async def test_of_an_unsigned_body_not_even_the_size_is_told(stage: Stage) -> None:
    status, _ = await stage.phone.deliver(b"x" * (LARGEST + 1), signature="0" * 40)
    assert status == 403


async def test_the_largest_message_is_taken_and_one_byte_more_is_not(stage: Stage) -> None:
    frame = len(stage.phone.body("").encode())
    assert (await stage.phone.deliver(stage.phone.body("a" * (LARGEST - frame)).encode()))[0] == 200
    assert (await stage.phone.deliver(stage.phone.body("a" * (LARGEST - frame + 1)).encode()))[0] == 413
    assert len(stage.office.worked) == 1


@pytest.mark.parametrize(
    "probe", [b'{"action": "CheckContainerPath"}', b"<xml><action>CheckContainerPath</action></xml>"]
)
async def test_the_hosting_platform_may_probe_the_address(stage: Stage, probe: bytes) -> None:
    async with stage.client.post("/wechat", data=probe) as response:
        assert (response.status, await response.text()) == (200, "success")
    assert await stage.phone.deliver(probe) == (200, "success")
    assert not stage.office.worked


@pytest.mark.parametrize(
    "body",
    [
        "",
        " ",
        "<xml></xml>",
        "<xml>text</xml>",
        "<html></html>",
        "<xml><MsgType>text</MsgType></xml>",
        "not xml",
        "<xml><FromUserName>o</FromUserName><MsgType>text",
        '<!DOCTYPE xml SYSTEM "http://evil"><xml/>',
        '<!DOCTYPE xml [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]><xml><Content>&b;</Content></xml>',
        "[1, 2]",
        '{"a":',
        '{"a":' * 9000,
        "null",
        "<a>" * 9000,
        "<xml>" + "<a>" * 5000 + "</a>" * 5000 + "</xml>",
        "<xml>" + "<a/>" * 9000 + "</xml>",
        '<?xml version="1.0" encoding="no-such-code"?><xml/>',
    ],
)
async def test_a_signed_body_that_is_no_message_is_acknowledged_and_nothing_more(stage: Stage, body: str) -> None:
    assert await stage.phone.deliver(body.encode()) == (200, "success")
    assert not stage.office.worked


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({"FromUserName": ""}, "nobody sent it"),
        ({"FromUserName": "o" * 65}, "no openid is so long"),
        ({"CreateTime": "xx"}, "no time"),
        ({"CreateTime": "9" * 20}, "a time beyond all calendars"),
        ({"CreateTime": "-1"}, "before all time"),
        ({"MsgType": ""}, "no kind"),
        ({"MsgType": "nobody-knows"}, "an unknown kind"),
        ({"MsgType": "event", "Event": ""}, "an event without a name"),
        ({"MsgType": "event", "Event": "sth_new"}, "an unknown event"),
    ],
)
async def test_a_message_without_what_a_message_needs_is_acknowledged(
    stage: Stage, fields: dict[str, Any], why: str
) -> None:
    given = {
        "ToUserName": "gh",
        "FromUserName": "oW",
        "CreateTime": "1",
        "MsgType": "text",
        "Content": "a",
        "MsgId": "1",
    }
    assert await stage.phone.deliver(xml(**{**given, **fields}).encode()) == (200, "success")
    assert not stage.office.worked, why


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("<Content><![CDATA[a\u0001b\u0008c]]></Content>", "abc"),
        ("<Content>a&#1;b&#x41;</Content>", "abA"),
        ("<Content><b>粗</b>体</Content>", "粗体"),
        ("<Content>一</Content><Content>二</Content>", "一\n二"),
        ("<Content><![CDATA[我打了]]>这个]]></Content>", "我打了]]>这个"),
        ("<Content><![CDATA[<!DOCTYPE a>]]></Content>", "<!DOCTYPE a>"),
        ("<Content> 焊工 </Content>", "焊工"),
        ("<Content>\U0001f44d</Content>", "\U0001f44d"),
    ],
)
async def test_what_people_type_arrives_however_odd_it_is(stage: Stage, written: str, read: str) -> None:
    body = stage.phone.body("在这里").replace("<Content><![CDATA[在这里]]></Content>", written)
    await stage.phone.post("\n" + body)
    assert stage.office.worked == [read]


async def test_bytes_that_are_no_utf8_do_not_lose_the_rest(stage: Stage) -> None:
    body = stage.phone.body("好XX").encode().replace(b"XX", b"\xff\xfe")
    assert (await stage.phone.deliver(body))[0] == 200
    assert stage.office.worked == ["好\ufffd\ufffd"]


@given(noise=st.binary(max_size=300))
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
async def test_no_signed_bytes_whatever_get_another_status_than_200(stage: Stage, noise: bytes) -> None:
    assert (await stage.phone.deliver(noise))[0] == 200
    assert (await stage.phone.deliver(b"<xml>" + noise + b"</xml>"))[0] == 200


@needs_reference
async def test_every_body_that_others_collected_gets_its_200(stage: Stage) -> None:
    collected = rows("wechat/fixtures.jsonl")
    for row in collected:
        status, answer = await stage.phone.deliver(row["xml"].encode())
        assert status == 200, row["xml"]
        assert answer == "success" or content(answer), row["xml"]
    expected = {Kind.TEXT, Kind.VOICE, Kind.LOCATION, Kind.IMAGE, Kind.VIDEO, Kind.LINK, Kind.FILE}
    expected |= {Kind.SUBSCRIBE, Kind.UNSUBSCRIBE, Kind.SCAN, Kind.CLICK}
    assert set(stage.office.kinds) == expected
    texts = sum(row["kind"] == "text" and row["direction"] == "in" and row["platform"] == "mp" for row in collected)
    assert stage.office.kinds.count(Kind.TEXT) >= texts - 4, "some repeat one another or are patterns"


async def test_json_is_answered_in_json(stage: Stage) -> None:
    body = {
        "ToUserName": "gh",
        "FromUserName": "oW",
        "CreateTime": SENT_AT,
        "MsgType": "text",
        "Content": "你好",
        "MsgId": 5,
    }
    _, answer = await stage.phone.deliver(json.dumps(body).encode())
    assert json.loads(answer)["Content"] == "你好，第1次办"
    assert json.loads(answer)["ToUserName"] == "oW"


@pytest.fixture
async def safe(lone_database: Moody, opens: Open) -> Stage:
    """A gateway in the safe mode."""
    return await opens(lone_database, wechat_aes_key=AES_KEY)


async def test_in_safe_mode_the_talk_is_encrypted_both_ways(safe: Stage) -> None:
    status, answer = await safe.phone.post_sealed(safe.phone.body("你好"))
    assert status == 200
    assert "你好" not in answer
    outer = {tag: answer.split(f"<{tag}>")[1].split("</")[0] for tag in ("MsgSignature", "TimeStamp", "Nonce")}
    plain = [value.removeprefix("<![CDATA[").removesuffix("]]>") for value in outer.values()]
    assert plain[2] == "77"
    theirs = WeChatCrypto(TOKEN, AES_KEY, APP_ID)
    assert content(theirs.decrypt_message(answer, plain[0], plain[1], plain[2])) == "你好，第1次办"


async def test_in_safe_mode_a_plain_body_is_refused(safe: Stage) -> None:
    assert (await safe.phone.deliver(safe.phone.body("你好").encode()))[0] == 403
    assert not safe.office.worked


async def test_in_safe_mode_the_body_must_be_signed_too(safe: Stage) -> None:
    encrypted = safe.phone.crypto.encrypt(safe.phone.body("你好").encode())
    body = f"<xml><Encrypt>{encrypted}</Encrypt></xml>".encode()
    for signature in ("", "0" * 40, safe.phone.signed()["signature"]):
        assert (await safe.phone.deliver(body, msg_signature=signature))[0] == 403
    assert not safe.office.worked


async def test_in_safe_mode_the_bodys_signature_alone_will_do(safe: Stage) -> None:
    encrypted = safe.phone.crypto.encrypt(safe.phone.body("你好").encode())
    query = {"timestamp": "1", "nonce": "2", "msg_signature": safe.phone.crypto.signature("1", "2", encrypted)}
    body = f"<xml><Encrypt>{encrypted}</Encrypt></xml>"
    async with safe.client.post("/wechat", params=query, data=body) as response:
        assert response.status == 200
    async with safe.client.post("/wechat", params={**query, "signature": "0" * 40}, data=body) as response:
        assert response.status == 403


async def test_in_the_compatible_mode_the_encrypted_part_counts(safe: Stage) -> None:
    forged = "<FromUserName>oSomebody</FromUserName><MsgType>text</MsgType><Content>假的</Content>"
    assert (await safe.phone.post_sealed(safe.phone.body("真的"), outer=forged))[0] == 200
    assert safe.office.worked == ["真的"]


@needs_reference
async def test_published_vectors_pass_the_door_or_do_not(lone_database: Moody, opens: Open) -> None:
    for vector in rows("wechat/encrypted.jsonl"):
        if vector["kind"] != "push" or not vector["msg_signature"]:
            continue
        stage = await opens(
            lone_database,
            wechat_token=vector["token"],
            wechat_aes_key=vector["aes_key"],
            wechat_app_id=vector["appid"],
        )
        query = {name: vector[name] for name in ("timestamp", "nonce", "msg_signature")}
        query["signature"] = sha1(vector["token"], vector["timestamp"], vector["nonce"])
        async with stage.client.post("/wechat", params=query, data=vector["body"].encode()) as response:
            assert response.status == (200 if vector["expect"] == "ok" else 403), vector["note"]


async def test_an_old_request_is_refused_only_where_the_office_wants_it(
    lone_database: Moody, opens: Open, clock: Clock
) -> None:
    stage = await opens(lone_database, wechat_fresh_seconds=600)
    assert (await stage.phone.deliver(stage.phone.body().encode()))[0] == 403
    clock.move(seconds=SENT_AT - clock().timestamp() + 590)
    assert (await stage.phone.deliver(stage.phone.body().encode()))[0] == 200


async def test_the_gateway_does_not_open_without_a_token(lone_database: Moody, opens: Open) -> None:
    with pytest.raises(Misconfigured, match="SKILLPASS_WECHAT_TOKEN"):
        await opens(lone_database, wechat_token="")


async def test_the_log_of_a_refusal_says_why_and_quotes_nothing(stage: Stage) -> None:
    with structlog.testing.capture_logs() as logs:
        await stage.phone.deliver(b"<xml>140525196805010020</xml", signature="0" * 40)
        await stage.phone.deliver(b"<xml>140525196805010020</xml")
    assert [log["reason"] for log in logs] == ["not genuine", "unreadable"]
    assert "140525" not in str(logs)
