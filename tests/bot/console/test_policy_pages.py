"""Documents at the desk: a decision that one goes on is written by one, approved by another, and then told in the chat."""

from __future__ import annotations

import pytest

from handlers import ask
from handlers.context import Context, House
from handlers.renewal import renew
from records import extensions
from tests.bot.console.conftest import Desk

TOLD = {"policy": "guxian-2024-15", "until": "2027-12-31", "basis": "古县人社局会议纪要", "reason": "新方案还没出台"}


def answered(house: House) -> str:
    return ask.respond(house.understanding.read("焊工培训一个人补多少钱"), Context.apart(house, "141025")).text


async def test_one_writes_another_approves_and_the_chat_tells(desk: Desk, house: House) -> None:
    assert "已过" in answered(house)
    zhang, li = await desk(), await desk()
    await zhang.sign_in("zhang")
    await li.sign_in("li")
    assert "已过期" in (await zhang.open("/staff/policies")).text
    page = await zhang.send("/staff/policies", **TOLD)
    assert "等另一位" in page.text and "是您录的，要由另一位同事批准" in page.text
    async with house.database.unit() as session:
        made = (await extensions.every(session))[0]
    one = f"/staff/policies/extensions/{made.id}/approve"
    assert (await zhang.send(one)).status == 403
    await li.open("/staff/policies")
    assert "批准了" in (await li.send(one)).text
    assert "已经批准过了" in (await li.send(one)).text
    await renew(house)
    assert "已延续执行到2027年12月31日" in answered(house)


@pytest.mark.parametrize(
    "other, said",
    [
        ({"policy": "nothing"}, "请选一份文件"),
        ({"until": "2024-12-01"}, "延续要更晚"),
        ({"until": "2025-06-30"}, "今天以后的一天"),
        ({"basis": ""}, "依据"),
        ({"reason": " "}, "理由"),
    ],
)
async def test_what_is_wrong_is_said_and_nothing_is_kept(
    desk: Desk, house: House, other: dict[str, str], said: str
) -> None:
    zhang = await desk()
    await zhang.sign_in("zhang")
    await zhang.open("/staff/policies")
    page = await zhang.send("/staff/policies", **(TOLD | other))
    assert page.status == 422 and said in page.text
    async with house.database.unit() as session:
        assert not await extensions.every(session)
