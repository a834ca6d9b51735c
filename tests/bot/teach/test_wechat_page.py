"""Binding a trainer's own WeChat: the code on the page, sent to the account, once."""

from __future__ import annotations

import re

from handlers.context import House
from handlers.dispatch import handle
from records import audit, trainer_chats
from records.audit import Event
from records.staff import Role
from tests.bot.console.conftest import Browser
from tests.bot.teach.conftest import Door
from tests.conftest import Clock
from tests.hall import Hall
from tests.handlers.skills import a_message
from tests.office import an_account


async def code_on_the_page(browser: Browser) -> str:
    found = re.search(r"绑定老师 ([0-9A-Z]{8})", (await browser.open("/teach/wechat")).text)
    assert found
    return found[1]


async def says(house: House, text: str, openid: str = "own-phone") -> str:
    return (await handle(a_message(house, text, openid=openid), house)).text


async def test_the_code_on_the_page_binds_the_phone_that_sends_it(feng: Browser, hall: Hall, house: House) -> None:
    code = await code_on_the_page(feng)
    assert "绑好了，冯老师" in await says(house, f"绑定老师 {code.lower()}")
    assert "已经绑定了一个微信" in (await feng.open("/teach/wechat")).text
    assert "焊工3班 上午课" in await says(house, "今天的课")
    async with house.database.unit() as session:
        acts = [entry.event for entry in await audit.history(session, hall.trainer.actor)]
    assert acts[-1] == Event.STAFF_WECHAT_BIND


async def test_a_code_serves_once(feng: Browser, house: House) -> None:
    code = await code_on_the_page(feng)
    assert "绑好了" in await says(house, f"绑定老师{code}")
    assert "绑定码不对" in await says(house, f"绑定老师{code}", "another-phone")
    assert "绑好了" in await says(house, f"绑定老师{await code_on_the_page(feng)}", "another-phone")
    assert "培训老师用的" in await says(house, "谁没来")


async def test_a_code_serves_ten_minutes(feng: Browser, house: House, clock: Clock) -> None:
    first, second = await code_on_the_page(feng), ""
    clock.move(minutes=10, seconds=59)
    second = await code_on_the_page(feng)
    clock.move(seconds=2)
    assert "过了10分钟" in await says(house, f"绑定老师{first}")
    assert "绑好了" in await says(house, f"绑定老师{second}")


async def test_a_wrong_code_and_a_closed_account_bind_nothing(feng: Browser, hall: Hall, house: House) -> None:
    assert "绑定码不对" in await says(house, "绑定老师 00000000")
    code = await code_on_the_page(feng)
    async with house.database.unit() as session:
        account = await session.get_one(type(hall.trainer), hall.trainer.id)
        account.active = False
    assert "绑定码不对" in await says(house, f"绑定老师 {code}")


async def test_taking_it_off_again(feng: Browser, house: House) -> None:
    await says(house, f"绑定老师 {await code_on_the_page(feng)}")
    await feng.open("/teach/wechat")
    assert "解除了" in (await feng.send("/teach/wechat/unbind")).text
    assert "没有绑定的微信" in (await feng.send("/teach/wechat/unbind")).text
    assert "培训老师用的" in await says(house, "谁没来")


async def test_a_trainer_without_an_institution_is_sent_to_the_office(door: Door, house: House) -> None:
    async with house.database.unit() as session:
        await an_account(session, "alone", Role.TRAINER, now=house.clock())
    alone = await door()
    await alone.sign_in("alone")
    assert "还没有挂到培训机构" in (await alone.open("/teach/wechat")).text


async def test_a_closed_account_is_a_trainer_in_the_chat_no_more(feng: Browser, hall: Hall, house: House) -> None:
    await says(house, f"绑定老师 {await code_on_the_page(feng)}")
    async with house.database.unit() as session:
        follower = await trainer_chats.bearer(session, hall.trainer)
        assert follower and follower.openid == "own-phone"
        (await session.get_one(type(hall.trainer), hall.trainer.id)).active = False
    assert "培训老师用的" in await says(house, "谁没来")
