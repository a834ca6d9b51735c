"""Accounts at the desk: an administrator opens, changes and shuts them; everybody changes his own password and codes."""

from __future__ import annotations

import re

import pyotp
import pytest

from handlers.context import House
from records import audit, staff
from records.institutions import Institution
from records.staff import Role
from tests.bot.console.conftest import Browser, Desk, Page
from tests.office import PASSWORD, an_account

NEW = {"name": "焊工冯老师", "login": "feng", "password": "a first password", "region": "陵川县"}


@pytest.fixture
async def admin(house: House, desk: Desk) -> Browser:
    async with house.database.unit() as session:
        await an_account(session, "root", Role.ADMIN, now=house.clock(), name="管理员老郑")
        session.add(Institution(name="陵川县技工学校", region="140524", address="崇文镇", occupations=["焊工"]))
    browser = await desk()
    await browser.sign_in("root")
    return browser


async def opened(admin: Browser, **other: str) -> Page:
    await admin.open("/staff/accounts/new")
    return await admin.send("/staff/accounts/new", **(NEW | {"roles": "trainer", "institution": "1"} | other))


async def test_a_trainer_is_opened_for_his_school_and_comes_in(admin: Browser, desk: Desk) -> None:
    page = await opened(admin)
    assert "账号开通了" in page.text and "焊工冯老师" in page.text
    assert "陵川县技工学校" in (await admin.open("/staff/accounts")).text
    feng = await desk()
    await feng.sign_in("feng", NEW["password"])
    assert (await feng.open("/staff/accounts")).status == 403
    assert "焊工冯老师" in (await feng.open("/staff/account")).text


@pytest.mark.parametrize(
    "other, said",
    [
        ({"login": "zhang"}, "已有人用"),
        ({"login": "冯"}, "登录名"),
        ({"password": "short"}, "10"),
        ({"region": "古县"}, "您管的地方"),
        ({"institution": ""}, "要选是哪个培训机构"),
        ({"roles": "clerk"}, "只能是“培训教师”"),
        ({"institution": "99"}, "没有这个机构"),
    ],
)
async def test_what_is_wrong_is_said_and_what_was_typed_stays(
    admin: Browser, house: House, other: dict[str, str], said: str
) -> None:
    page = await opened(admin, **other)
    assert said in page.text
    assert page.value("name") == NEW["name"]
    assert NEW["password"] not in page.html
    async with house.database.unit() as session:
        assert await staff.by_login(session, "feng") is None


async def test_other_rights_end_the_open_session_and_are_written_down(admin: Browser, desk: Desk, house: House) -> None:
    zhang = await desk()
    await zhang.sign_in("zhang")
    async with house.database.unit() as session:
        account = await staff.by_login(session, "zhang")
    assert account is not None
    await admin.open(f"/staff/accounts/{account.id}")
    told = {"name": "张晓梅", "roles": "auditor", "region": "陵川县"}
    assert "要重新登录" in (await admin.send(f"/staff/accounts/{account.id}", **told)).text
    assert (await zhang.open("/staff/board")).path == "/staff/login"
    async with house.database.unit() as session:
        entry = (await audit.history(session, account.actor))[-1]
        assert entry.event == "staff:account:change"
        assert entry.details["before"]["roles"] == ["clerk", "publisher"]
        assert entry.details["after"]["roles"] == ["auditor"]


async def test_a_shut_account_is_out_until_it_is_opened_again(admin: Browser, desk: Desk) -> None:
    one = (await opened(admin)).path
    assert "停用了" in (await admin.send(f"{one}/close")).text
    feng = await desk()
    assert (await feng.sign_in("feng", NEW["password"])).status == 403
    assert "恢复了" in (await admin.send(f"{one}/reopen")).text
    assert (await feng.sign_in("feng", NEW["password"])).path == "/teach/"
    assert "密码换了" in (await admin.send(f"{one}/password", password="another password")).text
    assert (await feng.sign_in("feng", NEW["password"])).status == 403


async def test_somebody_is_always_left_who_keeps_accounts(admin: Browser, house: House) -> None:
    async with house.database.unit() as session:
        root = await staff.by_login(session, "root")
    assert root is not None
    one = f"/staff/accounts/{root.id}"
    await admin.open(one)
    assert "不能停用自己" in (await admin.send(f"{one}/close")).text
    told = {"name": "管理员老郑", "roles": "clerk", "region": "陵川县"}
    assert "最后一个管理员" in (await admin.send(one, **told)).text


async def test_a_new_password_of_ones_own_ends_every_session(desk: Desk) -> None:
    here, there = await desk(), await desk()
    await here.sign_in("zhang")
    await there.sign_in("zhang")
    await here.open("/staff/account")
    told = {"password": PASSWORD, "wanted": "a better password", "again": "a better password"}
    assert "现在的密码不对" in (await here.send("/staff/account/password", **(told | {"password": "no"}))).text
    assert "不一样" in (await here.send("/staff/account/password", **(told | {"again": "no"}))).text
    page = await here.send("/staff/account/password", **told)
    assert page.path == "/staff/login" and "密码改了" in page.text
    assert (await there.open("/staff/account")).path == "/staff/login"
    assert (await here.sign_in("zhang", "a better password")).status == 200


async def test_codes_are_asked_for_once_the_phone_has_shown_one(desk: Desk, house: House) -> None:
    zhang = await desk()
    await zhang.sign_in("zhang")
    shown = re.search(r"手工录入：((?:[A-Z2-7]{4} )+)", (await zhang.open("/staff/account")).text)
    assert shown is not None
    code = pyotp.TOTP(shown[1].replace(" ", ""))
    wrong = await zhang.send("/staff/account/code", password=PASSWORD, code="000000")
    assert "动态码不对" in wrong.text and shown[1] in wrong.text
    page = await zhang.send("/staff/account/code", password=PASSWORD, code=code.at(house.clock()))
    assert page.path == "/staff/login" and "动态码开通了" in page.text
    assert (await zhang.sign_in("zhang")).status == 403
    await zhang.sign_in("zhang", code=code.at(house.clock()))
    assert "开着" in (await zhang.open("/staff/account")).text
    assert "动态码关了" in (await zhang.send("/staff/account/code/off", password=PASSWORD)).text
    assert (await zhang.sign_in("zhang")).status == 200
