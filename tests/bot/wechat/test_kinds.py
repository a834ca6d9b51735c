"""Each kind of message and event becomes the message of the house that it is."""

from __future__ import annotations

from typing import Any

import pytest

from bot.wechat import body, kinds
from handlers.message import Kind, Message, Place
from tests.bot.wechat.stage import APP_ID, xml


def received(**fields: Any) -> Message | None:
    given = {"ToUserName": "gh", "FromUserName": "oW", "CreateTime": 1_790_000_000}
    return kinds.message(body.read(xml(**{**given, **fields})), APP_ID)


def an_event(name: str, **fields: Any) -> Message:
    message = received(MsgType="event", Event=name, **fields)
    assert message
    return message


def a_message(kind: str, **fields: Any) -> Message:
    message = received(MsgType=kind, MsgId=1, **fields)
    assert message
    return message


def test_a_text_keeps_its_sender_and_time() -> None:
    message = a_message("text", Content="焊工")
    assert (message.kind, message.openid, message.text) == (Kind.TEXT, "oW", "焊工")
    assert message.sent_at.timestamp() == 1_790_000_000


def test_a_voice_is_what_was_understood_of_it() -> None:
    heard = a_message("voice", MediaId="m1", Format="amr", Recognition="焊工补多少")
    assert (heard.kind, heard.text, heard.media) == (Kind.VOICE, "焊工补多少", "m1")
    assert a_message("voice", MediaId="m1", Recognition="").text == ""


def test_x_of_a_location_is_the_latitude() -> None:
    message = a_message("location", Location_X="36.26", Location_Y="112.18", Label="岳阳镇")
    assert message.place == Place(36.26, 112.18, None, "岳阳镇")


def test_a_reported_location_passes_by() -> None:
    message = an_event("LOCATION", Latitude="36.26", Longitude="112.18", Precision="65.0")
    assert (message.kind, message.place) == (Kind.PASSING_LOCATION, Place(36.26, 112.18, 65.0))


@pytest.mark.parametrize(
    ("x", "y"),
    [("nan", "112"), ("1e400", "112"), ("36", ""), ("", ""), ("36", "abc"), ("91", "112"), ("36", "181"), ("0", "0.0")],
)
def test_coordinates_that_are_none_are_no_place(x: str, y: str) -> None:
    assert a_message("location", Location_X=x, Location_Y=y).kind is Kind.OTHER
    assert an_event("LOCATION", Latitude=x, Longitude=y).kind is Kind.OTHER


def test_scenes_come_without_their_prefix() -> None:
    assert an_event("subscribe", EventKey="qrscene_class-3").key == "class-3"
    assert an_event("subscribe", EventKey="").key == ""
    assert an_event("SCAN", EventKey="class-3").key == "class-3"
    assert an_event("scan", EventKey="class-3").kind is Kind.SCAN


def test_a_scan_from_the_menu_brings_what_was_read() -> None:
    info = {"ScanType": "qrcode", "ScanResult": "LC26-7F3K"}
    message = an_event("scancode_waitmsg", EventKey="scan", ScanCodeInfo=info)
    assert (message.kind, message.key) == (Kind.SCAN, "LC26-7F3K")
    assert an_event("scancode_push", EventKey="scan").kind is Kind.OTHER


def test_a_tap_says_its_key() -> None:
    tap = an_event("CLICK", EventKey="签到")
    assert (tap.kind, tap.key, tap.text) == (Kind.CLICK, "签到", "签到")
    assert an_event("VIEW", EventKey="http://a").kind is Kind.VIEW


@pytest.mark.parametrize(
    ("name", "kind", "fields"),
    [
        ("image", Kind.IMAGE, {"MediaId": "m", "PicUrl": "http://p"}),
        ("video", Kind.VIDEO, {"MediaId": "m"}),
        ("shortvideo", Kind.VIDEO, {"MediaId": "m"}),
        ("link", Kind.LINK, {"Title": "t", "Url": "m"}),
        ("file", Kind.FILE, {"Title": "t", "FileKey": "m"}),
    ],
)
def test_what_has_a_medium_names_it(name: str, kind: Kind, fields: dict[str, str]) -> None:
    message = a_message(name, **fields)
    assert (message.kind, message.media) == (kind, "m")


def test_results_of_pushes_are_deliveries() -> None:
    done = an_event("TEMPLATESENDJOBFINISH", MsgID=200163836, Status="failed:user block")
    assert (done.kind, done.key, done.details["msg_id"]) == (Kind.DELIVERY, "failed:user block", "200163836")
    mass = an_event("MASSSENDJOBFINISH", MsgID=1988, Status="sendsuccess", TotalCount=100, SentCount=75)
    assert (mass.details["total"], mass.details["sent"]) == ("100", "75")
    popup = an_event("subscribe_msg_popup_event", SubscribeMsgPopupEvent={"List": {"TemplateId": "T"}})
    assert '"TemplateId": "T"' in popup.details["items"]


def test_ids_are_natural_keys() -> None:
    assert a_message("text", Content="a").id == a_message("text", Content="a").id
    assert a_message("text", Content="a").id != a_message("text", Content="b").id
    assert an_event("VIEW", EventKey="a").id != an_event("VIEW", EventKey="b").id
    assert received(MsgType="text", MsgId=1, FromUserName="oA") != received(MsgType="text", MsgId=1, FromUserName="oB")
    mass = [an_event("TEMPLATESENDJOBFINISH", MsgID=number, Status="success").id for number in (1, 2)]
    assert len(set(mass)) == 2, "two events of one follower in one second"
    assert len(an_event("VIEW", EventKey="http://" + "a" * 2000).id) <= 200


def test_the_id_of_a_delivery_does_not_hang_on_how_it_is_wrapped() -> None:
    plain = a_message("text", Content="a")
    assert (
        a_message("text", Content="a", Encrypt="once").id
        == a_message("text", Content="a", Encrypt="again").id
        == plain.id
    )
    assert plain.id.startswith(f"{APP_ID}:oW:1:1790000000:")
