from __future__ import annotations

from datetime import UTC, datetime
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.wechat import render
from bot.wechat.crypto import Crypto
from bot.wechat.inbound import Letter
from handlers.message import Kind, Message
from tests.bot.wechat.stage import TOKEN

NOW = datetime(2026, 11, 20, tzinfo=UTC)
MESSAGE = Message("1", "oWorker", Kind.TEXT, NOW, "你好")


def rendered(text: str) -> str:
    return render.passive(text, MESSAGE, Letter(MESSAGE, "gh_office"), Crypto(TOKEN), NOW)


def test_the_reply_goes_from_the_account_to_the_worker() -> None:
    root = ElementTree.fromstring(rendered("您好"))
    assert {child.tag: child.text for child in root} == {
        "ToUserName": "oWorker",
        "FromUserName": "gh_office",
        "CreateTime": str(int(NOW.timestamp())),
        "MsgType": "text",
        "Content": "您好",
    }


def test_nothing_to_say_is_success() -> None:
    assert rendered("") == "success"


@pytest.mark.parametrize(
    "text", ["]]>", "]]]]>>", "]]></Content><MsgType>image</MsgType><Content><![CDATA[", "]]>]]>", "<![CDATA["]
)
def test_a_text_cannot_break_out_of_its_field(text: str) -> None:
    root = ElementTree.fromstring(rendered(text))
    assert root.findtext("Content") == text
    assert root.findtext("MsgType") == "text"


@given(st.text(min_size=1, max_size=400))
def test_any_text_makes_a_reply_that_can_be_read(text: str) -> None:
    body = rendered(text)
    assert body == "success" or ElementTree.fromstring(body).findtext("MsgType") == "text"


@given(st.text(alphabet="甲乙ab。\n\U0001f44d ", max_size=4000))
def test_parts_fit_and_nothing_is_lost(text: str) -> None:
    parts = render.split(text)
    assert all(0 < len(part.encode()) <= render.LONGEST for part in parts)
    assert "".join("".join(parts).split()) == "".join(text.split())


def test_a_long_text_is_cut_after_a_sentence() -> None:
    text = "这是一句话。" * 200
    assert [part[-1] for part in render.split(text)] == ["。"] * 2
    assert len(render.split("长" * 1000)) == 2


def test_an_address_stands_behind_its_words() -> None:
    text = "焊工3班 上午课。\n也可以点这里签：https://office.example/my/go/abc-_?to=/my/check-in\n回复“签到”再来。"
    content = ElementTree.fromstring(rendered(text)).findtext("Content")
    link = '<a href="https://office.example/my/go/abc-_?to=/my/check-in">也可以点这里签</a>'
    assert content == f"焊工3班 上午课。\n{link}\n回复“签到”再来。"


@pytest.mark.parametrize("typed", ['<a href="https://evil.example">点这里</a>', "< A HREF=x>", "</a>"])
def test_what_somebody_typed_is_no_link(typed: str) -> None:
    content = str(ElementTree.fromstring(rendered(f"老师说：{typed}")).findtext("Content"))
    assert "<a" not in content.lower() and "< a" not in content.lower()
