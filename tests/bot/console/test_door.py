"""The door of the console: who comes in, and what it keeps out."""

from __future__ import annotations

import pyotp
import pytest

from handlers.context import House
from records import audit, staff
from tests.bot.console.conftest import Browser, Desk
from tests.conftest import Clock
from tests.office import PASSWORD


@pytest.fixture
async def browser(desk: Desk) -> Browser:
    return await desk()


async def test_a_stranger_is_led_to_the_log_in_and_then_to_where_he_wanted(browser: Browser) -> None:
    page = await browser.open("/staff/tickets")
    assert page.path == "/staff/login"
    page = await browser.send("/staff/login", login="zhang", password=PASSWORD, next=page.value("next"))
    assert page.path == "/staff/tickets"


@pytest.mark.parametrize("login, password", [("zhang", "wrong password"), ("nobody", PASSWORD), ("", "")])
async def test_what_was_wrong_is_not_told(browser: Browser, login: str, password: str) -> None:
    page = await browser.sign_in(login, password)
    assert page.status == 403
    assert "登录名、密码或动态码不对" in page.text
    assert page.value("login") == login
    assert password not in page.html or not password


async def test_a_one_time_code_is_asked_where_it_is_set(browser: Browser, house: House) -> None:
    async with house.database.unit() as session:
        zhang = await staff.by_login(session, "zhang")
        assert zhang is not None
        secret = staff.new_secret()
        await staff.set_totp(session, zhang, secret, house.clock(), "test")
    totp = pyotp.TOTP(secret)
    assert (await browser.sign_in("zhang")).status == 403
    assert (await browser.sign_in("zhang", code=totp.at(house.clock()))).path == "/staff/board"


async def test_guessing_is_stopped_even_when_the_guess_is_right(browser: Browser, clock: Clock) -> None:
    for _ in range(5):
        await browser.sign_in("zhang", "wrong password")
    page = await browser.sign_in("zhang")
    assert page.status == 403
    assert "试的次数太多了" in page.text
    clock.move(minutes=16)
    assert (await browser.sign_in("zhang")).path == "/staff/board"


async def test_a_form_without_the_sessions_token_changes_nothing(browser: Browser, house: House) -> None:
    await browser.sign_in("zhang")
    for forged in ("", "of another session"):
        browser.token = forged
        page = await browser.send("/staff/logout")
        assert page.status == 403
        assert "请返回上一页刷新" in page.text
    assert (await browser.open("/staff/notices")).path == "/staff/notices"


async def test_signing_out_and_a_new_password_end_the_session(browser: Browser, house: House) -> None:
    await browser.sign_in("zhang")
    await browser.send("/staff/logout")
    assert (await browser.open("/staff/notices")).path == "/staff/login"
    await browser.sign_in("zhang")
    async with house.database.unit() as session:
        zhang = await staff.by_login(session, "zhang")
        assert zhang is not None
        await staff.set_password(session, zhang, "another long password", house.clock(), "test")
    assert (await browser.open("/staff/notices")).path == "/staff/login"


@pytest.mark.parametrize("to", ["https://evil.example/", "//evil.example", "/staff/\\evil", "/wechat", "/staff/logout"])
async def test_the_log_in_leads_nowhere_else(browser: Browser, to: str) -> None:
    page = await browser.sign_in("zhang", next=to)
    assert page.path == "/staff/board"


@pytest.mark.parametrize("path", ["/staff/login", "/staff/notices", "/staff/nowhere", "/web/static/web.css"])
async def test_every_answer_forbids_foreign_scripts_and_framing(browser: Browser, path: str) -> None:
    await browser.sign_in("zhang")
    headers = (await browser.open(path)).headers
    assert "script-src 'self'" in headers["Content-Security-Policy"]
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["X-Content-Type-Options"] == "nosniff"


async def test_pages_bring_no_script_of_their_own(browser: Browser) -> None:
    await browser.sign_in("zhang")
    for path in ("/staff/notices", "/staff/notices/new", "/staff/tickets"):
        html = (await browser.open(path)).html
        assert "<script>" not in html
        assert " onclick=" not in html
        assert " style=" not in html


async def test_signing_in_is_audited(browser: Browser, house: House) -> None:
    await browser.sign_in("zhang", "wrong password")
    await browser.sign_in("zhang")
    async with house.database.unit() as session:
        zhang = await staff.by_login(session, "zhang")
        assert zhang is not None
        acts = [entry.event for entry in await audit.history(session, zhang.actor)]
    assert acts == ["staff:account:add", "staff:session:refuse", "staff:session:open"]


async def test_a_page_that_is_not_there_says_so(browser: Browser) -> None:
    await browser.sign_in("zhang")
    for path in ("/staff/nowhere", "/staff/notices/abc"):
        page = await browser.open(path)
        assert page.status == 404
        assert "没有这个页面" in page.text
    assert "没有这条通知" in (await browser.open("/staff/notices/999")).text
